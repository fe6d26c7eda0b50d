-- Names and handles that change.

-- name: find_owner
-- What somebody with an account is called now, and since when.
SELECT person_id, handle, sealed_name, name_changed_at, handle_changed_at FROM people
WHERE person_id = :person_id AND registered_at IS NOT NULL;

-- name: find_owner [postgres]
-- The same; nobody else changes it until this is committed.
SELECT person_id, handle, sealed_name, name_changed_at, handle_changed_at FROM people
WHERE person_id = :person_id AND registered_at IS NOT NULL FOR UPDATE;

-- name: keep_former_name
-- The name that ends at this moment.
INSERT INTO former_names (person_id, used_until, sealed_name) VALUES (:person_id, :changed_at, :sealed_name);

-- name: change_name
-- The name from this moment on.
UPDATE people SET sealed_name = :sealed_name, name_changed_at = :changed_at WHERE person_id = :person_id;

-- name: forget_former_names
-- Names that were given up so long ago that nobody is told of it.
DELETE FROM former_names WHERE used_until <= :flagged_since;

-- name: take_handle
-- Take a handle for a person, unless anybody ever had it.
INSERT INTO handles (handle, person_id, given_at) VALUES (:handle, :person_id, :now) ON CONFLICT (handle) DO NOTHING;

-- name: owns_handle
-- Whether a handle is this person's, now or from before.
SELECT 1 AS owns FROM handles WHERE handle = :handle AND person_id = :person_id;

-- name: change_handle
-- The handle from this moment on.
UPDATE people SET handle = :handle, handle_changed_at = :now WHERE person_id = :person_id;

-- name: retired_handle
-- A handle that was given and that nobody has now.
SELECT 1 AS retired FROM handles
WHERE handle = :handle AND NOT EXISTS (SELECT 1 FROM people WHERE people.handle = handles.handle);
