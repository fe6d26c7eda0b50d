-- How far a reader of the journal has come. Moved in the same commit as what it wrote because of what it read.
CREATE TABLE cursors (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq  BIGINT           NOT NULL CHECK (seq >= 0)
);

CREATE TRIGGER cursors_never_go_back BEFORE UPDATE ON cursors
FOR EACH ROW WHEN (NEW.seq < OLD.seq) EXECUTE FUNCTION refuse_to_forget('what was told is not told again');

CREATE FUNCTION grant_cursors_to(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON cursors TO %I', role);
END $$;
