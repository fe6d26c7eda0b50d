-- Groups: who was seen there, links that lead from a command into the private chat, and payments that were begun there.
-- Of what people say to each other in a group nothing is kept.

CREATE TABLE group_members (
    chat_id   INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    seen_at   INTEGER NOT NULL,
    PRIMARY KEY (chat_id, person_id)
) STRICT, WITHOUT ROWID;

-- One row for each group that did something: when it was greeted, and when it was told that a nameless admin is nobody.
CREATE TABLE groups (
    chat_id     INTEGER NOT NULL PRIMARY KEY,
    greeted_at  INTEGER,
    nameless_at INTEGER,
    moved_to    INTEGER                                     -- the supergroup that it became
) STRICT;

-- What was said to the bot, for whoever said it, until the button under the answer is pressed or its time is over.
CREATE TABLE group_links (
    link_index  BLOB    NOT NULL PRIMARY KEY,               -- keyed index of the link; the link itself is kept nowhere
    person_id   INTEGER NOT NULL,
    sealed_said BLOB    NOT NULL,
    expires_at  INTEGER NOT NULL,
    used        INTEGER NOT NULL CHECK (used IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Where a payment was begun; outbox_id is the line that shows it there, once its payer chose to.
CREATE TABLE group_payments (
    payment_id TEXT    NOT NULL PRIMARY KEY,
    chat_id    INTEGER NOT NULL,
    thread_id  INTEGER,
    message_id INTEGER NOT NULL,
    begun_at   INTEGER NOT NULL,
    outbox_id  TEXT    UNIQUE
) STRICT, WITHOUT ROWID;
