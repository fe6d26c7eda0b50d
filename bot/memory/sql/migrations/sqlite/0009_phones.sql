-- Whose phone number is whose: one person a number, one number a person. The number itself is sealed, and found by a
-- keyed index alone.
CREATE TABLE phones (
    person_id    INTEGER NOT NULL PRIMARY KEY,
    phone_index  BLOB    NOT NULL UNIQUE CHECK (length(phone_index) = 32),
    sealed_phone BLOB    NOT NULL,
    bound_at     INTEGER NOT NULL
) STRICT;
