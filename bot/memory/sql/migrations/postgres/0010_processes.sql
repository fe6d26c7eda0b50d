-- Several processes may serve one bot. Who lives, whom each of them serves now, and who does what is done once.

-- This moment by the one clock that all processes share, in microseconds; it goes on within a transaction.
CREATE FUNCTION moment_now() RETURNS BIGINT LANGUAGE sql VOLATILE AS $$
    SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)
$$;

CREATE TABLE processes (
    process_id  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind        TEXT             NOT NULL CHECK (kind IN ('run', 'serve')),
    address     TEXT             NOT NULL,                   -- where others hand updates over to it; '' for nowhere
    started_at  BIGINT           NOT NULL,
    alive_until BIGINT           NOT NULL                    -- unless it beats again; whoever sees that it is over buries it
);

-- A person with work (a turn, a waiting update, an open PIN pad) is one process's alone. A holder without a row in
-- processes is dead, and its people are anybody's.
CREATE TABLE leases (
    person_id   BIGINT           NOT NULL PRIMARY KEY,
    process_id  TEXT COLLATE "C" NOT NULL,
    uses        BIGINT           NOT NULL CHECK (uses >= 1), -- 1: taken just now
    used_at     BIGINT           NOT NULL,
    left_behind SMALLINT         NOT NULL DEFAULT 0 CHECK (left_behind IN (0, 1))  -- another stored an update for the holder
) WITH (fillfactor = 50);                                    -- each use is a new version of the row, in the same page

CREATE INDEX leases_of_process ON leases (process_id);
CREATE INDEX leases_left_behind ON leases (process_id) WHERE left_behind = 1;

CREATE TABLE roles (
    name       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    process_id TEXT COLLATE "C" NOT NULL
);

-- What waits for one person is found without reading what waits for all others.
CREATE INDEX inbox_waiting_of_person ON inbox (person_id) WHERE handled_at IS NULL;

CREATE FUNCTION grant_processes_to(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON processes, leases, roles TO %I', role);
END $$;
