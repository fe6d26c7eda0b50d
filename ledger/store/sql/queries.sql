-- The books' own queries. Those that run for every batch come first; they take lists as JSON, one query for one table.
-- CROSS JOIN keeps SQLite to the order in which the tables stand. What a batch writes goes by position: SQLite runs the
-- statement once for each row, PostgreSQL takes the columns as arrays, or the rows by COPY.
-- PostgreSQL keeps a plan that it made when the tables were empty: = ANY, and LATERAL with a LIMIT, leave it no choice but
-- the key, where a join with what is named may become a walk through the whole index.

-- name: head
-- Find the growing end of the journal.
SELECT seq, hash FROM transfers ORDER BY seq DESC LIMIT 1;

-- name: head_to_extend
-- Find the growing end of the journal, and keep it: nobody else adds a row before this transaction ends.
SELECT seq, hash FROM transfers ORDER BY seq DESC LIMIT 1;

-- name: head_to_extend [postgres]
-- Find the growing end of the journal, and keep it: nobody else adds a row before this transaction ends.
SELECT seq, hash FROM journal_head WHERE one = 1 FOR UPDATE;

-- name: hash_at
-- Read the hash that a row bears.
SELECT hash FROM transfers WHERE seq = :seq;

-- name: named_accounts
-- Load the accounts a batch names, with what they have paid out today.
SELECT
    a.account_no, a.account_id, a.kind, a.currency, a.posted_debits, a.posted_credits, a.held, a.last_seq,
    a.frozen, a.thaws_at, a.first_payment_at, a.first_day_spent, a.has_own_limits, d.count, d.spent
FROM json_each(:account_ids) AS named
CROSS JOIN accounts AS a ON a.account_id = named.value
LEFT JOIN day_counters AS d ON d.day_number = :day_number AND d.account_no = a.account_no;

-- name: named_accounts [postgres]
-- Load the accounts a batch names, with what they have paid out today.
SELECT
    a.account_no, a.account_id, a.kind, a.currency, a.posted_debits, a.posted_credits, a.held, a.last_seq,
    a.frozen, a.thaws_at, a.first_payment_at, a.first_day_spent, a.has_own_limits, d.count, d.spent
FROM accounts AS a
LEFT JOIN LATERAL (
    SELECT c.count, c.spent FROM day_counters AS c
    WHERE c.day_number = :day_number AND c.account_no = a.account_no LIMIT 1
) AS d ON TRUE
WHERE a.account_id = ANY (ARRAY(SELECT json_array_elements_text(CAST(:account_ids AS JSON))));

-- name: named_own_limits
-- Load the limits that these accounts' owners set.
SELECT o.account_no, o.kind, o.limit_minor
FROM json_each(:account_nos) AS named CROSS JOIN own_limits AS o ON o.account_no = named.value;

-- name: named_own_limits [postgres]
-- Load the limits that these accounts' owners set.
SELECT o.account_no, o.kind, o.limit_minor
FROM json_array_elements_text(CAST(:account_nos AS JSON)) AS named (value)
JOIN own_limits AS o ON o.account_no = CAST(named.value AS BIGINT);

-- name: paid_to_each_today
-- Add up what these accounts paid to each payee today. It walks back along an account's own rows until all that its
-- counter of today says was spent is found, so it needs no counter of its own and trusts no clock to run forwards.
WITH RECURSIVE walk (payer_no, seq, to_find) AS (
    SELECT a.account_no, a.last_seq, d.spent
    FROM json_each(:account_nos) AS named
    CROSS JOIN accounts AS a ON a.account_no = named.value
    CROSS JOIN day_counters AS d ON d.day_number = :day_number AND d.account_no = a.account_no
    UNION ALL
    SELECT
        walk.payer_no,
        CASE WHEN t.debit_account_no = walk.payer_no THEN t.debit_previous ELSE t.credit_previous END,
        walk.to_find - CASE
            WHEN t.kind = 'payment' AND t.debit_account_no = walk.payer_no
                AND t.at >= :day_begins_at AND t.at < :day_ends_at
            THEN t.amount_minor ELSE 0
        END
    FROM walk CROSS JOIN transfers AS t ON t.seq = walk.seq
    WHERE walk.to_find > 0
)
SELECT walk.payer_no, c.account_id AS payee, sum(t.amount_minor) AS spent
FROM walk
CROSS JOIN transfers AS t ON t.seq = walk.seq
CROSS JOIN accounts AS c ON c.account_no = t.credit_account_no
WHERE walk.to_find > 0 AND t.kind = 'payment' AND t.debit_account_no = walk.payer_no
    AND t.at >= :day_begins_at AND t.at < :day_ends_at
