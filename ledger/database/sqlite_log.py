"""When SQLite's log is folded into its file: behind a large commit, while those who were answered ask again.

SQLite folds inside the commit that makes the log long enough, and everybody in that batch waits for it. Here the
writer's thread does it after the commit has been answered and before it begins anything else; it needs no interpreter
meanwhile. Small commits, which nobody counts here, are folded by SQLite as ever.
"""

import sqlite3
from contextlib import suppress
from typing import Final

FOLD_AFTER_ROWS: Final = 20_000  # changed; about 8,000 pages where a thousand payments are committed together


class FoldedLog:
    """One writer's log. It runs in the writer's thread."""

    def __init__(self) -> None:
        self._changes_folded = 0

    def fold(self, raw: sqlite3.Connection) -> None:
        """Copy what is committed into the file, if there is enough of it. It waits for no reader and no other writer.

        A disk that cannot is found out by the next commit; SQLite's own fold says nothing either.
        """
        if raw.total_changes - self._changes_folded < FOLD_AFTER_ROWS:
            return
        self._changes_folded = raw.total_changes
        with suppress(sqlite3.Error):
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
