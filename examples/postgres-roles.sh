#!/bin/sh
# Run once by the image of PostgreSQL, when the database is made: the role of the bot, which owns nothing.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$HUNDI_DATABASE_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE hundi_bot LOGIN PASSWORD :'password';
SQL