GROUP BY walk.payer_no, c.account_id;

-- name: paid_to_each_today [postgres]
-- Add up what these accounts paid to each payee today. It walks back along an account's own rows until all that its
-- counter of today says was spent is found, so it needs no counter of its own and trusts no clock to run forwards.
WITH RECURSIVE walk (payer_no, seq, to_find) AS (
    SELECT a.account_no, a.last_seq, d.spent
    FROM json_array_elements_text(CAST(:account_nos AS JSON)) AS named (value)
    JOIN accounts AS a ON a.account_no = CAST(named.value AS BIGINT)
    JOIN day_counters AS d ON d.day_number = :day_number AND d.account_no = a.account_no
    UNION ALL
    SELECT
        walk.payer_no,
        CASE WHEN t.debit_account_no = walk.payer_no THEN t.debit_previous ELSE t.credit_previous END,
        walk.to_find - CASE
            WHEN t.kind = 'payment' AND t.debit_account_no = walk.payer_no
                AND t.at >= :day_begins_at AND t.at < :day_ends_at
            THEN t.amount_minor ELSE 0
        END
    FROM walk JOIN transfers AS t ON t.seq = walk.seq
    WHERE walk.to_find > 0
)
SELECT walk.payer_no, c.account_id AS payee, CAST(sum(t.amount_minor) AS BIGINT) AS spent
FROM walk
JOIN transfers AS t ON t.seq = walk.seq
JOIN accounts AS c ON c.account_no = t.credit_account_no
WHERE walk.to_find > 0 AND t.kind = 'payment' AND t.debit_account_no = walk.payer_no
    AND t.at >= :day_begins_at AND t.at < :day_ends_at
GROUP BY walk.payer_no, c.account_id;

-- name: named_transfers
-- Find what was already done for these causes, and the payments that refunds name.
SELECT
    t.seq, t.entry_first_seq, t.kind, t.cause, t.at, d.account_id AS debit_account, c.account_id AS credit_account,
    t.amount_minor, t.currency, t.note_digest, t.reference, t.related, t.debit_previous, t.credit_previous,
    t.prev_hash, t.hash
FROM json_each(:causes) AS named
CROSS JOIN transfers AS t ON t.cause = named.value
CROSS JOIN accounts AS d ON d.account_no = t.debit_account_no
CROSS JOIN accounts AS c ON c.account_no = t.credit_account_no;

-- name: named_transfers [postgres]
-- Find what was already done for these causes, and the payments that refunds name.
SELECT
    t.seq, t.entry_first_seq, t.kind, t.cause, t.at, d.account_id AS debit_account, c.account_id AS credit_account,
    t.amount_minor, t.currency, t.note_digest, t.reference, t.related, t.debit_previous, t.credit_previous,
    t.prev_hash, t.hash
FROM transfers AS t
JOIN accounts AS d ON d.account_no = t.debit_account_no
JOIN accounts AS c ON c.account_no = t.credit_account_no
WHERE t.cause = ANY (ARRAY(SELECT json_array_elements_text(CAST(:causes AS JSON))));

-- name: named_refund_totals
-- Load how much was given back of the payments that refunds name.
SELECT t.cause, r.refunded_minor
FROM json_each(:causes) AS named
CROSS JOIN transfers AS t ON t.cause = named.value
CROSS JOIN refund_totals AS r ON r.payment_seq = t.seq;

-- name: named_refund_totals [postgres]
-- Load how much was given back of the payments that refunds name.
SELECT t.cause, r.refunded_minor
FROM transfers AS t JOIN refund_totals AS r ON r.payment_seq = t.seq
WHERE t.cause = ANY (ARRAY(SELECT json_array_elements_text(CAST(:causes AS JSON))));

