-- Groups: who was seen there, links that lead from a command into the private chat, and payments that were begun there.
-- Of what people say to each other in a group nothing is kept.

CREATE TABLE group_members (
    chat_id   BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    seen_at   BIGINT NOT NULL,
    PRIMARY KEY (chat_id, person_id)
);

-- One row for each group that did something: when it was greeted, and when it was told that a nameless admin is nobody.
CREATE TABLE groups (
    chat_id     BIGINT NOT NULL PRIMARY KEY,
    greeted_at  BIGINT,
    nameless_at BIGINT,
    moved_to    BIGINT                                   -- the supergroup that it became
);

-- What was said to the bot, for whoever said it, until the button under the answer is pressed or its time is over.
CREATE TABLE group_links (
    link_index  BYTEA    NOT NULL PRIMARY KEY,           -- keyed index of the link; the link itself is kept nowhere
    person_id   BIGINT   NOT NULL,
    sealed_said BYTEA    NOT NULL,
    expires_at  BIGINT   NOT NULL,
    used        SMALLINT NOT NULL CHECK (used IN (0, 1))
);

-- Where a payment was begun; outbox_id is the line that shows it there, once its payer chose to.
CREATE TABLE group_payments (
    payment_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    chat_id    BIGINT           NOT NULL,
    thread_id  BIGINT,
    message_id BIGINT           NOT NULL,
    begun_at   BIGINT           NOT NULL,
    outbox_id  TEXT COLLATE "C" UNIQUE
);

CREATE FUNCTION grant_groups_to(role TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON group_members, groups, group_links, group_payments TO %I', role);
END $$;
