"""Named queries over the port: accounts, journal, payments, cursors. SQL lives in sql/, never in code."""
