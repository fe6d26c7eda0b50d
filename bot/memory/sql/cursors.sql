-- How far readers of the journal have come.

-- name: find_cursor
-- The last row this reader has dealt with.
SELECT seq FROM cursors WHERE name = :name;

-- name: move_cursor
-- It has dealt with everything up to here, if nobody moved it meanwhile.
INSERT INTO cursors (name, seq) SELECT :name, :seq WHERE :from_seq = 0 OR EXISTS (SELECT 1 FROM cursors WHERE name = :name)
ON CONFLICT (name) DO UPDATE SET seq = excluded.seq WHERE cursors.seq = :from_seq;
