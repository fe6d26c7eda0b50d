-- What the bot remembers. Cells named sealed_… are opaque without the field key; moments are microseconds since 1970.

-- One row: which keys, which bot, and whether its money is play money.
CREATE TABLE deployment (
    one        INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    keys_id    TEXT    NOT NULL,
    bot_id     INTEGER,
    town       INTEGER NOT NULL CHECK (town IN (0, 1)),
    created_at INTEGER NOT NULL,
    latest_at  INTEGER NOT NULL                             -- the latest moment a process has seen here
) STRICT;

-- Everybody who ever wrote to the bot, and those who were funded before they did.
CREATE TABLE people (
    person_id       INTEGER NOT NULL PRIMARY KEY,           -- Telegram's numeric id
    account_id      TEXT    UNIQUE,                         -- minted before the ledger is asked to open it
    handle          TEXT    UNIQUE,
    sealed_name     BLOB,
    sealed_username BLOB,
    username_index  BLOB,                                   -- last seen alias; decides nothing
    language        TEXT,                                   -- what they chose
    language_hint   TEXT,                                   -- what their Telegram is set to
    created_at      INTEGER NOT NULL,
    registered_at   INTEGER,
    name_changed_at INTEGER,
    blocked_bot_at  INTEGER,
    CHECK (registered_at IS NULL OR (account_id IS NOT NULL AND handle IS NOT NULL AND sealed_name IS NOT NULL))
) STRICT;

CREATE INDEX people_username ON people (username_index) WHERE username_index IS NOT NULL;

-- Every handle ever given. It is never given to anyone else, even when its owner has another one now.
CREATE TABLE handles (
    handle    TEXT    NOT NULL PRIMARY KEY,
    person_id INTEGER NOT NULL,
    given_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER handles_are_never_taken_back BEFORE DELETE ON handles
BEGIN SELECT RAISE(ABORT, 'a handle stays with its first owner'); END;
CREATE TRIGGER handles_are_never_passed_on BEFORE UPDATE ON handles
BEGIN SELECT RAISE(ABORT, 'a handle stays with its first owner'); END;

CREATE TABLE contacts (
    owner_id        INTEGER NOT NULL,
    contact_id      INTEGER NOT NULL,
    sealed_nickname BLOB,
    added_at        INTEGER NOT NULL,
    PRIMARY KEY (owner_id, contact_id),
    CHECK (owner_id <> contact_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks (
    owner_id   INTEGER NOT NULL,
    blocked_id INTEGER NOT NULL,
    blocked_at INTEGER NOT NULL,
    PRIMARY KEY (owner_id, blocked_id)
) STRICT, WITHOUT ROWID;

-- Who paid or was paid by whom; both directions of a pair are written.
CREATE TABLE acquaintances (
    person_id INTEGER NOT NULL,
    other_id  INTEGER NOT NULL,
    met_at    INTEGER NOT NULL,
    paid_at   INTEGER,                                      -- when person_id last paid other_id
    PRIMARY KEY (person_id, other_id),
    CHECK (person_id <> other_id)
) STRICT, WITHOUT ROWID;

-- Look-ups of strangers, counted in windows.
CREATE TABLE lookups (
    person_id    INTEGER NOT NULL PRIMARY KEY,
    window_at    INTEGER NOT NULL,
    lookup_count INTEGER NOT NULL CHECK (lookup_count >= 0)
) STRICT;

CREATE TABLE conversations (
    person_id    INTEGER NOT NULL PRIMARY KEY,
    version      INTEGER NOT NULL CHECK (version >= 1),
    sealed_state BLOB    NOT NULL,
    idle         INTEGER NOT NULL CHECK (idle IN (0, 1)),
    deadline_at  INTEGER,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX conversations_unfinished ON conversations (person_id) WHERE idle = 0;
CREATE INDEX conversations_due ON conversations (deadline_at) WHERE deadline_at IS NOT NULL;

-- Updates as they arrived. A tap on the pad and digits alone have no body; every body goes once it is handled.
CREATE TABLE inbox (
    bot_id      INTEGER NOT NULL,
    update_id   INTEGER NOT NULL,
    person_id   INTEGER,
    kind        TEXT    NOT NULL,
    sealed_body BLOB,
    arrived_at  INTEGER NOT NULL,
    handled_at  INTEGER,
    PRIMARY KEY (bot_id, update_id),
    CHECK (handled_at IS NULL OR sealed_body IS NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX inbox_waiting ON inbox (bot_id, update_id) WHERE handled_at IS NULL;

-- How far each bot's updates have been taken, kept when old rows are pruned.
CREATE TABLE inbox_offsets (
    bot_id         INTEGER NOT NULL PRIMARY KEY,
    next_update_id INTEGER NOT NULL,
    taken_at       INTEGER NOT NULL
) STRICT;

-- Updates nobody could read, for whoever mends the reader.
CREATE TABLE put_aside (
    bot_id       INTEGER NOT NULL,
    update_id    INTEGER NOT NULL,
    reason       TEXT    NOT NULL,
    sealed_shape BLOB    NOT NULL,
    arrived_at   INTEGER NOT NULL,
    PRIMARY KEY (bot_id, update_id)
) STRICT, WITHOUT ROWID;

-- Messages on their way. The body goes once a message is sent; what was owed to whom stays, as evidence.
CREATE TABLE outbox (
    position    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,  -- order within a chat
    outbox_id   TEXT    NOT NULL UNIQUE,
    chat_id     INTEGER NOT NULL,
    person_id   INTEGER NOT NULL,
    bubble      TEXT,
    kind        TEXT    NOT NULL CHECK (kind IN ('prompt', 'notice', 'edit', 'erase')),
    state       TEXT    NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'uncertain', 'blocked', 'rejected', 'superseded')),
    sealed_body BLOB,
    message_id  INTEGER,
    cause       TEXT,
    created_at  INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    doubts      INTEGER NOT NULL DEFAULT 0,                  -- attempts that may have arrived
    ended_at    INTEGER,
    CHECK ((state IN ('waiting', 'sending')) = (ended_at IS NULL))
) STRICT;

CREATE INDEX outbox_open ON outbox (chat_id, position) WHERE state IN ('waiting', 'sending');
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_blocked ON outbox (person_id) WHERE state = 'blocked';
CREATE INDEX outbox_bubble ON outbox (bubble) WHERE bubble IS NOT NULL AND state IN ('waiting', 'sending');
CREATE INDEX outbox_cause ON outbox (cause) WHERE cause IS NOT NULL;

-- Where a bubble of ours stands in a chat, once Telegram has numbered it.
CREATE TABLE bubbles (
    bubble     TEXT    NOT NULL PRIMARY KEY,
    chat_id    INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    placed_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a payment was for. The digest stands in the journal; without the sealed salt it says nothing.
CREATE TABLE notes (
    payment_id  TEXT NOT NULL PRIMARY KEY,
    sealed_note BLOB NOT NULL,
    digest      BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT, WITHOUT ROWID;

-- Claims about payments, for the support desk to adopt. One for each person and payment.
CREATE TABLE claims (
    claim_id   TEXT    NOT NULL PRIMARY KEY,
    payment_id TEXT    NOT NULL,
    person_id  INTEGER NOT NULL,
    reference  TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    claimed_at INTEGER NOT NULL,
    UNIQUE (payment_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE thanks (
    payment_id TEXT    NOT NULL PRIMARY KEY,
    person_id  INTEGER NOT NULL,
    thanked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
