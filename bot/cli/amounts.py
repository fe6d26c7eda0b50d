"""Money on the command line, read and written by the same rooms as in the chat."""

from importlib.resources import files
from typing import Final

from babel import Locale

from bot.cli.console import ExitCode, stop
from bot.language.intents import Ask, Refuse
from bot.language.lexicon import Lexicon
from bot.language.parse import read_amount
from bot.speech.formats import format_money
from ledger.kernel.money import Money

_LOCALE: Final = Locale("en", "IN")


def written(money: Money) -> str:
    """``₹1,50,000.00``."""
    return format_money(money, _LOCALE)


def read_exactly(text: str, currency: str) -> Money:
    """The one amount ``text`` can mean; anything else ends the command with what is wrong."""
    reading = read_amount(text, currency=currency, lexicon=_english())
    match reading:
        case Money():
            return reading
        case Ask(what):
            why = f"it could mean several amounts ({what})"
        case Refuse(reason, detail):
            why = f"{reason} {detail}".strip().replace("_", " ")
        case None:
            why = "it is not an amount"
    return stop(f"the amount {text!r} cannot be used", why, "Write digits and a point: 500.00.", ExitCode.USAGE)


def _english() -> Lexicon:
    return Lexicon.from_toml(files("bot.language").joinpath("lexicons/en.toml").read_text("utf-8"))
