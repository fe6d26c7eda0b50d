-- People, their handles, and who knows whom.

-- name: find_person
-- One person, registered or not.
SELECT person_id, account_id, handle, sealed_name, sealed_username, language, language_hint, registered_at,
       name_changed_at, handle_changed_at, blocked_bot_at,
       EXISTS (SELECT 1 FROM phones WHERE phones.person_id = people.person_id) AS phone_bound,
       EXISTS (SELECT 1 FROM blocks WHERE blocks.owner_id = people.person_id) AS blocks_somebody
FROM people WHERE person_id = :person_id;

-- name: person_to_register
-- One person, of whom nobody else writes anything until this is committed.
SELECT account_id, handle, sealed_name, sealed_username, registered_at, person_id FROM people
WHERE person_id = :person_id;

-- name: person_to_register [postgres]
-- One person, of whom nobody else writes anything until this is committed.
SELECT account_id, handle, sealed_name, sealed_username, registered_at, person_id FROM people
WHERE person_id = :person_id FOR UPDATE;

-- name: find_registered
-- One person who can be paid.
SELECT person_id, account_id, handle, sealed_name, name_changed_at FROM people
WHERE person_id = :person_id AND registered_at IS NOT NULL;

-- name: find_registered_by_handle
-- The person with this handle now.
SELECT person_id, account_id, handle, sealed_name, name_changed_at FROM people
WHERE handle = :handle AND registered_at IS NOT NULL;

-- name: find_registered_by_accounts
-- The people behind accounts, for receipts, history and notices.
SELECT person_id, account_id, handle, sealed_name, name_changed_at FROM people
WHERE registered_at IS NOT NULL AND account_id IN (SELECT value FROM json_each(:account_ids));

-- name: find_registered_by_accounts [postgres]
-- The people behind accounts, for receipts, history and notices.
SELECT person_id, account_id, handle, sealed_name, name_changed_at FROM people
WHERE registered_at IS NOT NULL AND account_id = ANY (ARRAY(SELECT json_array_elements_text(CAST(:account_ids AS JSON))));

-- name: find_registered_by_persons
-- Which of these people can be paid.
SELECT person_id, account_id, handle, sealed_name, name_changed_at FROM people
WHERE registered_at IS NOT NULL AND person_id IN (SELECT value FROM json_each(:person_ids)) ORDER BY person_id;

-- name: find_registered_by_persons [postgres]
-- Which of these people can be paid.
SELECT person_id, account_id, handle, sealed_name, name_changed_at FROM people
WHERE registered_at IS NOT NULL
  AND person_id = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:person_ids AS JSON)) AS BIGINT)))
ORDER BY person_id;

-- name: find_owners
-- The people behind accounts, registered or not: whom money that moved must be told to.
SELECT person_id, account_id, sealed_name, language, language_hint FROM people
WHERE account_id IN (SELECT value FROM json_each(:account_ids));

-- name: find_owners [postgres]
-- The people behind accounts, registered or not: whom money that moved must be told to.
SELECT person_id, account_id, sealed_name, language, language_hint FROM people
WHERE account_id = ANY (ARRAY(SELECT json_array_elements_text(CAST(:account_ids AS JSON))));

-- name: insert_person
-- Somebody new; nothing is changed for somebody known.
INSERT INTO people (person_id, created_at) VALUES (:person_id, :now) ON CONFLICT (person_id) DO NOTHING;

-- name: see_person
-- What Telegram says of them now. The name on an account is theirs to change, with a PIN; a username is an alias.
UPDATE people SET
    sealed_name = CASE WHEN registered_at IS NULL THEN :sealed_name ELSE sealed_name END,
    sealed_username = :sealed_username, username_index = :username_index, language_hint = :language_hint
WHERE person_id = :person_id;

-- name: see_person [postgres]
-- The same. Whoever is seen with this username at the same time comes before or after, so that one of them has it.
UPDATE people SET
    sealed_name = CASE WHEN registered_at IS NULL THEN :sealed_name ELSE sealed_name END,
    sealed_username = :sealed_username, username_index = :username_index, language_hint = :language_hint
FROM (SELECT pg_advisory_xact_lock(hashtextextended(encode(CAST(:username_index AS BYTEA), 'hex'), 0))) AS turn
WHERE person_id = :person_id;

-- name: forget_username_of_others
-- A username seen with one person is no longer anybody else's.
UPDATE people SET sealed_username = NULL, username_index = NULL
WHERE username_index = :username_index AND person_id <> :person_id;

-- name: give_account
-- The account id that the ledger will be asked to open; the first one stays.
UPDATE people SET account_id = :account_id WHERE person_id = :person_id AND account_id IS NULL;

