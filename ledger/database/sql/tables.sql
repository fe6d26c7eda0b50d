-- What tables a database has, so that all of them can be read without knowing any.

-- name: table_columns
-- Every column of every table in order, and its place in the primary key (0: not in it).
SELECT t.name AS table_name, c.name AS column_name, c.pk AS key_place, c.type = 'TEXT' AS is_text
FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid;

-- name: table_columns [postgres]
-- Every column of every table in order, and its place in the primary key (0: not in it).
SELECT t.relname AS table_name, a.attname AS column_name,
       coalesce((SELECT k.place FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place) WHERE k.number = a.attnum), 0) AS key_place,
       a.atttypid = CAST('text' AS regtype) AS is_text
FROM pg_class AS t
JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index AS i ON i.indrelid = t.oid AND i.indisprimary
WHERE t.relkind = 'r' AND t.relnamespace = CAST(current_schema() AS regnamespace)
ORDER BY t.relname, a.attnum;

-- name: go_on_counting
-- What counts by itself goes on behind the last row. SQLite does that by itself.
SELECT 1 AS next WHERE 1 = 0;

-- name: go_on_counting [postgres]
-- What counts by itself goes on behind the last row.
SELECT setval(pg_get_serial_sequence('outbox', 'position'), max(position)) AS next FROM outbox HAVING max(position) > 0;

-- name: take_statistics
-- SQLite needs none for what it is asked here.
SELECT 1 AS done;

-- name: take_statistics [postgres]
-- How many rows there are now, so that they are looked for in the right way.
ANALYZE;
