-- Messages on their way, and where our bubbles stand.
-- What was sent stays for a month, so every query of the open ones says ``state IN ('waiting', 'sending')`` in full: only
-- then does a database use the indexes that hold the open ones alone.
-- On PostgreSQL the one who sends and the one who writes work side by side: whoever reads a row in order to change it
-- holds it until the commit.

-- name: insert_outgoing
-- One more message, behind everything its chat waits for.
INSERT INTO outbox (outbox_id, chat_id, person_id, bubble, kind, state, sealed_body, message_id, cause, created_at, due_at)
VALUES (:outbox_id, :chat_id, :person_id, :bubble, :kind, 'waiting', :sealed_body, :message_id, :cause, :now, :now);

-- name: insert_and_claim
-- The same, under way at once if nothing else is open in its chat; where its bubble stands, if it is one. Asked only
-- where one writer writes.
INSERT INTO outbox (outbox_id, chat_id, person_id, bubble, kind, state, attempts, sealed_body, message_id, cause, created_at,
                    due_at)
SELECT :outbox_id, CAST(:chat_id AS BIGINT), CAST(:person_id AS BIGINT), :bubble, :kind,
       CASE open.rows WHEN 0 THEN 'sending' ELSE 'waiting' END, CASE open.rows WHEN 0 THEN 1 ELSE 0 END,
       :sealed_body, CAST(:message_id AS BIGINT), :cause, CAST(:now AS BIGINT), CAST(:now AS BIGINT)
FROM (SELECT count(*) AS rows FROM outbox WHERE chat_id = :chat_id AND state IN ('waiting', 'sending')) AS open
RETURNING state, (SELECT b.message_id FROM bubbles AS b WHERE b.bubble = :bubble) AS stands;

-- name: find_bubble
-- Where a bubble stands.
SELECT chat_id, message_id FROM bubbles WHERE bubble = :bubble;

-- name: find_bubble_at
-- Whether a bubble stands in a message.
SELECT 1 AS stands FROM bubbles WHERE chat_id = :chat_id AND message_id = :message_id LIMIT 1;

-- name: put_bubble
-- Telegram has numbered it, or numbered it anew.
INSERT INTO bubbles (bubble, chat_id, message_id, placed_at) VALUES (:bubble, :chat_id, :message_id, :now)
ON CONFLICT (bubble) DO UPDATE SET chat_id = excluded.chat_id, message_id = excluded.message_id;

-- name: put_bubble_of_outgoing
-- The message that should become a bubble stands under this number, in whatever chat it went to.
INSERT INTO bubbles (bubble, chat_id, message_id, placed_at)
SELECT bubble, chat_id, CAST(:message_id AS BIGINT), CAST(:now AS BIGINT) FROM outbox
WHERE outbox_id = :outbox_id AND bubble IS NOT NULL AND state IN ('waiting', 'sending')
ON CONFLICT (bubble) DO UPDATE SET chat_id = excluded.chat_id, message_id = excluded.message_id;

-- name: forget_bubble
-- It is gone from the chat.
DELETE FROM bubbles WHERE bubble = :bubble;

-- name: find_waiting_of_bubble
-- What waits to be said in a bubble.
SELECT outbox_id, kind, cause FROM outbox
WHERE bubble = :bubble AND chat_id = :chat_id AND state IN ('waiting', 'sending') AND state <> 'sending'
ORDER BY position DESC;

-- name: find_waiting_of_bubble [postgres]
-- The same, held: none of them leaves before what replaces it is written.
SELECT outbox_id, kind, cause FROM outbox
WHERE bubble = :bubble AND chat_id = :chat_id AND state IN ('waiting', 'sending') AND state <> 'sending'
ORDER BY position DESC FOR UPDATE;

-- name: find_placed
-- Whether the bubble stands in a chat or is on its way there; asked at once, since it may arrive meanwhile.
SELECT 1 AS placed
WHERE EXISTS (SELECT 1 FROM outbox WHERE bubble = :bubble AND state IN ('waiting', 'sending') AND state <> 'waiting')
   OR EXISTS (SELECT 1 FROM bubbles WHERE bubble = :bubble);

