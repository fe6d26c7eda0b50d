-- What belongs to payments and is not in the books: notes, claims, thanks.

-- name: insert_note
-- The note of a payment; the first one stays.
INSERT INTO notes (payment_id, sealed_note, digest) VALUES (:payment_id, :sealed_note, :digest)
ON CONFLICT (payment_id) DO NOTHING;

-- name: find_note_digest
-- What the journal will carry.
SELECT digest FROM notes WHERE payment_id = :payment_id;

-- name: find_notes
-- The notes of several payments.
SELECT payment_id, sealed_note FROM notes WHERE payment_id IN (SELECT value FROM json_each(:payment_ids));

-- name: find_notes [postgres]
-- The notes of several payments.
SELECT payment_id, sealed_note FROM notes
WHERE payment_id = ANY (ARRAY(SELECT json_array_elements_text(CAST(:payment_ids AS JSON))));

-- name: insert_claim
-- One claim for each person and payment.
INSERT INTO claims (claim_id, payment_id, person_id, reference, reason, claimed_at)
VALUES (:claim_id, :payment_id, :person_id, :reference, :reason, :now)
ON CONFLICT (payment_id, person_id) DO NOTHING;

-- name: find_claim
-- What a person said about a payment.
SELECT claim_id, payment_id, person_id, reference, reason, claimed_at FROM claims
WHERE payment_id = :payment_id AND person_id = :person_id;

-- name: list_claims
-- Everything claimed, in order, for the desk that adopts them.
SELECT claim_id, payment_id, person_id, reference, reason, claimed_at FROM claims ORDER BY claimed_at, claim_id;

-- name: insert_thanks
-- A payment is thanked for once.
INSERT INTO thanks (payment_id, person_id, thanked_at) VALUES (:payment_id, :person_id, :now)
ON CONFLICT (payment_id) DO NOTHING;

-- name: find_thanks
-- Whether it was thanked for.
SELECT 1 AS thanked FROM thanks WHERE payment_id = :payment_id;
