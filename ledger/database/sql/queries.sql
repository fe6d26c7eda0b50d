-- Which migrations a database has seen; everything else about schemas is in the rooms' own migrations.

-- name: wait_for_turn
-- One process migrates at a time; on SQLite there is one writer.
SELECT 1 AS turn;

-- name: wait_for_turn [postgres]
-- One process migrates at a time, until its transaction ends; the number stands for "hundi migrates" and nothing else.
SELECT CAST(pg_advisory_xact_lock(7236837200931) AS TEXT) AS turn;

-- name: take_time
-- A migration takes as long as it takes.
SELECT 1 AS timeless;

-- name: take_time [postgres]
-- A migration takes as long as it takes.
SELECT set_config('statement_timeout', '0', TRUE) AS timeless;

-- name: grants [postgres]
-- Find what gives a role its rights, room by room.
SELECT format('SELECT CAST(%I(:role) AS TEXT)', proname) AS call FROM pg_proc
WHERE pronamespace = CAST(current_schema() AS REGNAMESPACE) AND proname LIKE 'grant\_%\_to' ORDER BY proname;

-- name: create_schema_migrations
-- Make the list of applied migrations; each room counts on its own.
CREATE TABLE IF NOT EXISTS schema_migrations (
    room       TEXT   NOT NULL,
    number     BIGINT NOT NULL,
    title      TEXT   NOT NULL,
    checksum   TEXT   NOT NULL,
    applied_at BIGINT NOT NULL,
    PRIMARY KEY (room, number)
);

-- name: find_schema_migrations
-- Tell a new, empty database from one that was migrated.
SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations';

-- name: find_schema_migrations [postgres]
-- Tell a new, empty database from one that was migrated.
SELECT table_name AS name FROM information_schema.tables
WHERE table_schema = current_schema() AND table_name = 'schema_migrations';

-- name: applied_migrations
-- Compare what was applied with what the program has.
SELECT number, checksum FROM schema_migrations WHERE room = :room ORDER BY number;

-- name: insert_schema_migration
-- Remember a migration in the transaction that made it.
INSERT INTO schema_migrations (room, number, title, checksum, applied_at)
VALUES (:room, :number, :title, :checksum, :applied_at);
