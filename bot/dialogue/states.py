"""Where a conversation stands. Each state holds just what its moment needs, and never a PIN.

It knows no flow. ``deadline`` says when the state ends by itself (the runner then brings ``DeadlinePassed``);
``bot.dialogue.stored`` keeps a state through restarts and new versions.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias, get_args

from bot.dialogue.effects import BubbleId, Purpose
from bot.dialogue.filters import EVERYTHING, Filter
from bot.dialogue.people import Payee
from bot.dialogue.places import GroupMessage
from bot.language.intents import ByHandle, ByPerson, ByPhone, PayeeWords
from ledger.kernel.ids import PaymentId, RefundId
from ledger.kernel.instants import Instant
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind
from ledger.outcomes import Quoted

# ── what states are made of ──────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Draft:
    """A payment that is still being put together. ``words`` name a payee who has not been found yet.

    ``offered`` is an amount that was read without certainty: it becomes a button, never the amount by itself.
    """

    amount: Money | None = None
    payee: Payee | None = None
    words: PayeeWords | None = None
    note: str | None = None
    offered: Money | None = None
    origin: GroupMessage | None = None  # where it was said in a group; names resolve among its members too


@dataclass(frozen=True, slots=True)
class Payment:
    """A whole payment as it is shown. Its id is made once and goes through the pad, the ledger and every retry.

    ``payee`` is bound to the account id and the name that were shown: nothing is looked up again afterwards.
    """

    payment_id: PaymentId
    payee: Payee
    amount: Money
    note: str | None
    bubble: BubbleId
    expires_at: Instant
    origin: GroupMessage | None = None


@dataclass(frozen=True, slots=True)
class Repayment:
    """A payment about to be sent back to ``payer``, all that is still refundable of it."""

    refund_id: RefundId
    payment_id: PaymentId
    payer: Payee
    amount: Money
    bubble: BubbleId
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class LimitChange:
    """An own limit as it shall be; without a ``limit`` it is taken away."""

    over: LimitKind
    limit: Money | None


class Proof(StrEnum):
    """What an entered PIN is to prove, apart from a payment."""

    CHANGE_PIN = "change_pin"
    UNFREEZE = "unfreeze"
    CHANGE_NAME = "change_name"
    CHANGE_HANDLE = "change_handle"
    CHANGE_LIMIT = "change_limit"
    EXPORT = "export"


# ── states ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing is open."""


@dataclass(frozen=True, slots=True)
class ChoosingLanguage:
    """The languages are offered in the bubble. ``draft`` and ``invitation`` wait for the account."""

    bubble: BubbleId
    draft: Draft | None = None
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class Registering:
    """The account is being opened. ``draft`` and ``invitation`` wait for it."""

    language: str
    draft: Draft | None = None
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class ChoosingPin:
    """A pad for a new PIN: first entry (CHOOSE) or second (REPEAT). ``handle`` is set for a newcomer.

    ``changing`` when the old PIN was just proved. ``draft`` goes on once the PIN is saved. ``closed`` when the pad is
    gone and a button offers it again.
    """

    bubble: BubbleId
    stage: Purpose = Purpose.CHOOSE
    changing: bool = False
    handle: str | None = None
    draft: Draft | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class ProvingPin:
    """A pad for the PIN they have, to prove that it is them. ``wanted`` is the new name or handle it is for.

    ``change`` is the limit that is to be loosened.
    """

    bubble: BubbleId
    proof: Proof
    wanted: str = ""
    change: LimitChange | None = None


@dataclass(frozen=True, slots=True)
class AskingProfile:
    """A new name (CHANGE_NAME) or handle (CHANGE_HANDLE) was asked for."""

    bubble: BubbleId
    proof: Proof
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class ChangingProfile:
    """The PIN was right and the new name or handle is being written."""

    bubble: BubbleId
    proof: Proof
    wanted: str


@dataclass(frozen=True, slots=True)
class AskingPayee:
    """``To whom?`` was asked."""

    bubble: BubbleId
    draft: Draft
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class ChoosingPayee:
    """``Which Priya?`` was asked; the answer is one of ``candidates``, as they were shown."""

    bubble: BubbleId
    draft: Draft
    candidates: tuple[Payee, ...]
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class FindingPayee:
    """The directory is being asked for the payee that the draft's words name."""

    bubble: BubbleId
    draft: Draft


@dataclass(frozen=True, slots=True)
class AskingAmount:
    """``How much?`` was asked."""

    bubble: BubbleId
    draft: Draft
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class Quoting:
    """The ledger is being asked what this payment would do."""

    payment: Payment


@dataclass(frozen=True, slots=True)
class Confirming:
    """``Pay ₹200.00 to Priya Sharma (@priya)?`` is on screen. ``look_alike`` is somebody known by a similar name."""

    payment: Payment
    quoted: Quoted
    look_alike: Payee | None = None


@dataclass(frozen=True, slots=True)
class EnteringPin:
    """The pad is open for a payment; ``shown`` is what comes back if it closes."""

    shown: Confirming


