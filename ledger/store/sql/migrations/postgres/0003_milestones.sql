-- Milestones: what an account had received and paid in all when one row of 64 was written, so that its balance at any
-- moment is a short walk away. Chance picks the row (its hash begins with a byte below 4), the auditor checks the pick.

CREATE TABLE milestones (
    account_no     BIGINT NOT NULL,
    seq            BIGINT NOT NULL,
    posted_debits  BIGINT NOT NULL CHECK (posted_debits >= 0),
    posted_credits BIGINT NOT NULL CHECK (posted_credits >= 0),
    PRIMARY KEY (account_no, seq)
);

INSERT INTO milestones (account_no, seq, posted_debits, posted_credits)
SELECT account_no, seq, debits, credits
FROM (
    SELECT
        account_no, seq, first_byte, CAST(sum(debited) OVER so_far AS BIGINT) AS debits,
        CAST(sum(credited) OVER so_far AS BIGINT) AS credits
    FROM (
        SELECT debit_account_no AS account_no, seq, get_byte(hash, 0) AS first_byte, amount_minor AS debited, 0 AS credited
        FROM transfers
        UNION ALL
        SELECT credit_account_no, seq, get_byte(hash, 0), 0, amount_minor FROM transfers
    ) AS sides
    WINDOW so_far AS (PARTITION BY account_no ORDER BY seq)
) AS standing
WHERE first_byte < 4;

CREATE TRIGGER milestones_are_never_changed BEFORE UPDATE ON milestones
FOR EACH STATEMENT EXECUTE FUNCTION refuse('milestones are never changed');

CREATE TRIGGER milestones_are_never_deleted BEFORE DELETE OR TRUNCATE ON milestones
FOR EACH STATEMENT EXECUTE FUNCTION refuse('milestones are never deleted');

CREATE FUNCTION grant_milestones_to(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON milestones TO %I', role);
END $$;
