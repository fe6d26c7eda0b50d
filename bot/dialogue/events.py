"""What happened: something a person did, or what came of an effect. Frozen, and free of Telegram.

Nothing here ever holds a PIN: digits go from the transport to the vault and the dialogue hears only the verdict.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from bot.dialogue.effects import Action, File, Purpose
from bot.dialogue.facts import HistoryLine, LimitLine, PaymentFacts, StatementFacts
from bot.dialogue.filters import EVERYTHING, Filter
from bot.dialogue.people import Card, Payee
from bot.dialogue.places import GroupMessage, SaidInGroup
from bot.language.periods import Period
from ledger.kernel.instants import Instant
from ledger.kernel.money import Money
from ledger.outcomes import Outcome, Quoted, Refused


class Secret(str):
    """Text that no log, error or ``repr`` may show. ``reveal`` gives it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> str:
        return "…"

    def __format__(self, spec: str) -> str:
        return "…"

    def reveal(self) -> str:
        """The text itself."""
        return str.__str__(self)


# ── what a person did ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class TextArrived:
    """A new message of words in the private chat, written by the person (not forwarded, not edited, not via a bot).

    ``replied_person`` is the author of the message replied to; ``mentioned`` are people mentioned by numeric id, as
    (text as written, person id).
    """

    message_id: int
    text: str
    replied_person: int | None = None
    mentioned: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class DigitsArrived:
    """A message of 4 to 8 digits alone while no pad was open: an amount if one was asked for, else maybe a PIN.

    ``digits`` is hidden from ``repr`` so that it reaches no log; such a message is never stored.
    """

    message_id: int
    digits: Secret


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button of ours, already proved to be for this person and chat. ``expired`` when its time is over.

    ``argument`` is what the button carried (16 bytes of a payment, 8 of a person, a page number).
    """

    action: Action
    argument: bytes
    message_id: int
    expired: bool = False


class ForeignKind(StrEnum):
    """Messages that never command money."""

    FORWARDED = "forwarded"
    VIA_BOT = "via_bot"
    EDITED = "edited"
    NOT_TEXT = "not_text"  # photo, sticker, voice …
    UNREADABLE_TAP = "unreadable_tap"  # forged, or from before a key change
    SOMEBODY_ELSES_TAP = "somebody_elses_tap"  # a button of ours, made for another person or another chat


@dataclass(frozen=True, slots=True)
class ForeignArrived:
    """Something that is answered politely and commands nothing."""

    kind: ForeignKind
    message_id: int


@dataclass(frozen=True, slots=True)
class ContactShared:
    """A Telegram contact was shared: ``person_id`` is its numeric id when Telegram gives one.

    ``own`` when it is the sender's own card. ``phone`` is as the phone wrote it, hidden from ``repr``; ``name`` is what
    the sharer's phone calls them: for looking up, never shown as the name.
    """

    message_id: int
    person_id: int | None
    own: bool
    phone: str = field(default="", repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PinInGroup:
    """Digits as long as their PIN were typed where others read along. ``deleted`` is ``None`` while nobody knows."""

    at: GroupMessage
    deleted: bool | None


@dataclass(frozen=True, slots=True)
class BotBlocked:
    """The person blocked (True) or unblocked (False) the bot."""

    blocked: bool


# ── what came of an effect ───────────────────────────────────────────────────


class LinkFate(StrEnum):
    """What a link is to whoever pressed it."""

    NEW = "new"
    USED = "used"
    EXPIRED = "expired"
    FOREIGN = "foreign"  # somebody else's
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LinkOpened:
    """What was said in the group, if the link is theirs and its time is not over."""

    link: str
    fate: LinkFate
    said: SaidInGroup | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """The account exists; ``handle`` is what the person was given."""

    handle: str


@dataclass(frozen=True, slots=True)
class PayeeFound:
    """An exact look-up found this account."""

    payee: Payee


@dataclass(frozen=True, slots=True)
class PayeeNotFound:
    """Nobody by that handle or id, or they blocked this person: the answer is the same.

    ``retired`` when somebody had this handle and has another one now: it leads to nobody.
    """

    words: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class LookupsExhausted:
    """Too many look-ups of strangers; ``again_at`` says when one is free."""

    again_at: Instant


@dataclass(frozen=True, slots=True)
class QuoteArrived:
    """What the payment would do now, or why not."""

    answer: Quoted | Refused


class PinVerdict(StrEnum):
    """What the vault said of an entered PIN."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"  # this attempt locked it, or it was locked already
    UNSET = "unset"


@dataclass(frozen=True, slots=True)
class PinChecked:
    """The verdict on the PIN of a pad or a typed one."""

    verdict: PinVerdict
    attempts_left: int = 0
    locked_until: Instant | None = None


class ChoiceVerdict(StrEnum):
    """What the vault said of a chosen PIN."""

    ACCEPTED = "accepted"  # remembered in memory for the second entry
    WEAK = "weak"
    REUSED = "reused"
    WRONG_LENGTH = "wrong_length"
    MISMATCH = "mismatch"  # the second entry differed
    SAVED = "saved"  # both agreed and the PIN holds from now on


