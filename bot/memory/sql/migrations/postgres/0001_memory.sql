-- What the bot remembers. Cells named sealed_… are opaque without the field key; moments are microseconds since 1970.
-- Ids are compared by their bytes (COLLATE "C"), as SQLite does: the same order on both, whatever language the server speaks.

-- One row: which keys, which bot, and whether its money is play money.
CREATE TABLE deployment (
    one        SMALLINT         NOT NULL PRIMARY KEY CHECK (one = 1),
    keys_id    TEXT COLLATE "C" NOT NULL,
    bot_id     BIGINT,
    town       SMALLINT         NOT NULL CHECK (town IN (0, 1)),
    created_at BIGINT           NOT NULL,
    latest_at  BIGINT           NOT NULL                 -- the latest moment a process has seen here
);

-- Everybody who ever wrote to the bot, and those who were funded before they did.
CREATE TABLE people (
    person_id       BIGINT           NOT NULL PRIMARY KEY, -- Telegram's numeric id
    account_id      TEXT COLLATE "C" UNIQUE,               -- minted before the ledger is asked to open it
    handle          TEXT COLLATE "C" UNIQUE,
    sealed_name     BYTEA,
    sealed_username BYTEA,
    username_index  BYTEA,                                 -- last seen alias; decides nothing
    language        TEXT,                                  -- what they chose
    language_hint   TEXT,                                  -- what their Telegram is set to
    created_at      BIGINT           NOT NULL,
    registered_at   BIGINT,
    name_changed_at BIGINT,
    blocked_bot_at  BIGINT,
    CHECK (registered_at IS NULL OR (account_id IS NOT NULL AND handle IS NOT NULL AND sealed_name IS NOT NULL))
);

CREATE INDEX people_username ON people (username_index) WHERE username_index IS NOT NULL;

-- Every handle ever given. It is never given to anyone else, even when its owner has another one now.
CREATE TABLE handles (
    handle    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    person_id BIGINT           NOT NULL,
    given_at  BIGINT           NOT NULL
);

CREATE FUNCTION refuse_to_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0];
END $$;

CREATE TRIGGER handles_are_never_taken_back BEFORE DELETE OR TRUNCATE ON handles
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget('a handle stays with its first owner');
CREATE TRIGGER handles_are_never_passed_on BEFORE UPDATE ON handles
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget('a handle stays with its first owner');

CREATE TABLE contacts (
    owner_id        BIGINT NOT NULL,
    contact_id      BIGINT NOT NULL,
    sealed_nickname BYTEA,
    added_at        BIGINT NOT NULL,
    PRIMARY KEY (owner_id, contact_id),
    CHECK (owner_id <> contact_id)
);

CREATE TABLE blocks (
    owner_id   BIGINT NOT NULL,
    blocked_id BIGINT NOT NULL,
    blocked_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, blocked_id)
);

-- Who paid or was paid by whom; both directions of a pair are written.
CREATE TABLE acquaintances (
    person_id BIGINT NOT NULL,
    other_id  BIGINT NOT NULL,
    met_at    BIGINT NOT NULL,
    paid_at   BIGINT,                                    -- when person_id last paid other_id
    PRIMARY KEY (person_id, other_id),
    CHECK (person_id <> other_id)
);

-- Look-ups of strangers, counted in windows.
CREATE TABLE lookups (
    person_id    BIGINT  NOT NULL PRIMARY KEY,
    window_at    BIGINT  NOT NULL,
    lookup_count INTEGER NOT NULL CHECK (lookup_count >= 0)
);

CREATE TABLE conversations (
    person_id    BIGINT   NOT NULL PRIMARY KEY,
    version      BIGINT   NOT NULL CHECK (version >= 1),
    sealed_state BYTEA    NOT NULL,
    idle         SMALLINT NOT NULL CHECK (idle IN (0, 1)),
    deadline_at  BIGINT,
    updated_at   BIGINT   NOT NULL
);

CREATE INDEX conversations_unfinished ON conversations (person_id) WHERE idle = 0;
CREATE INDEX conversations_due ON conversations (deadline_at) WHERE deadline_at IS NOT NULL;

