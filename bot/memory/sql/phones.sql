-- Phone numbers: bound by Telegram's own proof, found by a keyed index.

-- name: find_owner_of_phone
-- Whose number this is.
SELECT person_id FROM phones WHERE phone_index = :phone_index;

-- name: find_phone
-- The number of one person, sealed.
SELECT person_id, sealed_phone FROM phones WHERE person_id = :person_id;

-- name: forget_phone
-- A number leaves whoever had it; and whoever takes another leaves the one before.
DELETE FROM phones WHERE phone_index = :phone_index OR person_id = :person_id;

-- name: put_phone
-- The number is theirs from now on, unless somebody was faster with this number, or they with another.
INSERT INTO phones (person_id, phone_index, sealed_phone, bound_at)
VALUES (:person_id, :phone_index, :sealed_phone, :now) ON CONFLICT DO NOTHING;

-- name: forget_phone_of
-- The person is found by no number any more.
DELETE FROM phones WHERE person_id = :person_id;
