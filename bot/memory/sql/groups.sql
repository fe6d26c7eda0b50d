-- Groups: members seen, links into the private chat, payments begun there.

-- name: put_member
-- They were seen there. An hour more or less is not worth a write.
INSERT INTO group_members (chat_id, person_id, seen_at) VALUES (:chat_id, :person_id, :now)
ON CONFLICT (chat_id, person_id) DO UPDATE SET seen_at = excluded.seen_at 
WHERE excluded.seen_at > group_members.seen_at + :often;

-- name: forget_member
-- They left.
DELETE FROM group_members WHERE chat_id = :chat_id AND person_id = :person_id;

-- name: forget_members
-- The bot left, so nobody is seen there any more.
DELETE FROM group_members WHERE chat_id = :chat_id;

-- name: find_members
-- Who was seen in a group, less the asker and whoever blocks them; the latest first.
SELECT m.person_id FROM group_members AS m
WHERE m.chat_id = :chat_id AND m.person_id <> :asker_id
  AND NOT EXISTS (SELECT 1 FROM blocks AS b WHERE b.owner_id = m.person_id AND b.blocked_id = :asker_id)
ORDER BY m.seen_at DESC LIMIT :most;

-- name: put_group
-- A group that did something.
INSERT INTO groups (chat_id) VALUES (:chat_id) ON CONFLICT (chat_id) DO NOTHING;

-- name: greet
-- It is greeted now, unless that was done lately.
UPDATE groups SET greeted_at = :now WHERE chat_id = :chat_id AND (greeted_at IS NULL OR greeted_at <= :lately);

-- name: tell_nameless
-- It is told now, unless that was done lately.
UPDATE groups SET nameless_at = :now WHERE chat_id = :chat_id AND (nameless_at IS NULL OR nameless_at <= :lately);

-- name: move_group
-- It goes on under another number.
UPDATE groups SET moved_to = :new_chat_id WHERE chat_id = :chat_id;

-- name: greet_moved
-- Who was greeted under the old number is not greeted again.
UPDATE groups SET greeted_at = (SELECT greeted_at FROM groups WHERE chat_id = :chat_id)
WHERE chat_id = :new_chat_id AND greeted_at IS NULL;

-- name: copy_members
-- Its members are those of the new number.
INSERT INTO group_members (chat_id, person_id, seen_at)
SELECT :new_chat_id, person_id, seen_at FROM group_members WHERE chat_id = :chat_id
ON CONFLICT (chat_id, person_id) DO UPDATE SET seen_at = max(group_members.seen_at, excluded.seen_at);

-- name: copy_members [postgres]
-- Its members are those of the new number.
INSERT INTO group_members (chat_id, person_id, seen_at)
SELECT CAST(:new_chat_id AS BIGINT), person_id, seen_at FROM group_members WHERE chat_id = :chat_id ORDER BY person_id
ON CONFLICT (chat_id, person_id) DO UPDATE SET seen_at = greatest(group_members.seen_at, excluded.seen_at);

-- name: move_payments
-- A payment that was begun under the old number is shown under the new one. Messages are numbered anew there.
UPDATE group_payments SET chat_id = :new_chat_id, message_id = 0 WHERE chat_id = :chat_id;

-- name: find_group
-- Where a group went.
SELECT chat_id, moved_to FROM groups WHERE chat_id = :chat_id;

-- name: put_link
-- Something was said, for one person.
INSERT INTO group_links (link_index, person_id, sealed_said, expires_at, used)
VALUES (:link_index, :person_id, :sealed_said, :expires_at, :used);

-- name: find_link
-- What a link leads to.
SELECT person_id, sealed_said, expires_at, used FROM group_links WHERE link_index = :link_index;

-- name: use_link
-- It has begun what was said.
UPDATE group_links SET used = 1 WHERE link_index = :link_index AND person_id = :person_id AND used = 0;

-- name: put_payment
-- Where a payment was begun; asked again it is the same.
INSERT INTO group_payments (payment_id, chat_id, thread_id, message_id, begun_at)
VALUES (:payment_id, :chat_id, :thread_id, :message_id, :now) ON CONFLICT (payment_id) DO NOTHING;

-- name: find_payment
-- Where a payment was begun, and whether it was shown there.
SELECT chat_id, thread_id, message_id, outbox_id FROM group_payments WHERE payment_id = :payment_id;

-- name: show_payment
-- It is shown by this message, unless it was before.
UPDATE group_payments SET outbox_id = :outbox_id WHERE payment_id = :payment_id AND outbox_id IS NULL;

-- name: find_shown
-- Whether this message shows a payment.
SELECT payment_id FROM group_payments WHERE outbox_id = :outbox_id;

-- name: unshow_payment
-- The message that should have shown it was not taken.
UPDATE group_payments SET outbox_id = NULL WHERE outbox_id = :outbox_id;

-- name: prune_members
-- Some of those who were not seen for long: they may have left without a word.
DELETE FROM group_members WHERE (chat_id, person_id) IN (
    SELECT chat_id, person_id FROM group_members WHERE seen_at < :before ORDER BY seen_at LIMIT :most);

-- name: prune_links
-- Some links whose time was over long ago.
DELETE FROM group_links WHERE link_index IN (
    SELECT link_index FROM group_links WHERE expires_at < :before ORDER BY expires_at LIMIT :most);

-- name: prune_payments
-- Some payments that nobody shows any more.
DELETE FROM group_payments WHERE payment_id IN (
    SELECT payment_id FROM group_payments WHERE begun_at < :before ORDER BY begun_at LIMIT :most);