-- name: register_person
-- From now on they can pay and be paid.
UPDATE people SET handle = :handle, sealed_name = :sealed_name, language = :language, registered_at = :now
WHERE person_id = :person_id AND registered_at IS NULL AND account_id IS NOT NULL;

-- name: set_language
-- The language they chose.
UPDATE people SET language = :language WHERE person_id = :person_id;

-- name: set_blocked
-- They blocked the bot at this moment, or (null) take its messages again.
UPDATE people SET blocked_bot_at = :blocked_at WHERE person_id = :person_id;

-- name: give_handle
-- Take a handle for a person, unless anybody ever had it.
INSERT INTO handles (handle, person_id, given_at) VALUES (:handle, :person_id, :now) ON CONFLICT (handle) DO NOTHING;

-- name: find_known
-- Everybody a name may mean to a person: contacts and those they paid or were paid by, less who blocks whom. The
-- former name is the one by which they were known when the two last dealt with each other.
SELECT p.person_id, p.account_id, p.handle, p.sealed_name, p.name_changed_at, c.sealed_nickname, a.met_at, a.paid_at,
       f.used_until AS former_until, f.sealed_name AS sealed_former_name
FROM (
    SELECT contact_id AS other_id FROM contacts WHERE owner_id = :person_id
    UNION
    SELECT other_id FROM (
        SELECT other_id FROM acquaintances WHERE person_id = :person_id ORDER BY met_at DESC LIMIT :most
    )
) AS known
JOIN people AS p ON p.person_id = known.other_id AND p.registered_at IS NOT NULL
LEFT JOIN contacts AS c ON c.owner_id = :person_id AND c.contact_id = p.person_id
LEFT JOIN acquaintances AS a ON a.person_id = :person_id AND a.other_id = p.person_id
LEFT JOIN former_names AS f ON p.name_changed_at IS NOT NULL AND f.person_id = p.person_id AND f.used_until = (
    SELECT min(used_until) FROM former_names
    WHERE person_id = p.person_id AND used_until > coalesce(c.added_at, 0) AND used_until > coalesce(a.met_at, 0)
)
WHERE NOT EXISTS (SELECT 1 FROM blocks AS b WHERE b.owner_id = p.person_id AND b.blocked_id = :person_id)
  AND NOT EXISTS (SELECT 1 FROM blocks AS b WHERE b.owner_id = :person_id AND b.blocked_id = p.person_id)
ORDER BY p.person_id;

-- name: look_up_person
-- Somebody by number, and what they and the asker are to each other: everything at once, whatever the answer will be.
SELECT p.person_id, p.account_id, p.handle, p.sealed_name, p.name_changed_at,
       EXISTS (SELECT 1 FROM blocks WHERE owner_id = p.person_id AND blocked_id = :asker_id) AS blocks_asker,
       EXISTS (SELECT 1 FROM contacts WHERE owner_id = :asker_id AND contact_id = p.person_id)
       OR EXISTS (SELECT 1 FROM acquaintances WHERE person_id = :asker_id AND other_id = p.person_id) AS known
FROM people AS p WHERE p.person_id = :person_id AND p.registered_at IS NOT NULL;

-- name: look_up_handle
-- The same by handle.
SELECT p.person_id, p.account_id, p.handle, p.sealed_name, p.name_changed_at,
       EXISTS (SELECT 1 FROM blocks WHERE owner_id = p.person_id AND blocked_id = :asker_id) AS blocks_asker,
       EXISTS (SELECT 1 FROM contacts WHERE owner_id = :asker_id AND contact_id = p.person_id)
       OR EXISTS (SELECT 1 FROM acquaintances WHERE person_id = :asker_id AND other_id = p.person_id) AS known
FROM people AS p WHERE p.handle = :handle AND p.registered_at IS NOT NULL;

-- name: look_up_phone
-- The same by phone number.
SELECT p.person_id, p.account_id, p.handle, p.sealed_name, p.name_changed_at,
       EXISTS (SELECT 1 FROM blocks WHERE owner_id = p.person_id AND blocked_id = :asker_id) AS blocks_asker,
       EXISTS (SELECT 1 FROM contacts WHERE owner_id = :asker_id AND contact_id = p.person_id)
       OR EXISTS (SELECT 1 FROM acquaintances WHERE person_id = :asker_id AND other_id = p.person_id) AS known
FROM people AS p
WHERE p.person_id = (SELECT person_id FROM phones WHERE phone_index = :phone_index) AND p.registered_at IS NOT NULL;

