"""One reading of several: every language has read the message, and mostly one of them has understood it."""

from collections.abc import Sequence
from typing import Final

from bot.language.intents import Ask, AskWhat, ByName, Nothing, Reading, Refuse, Send
from bot.language.names import Known, match_names
from bot.language.verdicts import WORDS_LEFT

Read = tuple[Reading, list[str]]
LEFT_OVER: Final = "what is left over is the note"


def choose(readings: Sequence[Read]) -> Read:
    """The one that was understood. Where two differ, no payment comes of it: what asks or refuses is taken instead."""
    understood = [one for one in readings if not isinstance(one[0], Nothing)]
    if not understood:
        return readings[0]
    whole = [one for one in understood if WORDS_LEFT not in one[1]]  # "un virement de …": in Hindi, "de" is a verb
    understood = whole or understood
    others = [one for one in understood if not isinstance(one[0], Send)]
    if others and len(others) < len(understood):
        return others[0]
    return understood[0] if all(one[0] == understood[0][0] for one in understood) or others else _asked(understood)


def choose_command(readings: Sequence[Read], known: Sequence[Known]) -> Read:
    """Of a command that starts with a slash: somebody's own language, or the first that understands every word.

    "/send 200 @priya tomorrow" leaves a word over, which is a note where no language knows it better.
    """
    whole = [one for one in readings if isinstance(one[0], Send) and LEFT_OVER not in one[1]]
    certain = [one for one in whole if isinstance(one[0], Send) and _is_certain(one[0], known)]
    if certain:
        return certain[0]
    unsure = [one for one in readings if isinstance(one[0], Ask | Refuse)]
    return (unsure or [one for one in readings if not isinstance(one[0], Nothing)] or list(readings))[0]


def _is_certain(send: Send, known: Sequence[Known]) -> bool:
    if isinstance(send.payee, ByName):
        return bool(match_names(send.payee.name, known))
    return send.payee is not None


def _asked(understood: Sequence[Read]) -> Read:
    """Two languages see two payments: the first is kept as a question."""
    reading, why = understood[0]
    if not isinstance(reading, Send):
        return understood[0]
    return Ask(AskWhat.REALLY_SEND, Send()), [*why, "another language reads it otherwise"]
