-- The PINs that somebody had before the one they have: the newest two, so that a changed PIN is a new one.
-- Sealed tags like those of pins, bound to this table, the person and the moment: none can be put back in force by moving it.

CREATE TABLE former_pins (
    person_id  BIGINT  NOT NULL,
    chosen_at  BIGINT  NOT NULL,                         -- microseconds since 1970
    scheme     INTEGER NOT NULL,                         -- as in pins
    salt       BYTEA   NOT NULL CHECK (length(salt) = 16),
    sealed_tag BYTEA   NOT NULL,
    digits     INTEGER NOT NULL CHECK (digits BETWEEN 4 AND 8),
    PRIMARY KEY (person_id, chosen_at)
);

CREATE FUNCTION grant_former_pins_to(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON former_pins TO %I', role);
END $$;
