-- When the handle last changed, and what people were called before, for as long as payers are told of it.
ALTER TABLE people ADD COLUMN handle_changed_at INTEGER;

CREATE TABLE former_names (
    person_id   INTEGER NOT NULL,
    used_until  INTEGER NOT NULL,                           -- the moment of the change
    sealed_name BLOB    NOT NULL,
    PRIMARY KEY (person_id, used_until)
) STRICT, WITHOUT ROWID;

CREATE INDEX former_names_used_until ON former_names (used_until);
