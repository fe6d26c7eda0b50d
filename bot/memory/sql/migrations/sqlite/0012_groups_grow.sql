-- What is forgotten of groups is found by its age, and the groups of one person without reading those of all.
CREATE INDEX group_members_seen ON group_members (seen_at);
CREATE INDEX group_members_of_person ON group_members (person_id);
CREATE INDEX group_links_expired ON group_links (expires_at);
CREATE INDEX group_payments_begun ON group_payments (begun_at);
CREATE INDEX group_payments_of_chat ON group_payments (chat_id);
