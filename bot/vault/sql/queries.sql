-- The PINs. Every try is counted before it is judged; nothing here ever sees a digit.

-- name: count_attempt
-- Take one try, or none if the person is locked. The last one locks at once; only a right answer opens again.
UPDATE pins
SET wrong_count = CASE WHEN locked_until IS NULL THEN wrong_count + 1 ELSE 1 END,
    locked_until = CASE WHEN (CASE WHEN locked_until IS NULL THEN wrong_count + 1 ELSE 1 END) >= :attempts
                        THEN CAST(:locked_until AS BIGINT) END
WHERE person_id = :person_id AND (locked_until IS NULL OR locked_until <= :now)
RETURNING wrong_count, locked_until, scheme, salt, sealed_tag, changed_at;

-- name: clear_attempts
-- The PIN was right: the count starts anew, unless another PIN was set meanwhile.
UPDATE pins SET wrong_count = 0, locked_until = NULL WHERE person_id = :person_id AND changed_at = :changed_at;

-- name: keep_dearer
-- The same PIN under a newer scheme, unless another was set meanwhile. It is no change of the PIN.
UPDATE pins SET scheme = :scheme, salt = :salt, sealed_tag = :sealed_tag
WHERE person_id = :person_id AND changed_at = :changed_at;

-- name: find_pin
-- Whether there is a PIN, how long it is, and whether it is locked.
SELECT scheme, salt, sealed_tag, digits, wrong_count, locked_until, changed_at FROM pins WHERE person_id = :person_id;

-- name: put_pin
-- A new PIN in place of an older one. It ends no lock: who is locked out stays out.
INSERT INTO pins (person_id, scheme, salt, sealed_tag, digits, changed_at)
VALUES (:person_id, :scheme, :salt, :sealed_tag, :digits, :now)
ON CONFLICT (person_id) DO UPDATE SET
    scheme = excluded.scheme, salt = excluded.salt, sealed_tag = excluded.sealed_tag, digits = excluded.digits,
    changed_at = excluded.changed_at,
    wrong_count = CASE WHEN pins.locked_until > :now THEN pins.wrong_count ELSE 0 END,
    locked_until = CASE WHEN pins.locked_until > :now THEN pins.locked_until END;

-- name: see_moment
-- Remember the latest moment, never an earlier one.
UPDATE pin_clock SET latest_at = :now WHERE one = 1 AND latest_at < :now;

-- name: latest_moment
-- The latest moment at which this vault counted, by any process.
SELECT latest_at FROM pin_clock WHERE one = 1;

-- name: former_pins
-- The PINs somebody had before, newest first.
SELECT scheme, salt, sealed_tag, digits, chosen_at FROM former_pins WHERE person_id = :person_id
ORDER BY chosen_at DESC LIMIT :kept;

-- name: keep_former_pin
-- Keep the PIN that is being replaced. Kept already, it stays.
INSERT INTO former_pins (person_id, chosen_at, scheme, salt, sealed_tag, digits)
VALUES (:person_id, :chosen_at, :scheme, :salt, :sealed_tag, :digits)
ON CONFLICT (person_id, chosen_at) DO NOTHING;

-- name: forget_older_pins
-- No more than the newest few are kept.
DELETE FROM former_pins
WHERE person_id = :person_id AND chosen_at NOT IN (
    SELECT chosen_at FROM former_pins WHERE person_id = :person_id ORDER BY chosen_at DESC LIMIT :kept
);
