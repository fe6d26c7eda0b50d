-- A PIN as the vault keeps it: an Argon2id tag that is sealed with a key outside this database, and the count of wrong tries.

CREATE TABLE pins (
    person_id    BIGINT  NOT NULL PRIMARY KEY,
    scheme       INTEGER NOT NULL,                                -- 1: Argon2id 1.3, 19456 KiB, t=2, p=1, tag of 32 bytes
    salt         BYTEA   NOT NULL CHECK (length(salt) = 16),
    sealed_tag   BYTEA   NOT NULL,                                -- key version, nonce, tag under AES-GCM-SIV
    digits       INTEGER NOT NULL CHECK (digits BETWEEN 4 AND 8), -- how long it is, so that its pad fits
    wrong_count  INTEGER NOT NULL DEFAULT 0 CHECK (wrong_count >= 0),
    locked_until BIGINT,                                          -- microseconds since 1970; set before the last try is judged
    changed_at   BIGINT  NOT NULL
);

CREATE INDEX pins_locked ON pins (locked_until) WHERE locked_until IS NOT NULL;

-- The latest moment at which the vault counted a try: a clock that is set back across a restart shortens no lock.
CREATE TABLE pin_clock (
    one       SMALLINT NOT NULL PRIMARY KEY CHECK (one = 1),
    latest_at BIGINT   NOT NULL
);

INSERT INTO pin_clock (one, latest_at) VALUES (1, 0);

CREATE FUNCTION grant_pins_to(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON pins TO %I', role);
    EXECUTE format('GRANT SELECT, UPDATE ON pin_clock TO %I', role);
END $$;
