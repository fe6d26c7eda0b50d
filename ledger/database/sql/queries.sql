-- Which migrations a database has seen; everything else about schemas is in the rooms' own migrations.

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