-- name: named_known_payees
-- Find which of these (payer, payee) pairs have a payment.
SELECT payer.account_id AS payer, payee.account_id AS payee
FROM json_each(:pairs) AS named
CROSS JOIN accounts AS payer ON payer.account_id = json_extract(named.value, '$[0]')
CROSS JOIN accounts AS payee ON payee.account_id = json_extract(named.value, '$[1]')
CROSS JOIN known_payees AS k ON k.payer_no = payer.account_no AND k.payee_no = payee.account_no;

-- name: named_known_payees [postgres]
-- Find which of these (payer, payee) pairs have a payment.
SELECT payer.account_id AS payer, payee.account_id AS payee
FROM json_array_elements(CAST(:pairs AS JSON)) AS named (value)
JOIN accounts AS payer ON payer.account_id = named.value ->> 0
JOIN accounts AS payee ON payee.account_id = named.value ->> 1
JOIN known_payees AS k ON k.payer_no = payer.account_no AND k.payee_no = payee.account_no;

-- name: last_account_no
-- Find the number the next account follows.
SELECT coalesce(max(account_no), 0) AS account_no FROM accounts;

-- name: insert_account
-- Open an account; its money comes by update.
INSERT INTO accounts (account_no, account_id, kind, normal_sign, currency, opened_at) VALUES (?, ?, ?, ?, ?, ?);

-- name: insert_account [postgres]
-- Open an account; its money comes by update.
COPY accounts (account_no, account_id, kind, normal_sign, currency, opened_at) FROM STDIN;

