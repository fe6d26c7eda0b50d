"""A state as text and back, through restarts and new versions. It knows no flow."""

import json
from typing import Final

from bot.dialogue.codec import Codec
from bot.dialogue.effects import BubbleId, Purpose
from bot.dialogue.filters import Filter, Way
from bot.dialogue.people import Payee
from bot.dialogue.places import GroupMessage
from bot.dialogue.states import (
    STATES,
    Draft,
    Idle,
    LimitChange,
    Payment,
    Proof,
    Repayment,
    State,
)
from bot.language.intents import ByHandle, ByName, ByPerson, ByPhone
from ledger.kernel.ids import AccountId, PaymentId, RefundId
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind
from ledger.outcomes import Quoted

VERSION: Final = 1  # of the stored text; raised when a field changes its meaning

_UNANSWERED: Final = frozenset({"Paying", "Refunding", "Freezing", "Limiting"})  # the ledger was asked
_CODEC: Final = Codec(
    (
        *(*STATES, Draft, Payment, Repayment, LimitChange, LimitKind, Payee, Money, Quoted),
        *(ByName, ByHandle, ByPerson, ByPhone),
        GroupMessage,
        *(Proof, Purpose, Filter, Way, BubbleId, AccountId, PaymentId, RefundId),
    )
)


class UnreadableStateError(Exception):
    """A stored state in which the ledger was asked cannot be read: nobody may guess what it was."""


def dump(state: State) -> str:
    """The state as JSON, with the version of its shape."""
    return json.dumps({"version": VERSION, "state": _CODEC.encode(state)}, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> State:
    """The state that ``dump`` gave. Of another version, or unreadable, it is ``Idle``: a question is asked anew.

    States in which the ledger was asked are read whatever the version; if that is impossible it is an
    ``UnreadableStateError``, because calling them idle would forget a payment that may have moved, or a freeze.
    """
    unanswered = any(f'"kind":"{name}"' in text for name in _UNANSWERED)
    try:
        stored = json.loads(text)
        if stored["version"] != VERSION and not unanswered:
            return Idle()
        return _checked(_CODEC.decode(stored["state"]))
    except (ValueError, KeyError, TypeError, AttributeError) as unreadable:
        if unanswered:
            raise UnreadableStateError from unreadable
        return Idle()


def _checked(value: object) -> State:
    if not isinstance(value, STATES):
        raise TypeError("not a state")
    return value
