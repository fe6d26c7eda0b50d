-- Several processes may serve one bot. Who lives, whom each of them serves now, and who does what is done once.

CREATE TABLE processes (
    process_id  TEXT    NOT NULL PRIMARY KEY,
    kind        TEXT    NOT NULL CHECK (kind IN ('run', 'serve')),
    address     TEXT    NOT NULL,                            -- where others hand updates over to it; '' for nowhere
    started_at  INTEGER NOT NULL,
    alive_until INTEGER NOT NULL                             -- unless it beats again; whoever sees that it is over buries it
) STRICT, WITHOUT ROWID;

-- A person with work (a turn, a waiting update, an open PIN pad) is one process's alone. A holder without a row in
-- processes is dead, and its people are anybody's.
CREATE TABLE leases (
    person_id   INTEGER NOT NULL PRIMARY KEY,
    process_id  TEXT    NOT NULL,
    uses        INTEGER NOT NULL CHECK (uses >= 1),          -- 1: taken just now
    used_at     INTEGER NOT NULL,
    left_behind INTEGER NOT NULL DEFAULT 0 CHECK (left_behind IN (0, 1))  -- another stored an update for the holder
) STRICT;

CREATE INDEX leases_of_process ON leases (process_id);
CREATE INDEX leases_left_behind ON leases (process_id) WHERE left_behind = 1;

CREATE TABLE roles (
    name       TEXT NOT NULL PRIMARY KEY,
    process_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What waits for one person is found without reading what waits for all others.
CREATE INDEX inbox_waiting_of_person ON inbox (person_id) WHERE handled_at IS NULL;
