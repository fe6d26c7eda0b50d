-- How far a reader of the journal has come. Moved in the same commit as what it wrote because of what it read.
CREATE TABLE cursors (
    name TEXT    NOT NULL PRIMARY KEY,
    seq  INTEGER NOT NULL CHECK (seq >= 0)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER cursors_never_go_back BEFORE UPDATE ON cursors WHEN new.seq < old.seq
BEGIN SELECT RAISE(ABORT, 'what was told is not told again'); END;
