-- Whose phone number is whose: one person a number, one number a person. The number itself is sealed, and found by a
-- keyed index alone.
CREATE TABLE phones (
    person_id    BIGINT NOT NULL PRIMARY KEY,
    phone_index  BYTEA  NOT NULL UNIQUE CHECK (length(phone_index) = 32),
    sealed_phone BYTEA  NOT NULL,
    bound_at     BIGINT NOT NULL
);

CREATE FUNCTION grant_phones_to(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON phones TO %I', role);
END $$;
