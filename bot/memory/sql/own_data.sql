-- Everything kept about one person, for that person.

-- name: own_person
-- What is remembered of them.
SELECT person_id, handle, sealed_name, sealed_username, language, language_hint, created_at, registered_at,
       name_changed_at, handle_changed_at, blocked_bot_at
FROM people WHERE person_id = :person_id;

-- name: own_handles
-- Every handle they ever had.
SELECT handle, given_at FROM handles WHERE person_id = :person_id ORDER BY given_at;

-- name: own_former_names
-- What their account was called before.
SELECT used_until, sealed_name FROM former_names WHERE person_id = :person_id ORDER BY used_until;

-- name: own_phone
-- Their phone number, if they shared it.
SELECT person_id, sealed_phone, bound_at FROM phones WHERE person_id = :person_id;

-- name: own_contacts
-- Their contacts. Whoever blocked them, or is not here yet, is shown by what they themselves wrote alone.
SELECT c.contact_id, c.sealed_nickname, c.added_at, p.person_id, p.handle, p.sealed_name
FROM contacts AS c
LEFT JOIN people AS p ON p.person_id = c.contact_id AND p.registered_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM blocks AS b WHERE b.owner_id = c.contact_id AND b.blocked_id = c.owner_id)
WHERE c.owner_id = :person_id ORDER BY c.added_at, c.contact_id;

-- name: own_blocks
-- Whom they block.
SELECT b.blocked_at, p.person_id, p.handle, p.sealed_name
FROM blocks AS b LEFT JOIN people AS p ON p.person_id = b.blocked_id AND p.registered_at IS NOT NULL
WHERE b.owner_id = :person_id ORDER BY b.blocked_at, b.blocked_id;

-- name: own_lookups
-- How many strangers they looked up lately.
SELECT window_at, lookup_count FROM lookups WHERE person_id = :person_id;

-- name: own_groups
-- In which groups the bot saw them.
SELECT chat_id, seen_at FROM group_members WHERE person_id = :person_id ORDER BY chat_id;

-- name: own_thanks
-- Which of these payments they thanked for.
SELECT payment_id, thanked_at FROM thanks
WHERE payment_id IN (SELECT value FROM json_each(:payment_ids)) AND person_id = :person_id;

-- name: own_thanks [postgres]
-- Which of these payments they thanked for.
SELECT payment_id, thanked_at FROM thanks
WHERE payment_id = ANY (ARRAY(SELECT json_array_elements_text(CAST(:payment_ids AS JSON)))) AND person_id = :person_id;

-- name: own_claims
-- What they said was wrong with these payments.
SELECT payment_id, reason, claimed_at FROM claims
WHERE payment_id IN (SELECT value FROM json_each(:payment_ids)) AND person_id = :person_id;

-- name: own_claims [postgres]
-- What they said was wrong with these payments.
SELECT payment_id, reason, claimed_at FROM claims
WHERE payment_id = ANY (ARRAY(SELECT json_array_elements_text(CAST(:payment_ids AS JSON)))) AND person_id = :person_id;

-- name: find_export
-- When they last took all of this out.
SELECT exported_at FROM own_exports WHERE person_id = :person_id;

-- name: put_export
-- They take it out now.
INSERT INTO own_exports (person_id, exported_at) VALUES (:person_id, :now)
ON CONFLICT (person_id) DO UPDATE SET exported_at = excluded.exported_at;
