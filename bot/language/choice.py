"""One reading of several: every language has read the message, and mostly one of them has understood it."""

from collections.abc import Sequence

from bot.language.intents import Ask, AskWhat, Nothing, Reading, Send

Read = tuple[Reading, list[str]]


def choose(readings: Sequence[Read]) -> Read:
    """The one that was understood. Where two differ, no payment comes of it: what asks or refuses is taken instead."""
    understood = [one for one in readings if not isinstance(one[0], Nothing)]
    if not understood:
        return readings[0]
    others = [one for one in understood if not isinstance(one[0], Send)]
    if others and len(others) < len(understood):
        return others[0]
    return understood[0] if all(one[0] == understood[0][0] for one in understood) or others else _asked(understood)


def _asked(understood: Sequence[Read]) -> Read:
    """Two languages see two payments: the first is kept as a question."""
    reading, why = understood[0]
    if not isinstance(reading, Send):
        return understood[0]
    return Ask(AskWhat.REALLY_SEND, Send()), [*why, "another language reads it otherwise"]
