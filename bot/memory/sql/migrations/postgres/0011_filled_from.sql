-- While a copy fills this database: where from. It goes with the last row, and until then no bot starts here.
ALTER TABLE deployment ADD COLUMN filled_from TEXT;
