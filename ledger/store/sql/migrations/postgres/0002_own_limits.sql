-- Limits that people set for themselves. Amounts are minor units of the account's currency.

CREATE TABLE own_limits (
    account_no  BIGINT NOT NULL REFERENCES accounts (account_no),
    kind        TEXT   NOT NULL CHECK (kind IN ('per_payment', 'per_day', 'per_payee')),
    limit_minor BIGINT NOT NULL CHECK (limit_minor > 0),
    set_at      BIGINT NOT NULL, -- microseconds since 1970-01-01 UTC
    PRIMARY KEY (account_no, kind)
);

-- Whether an account has any, beside its balance: a payment by somebody without own limits looks nowhere else.
ALTER TABLE accounts ADD COLUMN has_own_limits SMALLINT NOT NULL DEFAULT 0 CHECK (has_own_limits IN (0, 1));

CREATE FUNCTION grant_own_limits_to(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON own_limits TO %I', role);
END $$;
