-- What waits, in order: the next messages are found without reading those that were sent and without sorting all that
-- waits.
CREATE INDEX outbox_waiting ON outbox (position) WHERE state = 'waiting';