-- Updates as they arrived. A tap on the pad and digits alone have no body; every body goes once it is handled.
CREATE TABLE inbox (
    bot_id      BIGINT NOT NULL,
    update_id   BIGINT NOT NULL,
    person_id   BIGINT,
    kind        TEXT   NOT NULL,
    sealed_body BYTEA,
    arrived_at  BIGINT NOT NULL,
    handled_at  BIGINT,
    PRIMARY KEY (bot_id, update_id),
    CHECK (handled_at IS NULL OR sealed_body IS NULL)
);

CREATE INDEX inbox_waiting ON inbox (bot_id, update_id) WHERE handled_at IS NULL;

-- How far each bot's updates have been taken, kept when old rows are pruned.
CREATE TABLE inbox_offsets (
    bot_id         BIGINT NOT NULL PRIMARY KEY,
    next_update_id BIGINT NOT NULL,
    taken_at       BIGINT NOT NULL
);

-- Updates nobody could read, for whoever mends the reader.
CREATE TABLE put_aside (
    bot_id       BIGINT NOT NULL,
    update_id    BIGINT NOT NULL,
    reason       TEXT   NOT NULL,
    sealed_shape BYTEA  NOT NULL,
    arrived_at   BIGINT NOT NULL,
    PRIMARY KEY (bot_id, update_id)
);

-- Messages on their way. The body goes once a message is sent; what was owed to whom stays, as evidence.
CREATE TABLE outbox (
    position    BIGINT           GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- order within a chat
    outbox_id   TEXT COLLATE "C" NOT NULL UNIQUE,
    chat_id     BIGINT           NOT NULL,
    person_id   BIGINT           NOT NULL,
    bubble      TEXT COLLATE "C",
    kind        TEXT             NOT NULL CHECK (kind IN ('prompt', 'notice', 'edit', 'erase')),
    state       TEXT             NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'uncertain', 'blocked', 'rejected', 'superseded')),
    sealed_body BYTEA,
    message_id  BIGINT,
    cause       TEXT COLLATE "C",
    created_at  BIGINT           NOT NULL,
    due_at      BIGINT           NOT NULL,
    attempts    INTEGER          NOT NULL DEFAULT 0,
    doubts      INTEGER          NOT NULL DEFAULT 0,                       -- attempts that may have arrived
    ended_at    BIGINT,
    CHECK ((state IN ('waiting', 'sending')) = (ended_at IS NULL))
);

CREATE INDEX outbox_open ON outbox (chat_id, position) WHERE state IN ('waiting', 'sending');
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_blocked ON outbox (person_id) WHERE state = 'blocked';
CREATE INDEX outbox_bubble ON outbox (bubble) WHERE bubble IS NOT NULL AND state IN ('waiting', 'sending');
CREATE INDEX outbox_cause ON outbox (cause) WHERE cause IS NOT NULL;

-- Where a bubble of ours stands in a chat, once Telegram has numbered it.
CREATE TABLE bubbles (
    bubble     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    chat_id    BIGINT           NOT NULL,
    message_id BIGINT           NOT NULL,
    placed_at  BIGINT           NOT NULL
);

-- What a payment was for. The digest stands in the journal; without the sealed salt it says nothing.
CREATE TABLE notes (
    payment_id  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    sealed_note BYTEA            NOT NULL,
    digest      BYTEA            NOT NULL CHECK (length(digest) = 32)
);

-- Claims about payments, for the support desk to adopt. One for each person and payment.
CREATE TABLE claims (
    claim_id   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    payment_id TEXT COLLATE "C" NOT NULL,
    person_id  BIGINT           NOT NULL,
    reference  TEXT             NOT NULL,
    reason     TEXT             NOT NULL,
    claimed_at BIGINT           NOT NULL,
    UNIQUE (payment_id, person_id)
);

CREATE TABLE thanks (
    payment_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    person_id  BIGINT           NOT NULL,
    thanked_at BIGINT           NOT NULL
);

-- What a bot's role may do here: everything but change a handle's owner, or the tables themselves.
CREATE FUNCTION grant_memory_to(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON people, contacts, blocks, acquaintances, lookups TO %I', role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON conversations, inbox, inbox_offsets, put_aside TO %I', role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, bubbles, notes, claims, thanks TO %I', role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON deployment TO %I', role);
    EXECUTE format('GRANT SELECT, INSERT ON handles TO %I', role);
END $$;
