-- The books. Amounts are minor units, moments are microseconds since 1970-01-01 UTC.
-- The CHECKs and triggers hold what the plans hold, a second time: they are not how anything is refused.
-- What is looked at once for each statement, and not once for each row, is so because a batch has a thousand.

CREATE TABLE accounts (
    account_no       BIGINT   PRIMARY KEY,
    account_id       TEXT     NOT NULL UNIQUE,
    kind             TEXT     NOT NULL CHECK (length(kind) > 0),
    normal_sign      SMALLINT NOT NULL CHECK (normal_sign IN (-1, 1)), -- 1: credit raises it (we owe), -1: debit does
    currency         TEXT     NOT NULL CHECK (length(currency) = 3),
    opened_at        BIGINT   NOT NULL,
    posted_debits    BIGINT   NOT NULL DEFAULT 0 CHECK (posted_debits >= 0),
    posted_credits   BIGINT   NOT NULL DEFAULT 0 CHECK (posted_credits >= 0),
    held             BIGINT   NOT NULL DEFAULT 0 CHECK (held >= 0),
    last_seq         BIGINT   NOT NULL DEFAULT 0 CHECK (last_seq >= 0), -- its newest row; 0: none
    frozen           SMALLINT NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1)),
    thaws_at         BIGINT,
    first_payment_at BIGINT,
    first_day_spent  BIGINT   NOT NULL DEFAULT 0 CHECK (first_day_spent >= 0),
    CONSTRAINT available_is_never_negative CHECK ((posted_credits - posted_debits) * normal_sign >= held)
) WITH (fillfactor = 70); -- a balance that moves finds room on its own page, so no index is touched

-- Entry id and the accounts' ids are not stored again in each row: an entry's id is its moment and its first seq.
-- That its accounts are there, in its currency, is looked at by transfers_extend_the_chain: foreign keys would lock both
-- accounts of every row once more.
CREATE TABLE transfers (
    seq               BIGINT PRIMARY KEY,
    entry_first_seq   BIGINT NOT NULL,
    kind              TEXT   NOT NULL CHECK (length(kind) > 0),
    cause             TEXT   NOT NULL CHECK (length(cause) > 0),
    at                BIGINT NOT NULL,
    debit_account_no  BIGINT NOT NULL,
    credit_account_no BIGINT NOT NULL,
    amount_minor      BIGINT NOT NULL CHECK (amount_minor > 0),
    currency          TEXT   NOT NULL CHECK (length(currency) = 3),
    note_digest       BYTEA           CHECK (length(note_digest) = 32),
    reference         TEXT   NOT NULL CHECK (length(reference) = 12),
    related           TEXT            CHECK (length(related) > 0),
    debit_previous    BIGINT NOT NULL,
    credit_previous   BIGINT NOT NULL,
    prev_hash         BYTEA  NOT NULL CHECK (length(prev_hash) = 32),
    hash              BYTEA  NOT NULL CHECK (length(hash) = 32),
    CHECK (entry_first_seq BETWEEN 1 AND seq),
    CHECK (debit_previous BETWEEN 0 AND seq - 1),
    CHECK (credit_previous BETWEEN 0 AND seq - 1),
    CONSTRAINT a_transfer_has_two_accounts CHECK (debit_account_no <> credit_account_no)
);

-- One cause moves money once; a kind more would be another leg of the same entry. Ids are time-ordered, so it grows at its end.
CREATE UNIQUE INDEX transfers_by_cause ON transfers (cause, kind);

-- The growing end of the chain. Whoever would add to it locks this row first, so batches of all processes come one after
-- the other and their order has no gap. Only the trigger below moves it; "locked" is there because to lock a row takes
-- the right to change some column of it.
CREATE TABLE journal_head (
    one    SMALLINT NOT NULL PRIMARY KEY CHECK (one = 1),
    seq    BIGINT   NOT NULL CHECK (seq >= 0),
    hash   BYTEA    NOT NULL CHECK (length(hash) = 32),
    locked SMALLINT
);

