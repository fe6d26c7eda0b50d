-- Where a message is some bubble's: asked when a key is pressed on a pad that nobody holds any more.
CREATE INDEX bubbles_places ON bubbles (chat_id, message_id);
