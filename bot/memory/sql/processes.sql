-- The processes that serve this bot, and what is done by one of them alone.
-- On PostgreSQL every moment here is the database's own (moment_now): the clocks of two machines may differ.

-- name: lock_processes
-- Nobody joins beside us: on SQLite a transaction is alone anyway.
SELECT 1 AS alone;

-- name: lock_processes [postgres]
-- Nobody joins beside us; the number stands for that and nothing else.
SELECT CAST(pg_advisory_xact_lock(7236837200933) AS TEXT) AS alone;

-- name: living_processes
-- Who beat in time, the oldest first.
SELECT process_id, kind, address, started_at, alive_until FROM processes
WHERE alive_until > :now ORDER BY started_at, process_id;

-- name: living_processes [postgres]
-- Who beat in time, the oldest first.
SELECT process_id, kind, address, started_at, alive_until FROM processes
WHERE alive_until > moment_now() ORDER BY started_at, process_id;

-- name: bury_address
-- Only one can listen at an address, and that is we now.
DELETE FROM processes WHERE address = :address;

-- name: insert_process
-- One more process lives.
INSERT INTO processes (process_id, kind, address, started_at, alive_until)
VALUES (:process_id, :kind, :address, :now, :now + :lasts);

-- name: insert_process [postgres]
-- One more process lives.
INSERT INTO processes (process_id, kind, address, started_at, alive_until)
VALUES (:process_id, :kind, :address, moment_now(), moment_now() + CAST(:lasts AS BIGINT));

-- name: beat
-- It lives, unless somebody buried it.
UPDATE processes SET alive_until = :now + :lasts WHERE process_id = :process_id;

-- name: beat [postgres]
-- It lives, unless somebody buried it.
UPDATE processes SET alive_until = moment_now() + CAST(:lasts AS BIGINT) WHERE process_id = :process_id;

-- name: news
-- Whether anybody died, left people or roles, or stored something for us, whether somebody's time is over, and whether
-- somebody nobody has waits, if that is ours to see to (``of_nobody``): asked each second, so it is asked at once.
-- A deadline is by the clock of whoever asks, as everywhere.
SELECT CASE WHEN EXISTS (SELECT 1 FROM processes WHERE alive_until <= :now - :slack AND process_id <> :process_id)
              OR EXISTS (SELECT 1 FROM leases WHERE NOT EXISTS (
                             SELECT 1 FROM processes AS holder WHERE holder.process_id = leases.process_id))
            THEN 1 ELSE 0 END AS died,
       CASE WHEN EXISTS (SELECT 1 FROM leases WHERE process_id = :process_id AND left_behind = 1)
            THEN 1 ELSE 0 END AS left_behind,
       CASE WHEN :of_nobody = 1
                 AND (EXISTS (SELECT 1 FROM inbox WHERE handled_at IS NULL AND person_id IS NOT NULL
                              AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.person_id = inbox.person_id))
                   OR EXISTS (SELECT 1 FROM conversations WHERE idle = 0
                              AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.person_id = conversations.person_id)))
            THEN 1 ELSE 0 END AS waits,
       CASE WHEN EXISTS (SELECT 1 FROM conversations LEFT JOIN leases ON leases.person_id = conversations.person_id
                         WHERE deadline_at <= :now
                           AND (leases.process_id = :process_id OR (leases.process_id IS NULL AND :of_nobody = 1)))
            THEN 1 ELSE 0 END AS due,
       (SELECT count(*) FROM roles JOIN processes AS holder ON holder.process_id = roles.process_id) AS roles;

