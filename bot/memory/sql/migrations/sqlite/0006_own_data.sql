-- When somebody last took a copy of everything that is kept about them; and their handles, found without reading all.
CREATE TABLE own_exports (
    person_id   INTEGER NOT NULL PRIMARY KEY,
    exported_at INTEGER NOT NULL
) STRICT;

CREATE INDEX handles_of_person ON handles (person_id);