@dataclass(frozen=True, slots=True)
class Paying:
    """The PIN was right and the ledger is asked, with the same id until it answers."""

    payment: Payment
    ask_again_at: Instant
    silences: int = 0
    freeze_wanted: bool = False
    first_to_payee: bool = False  # said once it is paid


@dataclass(frozen=True, slots=True)
class ConfirmingRefund:
    """``Send ₹200.00 back to Asha Rao?`` is on screen."""

    repayment: Repayment


@dataclass(frozen=True, slots=True)
class EnteringRefundPin:
    """The pad is open for sending a payment back."""

    repayment: Repayment


@dataclass(frozen=True, slots=True)
class Refunding:
    """The PIN was right and the ledger is asked, with the same id until it answers."""

    repayment: Repayment
    ask_again_at: Instant
    silences: int = 0
    freeze_wanted: bool = False


@dataclass(frozen=True, slots=True)
class Freezing:
    """The ledger is asked to freeze (or, with ``thaw``, to unfreeze) until it answers."""

    ask_again_at: Instant
    thaw: bool = False
    silences: int = 0
    bubble: BubbleId | None = None  # where the PIN was entered; the answer goes there


@dataclass(frozen=True, slots=True)
class AskingLimit:
    """Which of their own limits, or how much, was asked. ``none``: it shall go."""

    bubble: BubbleId
    expires_at: Instant
    over: LimitKind | None = None
    limit: Money | None = None
    none: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmingLimit:
    """A tighter limit is shown and waits for a yes."""

    bubble: BubbleId
    change: LimitChange
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class Limiting:
    """The ledger is asked to set an own limit until it answers. ``loosened``: the PIN was right for it."""

    bubble: BubbleId
    change: LimitChange
    ask_again_at: Instant
    loosened: bool = False
    silences: int = 0
    freeze_wanted: bool = False


@dataclass(frozen=True, slots=True)
class FindingContact:
    """The directory is being asked for somebody to add to the contacts, with the nickname of a shared card.

    With ``block`` it is somebody to be blocked.
    """

    words: ByHandle | ByPerson | ByPhone
    nickname: str = field(default="", repr=False)
    block: bool = False


@dataclass(frozen=True, slots=True)
class BrowsingContacts:
    """People or one of them are on screen in the bubble; the next page or card replaces what is there."""

    bubble: BubbleId


@dataclass(frozen=True, slots=True)
class FindingBlocked:
    """Those who are blocked are being loaded, to find whom these words unblock."""

    words: PayeeWords


@dataclass(frozen=True, slots=True)
class SharingPhone:
    """Telegram's own button is in place of the keyboard; it goes with whatever comes next."""


@dataclass(frozen=True, slots=True)
class Exporting:
    """The PIN was right, and everything kept about them is being put into a file."""

    bubble: BubbleId


@dataclass(frozen=True, slots=True)
class BrowsingHistory:
    """A page of history is on screen; the next page replaces it. ``people`` are those on the page, for a choice."""

    bubble: BubbleId
    newest: bool = True
    wanted: Filter = EVERYTHING
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ListingDisputable:
    """Recent payments are being loaded, to ask which one has a problem."""


State: TypeAlias = (
    Idle
    | ChoosingLanguage
    | Registering
    | ChoosingPin
    | ProvingPin
    | AskingProfile
    | ChangingProfile
    | AskingPayee
    | ChoosingPayee
    | FindingPayee
    | AskingAmount
    | Quoting
    | Confirming
    | EnteringPin
    | Paying
    | ConfirmingRefund
    | EnteringRefundPin
    | Refunding
    | Freezing
    | AskingLimit
    | ConfirmingLimit
    | Limiting
    | FindingContact
    | Exporting
    | BrowsingContacts
    | FindingBlocked
    | SharingPhone
    | BrowsingHistory
    | ListingDisputable
)

STATES: Final[tuple[type[State], ...]] = get_args(State)


def deadline(state: State) -> Instant | None:
    """When the state ends by itself, or when the ledger is asked again; ``None`` for one that waits for ever."""
    match state:
        case AskingPayee() | ChoosingPayee() | AskingAmount() | AskingProfile() | AskingLimit() | ConfirmingLimit():
            return state.expires_at
        case Quoting() | Confirming():
            return state.payment.expires_at
        case EnteringPin():
            return state.shown.payment.expires_at
        case ConfirmingRefund() | EnteringRefundPin():
            return state.repayment.expires_at
        case Paying() | Refunding() | Freezing() | Limiting():
            return state.ask_again_at
        case _:
            return None


def payee_on_screen(state: State) -> Payee | None:
    """Whom a payment that is not asked for yet would go to, as it is shown."""
    match state:
        case Quoting() | Confirming():
            return state.payment.payee
        case EnteringPin():
            return state.shown.payment.payee
        case _:
            return None


def origin_of(state: State) -> GroupMessage | None:
    """Where in a group what is open was begun."""
    match state:
        case ChoosingLanguage() | Registering() | ChoosingPin():
            return None if state.draft is None else state.draft.origin
        case AskingPayee() | ChoosingPayee() | FindingPayee() | AskingAmount():
            return state.draft.origin
        case Quoting() | Confirming() | Paying():
            return state.payment.origin
        case EnteringPin():
            return state.shown.payment.origin
        case _:
            return None