INSERT INTO journal_head (one, seq, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

CREATE FUNCTION extend_the_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    last_seq  BIGINT;
    last_hash BYTEA;
BEGIN
    -- Each new row follows the one before it; the first follows the head, and the head moves to the last.
    IF EXISTS (
        SELECT 1 FROM (
            SELECT seq, prev_hash, lag(seq) OVER in_order AS seq_before, lag(hash) OVER in_order AS hash_before
            FROM added WINDOW in_order AS (ORDER BY seq)
        ) AS row
        WHERE CASE
            WHEN seq_before IS NULL THEN NOT EXISTS (
                SELECT 1 FROM journal_head AS head WHERE head.seq = row.seq - 1 AND head.hash = row.prev_hash)
            ELSE seq_before <> seq - 1 OR hash_before <> prev_hash
        END
    ) THEN
        RAISE EXCEPTION 'a journal row follows the row before it';
    END IF;
    -- Subqueries of one value are looked up by key for each row, however large the table has become.
    IF EXISTS (
        SELECT 1 FROM added
        WHERE (SELECT a.currency FROM accounts AS a WHERE a.account_no = debit_account_no) IS DISTINCT FROM added.currency
            OR (SELECT a.currency FROM accounts AS a WHERE a.account_no = credit_account_no) IS DISTINCT FROM added.currency
    ) THEN
        RAISE EXCEPTION 'a journal row names two accounts of its currency';
    END IF;
    SELECT added.seq, added.hash INTO last_seq, last_hash FROM added ORDER BY added.seq DESC LIMIT 1;
    IF FOUND THEN
        UPDATE journal_head SET seq = last_seq, hash = last_hash WHERE one = 1;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER transfers_extend_the_chain AFTER INSERT ON transfers REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION extend_the_chain();

-- Says no, in the words of the trigger that calls it.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0];
END $$;

CREATE TRIGGER transfers_are_never_changed BEFORE UPDATE ON transfers
FOR EACH STATEMENT EXECUTE FUNCTION refuse('journal rows are never changed');

CREATE TRIGGER transfers_are_never_deleted BEFORE DELETE OR TRUNCATE ON transfers
FOR EACH STATEMENT EXECUTE FUNCTION refuse('journal rows are never deleted');

CREATE TRIGGER accounts_keep_what_they_are BEFORE UPDATE ON accounts FOR EACH ROW
WHEN (NEW.account_no <> OLD.account_no OR NEW.account_id <> OLD.account_id OR NEW.kind <> OLD.kind
    OR NEW.normal_sign <> OLD.normal_sign OR NEW.currency <> OLD.currency)
EXECUTE FUNCTION refuse('an account keeps its id, kind and currency');

CREATE TRIGGER accounts_move_with_the_journal BEFORE UPDATE ON accounts FOR EACH ROW
WHEN (NEW.posted_debits < OLD.posted_debits OR NEW.posted_credits < OLD.posted_credits OR NEW.last_seq < OLD.last_seq
    OR (NEW.last_seq = OLD.last_seq
        AND (NEW.posted_debits <> OLD.posted_debits OR NEW.posted_credits <> OLD.posted_credits)))
EXECUTE FUNCTION refuse('a balance moves only with a newer journal row');

CREATE TRIGGER accounts_are_never_deleted BEFORE DELETE OR TRUNCATE ON accounts
FOR EACH STATEMENT EXECUTE FUNCTION refuse('accounts are never deleted');

-- What an account has paid out on one business day. The day comes first, so that today lies together.
CREATE TABLE day_counters (
    day_number BIGINT NOT NULL, -- days since 0001-01-01
    account_no BIGINT NOT NULL,
    count      BIGINT NOT NULL CHECK (count > 0),
    spent      BIGINT NOT NULL CHECK (spent > 0),
    PRIMARY KEY (day_number, account_no)
) WITH (fillfactor = 70);

-- Who has paid whom, and first when; it could be rebuilt from the journal.
CREATE TABLE known_payees (
    payer_no      BIGINT NOT NULL,
    payee_no      BIGINT NOT NULL,
    first_paid_at BIGINT NOT NULL,
    PRIMARY KEY (payer_no, payee_no)
);

-- How much of a payment was given back. A payment that was not refunded has no row, so the hot path writes none.
CREATE TABLE refund_totals (
    payment_seq    BIGINT PRIMARY KEY REFERENCES transfers (seq),
    refunded_minor BIGINT NOT NULL CHECK (refunded_minor > 0)
);

CREATE FUNCTION fit_their_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.refunded_minor > (SELECT amount_minor FROM transfers WHERE seq = NEW.payment_seq) THEN
        RAISE EXCEPTION 'refunds never exceed their payment';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER refunds_fit_their_payment BEFORE INSERT OR UPDATE ON refund_totals
FOR EACH ROW EXECUTE FUNCTION fit_their_payment();

-- What a bot's role may do here: read all, add to the journal, move balances and counters. It changes no journal row, and
-- the chain's head only by adding to the journal.
CREATE FUNCTION grant_books_to(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), role);
    EXECUTE format('GRANT SELECT ON schema_migrations TO %I', role);
    EXECUTE format('GRANT SELECT, INSERT ON transfers TO %I', role);
    EXECUTE format('GRANT SELECT, UPDATE (locked) ON journal_head TO %I', role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON accounts, day_counters, refund_totals TO %I', role);
    EXECUTE format('GRANT SELECT, INSERT ON known_payees TO %I', role);
END $$;