-- name: supersede_edits
-- A newer picture of the bubble makes these needless.
UPDATE outbox SET state = 'superseded', sealed_body = NULL, ended_at = :now
WHERE bubble = :bubble AND chat_id = :chat_id AND state IN ('waiting', 'sending') AND state <> 'sending' AND kind = 'edit';

-- name: replace_unsent
-- The bubble was not sent yet: it is sent as it reads now.
UPDATE outbox SET sealed_body = :sealed_body, kind = :kind, cause = coalesce(:cause, cause)
WHERE outbox_id = :outbox_id AND state = 'waiting';

-- name: wait_for_claims
-- Whoever claims waits for whoever claims at this moment. On SQLite there is one writer.
SELECT 1 AS turn;

-- name: wait_for_claims [postgres]
-- Whoever claims waits for whoever claims at this moment; the number stands for that and nothing else.
SELECT CAST(pg_advisory_xact_lock(7236837200932) AS TEXT) AS turn;

-- name: due_outgoing
-- Messages that may go now: due, in a chat where nothing is under way, behind nothing that is still waited for. What was
-- in doubt ``:patience`` times holds up nobody behind it.
-- The body of one with a large file is left where it is until it is said: two hundred of them do not fit in memory.
SELECT o.outbox_id, o.chat_id, o.person_id, o.bubble, o.kind, o.cause, o.attempts, o.created_at,
       CASE WHEN length(o.sealed_body) <= :light THEN o.sealed_body END AS sealed_body,
       length(o.sealed_body) > :light AS heavy,
       coalesce(o.message_id, b.message_id) AS message_id
FROM outbox AS o LEFT JOIN bubbles AS b ON b.bubble = o.bubble
WHERE o.state = 'waiting' AND o.due_at <= :now
  AND NOT EXISTS (SELECT 1 FROM outbox AS other WHERE other.chat_id = o.chat_id AND other.state IN ('waiting', 'sending')
                  AND (other.state = 'sending' OR (other.position < o.position AND other.doubts < :patience)))
ORDER BY o.position LIMIT :most;

-- name: due_outgoing [postgres]
-- The same. What somebody writes at this moment is left for the next time: it wakes us once it is committed.
SELECT o.outbox_id, o.chat_id, o.person_id, o.bubble, o.kind, o.cause, o.attempts, o.created_at,
       CASE WHEN length(o.sealed_body) <= :light THEN o.sealed_body END AS sealed_body,
       length(o.sealed_body) > :light AS heavy,
       coalesce(o.message_id, b.message_id) AS message_id
FROM outbox AS o LEFT JOIN bubbles AS b ON b.bubble = o.bubble
WHERE o.state = 'waiting' AND o.due_at <= :now
  AND NOT EXISTS (SELECT 1 FROM outbox AS other WHERE other.chat_id = o.chat_id AND other.state IN ('waiting', 'sending')
                  AND (other.state = 'sending' OR (other.position < o.position AND other.doubts < :patience)))
ORDER BY o.position LIMIT :most FOR UPDATE OF o SKIP LOCKED;

-- name: find_body
-- What one message says.
SELECT sealed_body FROM outbox WHERE outbox_id = :outbox_id;

-- name: start_sending
-- It is under way; after a crash from here on it is said again.
UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE outbox_id = :outbox_id AND state = 'waiting';

-- name: find_outgoing
-- One message.
SELECT outbox_id, chat_id, person_id, bubble, kind, state, cause, attempts, doubts FROM outbox WHERE outbox_id = :outbox_id;

-- name: find_outgoing [postgres]
-- One message, held.
SELECT outbox_id, chat_id, person_id, bubble, kind, state, cause, attempts, doubts FROM outbox
WHERE outbox_id = :outbox_id FOR UPDATE;

-- name: recover_sending
-- What was under way when a process died waits again, in its old place.
UPDATE outbox SET state = 'waiting', due_at = :now WHERE state IN ('waiting', 'sending') AND state <> 'waiting';

-- name: end_outgoing
-- It will not be sent again; its words go.
UPDATE outbox SET state = :state, sealed_body = CASE WHEN :state = 'blocked' THEN sealed_body END,
                  message_id = coalesce(:message_id, message_id), ended_at = :now