-- name: find_card
-- One person, and what they and somebody else are to each other.
SELECT p.person_id, p.account_id, p.handle, p.sealed_name, p.name_changed_at, c.added_at, a.met_at,
       EXISTS (SELECT 1 FROM blocks WHERE owner_id = p.person_id AND blocked_id = :owner_id) AS blocks_owner
FROM people AS p
LEFT JOIN contacts AS c ON c.owner_id = :owner_id AND c.contact_id = p.person_id
LEFT JOIN acquaintances AS a ON a.person_id = :owner_id AND a.other_id = p.person_id
WHERE p.person_id = :person_id AND p.registered_at IS NOT NULL;

-- name: find_blocked
-- Whom the owner blocks, the latest first.
SELECT p.person_id, p.account_id, p.handle, p.sealed_name, p.name_changed_at
FROM blocks AS b JOIN people AS p ON p.person_id = b.blocked_id AND p.registered_at IS NOT NULL
WHERE b.owner_id = :owner_id ORDER BY b.blocked_at DESC, b.blocked_id;

-- name: refuses_payer
-- Whether the owner of an account wants nothing of a person.
SELECT 1 AS blocked FROM blocks AS b JOIN people AS p ON p.person_id = b.owner_id
WHERE p.account_id = :account_id AND b.blocked_id = :payer_id;

-- name: forget_acquaintance
-- A person is not known any more from having paid or been paid.
DELETE FROM acquaintances WHERE person_id = :owner_id AND other_id = :contact_id;

-- name: has_blocked
-- Whether the owner wants nothing of the other.
SELECT 1 AS blocked FROM blocks WHERE owner_id = :owner_id AND blocked_id = :blocked_id;

-- name: put_contact
-- Remember a contact; a nickname given later replaces the one before, none given leaves it.
INSERT INTO contacts (owner_id, contact_id, sealed_nickname, added_at)
VALUES (:owner_id, :contact_id, :sealed_nickname, :now)
ON CONFLICT (owner_id, contact_id) DO UPDATE SET
    sealed_nickname = coalesce(excluded.sealed_nickname, contacts.sealed_nickname);

-- name: introduce
-- Remember a contact without a nickname, unless they are one already.
INSERT INTO contacts (owner_id, contact_id, added_at) VALUES (:owner_id, :contact_id, :now)
ON CONFLICT (owner_id, contact_id) DO NOTHING;

-- name: remove_contact
-- Forget a contact.
DELETE FROM contacts WHERE owner_id = :owner_id AND contact_id = :contact_id;

-- name: put_block
-- The owner wants nothing of the other from now on.
INSERT INTO blocks (owner_id, blocked_id, blocked_at) VALUES (:owner_id, :blocked_id, :now)
ON CONFLICT (owner_id, blocked_id) DO NOTHING;

-- name: remove_block
-- The owner hears of the other again.
DELETE FROM blocks WHERE owner_id = :owner_id AND blocked_id = :blocked_id;

-- name: put_acquaintance
-- They met over a payment; told twice is the same, and an older one takes nothing back.
INSERT INTO acquaintances (person_id, other_id, met_at, paid_at) VALUES (:person_id, :other_id, :met_at, :paid_at)
ON CONFLICT (person_id, other_id) DO UPDATE SET
    met_at = max(acquaintances.met_at, excluded.met_at),
    paid_at = coalesce(max(acquaintances.paid_at, excluded.paid_at), acquaintances.paid_at, excluded.paid_at);

-- name: put_acquaintance [postgres]
-- They met over a payment; told twice is the same, and an older one takes nothing back.
INSERT INTO acquaintances (person_id, other_id, met_at, paid_at) VALUES (:person_id, :other_id, :met_at, :paid_at)
ON CONFLICT (person_id, other_id) DO UPDATE SET
    met_at = greatest(acquaintances.met_at, excluded.met_at),
    paid_at = greatest(acquaintances.paid_at, excluded.paid_at);

-- name: count_lookup
-- Count one look-up of a stranger, if the window still has room; a window that is over starts anew.
INSERT INTO lookups (person_id, window_at, lookup_count) VALUES (:person_id, :now, 1)
ON CONFLICT (person_id) DO UPDATE SET
    lookup_count = CASE WHEN lookups.window_at <= :window_over THEN 1 ELSE lookups.lookup_count + 1 END,
    window_at = CASE WHEN lookups.window_at <= :window_over THEN :now ELSE lookups.window_at END
WHERE lookups.window_at <= :window_over OR lookups.lookup_count < :most
RETURNING lookup_count;

-- name: find_lookups
-- When the person's window began.
SELECT window_at, lookup_count FROM lookups WHERE person_id = :person_id;