-- name: insert_transfer
-- Append a row to the journal.
INSERT INTO transfers (
    seq, entry_first_seq, kind, cause, at, debit_account_no, credit_account_no, amount_minor, currency, note_digest,
    reference, related, debit_previous, credit_previous, prev_hash, hash
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: insert_transfer [postgres]
-- Append a row to the journal.
COPY transfers (
    seq, entry_first_seq, kind, cause, at, debit_account_no, credit_account_no, amount_minor, currency, note_digest,
    reference, related, debit_previous, credit_previous, prev_hash, hash
) FROM STDIN;

-- name: update_account
-- Keep how an account's money stands after the batch.
UPDATE accounts
SET posted_debits = ?, posted_credits = ?, held = ?, last_seq = ?, first_payment_at = ?, first_day_spent = ?
WHERE account_no = ?;

-- name: update_account [postgres]
-- Keep how an account's money stands after the batch.
UPDATE accounts AS a
SET posted_debits = n.posted_debits, posted_credits = n.posted_credits, held = n.held, last_seq = n.last_seq,
    first_payment_at = n.first_payment_at, first_day_spent = n.first_day_spent
FROM unnest(?::BIGINT[], ?::BIGINT[], ?::BIGINT[], ?::BIGINT[], ?::BIGINT[], ?::BIGINT[], ?::BIGINT[])
    AS n (posted_debits, posted_credits, held, last_seq, first_payment_at, first_day_spent, account_no)
WHERE a.account_no = n.account_no;

-- name: update_freeze
-- Keep whether an account may pay.
UPDATE accounts SET frozen = ?, thaws_at = ? WHERE account_no = ?;

-- name: update_freeze [postgres]
-- Keep whether an account may pay.
UPDATE accounts AS a SET frozen = n.frozen, thaws_at = n.thaws_at
FROM unnest(?::SMALLINT[], ?::BIGINT[], ?::BIGINT[]) AS n (frozen, thaws_at, account_no)
WHERE a.account_no = n.account_no;

-- name: upsert_own_limit
-- Keep a limit that a person set.
INSERT INTO own_limits (account_no, kind, limit_minor, set_at) VALUES (?, ?, ?, ?)
ON CONFLICT (account_no, kind) DO UPDATE SET limit_minor = excluded.limit_minor, set_at = excluded.set_at;

-- name: upsert_own_limit [postgres]
-- Keep a limit that a person set.
INSERT INTO own_limits (account_no, kind, limit_minor, set_at)
SELECT * FROM unnest(?::BIGINT[], ?::TEXT[], ?::BIGINT[], ?::BIGINT[])
ON CONFLICT (account_no, kind) DO UPDATE SET limit_minor = excluded.limit_minor, set_at = excluded.set_at;

-- name: delete_own_limit
-- Take away a limit that a person set.
DELETE FROM own_limits WHERE account_no = ? AND kind = ?;

-- name: delete_own_limit [postgres]
-- Take away a limit that a person set.
DELETE FROM own_limits AS o USING unnest(?::BIGINT[], ?::TEXT[]) AS n (account_no, kind)
WHERE o.account_no = n.account_no AND o.kind = n.kind;

-- name: update_has_own_limits
-- Keep whether an account has any.
UPDATE accounts SET has_own_limits = ? WHERE account_no = ?;

-- name: update_has_own_limits [postgres]
-- Keep whether an account has any.
UPDATE accounts AS a SET has_own_limits = n.has FROM unnest(?::SMALLINT[], ?::BIGINT[]) AS n (has, account_no)
WHERE a.account_no = n.account_no;

-- name: upsert_day_counter
-- Keep what an account has paid out today.
INSERT INTO day_counters (day_number, account_no, count, spent) VALUES (?, ?, ?, ?)
ON CONFLICT (day_number, account_no) DO UPDATE SET count = excluded.count, spent = excluded.spent;

-- name: upsert_day_counter [postgres]
-- Keep what an account has paid out today.
INSERT INTO day_counters (day_number, account_no, count, spent)
SELECT * FROM unnest(?::BIGINT[], ?::BIGINT[], ?::BIGINT[], ?::BIGINT[])
ON CONFLICT (day_number, account_no) DO UPDATE SET count = excluded.count, spent = excluded.spent;

-- name: insert_known_payee
-- Remember that a payer has paid a payee.
INSERT INTO known_payees (payer_no, payee_no, first_paid_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING;

-- name: insert_known_payee [postgres]
-- Remember that a payer has paid a payee.
INSERT INTO known_payees (payer_no, payee_no, first_paid_at)
SELECT * FROM unnest(?::BIGINT[], ?::BIGINT[], ?::BIGINT[]) ON CONFLICT DO NOTHING;

-- name: insert_milestone
-- Remember how an account stood after a row.
INSERT INTO milestones (account_no, seq, posted_debits, posted_credits) VALUES (?, ?, ?, ?);

-- name: insert_milestone [postgres]
-- Remember how an account stood after a row.
COPY milestones (account_no, seq, posted_debits, posted_credits) FROM STDIN;

-- name: upsert_refund_total
-- Keep how much of a payment was given back.
INSERT INTO refund_totals (payment_seq, refunded_minor) VALUES (?, ?)
ON CONFLICT (payment_seq) DO UPDATE SET refunded_minor = excluded.refunded_minor;

-- name: upsert_refund_total [postgres]
-- Keep how much of a payment was given back.
INSERT INTO refund_totals (payment_seq, refunded_minor) SELECT * FROM unnest(?::BIGINT[], ?::BIGINT[])
ON CONFLICT (payment_seq) DO UPDATE SET refunded_minor = excluded.refunded_minor;

-- name: transfers_after
-- Read the journal onwards, in order, a page at a time.
SELECT
    t.seq, t.entry_first_seq, t.kind, t.cause, t.at, d.account_id AS debit_account, c.account_id AS credit_account,
    t.amount_minor, t.currency, t.note_digest, t.reference, t.related, t.debit_previous, t.credit_previous,
    t.prev_hash, t.hash
FROM transfers AS t
CROSS JOIN accounts AS d CROSS JOIN accounts AS c
WHERE d.account_no = t.debit_account_no AND c.account_no = t.credit_account_no AND t.seq > :after AND t.seq <= :up_to
ORDER BY t.seq LIMIT :limit;

-- name: history_page
-- Walk an account's rows, newest first, by the pointer each row has to the account's previous one.
WITH RECURSIVE page (seq, place) AS (
    SELECT CAST(:start AS BIGINT), 1
    UNION ALL
    SELECT
        CASE
            WHEN t.debit_account_no = :account_no THEN t.debit_previous
            WHEN t.credit_account_no = :account_no THEN t.credit_previous
        END,
        page.place + 1
    FROM page CROSS JOIN transfers AS t
    WHERE t.seq = page.seq AND page.place <= :limit
)
SELECT
    t.seq, t.kind, t.cause, t.at, t.debit_account_no = :account_no AS debited, other.account_id AS other_account,
    t.amount_minor, t.currency, t.reference, t.related,
    CASE WHEN t.debit_account_no = :account_no THEN t.debit_previous ELSE t.credit_previous END AS previous_seq
FROM page CROSS JOIN transfers AS t CROSS JOIN accounts AS other
WHERE t.seq = page.seq
    AND other.account_no = CASE WHEN t.debit_account_no = :account_no THEN t.credit_account_no ELSE t.debit_account_no END
    AND page.place <= :limit AND :account_no IN (t.debit_account_no, t.credit_account_no)
ORDER BY page.place;

-- name: walk_back
-- Walk an account's rows after a place in the journal, newest first, with no more of each than a sum needs.
WITH RECURSIVE walk (seq, step) AS (
    SELECT CAST(:start AS BIGINT), 1
    UNION ALL
    SELECT
        CASE
            WHEN t.debit_account_no = :account_no THEN t.debit_previous
            WHEN t.credit_account_no = :account_no THEN t.credit_previous
        END,
        walk.step + 1
    FROM walk CROSS JOIN transfers AS t
    WHERE t.seq = walk.seq AND walk.step <= :limit AND walk.seq > :after
)
SELECT
    t.seq, CASE WHEN t.debit_account_no = :account_no THEN -t.amount_minor ELSE t.amount_minor END AS credited,
    CASE WHEN t.debit_account_no = :account_no THEN t.debit_previous ELSE t.credit_previous END AS previous_seq
FROM walk CROSS JOIN transfers AS t
WHERE t.seq = walk.seq AND walk.step <= :limit AND walk.seq > :after
    AND :account_no IN (t.debit_account_no, t.credit_account_no)
ORDER BY walk.step;

-- name: place_before
-- Find the last row of the journal that is older than a moment, by halving what is left. Where a clock was set back there
-- may be several such places: it is always the same one.
WITH RECURSIVE search (place, step) AS (
    SELECT CAST(0 AS BIGINT), CAST(1099511627776 AS BIGINT)
    UNION ALL
    SELECT
        CASE
            WHEN (SELECT t.at FROM transfers AS t WHERE t.seq = search.place + search.step) < CAST(:until AS BIGINT)
            THEN search.place + search.step ELSE search.place
        END,
        search.step / 2
    FROM search WHERE search.step > 0
)
SELECT place FROM search WHERE step = 0;

-- name: milestone_after
-- Find the first milestone of an account after a place in the journal.
SELECT seq, posted_debits, posted_credits FROM milestones
WHERE account_no = :account_no AND seq > :after ORDER BY seq LIMIT 1;

-- name: milestones_after
-- Read every milestone in order, a page at a time.
SELECT account_no, seq, posted_debits, posted_credits FROM milestones
WHERE (account_no, seq) > (:account_no, :seq) ORDER BY account_no, seq LIMIT :limit;

-- name: row_of_account
-- Find where the page after a row begins, if the row is this account's.
SELECT CASE WHEN debit_account_no = :account_no THEN debit_previous ELSE credit_previous END AS previous_seq
FROM transfers WHERE seq = :seq AND :account_no IN (debit_account_no, credit_account_no);

-- name: transfers_at
-- Find the rows with these numbers.
SELECT
    t.seq, t.entry_first_seq, t.kind, t.cause, t.at, d.account_id AS debit_account, c.account_id AS credit_account,
    t.amount_minor, t.currency, t.note_digest, t.reference, t.related, t.debit_previous, t.credit_previous,
    t.prev_hash, t.hash
FROM json_each(:seqs) AS named
CROSS JOIN transfers AS t ON t.seq = named.value
CROSS JOIN accounts AS d ON d.account_no = t.debit_account_no
CROSS JOIN accounts AS c ON c.account_no = t.credit_account_no;

-- name: transfers_at [postgres]
-- Find the rows with these numbers.
SELECT
    t.seq, t.entry_first_seq, t.kind, t.cause, t.at, d.account_id AS debit_account, c.account_id AS credit_account,
    t.amount_minor, t.currency, t.note_digest, t.reference, t.related, t.debit_previous, t.credit_previous,
    t.prev_hash, t.hash
FROM json_array_elements_text(CAST(:seqs AS JSON)) AS named (value)
JOIN transfers AS t ON t.seq = CAST(named.value AS BIGINT)
JOIN accounts AS d ON d.account_no = t.debit_account_no
JOIN accounts AS c ON c.account_no = t.credit_account_no;

-- name: accounts_after
-- Read every account in order of its number, a page at a time.
SELECT
    account_no, account_id, kind, currency, posted_debits, posted_credits, held, last_seq,
    frozen, thaws_at, first_payment_at, first_day_spent
FROM accounts WHERE account_no > :after ORDER BY account_no LIMIT :limit;

-- name: refund_totals_after
-- Read what was given back of every payment, in order.
SELECT r.payment_seq, t.cause, r.refunded_minor
FROM refund_totals AS r CROSS JOIN transfers AS t
WHERE t.seq = r.payment_seq AND r.payment_seq > :after ORDER BY r.payment_seq LIMIT :limit;

-- name: day_counters_after
-- Read every day's counters in order, a page at a time; day and account as one number, as the auditor keeps them.
SELECT
    CASE
        WHEN day_number BETWEEN 0 AND 2147483647 AND account_no BETWEEN 1 AND 2147483647
        THEN (day_number << 32) | account_no ELSE -1
    END AS counted,
    count, spent
FROM day_counters
WHERE (day_number, account_no) > (:first, :second) ORDER BY day_number, account_no LIMIT :limit;

-- name: day_counter_at
-- Read one day's counter of an account, as the auditor keeps it.
SELECT (day_number << 32) | account_no AS counted, count, spent FROM day_counters
WHERE day_number = :first AND account_no = :second;

-- name: known_payees_after
-- Read in order who has paid whom, a page at a time; both as one number, as the auditor keeps them.
SELECT
    CASE
        WHEN payer_no BETWEEN 1 AND 2147483647 AND payee_no BETWEEN 1 AND 2147483647
        THEN (payer_no << 32) | payee_no ELSE -1
    END AS pair,
    first_paid_at
FROM known_payees
WHERE (payer_no, payee_no) > (:first, :second) ORDER BY payer_no, payee_no LIMIT :limit;

-- name: known_payee_at
-- Read when somebody first paid somebody, as the auditor keeps it.
SELECT (payer_no << 32) | payee_no AS pair, first_paid_at FROM known_payees
WHERE payer_no = :first AND payee_no = :second;

-- name: wrongly_marked_account
-- Find an account that says that it has own limits and has none, or the other way round.
SELECT a.account_no FROM accounts AS a
WHERE (a.has_own_limits = 1) <> EXISTS (SELECT 1 FROM own_limits AS o WHERE o.account_no = a.account_no) LIMIT 1;

-- name: account_numbers
-- Count the accounts: their numbers have no gaps.
SELECT count(*) AS accounts, coalesce(max(account_no), 0) AS largest FROM accounts;

-- name: account_names_after
-- Read what journal rows are hashed over in place of account numbers, in order, a page at a time.
SELECT account_no, account_id, currency FROM accounts WHERE account_no > :after ORDER BY account_no LIMIT :limit;

-- name: rows_to_verify
-- Read the journal onwards as it lies there: with account numbers, not ids.
SELECT
    seq, entry_first_seq, kind, cause, at, amount_minor, currency, note_digest, reference, related, debit_previous,
    credit_previous, prev_hash, hash, debit_account_no, credit_account_no
FROM transfers WHERE seq > :after AND seq <= :up_to ORDER BY seq LIMIT :limit;

-- name: wallet_currency
-- The currency of the first wallet: the others have the same.
SELECT currency FROM accounts WHERE kind = 'wallet' ORDER BY account_no LIMIT 1;

-- name: trial_balance
-- Add up both sides of all accounts of a kind and currency.
SELECT
    kind, currency, count(*) AS accounts, CAST(sum(posted_debits) AS BIGINT) AS posted_debits,
    CAST(sum(posted_credits) AS BIGINT) AS posted_credits, CAST(sum(held) AS BIGINT) AS held
FROM accounts GROUP BY currency, kind ORDER BY currency, kind;
