-- Milestones: what an account had received and paid in all when one row of 64 was written, so that its balance at any
-- moment is a short walk away. Chance picks the row (its hash begins with a byte below 4), the auditor checks the pick.

CREATE TABLE milestones (
    account_no     INTEGER NOT NULL,
    seq            INTEGER NOT NULL,
    posted_debits  INTEGER NOT NULL CHECK (posted_debits >= 0),
    posted_credits INTEGER NOT NULL CHECK (posted_credits >= 0),
    PRIMARY KEY (account_no, seq)
) STRICT, WITHOUT ROWID;

INSERT INTO milestones (account_no, seq, posted_debits, posted_credits)
SELECT account_no, seq, debits, credits
FROM (
    SELECT account_no, seq, first_byte, sum(debited) OVER so_far AS debits, sum(credited) OVER so_far AS credits
    FROM (
        SELECT debit_account_no AS account_no, seq, substr(hash, 1, 1) AS first_byte, amount_minor AS debited, 0 AS credited
        FROM transfers
        UNION ALL
        SELECT credit_account_no, seq, substr(hash, 1, 1), 0, amount_minor FROM transfers
    )
    WINDOW so_far AS (PARTITION BY account_no ORDER BY seq)
)
WHERE first_byte < x'04';

CREATE TRIGGER milestones_are_never_changed BEFORE UPDATE ON milestones
BEGIN
    SELECT RAISE(ABORT, 'milestones are never changed');
END;

CREATE TRIGGER milestones_are_never_deleted BEFORE DELETE ON milestones
BEGIN
    SELECT RAISE(ABORT, 'milestones are never deleted');
END;