WHERE outbox_id = :outbox_id AND state IN ('sending', 'waiting');

-- name: wait_again
-- It is tried again at a moment, with a doubt more or not.
UPDATE outbox SET state = 'waiting', due_at = :due_at, doubts = doubts + :doubt
WHERE outbox_id = :outbox_id AND state IN ('sending', 'waiting');

-- name: become_message
-- The bubble it would have edited is gone, or takes no edit: it is said as a message of its own.
UPDATE outbox SET state = 'waiting', kind = CASE WHEN cause IS NULL THEN 'prompt' ELSE 'notice' END,
                  message_id = NULL, due_at = :now, doubts = doubts + :doubt
WHERE outbox_id = :outbox_id AND state IN ('sending', 'waiting');

-- name: hurry
-- The far side answers again: what waits because it did not is tried now.
UPDATE outbox SET due_at = :now WHERE state = 'waiting' AND due_at > :now AND doubts > 0;

-- name: requeue_blocked
-- They are back: what they were owed about money is said now.
UPDATE outbox SET state = 'waiting', due_at = :now, ended_at = NULL, doubts = 0
WHERE person_id = :person_id AND state = 'blocked' AND cause IS NOT NULL;

-- name: withdraw_prompts
-- A newer answer to the same person in a group makes those that still wait needless.
UPDATE outbox SET state = 'superseded', sealed_body = NULL, ended_at = :now
WHERE chat_id = :chat_id AND person_id = :person_id AND kind = 'prompt'
  AND state IN ('waiting', 'sending') AND state <> 'sending'
  AND NOT EXISTS (SELECT 1 FROM group_payments WHERE group_payments.outbox_id = outbox.outbox_id);

-- name: move_outgoing
-- The group has another number now; what waits for it goes there, in its old place.
UPDATE outbox SET chat_id = :new_chat_id, sealed_body = :sealed_body, state = 'waiting', due_at = :now
WHERE outbox_id = :outbox_id AND state IN ('waiting', 'sending');

-- name: find_open_rows_of_chat
-- Everything that is still to be said in a chat.
SELECT outbox_id, person_id, kind, sealed_body FROM outbox
WHERE chat_id = :chat_id AND state IN ('waiting', 'sending') ORDER BY position;

-- name: find_open_rows_of_chat [postgres]
-- The same, held.
SELECT outbox_id, person_id, kind, sealed_body FROM outbox
WHERE chat_id = :chat_id AND state IN ('waiting', 'sending') ORDER BY position FOR UPDATE;

-- name: find_by_cause
-- Whom a payment was told to, and how that went.
SELECT person_id, kind, state, message_id, created_at, ended_at FROM outbox WHERE cause = :cause ORDER BY position;

-- name: outbox_backlog
-- How many messages wait, and since when the oldest could have gone.
SELECT count(*) AS waiting, min(due_at) AS oldest_at FROM outbox WHERE state IN ('waiting', 'sending') AND due_at <= :now;

-- name: next_due
-- When the first open message of any chat will next be due; what stands behind one under way follows it.
SELECT o.due_at FROM outbox AS o
WHERE o.state = 'waiting'
  AND NOT EXISTS (SELECT 1 FROM outbox AS other WHERE other.chat_id = o.chat_id AND other.state IN ('waiting', 'sending')
                  AND (other.state = 'sending' OR (other.position < o.position AND other.doubts < :patience)))
ORDER BY o.due_at LIMIT 1;

-- name: find_open_of_chat
-- Whether something is still to be said in a chat.
SELECT 1 AS open FROM outbox WHERE chat_id = :chat_id AND state IN ('waiting', 'sending') LIMIT 1;

-- name: prune_outbox
-- Forget some of what ended long ago; what somebody who blocked us is owed stays.
DELETE FROM outbox WHERE position IN (
    SELECT position FROM outbox WHERE ended_at < :before AND NOT (state = 'blocked' AND cause IS NOT NULL)
    ORDER BY ended_at LIMIT :most);

-- name: prune_bubbles
-- Forget where some messages stand that nobody edits any more.
DELETE FROM bubbles WHERE bubble IN (
    SELECT bubble FROM bubbles WHERE placed_at < :before ORDER BY placed_at LIMIT :most);
