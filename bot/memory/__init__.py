"""What the bot remembers, over ledger.database: people, conversations, inbox, outbox. It seals what is personal.

Whatever must be true together is written in one session that the runner opens: a method that takes a ``session`` writes
or reads inside it and commits nothing by itself. The rest opens its own.
"""

from typing import Final

from ledger.database.migrate import MigrationSet

MIGRATIONS: Final = MigrationSet("memory", "bot.memory")
