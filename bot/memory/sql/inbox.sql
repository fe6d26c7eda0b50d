-- Updates, from arrival until they are handled.

-- name: insert_update
-- One more update, and its number, unless it is here already; one without a body leaves only its number.
INSERT INTO inbox (bot_id, update_id, person_id, kind, sealed_body, arrived_at, handled_at)
VALUES (:bot_id, :update_id, :person_id, :kind, :sealed_body, :now, :handled_at)
ON CONFLICT (bot_id, update_id) DO NOTHING RETURNING update_id;

-- name: move_offset
-- How far this bot's updates have been taken. Telegram may start its numbers anew after a quiet week.
INSERT INTO inbox_offsets (bot_id, next_update_id, taken_at) VALUES (:bot_id, :next_update_id, :now)
ON CONFLICT (bot_id) DO UPDATE SET next_update_id = excluded.next_update_id, taken_at = excluded.taken_at;

-- name: move_offset [postgres]
-- The same; but where another process moves it at this moment, nobody waits for that. A step that is left out costs one
-- repetition after a restart, and what is repeated is known by its number.
WITH moved AS (
    UPDATE inbox_offsets SET next_update_id = CAST(:next_update_id AS BIGINT), taken_at = CAST(:now AS BIGINT)
    WHERE bot_id = (SELECT bot_id FROM inbox_offsets WHERE bot_id = :bot_id FOR UPDATE SKIP LOCKED)
)
INSERT INTO inbox_offsets (bot_id, next_update_id, taken_at)
SELECT CAST(:bot_id AS BIGINT), CAST(:next_update_id AS BIGINT), CAST(:now AS BIGINT)
WHERE NOT EXISTS (SELECT 1 FROM inbox_offsets WHERE bot_id = :bot_id) ON CONFLICT (bot_id) DO NOTHING;

-- name: find_offset
-- Where to go on after a restart.
SELECT next_update_id, taken_at FROM inbox_offsets WHERE bot_id = :bot_id;

-- name: waiting_updates
-- Updates that nobody has finished with, in order of arrival.
SELECT bot_id, update_id, person_id, kind, sealed_body, arrived_at FROM inbox
WHERE handled_at IS NULL AND bot_id = :bot_id AND update_id > :after ORDER BY update_id LIMIT :most;

-- name: waiting_updates_of
-- Updates of these people that nobody has finished with, in order of arrival.
SELECT bot_id, update_id, person_id, kind, sealed_body, arrived_at FROM inbox
WHERE handled_at IS NULL AND bot_id = :bot_id AND person_id IN (SELECT value FROM json_each(:people))
ORDER BY update_id;

-- name: waiting_updates_of [postgres]
-- Updates of these people that nobody has finished with, in order of arrival.
SELECT bot_id, update_id, person_id, kind, sealed_body, arrived_at FROM inbox
WHERE handled_at IS NULL AND bot_id = :bot_id
  AND person_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:people AS json)))
ORDER BY update_id;

-- name: find_waiting
-- Whether nobody has finished with it.
SELECT 1 AS waits FROM inbox WHERE bot_id = :bot_id AND update_id = :update_id AND handled_at IS NULL;

-- name: update_handled
-- It is done: only the number stays, so that it is not done again.
UPDATE inbox SET handled_at = :now, sealed_body = NULL
WHERE bot_id = :bot_id AND update_id = :update_id AND handled_at IS NULL;

-- name: inbox_backlog
-- How many updates wait, and since when.
SELECT count(*) AS waiting, min(arrived_at) AS oldest_at FROM inbox WHERE handled_at IS NULL;

-- name: insert_put_aside
-- An update nobody could read.
INSERT INTO put_aside (bot_id, update_id, reason, sealed_shape, arrived_at)
VALUES (:bot_id, :update_id, :reason, :sealed_shape, :now) ON CONFLICT (bot_id, update_id) DO NOTHING;

-- name: list_put_aside
-- What could not be read, newest first.
SELECT bot_id, update_id, reason, sealed_shape, arrived_at FROM put_aside ORDER BY arrived_at DESC LIMIT :most;

-- name: prune_inbox
-- Forget the numbers of some updates that Telegram no longer repeats.
DELETE FROM inbox WHERE (bot_id, update_id) IN (
    SELECT bot_id, update_id FROM inbox WHERE handled_at < :before ORDER BY handled_at LIMIT :most);

-- name: prune_put_aside
-- Forget some of what nobody came to mend.
DELETE FROM put_aside WHERE (bot_id, update_id) IN (
    SELECT bot_id, update_id FROM put_aside WHERE arrived_at < :before ORDER BY arrived_at LIMIT :most);
