"""The file of a deployment whose books lie in one."""

from pathlib import Path

from bot.settings import Settings


def books_file(settings: Settings) -> Path:
    """SQLite's file, for a test that opens it as somebody with a shell would."""
    assert settings.database_file is not None, "these books lie in a server"
    return settings.database_file
