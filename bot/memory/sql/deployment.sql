-- Which deployment this database is.

-- name: find_deployment
-- The one row, or none in a new database. The latest moment is that of the newest message or update, if they are newer.
SELECT keys_id, bot_id, town, created_at, filled_from,
       max(latest_at,
           coalesce((SELECT created_at FROM outbox ORDER BY position DESC LIMIT 1), 0),
           coalesce((SELECT max(taken_at) FROM inbox_offsets), 0)) AS latest_at
FROM deployment WHERE one = 1;

-- name: find_deployment [postgres]
-- The one row, or none in a new database. The latest moment is that of the newest message or update, if they are newer.
SELECT keys_id, bot_id, town, created_at, filled_from,
       greatest(latest_at,
                (SELECT created_at FROM outbox ORDER BY position DESC LIMIT 1),
                (SELECT max(taken_at) FROM inbox_offsets)) AS latest_at
FROM deployment WHERE one = 1;

-- name: filled_from
-- Where from a copy fills this database, if one does.
SELECT filled_from FROM deployment WHERE one = 1;

-- name: filled
-- The last row of the copy is here.
UPDATE deployment SET filled_from = NULL WHERE one = 1;

-- name: insert_deployment
-- A new database belongs to these keys from now on.
INSERT INTO deployment (one, keys_id, bot_id, town, created_at, latest_at)
VALUES (1, :keys_id, NULL, :town, :now, :now) ON CONFLICT (one) DO NOTHING;

-- name: bind_bot
-- And to this bot, the first one that ran on it.
UPDATE deployment SET bot_id = :bot_id WHERE one = 1 AND bot_id IS NULL;

-- name: see_moment
-- Remember the latest moment, never an earlier one.
UPDATE deployment SET latest_at = :now WHERE one = 1 AND latest_at < :now;

-- name: put_moment
-- Somebody says that the clock is right now, and was not before.
UPDATE deployment SET latest_at = :now WHERE one = 1;
