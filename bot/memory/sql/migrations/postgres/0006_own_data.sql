-- When somebody last took a copy of everything that is kept about them; and their handles, found without reading all.
CREATE TABLE own_exports (
    person_id   BIGINT NOT NULL PRIMARY KEY,
    exported_at BIGINT NOT NULL
);

CREATE INDEX handles_of_person ON handles (person_id);

CREATE FUNCTION grant_own_exports_to(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON own_exports TO %I', role);
END $$;
