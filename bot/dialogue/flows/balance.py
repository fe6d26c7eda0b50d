"""What they have. It changes nothing, so the conversation stays where it is."""

from typing import Final

from bot.dialogue.context import Context, Step
from bot.dialogue.effects import LoadBalance
from bot.dialogue.events import BalanceArrived
from bot.dialogue.leaving import leave
from bot.dialogue.saying import line, tell
from bot.dialogue.states import Idle, State
from bot.dialogue.table import ANY, Row


def balance(context: Context, state: State) -> Step:
    """/balance."""
    return Step(Idle(), (*leave(context, state), LoadBalance()))


def on_balance(_: Context, state: State, event: BalanceArrived) -> Step:
    """What can be spent, and what is held for payments under way."""
    held = (line("balance.held", held=event.held),) if event.held else ()
    return Step(state, (tell(line("balance.available", available=event.available), *held),))


ROWS: Final = (Row(ANY, (BalanceArrived,), on_balance),)
