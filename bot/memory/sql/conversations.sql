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

-- name: insert_conversation_of_ours
-- The first state of a person who is ours.
INSERT INTO conversations (person_id, version, sealed_state, idle, deadline_at, updated_at)
SELECT leases.person_id, 1, :sealed_state, :idle, :deadline_at, :now FROM leases
WHERE leases.person_id = :person_id AND leases.process_id = :process_id
ON CONFLICT (person_id) DO NOTHING;

-- name: insert_conversation_of_ours [postgres]
-- The first state of a person who is ours.
INSERT INTO conversations (person_id, version, sealed_state, idle, deadline_at, updated_at)
SELECT leases.person_id, 1, CAST(:sealed_state AS BYTEA), CAST(:idle AS SMALLINT), CAST(:deadline_at AS BIGINT),
       CAST(:now AS BIGINT)
FROM leases WHERE leases.person_id = :person_id AND leases.process_id = :process_id
ON CONFLICT (person_id) DO NOTHING;

-- name: update_conversation_of_ours
-- The next state, if the person is still ours and nobody else stored one since ours was loaded.
UPDATE conversations
SET version = version + 1, sealed_state = :sealed_state, idle = :idle, deadline_at = :deadline_at, updated_at = :now
WHERE person_id = :person_id AND version = :version
  AND EXISTS (SELECT 1 FROM leases WHERE leases.person_id = :person_id AND leases.process_id = :process_id);

-- name: is_ours
-- Whether we have this person.
SELECT 1 AS ours FROM leases WHERE person_id = :person_id AND process_id = :process_id;

-- name: unfinished_conversations
-- Whom the next process must take up: what they asked for is not done, or their pad is gone.
SELECT person_id FROM conversations WHERE idle = 0 ORDER BY person_id;

-- name: unfinished_of
-- Which of these people must be taken up.
SELECT person_id FROM conversations
WHERE idle = 0 AND person_id IN (SELECT value FROM json_each(:people)) ORDER BY person_id;

-- name: unfinished_of [postgres]
-- Which of these people must be taken up.
SELECT person_id FROM conversations
WHERE idle = 0 AND person_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:people AS json)))
ORDER BY person_id;

-- name: due_conversations
-- Whose state ends by itself by now, the longest overdue first.
SELECT person_id FROM conversations WHERE deadline_at <= :now ORDER BY deadline_at LIMIT :most;

-- name: due_of_ours
-- Whose state ends by itself by now, of the people who are ours.
SELECT conversations.person_id FROM conversations JOIN leases ON leases.person_id = conversations.person_id
WHERE deadline_at <= :now AND leases.process_id = :process_id ORDER BY deadline_at LIMIT :most;

-- name: due_of_nobody
-- Whose state ends by itself by now, of the people whom nobody has.
SELECT person_id FROM conversations
WHERE deadline_at <= :now AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.person_id = conversations.person_id)
ORDER BY deadline_at LIMIT :most;

-- name: next_deadline
-- When a state will next end by itself.
SELECT min(deadline_at) AS deadline_at FROM conversations WHERE deadline_at IS NOT NULL;
