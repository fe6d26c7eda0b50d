"""What the bot remembers, over ledger.database: people, conversations, inbox, outbox. It seals what is personal."""