@dataclass(frozen=True, slots=True)
class PinChosen:
    """The verdict on a first (ACCEPTED, WEAK, REUSED, WRONG_LENGTH) or second (SAVED, MISMATCH) entry."""

    verdict: ChoiceVerdict


@dataclass(frozen=True, slots=True)
class PadClosed:
    """The pad is gone: 90 s passed, or the process that held it died."""

    purpose: Purpose
    timed_out: bool


@dataclass(frozen=True, slots=True)
class LedgerAnswered:
    """The ledger's answer to ``AskLedger``."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class LedgerSilent:
    """The ledger could not answer; the same id is asked again by itself. Nothing is known yet."""


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """The ledger will never answer this: we asked it wrongly. A programmer acts; asking again would not help.

    ``fault`` is a number to quote, under which the operator's log has the error. ``moving`` when it was about money.
    """

    fault: str
    moving: bool


@dataclass(frozen=True, slots=True)
class BalanceArrived:
    """The person's money now."""

    posted: Money
    held: Money
    available: Money


@dataclass(frozen=True, slots=True)
class HistoryArrived:
    """A page of history, newest first. ``next_cursor`` is a position for the next page, ``None`` at the end.

    ``looked_back_to`` is set when the look ended before the page was full: further back nobody has looked yet.
    """

    lines: tuple[HistoryLine, ...]
    next_cursor: int | None
    wanted: Filter = EVERYTHING
    looked_back_to: Instant | None = None


@dataclass(frozen=True, slots=True)
class StatementArrived:
    """A statement of these days: no ``file`` when nothing moved, no ``facts`` when it is too long to be made here."""

    period: Period
    facts: StatementFacts | None = None
    file: File | None = None


@dataclass(frozen=True, slots=True)
class ExportChecked:
    """When the person last took their data out, if they ever did."""

    last_at: Instant | None


@dataclass(frozen=True, slots=True)
class ExportMade:
    """Everything kept about the person; no ``file`` when it would be too large."""

    file: File | None


@dataclass(frozen=True, slots=True)
class LimitsArrived:
    """The limits in force for this person."""

    lines: tuple[LimitLine, ...]


@dataclass(frozen=True, slots=True)
class PaymentArrived:
    """The payment a button named, for one of its parties; ``None`` if it is not theirs."""

    action: Action
    payment: PaymentFacts | None


@dataclass(frozen=True, slots=True)
class ReferenceArrived:
    """What is known by this number: a payment, or a cash-in, of theirs; neither, if there is no such one of theirs."""

    reference: str
    payment: PaymentFacts | None = None
    cash_in: HistoryLine | None = None


@dataclass(frozen=True, slots=True)
class ClaimStored:
    """The claim is on disk. ``first`` is False when this payment had one from this person already."""

    reference: str
    first: bool


@dataclass(frozen=True, slots=True)
class ContactAdded:
    """They are a contact now."""

    payee: Payee


@dataclass(frozen=True, slots=True)
class NameChanged:
    """The account has this name now."""

    name: str


@dataclass(frozen=True, slots=True)
class HandleChanged:
    """The account has this handle now."""

    handle: str


@dataclass(frozen=True, slots=True)
class HandleRefused:
    """The handle is somebody's, or was; or (with ``again_at``) this account changed its own less than a month ago."""

    handle: str
    again_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class PersonArrived:
    """Whom a button named, for what it does; ``None`` when they are nobody to this person any more."""

    action: Action
    card: Card | None


@dataclass(frozen=True, slots=True)
class BlockedArrived:
    """Everybody this person blocks, the latest first."""

    people: tuple[Payee, ...]
    page: int = 0


@dataclass(frozen=True, slots=True)
class InvitationAccepted:
    """Who invited; ``None`` if the link is nobody's. ``fresh`` unless the two were contacts before."""

    inviter: Payee | None
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class PhoneArrived:
    """Their own number in E.164; empty if there is none on the account."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The state's own deadline (``deadline``) is over."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The process started again and found this state. Pads are gone; what was asked is asked again."""


Event: TypeAlias = (
    TextArrived
    | DigitsArrived
    | Tapped
    | ForeignArrived
    | ContactShared
    | BotBlocked
    | SaidInGroup
    | PinInGroup
    | LinkOpened
    | Registered
    | PayeeFound
    | PayeeNotFound
    | LookupsExhausted
    | QuoteArrived
    | PinChecked
    | PinChosen
    | PadClosed
    | LedgerAnswered
    | LedgerSilent
    | LedgerFault
    | BalanceArrived
    | HistoryArrived
    | StatementArrived
    | ExportChecked
    | ExportMade
    | LimitsArrived
    | PaymentArrived
    | ReferenceArrived
    | ClaimStored
    | ContactAdded
    | NameChanged
    | HandleChanged
    | HandleRefused
    | PhoneArrived
    | InvitationAccepted
    | PersonArrived
    | BlockedArrived
    | DeadlinePassed
    | Resumed
)