-- name: news [postgres]
-- Whether anybody died, left people or roles, or stored something for us, whether somebody's time is over, and whether
-- somebody nobody has waits, if that is ours to see to (``of_nobody``): asked each second, so it is asked at once.
-- A deadline is by the clock of whoever asks, as everywhere.
SELECT CASE WHEN EXISTS (SELECT 1 FROM processes
                         WHERE alive_until <= moment_now() - CAST(:slack AS BIGINT) AND process_id <> :process_id)
              OR EXISTS (SELECT 1 FROM leases WHERE NOT EXISTS (
                             SELECT 1 FROM processes AS holder WHERE holder.process_id = leases.process_id))
            THEN 1 ELSE 0 END AS died,
       CASE WHEN EXISTS (SELECT 1 FROM leases WHERE process_id = :process_id AND left_behind = 1)
            THEN 1 ELSE 0 END AS left_behind,
       CASE WHEN CAST(:of_nobody AS INTEGER) = 1
                 AND (EXISTS (SELECT 1 FROM inbox WHERE handled_at IS NULL AND person_id IS NOT NULL
                              AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.person_id = inbox.person_id))
                   OR EXISTS (SELECT 1 FROM conversations WHERE idle = 0
                              AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.person_id = conversations.person_id)))
            THEN 1 ELSE 0 END AS waits,
       CASE WHEN EXISTS (SELECT 1 FROM conversations LEFT JOIN leases ON leases.person_id = conversations.person_id
                         WHERE deadline_at <= CAST(:now AS BIGINT)
                           AND (leases.process_id = :process_id OR (leases.process_id IS NULL AND CAST(:of_nobody AS INTEGER) = 1)))
            THEN 1 ELSE 0 END AS due,
       (SELECT count(*) FROM roles JOIN processes AS holder ON holder.process_id = roles.process_id) AS roles;

-- name: bury
-- Whoever did not beat in time is dead from now on, also if it comes to itself later.
DELETE FROM processes WHERE alive_until <= :now - :slack AND process_id <> :process_id RETURNING process_id;

-- name: bury [postgres]
-- Whoever did not beat in time is dead from now on, also if it comes to itself later.
DELETE FROM processes
WHERE alive_until <= moment_now() - CAST(:slack AS BIGINT) AND process_id <> :process_id RETURNING process_id;

-- name: leave_process
-- It goes by itself.
DELETE FROM processes WHERE process_id = :process_id;

-- name: free_roles
-- What nobody living does.
SELECT each.value AS name FROM json_each(:names) AS each
WHERE NOT EXISTS (SELECT 1 FROM roles JOIN processes ON processes.process_id = roles.process_id
                  WHERE roles.name = each.value);

-- name: free_roles [postgres]
-- What nobody living does.
SELECT each.value AS name FROM json_array_elements_text(CAST(:names AS json)) AS each
WHERE NOT EXISTS (SELECT 1 FROM roles JOIN processes ON processes.process_id = roles.process_id
                  WHERE roles.name = each.value);

-- name: take_role
-- Do it from now on, unless somebody living does.
INSERT INTO roles (name, process_id)
SELECT :name, me.process_id FROM processes AS me WHERE me.process_id = :process_id
ON CONFLICT (name) DO UPDATE SET process_id = excluded.process_id
WHERE NOT EXISTS (SELECT 1 FROM processes AS holder WHERE holder.process_id = roles.process_id);

-- name: take_role [postgres]
-- Do it from now on, unless somebody living does.
INSERT INTO roles (name, process_id)
SELECT CAST(:name AS TEXT), me.process_id FROM processes AS me WHERE me.process_id = :process_id
ON CONFLICT (name) DO UPDATE SET process_id = excluded.process_id
WHERE NOT EXISTS (SELECT 1 FROM processes AS holder WHERE holder.process_id = roles.process_id);

-- name: holds_role
-- Whether we do it, and stay who does until this transaction ends.
SELECT 1 AS ours FROM roles WHERE name = :name AND process_id = :process_id;

-- name: holds_role [postgres]
-- Whether we do it, and stay who does until this transaction ends.
SELECT 1 AS ours FROM roles WHERE name = :name AND process_id = :process_id FOR SHARE;

-- name: leave_roles
-- Somebody else may do it now.
DELETE FROM roles WHERE process_id = :process_id;
