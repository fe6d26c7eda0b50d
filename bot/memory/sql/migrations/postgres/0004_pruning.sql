-- What is forgotten is found by its age, a piece at a time: pruning must not read a month of messages while people wait
-- for the one writer. What somebody who blocked us is owed about money is never forgotten, so it is not in the index.
CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL AND NOT (state = 'blocked' AND cause IS NOT NULL);
CREATE INDEX bubbles_placed ON bubbles (placed_at);
CREATE INDEX inbox_handled ON inbox (handled_at) WHERE handled_at IS NOT NULL;
CREATE INDEX put_aside_arrived ON put_aside (arrived_at);
