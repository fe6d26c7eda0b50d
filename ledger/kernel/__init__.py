"""What any ledger obeys. Pure: no waiting, no clock, no disk."""
