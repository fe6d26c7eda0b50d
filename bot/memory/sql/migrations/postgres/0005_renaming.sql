-- When the handle last changed, and what people were called before, for as long as payers are told of it.
ALTER TABLE people ADD COLUMN handle_changed_at BIGINT;

CREATE TABLE former_names (
    person_id   BIGINT NOT NULL,
    used_until  BIGINT NOT NULL,                         -- the moment of the change
    sealed_name BYTEA  NOT NULL,
    PRIMARY KEY (person_id, used_until)
);

CREATE INDEX former_names_used_until ON former_names (used_until);

CREATE FUNCTION grant_former_names_to(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON former_names TO %I', role);
END $$;
