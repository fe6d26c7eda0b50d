"""The composition root: the one room that knows every concrete class.

``open_books`` is enough for a command that only looks at or changes the books; ``open_house`` is the whole bot. Both
leave nothing open behind them.
"""

from bot.wiring.books import MIGRATIONS, Books, open_books, people_of
from bot.wiring.house import House, Source
from bot.wiring.opening import open_house, run, serve
from bot.wiring.words import introductions, languages, read_catalogues, read_lexicons

__all__ = [
    "MIGRATIONS",
    "Books",
    "House",
    "Source",
    "introductions",
    "languages",
    "open_books",
    "open_house",
    "people_of",
    "read_catalogues",
    "read_lexicons",
    "run",
    "serve",
]
