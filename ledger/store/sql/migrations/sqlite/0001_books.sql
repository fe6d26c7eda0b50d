-- The books. Amounts are minor units, moments are microseconds since 1970-01-01 UTC.
-- The CHECKs and triggers hold what the plans hold, a second time: they are not how anything is refused.

CREATE TABLE accounts (
    account_no       INTEGER PRIMARY KEY,
    account_id       TEXT    NOT NULL UNIQUE,
    kind             TEXT    NOT NULL CHECK (length(kind) > 0),
    normal_sign      INTEGER NOT NULL CHECK (normal_sign IN (-1, 1)), -- 1: credit raises it (we owe), -1: debit does
    currency         TEXT    NOT NULL CHECK (length(currency) = 3),
    opened_at        INTEGER NOT NULL,
    posted_debits    INTEGER NOT NULL DEFAULT 0 CHECK (posted_debits >= 0),
    posted_credits   INTEGER NOT NULL DEFAULT 0 CHECK (posted_credits >= 0),
    held             INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
    last_seq         INTEGER NOT NULL DEFAULT 0 CHECK (last_seq >= 0), -- its newest row; 0: none
    frozen           INTEGER NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1)),
    thaws_at         INTEGER,
    first_payment_at INTEGER,
    first_day_spent  INTEGER NOT NULL DEFAULT 0 CHECK (first_day_spent >= 0),
    CONSTRAINT available_is_never_negative CHECK ((posted_credits - posted_debits) * normal_sign >= held)
) STRICT;

-- Entry id and the accounts' ids are not stored again in each row: an entry's id is its moment and its first seq.
CREATE TABLE transfers (
    seq               INTEGER PRIMARY KEY,
    entry_first_seq   INTEGER NOT NULL CHECK (entry_first_seq BETWEEN 1 AND seq),
    kind              TEXT    NOT NULL CHECK (length(kind) > 0),
    cause             TEXT    NOT NULL CHECK (length(cause) > 0),
    at                INTEGER NOT NULL,
    debit_account_no  INTEGER NOT NULL REFERENCES accounts (account_no),
    credit_account_no INTEGER NOT NULL REFERENCES accounts (account_no),
    amount_minor      INTEGER NOT NULL CHECK (amount_minor > 0),
    currency          TEXT    NOT NULL CHECK (length(currency) = 3),
    note_digest       BLOB             CHECK (length(note_digest) = 32),
    reference         TEXT    NOT NULL CHECK (length(reference) = 12),
    related           TEXT             CHECK (length(related) > 0),
    debit_previous    INTEGER NOT NULL CHECK (debit_previous BETWEEN 0 AND seq - 1),
    credit_previous   INTEGER NOT NULL CHECK (credit_previous BETWEEN 0 AND seq - 1),
    prev_hash         BLOB    NOT NULL CHECK (length(prev_hash) = 32),
    hash              BLOB    NOT NULL CHECK (length(hash) = 32),
    CONSTRAINT a_transfer_has_two_accounts CHECK (debit_account_no <> credit_account_no)
) STRICT;

-- One cause moves money once; a kind more would be another leg of the same entry. Ids are time-ordered, so it grows at its end.
CREATE UNIQUE INDEX transfers_by_cause ON transfers (cause, kind);

CREATE TRIGGER transfers_follow_each_other BEFORE INSERT ON transfers
WHEN NEW.prev_hash IS NOT (SELECT hash FROM transfers WHERE seq = NEW.seq - 1)
    AND NOT (NEW.seq = 1 AND NEW.prev_hash = zeroblob(32))
BEGIN
    SELECT RAISE(ABORT, 'a journal row follows the row before it');
END;

CREATE TRIGGER transfers_are_never_changed BEFORE UPDATE ON transfers
BEGIN
    SELECT RAISE(ABORT, 'journal rows are never changed');
END;

CREATE TRIGGER transfers_are_never_deleted BEFORE DELETE ON transfers
BEGIN
    SELECT RAISE(ABORT, 'journal rows are never deleted');
END;

CREATE TRIGGER accounts_keep_what_they_are
BEFORE UPDATE OF account_no, account_id, kind, normal_sign, currency ON accounts
WHEN NEW.account_no <> OLD.account_no OR NEW.account_id <> OLD.account_id OR NEW.kind <> OLD.kind
    OR NEW.normal_sign <> OLD.normal_sign OR NEW.currency <> OLD.currency
BEGIN
    SELECT RAISE(ABORT, 'an account keeps its id, kind and currency');
END;

CREATE TRIGGER accounts_move_with_the_journal
BEFORE UPDATE OF posted_debits, posted_credits, last_seq ON accounts
WHEN NEW.posted_debits < OLD.posted_debits OR NEW.posted_credits < OLD.posted_credits OR NEW.last_seq < OLD.last_seq
    OR (NEW.last_seq = OLD.last_seq
        AND (NEW.posted_debits <> OLD.posted_debits OR NEW.posted_credits <> OLD.posted_credits))
BEGIN
    SELECT RAISE(ABORT, 'a balance moves only with a newer journal row');
END;

CREATE TRIGGER accounts_are_never_deleted BEFORE DELETE ON accounts
BEGIN
    SELECT RAISE(ABORT, 'accounts are never deleted');
END;

-- What an account has paid out on one business day. The day comes first, so that today lies together.
CREATE TABLE day_counters (
    day_number INTEGER NOT NULL, -- days since 0001-01-01
    account_no INTEGER NOT NULL,
    count      INTEGER NOT NULL CHECK (count > 0),
    spent      INTEGER NOT NULL CHECK (spent > 0),
    PRIMARY KEY (day_number, account_no)
) STRICT, WITHOUT ROWID;

-- Who has paid whom, and first when; it could be rebuilt from the journal.
CREATE TABLE known_payees (
    payer_no      INTEGER NOT NULL,
    payee_no      INTEGER NOT NULL,
    first_paid_at INTEGER NOT NULL,
    PRIMARY KEY (payer_no, payee_no)
) STRICT, WITHOUT ROWID;

-- How much of a payment was given back. A payment that was not refunded has no row, so the hot path writes none.
CREATE TABLE refund_totals (
    payment_seq    INTEGER PRIMARY KEY REFERENCES transfers (seq),
    refunded_minor INTEGER NOT NULL CHECK (refunded_minor > 0)
) STRICT;

CREATE TRIGGER refunds_fit_their_payment BEFORE INSERT ON refund_totals
WHEN NEW.refunded_minor > (SELECT amount_minor FROM transfers WHERE seq = NEW.payment_seq)
BEGIN
    SELECT RAISE(ABORT, 'refunds never exceed their payment');
END;

CREATE TRIGGER refunds_still_fit_their_payment BEFORE UPDATE ON refund_totals
WHEN NEW.refunded_minor > (SELECT amount_minor FROM transfers WHERE seq = NEW.payment_seq)
BEGIN
    SELECT RAISE(ABORT, 'refunds never exceed their payment');
END;
