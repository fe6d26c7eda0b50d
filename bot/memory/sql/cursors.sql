-- How far readers of the journal have come.

-- name: find_cursor
-- The last row this reader has dealt with.
SELECT seq FROM cursors WHERE name = :name;

-- name: move_cursor
-- It has dealt with everything up to here, if nobody moved it meanwhile.
INSERT INTO cursors (name, seq) SELECT CAST(:name AS TEXT), CAST(:seq AS BIGINT)
WHERE CAST(:from_seq AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM cursors WHERE name = :name)
ON CONFLICT (name) DO UPDATE SET seq = excluded.seq WHERE cursors.seq = :from_seq;
