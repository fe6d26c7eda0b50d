"""Messages that command nothing, and answers that nobody waits for any more. Each pair has a row, if only "not now"."""

from typing import Final

from bot.dialogue.context import Context, Step
from bot.dialogue.effects import ClosePad
from bot.dialogue.events import (
    BotBlocked,
    DeadlinePassed,
    ForeignArrived,
    ForeignKind,
    HandleChanged,
    HandleRefused,
    LedgerFault,
    LedgerSilent,
    LookupsExhausted,
    NameChanged,
    PadClosed,
    PayeeFound,
    PayeeNotFound,
    PinChecked,
    PinChosen,
    QuoteArrived,
    Registered,
    Resumed,
)
from bot.dialogue.flows.help import WITH_A_PAD
from bot.dialogue.saying import line, tell, toast
from bot.dialogue.states import Idle, State
from bot.dialogue.table import ANY, Row

_TAPS: Final = (ForeignKind.UNREADABLE_TAP, ForeignKind.SOMEBODY_ELSES_TAP)


def on_foreign(_: Context, state: State, event: ForeignArrived) -> Step:
    """Forwarded, edited, made by a bot, not text: a polite line, and nothing moves."""
    key = f"foreign.{event.kind.value}"
    if event.kind in _TAPS:
        return Step(state, (toast(key),))
    return Step(state, (tell(line(key)),))


def on_blocked(_: Context, state: State, event: BotBlocked) -> Step:
    """They blocked the bot: what was open is forgotten, and nothing is said. Nothing either when they come back."""
    if not event.blocked:
        return Step(state)
    return Step(Idle(), (ClosePad(),) if isinstance(state, WITH_A_PAD) else ())


def on_late(_: Context, state: State, _event: object) -> Step:
    """It came too late to matter here."""
    return Step(state)


ROWS: Final = (
    Row(ANY, (ForeignArrived,), on_foreign),
    Row(ANY, (BotBlocked,), on_blocked, (Idle,)),
    Row(
        ANY,
        (
            Registered,
            PayeeFound,
            PayeeNotFound,
            LookupsExhausted,
            NameChanged,
            HandleChanged,
            HandleRefused,
            QuoteArrived,
            PinChecked,
            PinChosen,
            PadClosed,
            LedgerFault,
            LedgerSilent,
            DeadlinePassed,
            Resumed,
        ),
        on_late,
    ),
)
