-- Where each conversation stands.

-- name: find_conversation
-- The stored state of one person.
SELECT person_id, version, sealed_state FROM conversations WHERE person_id = :person_id;

-- name: insert_conversation
-- The first state of a person, unless another process was faster.
INSERT INTO conversations (person_id, version, sealed_state, idle, deadline_at, updated_at)
VALUES (:person_id, 1, :sealed_state, :idle, :deadline_at, :now)
ON CONFLICT (person_id) DO NOTHING;

-- name: update_conversation
-- The next state, if nobody else stored one since ours was loaded.
UPDATE conversations
SET version = version + 1, sealed_state = :sealed_state, idle = :idle, deadline_at = :deadline_at, updated_at = :now
WHERE person_id = :person_id AND version = :version;

-- name: unfinished_conversations
-- Whom the next process must take up: what they asked for is not done, or their pad is gone.
SELECT person_id FROM conversations WHERE idle = 0 ORDER BY person_id;

-- name: due_conversations
-- Whose state ends by itself by now, the longest overdue first.
SELECT person_id FROM conversations WHERE deadline_at <= :now ORDER BY deadline_at LIMIT :most;

-- name: next_deadline
-- When a state will next end by itself.
SELECT min(deadline_at) AS deadline_at FROM conversations WHERE deadline_at IS NOT NULL;
