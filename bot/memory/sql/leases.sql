-- Whose process each person is, while they have work. A holder that is not in processes is dead.

-- name: take_leases
-- These people are ours, unless somebody living has them; a lease of ours is used. A dead process takes nobody.
INSERT INTO leases (person_id, process_id, uses, used_at)
SELECT each.value, me.process_id, 1, :now FROM json_each(:people) AS each, processes AS me
WHERE me.process_id = :process_id ORDER BY each.value
ON CONFLICT (person_id) DO UPDATE SET
    uses = CASE WHEN leases.process_id = excluded.process_id THEN leases.uses + 1 ELSE 1 END,
    process_id = excluded.process_id,
    used_at = excluded.used_at
WHERE leases.process_id = excluded.process_id
   OR NOT EXISTS (SELECT 1 FROM processes AS holder WHERE holder.process_id = leases.process_id)
RETURNING person_id, uses, left_behind;

-- name: take_leases [postgres]
-- These people are ours, unless somebody living has them; a lease of ours is used. A dead process takes nobody.
INSERT INTO leases (person_id, process_id, uses, used_at)
SELECT CAST(each.value AS BIGINT), me.process_id, 1, moment_now()
FROM json_array_elements_text(CAST(:people AS json)) AS each, processes AS me
WHERE me.process_id = :process_id ORDER BY 1
ON CONFLICT (person_id) DO UPDATE SET
    uses = CASE WHEN leases.process_id = excluded.process_id THEN leases.uses + 1 ELSE 1 END,
    process_id = excluded.process_id,
    used_at = excluded.used_at
WHERE leases.process_id = excluded.process_id
   OR NOT EXISTS (SELECT 1 FROM processes AS holder WHERE holder.process_id = leases.process_id)
RETURNING person_id, uses, left_behind;

-- name: find_holders
-- Who has these people, among the living.
SELECT leases.person_id, holder.process_id, holder.address
FROM leases JOIN processes AS holder ON holder.process_id = leases.process_id
WHERE leases.person_id IN (SELECT value FROM json_each(:people));

-- name: find_holders [postgres]
-- Who has these people, among the living.
SELECT leases.person_id, holder.process_id, holder.address
FROM leases JOIN processes AS holder ON holder.process_id = leases.process_id
WHERE leases.person_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:people AS json)));

-- name: is_here
-- Whether nobody buried us.
SELECT 1 AS here FROM processes WHERE process_id = :process_id;

-- name: people_with_work
-- Which of these people have something waiting or unfinished.
SELECT person_id FROM inbox
WHERE handled_at IS NULL AND person_id IN (SELECT value FROM json_each(:people))
UNION
SELECT person_id FROM conversations
WHERE idle = 0 AND person_id IN (SELECT value FROM json_each(:people));

-- name: people_with_work [postgres]
-- Which of these people have something waiting or unfinished.
SELECT person_id FROM inbox
WHERE handled_at IS NULL
  AND person_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:people AS json)))
UNION
SELECT person_id FROM conversations
WHERE idle = 0 AND person_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:people AS json)));

-- name: free_people_with_work
-- Who has something waiting or unfinished, and nobody's they are.
SELECT person_id FROM inbox
WHERE handled_at IS NULL AND person_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.person_id = inbox.person_id)
UNION
SELECT person_id FROM conversations
WHERE idle = 0 AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.person_id = conversations.person_id)
LIMIT :most;

-- name: leave_behind
-- An update of theirs was stored for their holder, who has not heard of it.
UPDATE leases SET left_behind = 1 WHERE person_id IN (SELECT value FROM json_each(:people));

-- name: leave_behind [postgres]
-- An update of theirs was stored for their holder, who has not heard of it.
UPDATE leases SET left_behind = 1
WHERE person_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:people AS json)));

-- name: find_left_behind
-- Those of ours for whom another process stored something.
SELECT person_id FROM leases WHERE process_id = :process_id AND left_behind = 1 ORDER BY person_id;

-- name: find_forgotten
-- Those of ours for whom something has waited since before.
SELECT DISTINCT inbox.person_id FROM inbox JOIN leases ON leases.person_id = inbox.person_id
WHERE inbox.handled_at IS NULL AND leases.process_id = :process_id AND inbox.arrived_at <= :before;

-- name: heard_of
-- We know what waits for them.
UPDATE leases SET left_behind = 0
WHERE process_id = :process_id AND left_behind = 1 AND person_id IN (SELECT value FROM json_each(:people));

-- name: heard_of [postgres]
-- We know what waits for them.
UPDATE leases SET left_behind = 0
WHERE process_id = :process_id AND left_behind = 1
  AND person_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:people AS json)));

-- name: take_over_leases
-- Some people of the dead are ours from now on.
UPDATE leases SET process_id = :process_id, uses = 1, used_at = :now WHERE person_id IN (
    SELECT orphan.person_id FROM leases AS orphan
    WHERE NOT EXISTS (SELECT 1 FROM processes AS holder WHERE holder.process_id = orphan.process_id)
    ORDER BY orphan.person_id LIMIT :most)
  AND EXISTS (SELECT 1 FROM processes AS me WHERE me.process_id = :process_id)
RETURNING person_id;

-- name: take_over_leases [postgres]
-- Some people of the dead are ours from now on; what a dying transaction still holds is taken later.
UPDATE leases SET process_id = :process_id, uses = 1, used_at = moment_now() WHERE person_id IN (
    SELECT orphan.person_id FROM leases AS orphan
    WHERE NOT EXISTS (SELECT 1 FROM processes AS holder WHERE holder.process_id = orphan.process_id)
    ORDER BY orphan.person_id LIMIT :most FOR UPDATE SKIP LOCKED)
  AND EXISTS (SELECT 1 FROM processes AS me WHERE me.process_id = :process_id)
RETURNING person_id;

-- name: release_leases
-- Whoever needed nobody for a while is free; not those who are busy here, nor those with work.
DELETE FROM leases
WHERE process_id = :process_id AND used_at <= :now - :kept
  AND person_id NOT IN (SELECT value FROM json_each(:busy))
  AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.person_id = leases.person_id AND inbox.handled_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM conversations WHERE conversations.person_id = leases.person_id AND idle = 0)
RETURNING person_id;

-- name: release_leases [postgres]
-- Whoever needed nobody for a while is free; not those who are busy here, nor those with work.
DELETE FROM leases
WHERE process_id = :process_id AND used_at <= moment_now() - CAST(:kept AS BIGINT)
  AND person_id NOT IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:busy AS json)))
  AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.person_id = leases.person_id AND inbox.handled_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM conversations WHERE conversations.person_id = leases.person_id AND idle = 0)
RETURNING person_id;

-- name: leave_leases
-- All our people are free: we go.
DELETE FROM leases WHERE process_id = :process_id;

-- name: count_leases
-- How many people are ours.
SELECT count(*) AS people FROM leases WHERE process_id = :process_id;
