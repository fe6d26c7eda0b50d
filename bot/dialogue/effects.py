"""What to do. The state and its messages are saved in one commit; only then are the other effects performed, in order.

Messages (Tell, Show, TellOther) become outbox rows. Toast answers a tap, at once and outside the outbox. The rest ask
a door for something, and what came of it returns as an event (bot.dialogue.events).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final, TypeAlias

from bot.dialogue.filters import EVERYTHING, Filter
from bot.dialogue.places import GroupMessage, SaidInGroup
from bot.language.periods import Period
from ledger.commands import Command, Pay
from ledger.kernel.ids import DisputeId, Id, PaymentId
from ledger.kernel.instants import Instant
from ledger.kernel.money import Money

LINES_A_PAGE: Final = 6  # of a history: with its buttons it fits a phone, and six numbers fit a row under a thumb


class BubbleId(Id):
    """Our name for one message in a chat, made before Telegram numbers it; edits go by this name."""

    __slots__ = ()
    PREFIX = "msg"


class Action(IntEnum):
    """What a button does. One byte on the wire; a number is never given another meaning."""

    PAY = 1  # argument: payment id, 16 bytes
    CANCEL = 2  # argument: empty, or the payment id it belongs to
    PICK_PAYEE = 3  # argument: person id, 8 bytes big-endian
    PICK_LANGUAGE = 4  # argument: language code, ASCII
    RECEIPT = 5  # argument: payment id
    THANK = 6  # argument: payment id
    SEND_BACK = 7  # argument: payment id
    PROBLEM = 8  # argument: payment id
    PROBLEM_REASON = 9  # argument: payment id and one byte, the index of the reason
    HISTORY_PAGE = 10  # argument: bot.dialogue.filters; a cursor, 8 bytes big-endian, or empty for the newest page
    CHOOSE_PIN = 11  # argument: empty
    CHANGE_PIN = 12  # argument: empty
    OPEN_TOPIC = 13  # argument: topic name, ASCII
    FREEZE = 14  # argument: empty
    UNFREEZE = 15  # argument: empty
    CONFIRM_REFUND = 16  # argument: payment id
    ADD_CONTACT = 17  # argument: person id
    PICK_AMOUNT = 18  # argument: minor units, 8 bytes big-endian
    LINK = 19  # never comes back: the button opens an address
    SHARE_PHONE = 20  # argument: empty
    REMOVE_PHONE = 21  # argument: empty
    CONTACTS_PAGE = 22  # argument: page number, 8 bytes big-endian, or empty for the first
    CARD = 23  # argument: person id
    PAY_PERSON = 24  # argument: person id
    BLOCK = 25  # argument: person id; asks
    CONFIRM_BLOCK = 26  # argument: person id
    UNBLOCK = 27  # argument: person id
    REMOVE_CONTACT = 28  # argument: person id
    BLOCKED_PAGE = 29  # argument: page number, as CONTACTS_PAGE
    CHANGE_NAME = 30  # argument: empty
    CHANGE_HANDLE = 31  # argument: empty
    SHOW_IN_GROUP = 40  # argument: payment id
    SHOW_WITH_AMOUNT = 41  # argument: payment id
    SHOW_WITHOUT_AMOUNT = 42  # argument: payment id
    CHANGE_LIMIT = 50  # argument: empty
    LIMIT_KIND = 51  # argument: one byte, the index of the kind in bot.dialogue.limits
    LIMIT_AMOUNT = 52  # argument: minor units, 8 bytes big-endian; 0: no limit
    SET_LIMIT = 53  # argument: the two above, one after the other
    FORGOT_PIN = 54  # argument: empty
    SHOW_REFERENCE = 60  # argument: the number of a payment, 12 ASCII digits
    HISTORY_CHOICES = 61  # argument: the page that is on screen, as in HISTORY_PAGE
    STATEMENT = 62  # argument: one byte, which days (bot.dialogue.flows.statement)
    EXPORT = 63  # argument: empty


# A fact's type decides how speech prints it: Money by locale, Instant in the reader's zone, str escaped and isolated.
# An Instant named ``day`` is printed as its day (24 Nov), ``date`` with the year, ``month`` as its month, and ``stamp``
# with the name of the zone.
Fact: TypeAlias = Money | Instant | int | str


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. Its label is ``button.<label>`` in the catalogue, filled with ``facts``.

    It lives until ``expires_at`` (``None``: as long as its key) and works only for this person, in this chat.
    With a ``url`` (action ``LINK``) it opens that address instead, for whoever presses it; with ``shares`` it offers to
    pass the address on to somebody, with those words.
    """

    action: Action
    argument: bytes = b""
    label: str = ""  # catalogue key after "button."; default: the action's name in lower case
    facts: Mapping[str, Fact] = field(default_factory=dict)
    expires_at: Instant | None = None
    url: str = ""
    shares: "Line | None" = None


@dataclass(frozen=True, slots=True)
class Line:
    """One more paragraph of a message: a catalogue key and its facts."""

    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Say:
    """A message: paragraphs by catalogue key, and rows of buttons. Words live in bot/speech, nowhere else."""

    lines: tuple[Line, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    share_phone: bool = False  # a reply keyboard with Telegram's own "share my contact" button, and "Not now"
    removes_keyboard: bool = False  # that keyboard goes; such a message has no buttons of its own


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a message."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tell:
    """A new message to the person. With a ``file``: ``instead`` is said where the far side will not take it."""

    say: Say
    file: File | None = None
    instead: Say | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """The bubble now says this: sent if it is new, edited if it is there."""

    bubble: BubbleId
    say: Say


@dataclass(frozen=True, slots=True)
class TellOther:
    """A new message to another person (a thank-you)."""

    person_id: int
    say: Say


@dataclass(frozen=True, slots=True)
class TellGroup:
    """A new message in a group, where ``at`` was said, as a ``reply`` to it or not. Everybody reads it."""

    at: GroupMessage
    say: Say
    reply: bool = True


@dataclass(frozen=True, slots=True)
class KeepLink:
    """Remember for whom a link is, and what was said. Saved with the state. ``used``: it has begun already."""

    link: str
    said: SaidInGroup
    expires_at: Instant
    used: bool


@dataclass(frozen=True, slots=True)
class UseLink:
    """The link has begun what was said; it will not begin it again. Saved with the state. No answer."""

    link: str


@dataclass(frozen=True, slots=True)
class OpenLink:
    """→ LinkOpened."""

    link: str


@dataclass(frozen=True, slots=True)
class RememberOrigin:
    """Keep where in a group this payment was begun. Saved with the state. No answer."""

    payment_id: PaymentId
    origin: GroupMessage


@dataclass(frozen=True, slots=True)
class ShowInGroup:
    """One line in the group where the payment was begun, once. Saved with the state. No answer."""

    payment_id: PaymentId
    say: Say


@dataclass(frozen=True, slots=True)
class Toast:
    """A short line over the chat in answer to a tap (at most 200 characters)."""

    line: Line
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Erase:
    """Delete a message of the person (a typed PIN)."""

    message_id: int


class Purpose(StrEnum):
    """What a PIN pad is open for."""

    ENTER = "enter"  # → PinChecked
    CHOOSE = "choose"  # → PinChosen ACCEPTED | WEAK | REUSED | WRONG_LENGTH
    REPEAT = "repeat"  # → PinChosen SAVED | MISMATCH


@dataclass(frozen=True, slots=True)
class OpenPad:
    """The bubble becomes a PIN pad: ``say`` above, dots and shuffled digits below. In memory, beside the outbox."""

    purpose: Purpose
    bubble: BubbleId
    say: Say


@dataclass(frozen=True, slots=True)
class ClosePad:
    """Forget the pad and any digits in it, and any first entry waiting for its second."""


@dataclass(frozen=True, slots=True)
class Register:
    """Open the account and give a handle → Registered."""

    language: str


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Remember the language. No answer."""

    language: str


@dataclass(frozen=True, slots=True)
class ChangeName:
    """→ NameChanged. Asked again with the name they have now, it changes nothing."""

    name: str


@dataclass(frozen=True, slots=True)
class ChangeHandle:
    """→ HandleChanged | HandleRefused. Asked again with the handle they have now, it changes nothing."""

    handle: str


@dataclass(frozen=True, slots=True)
class FindHandle:
    """Exact look-up in the whole directory, capped → PayeeFound | PayeeNotFound | LookupsExhausted."""

    handle: str


@dataclass(frozen=True, slots=True)
class FindPerson:
    """Look-up by numeric id → PayeeFound | PayeeNotFound | LookupsExhausted."""

    person_id: int


@dataclass(frozen=True, slots=True)
class FindPhone:
    """Look-up by a phone number in E.164 → PayeeFound | PayeeNotFound | LookupsExhausted."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BindPhone:
    """The number is theirs, as Telegram proved. Saved with the state. Whoever had it before is told ``to_former``."""

    number: str = field(repr=False)
    to_former: Say


@dataclass(frozen=True, slots=True)
class UnbindPhone:
    """Nobody finds them by a number any more. Saved with the state. No answer."""


@dataclass(frozen=True, slots=True)
class LoadPhone:
    """→ PhoneArrived."""


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    """Whoever made this link and this person are contacts of each other from now on → InvitationAccepted."""

    link: str


@dataclass(frozen=True, slots=True)
class LoadPerson:
    """Somebody whom a button named, for what that button does → PersonArrived."""

    person_id: int
    action: Action


@dataclass(frozen=True, slots=True)
class LoadBlocked:
    """→ BlockedArrived, with ``page`` repeated."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class BlockPerson:
    """To them, this person is nobody from now on. Saved with the state. No answer."""

    person_id: int


@dataclass(frozen=True, slots=True)
class UnblockPerson:
    """The block is over. Saved with the state. No answer."""

    person_id: int


@dataclass(frozen=True, slots=True)
class RemoveContact:
    """No name means them any more. Saved with the state. No answer."""

    person_id: int


@dataclass(frozen=True, slots=True)
class AskQuote:
    """→ QuoteArrived. Writes nothing."""

    pay: Pay


@dataclass(frozen=True, slots=True)
class RememberNote:
    """Keep the note, sealed, with its salt, under the payment. Saved with the state. No answer."""

    payment_id: PaymentId
    note: str


@dataclass(frozen=True, slots=True)
class AskLedger:
    """→ LedgerAnswered | LedgerSilent | LedgerFault. Asked again with the same id after a crash."""

    command: Command


@dataclass(frozen=True, slots=True)
class LoadBalance:
    """→ BalanceArrived."""


@dataclass(frozen=True, slots=True)
class LoadHistory:
    """→ HistoryArrived, at most ``most`` lines of what is ``wanted``, before ``cursor`` (``None``: the newest)."""

    cursor: int | None = None
    wanted: Filter = EVERYTHING
    most: int = LINES_A_PAGE


@dataclass(frozen=True, slots=True)
class LoadStatement:
    """→ StatementArrived."""

    period: Period


@dataclass(frozen=True, slots=True)
class FindReference:
    """→ ReferenceArrived: the payment of theirs that both sides know by this number."""

    reference: str


@dataclass(frozen=True, slots=True)
class LoadLimits:
    """→ LimitsArrived."""


@dataclass(frozen=True, slots=True)
class LoadPayment:
    """→ PaymentArrived, with ``action`` repeated so that the answer finds its flow."""

    payment_id: PaymentId
    action: Action


@dataclass(frozen=True, slots=True)
class RecordThanks:
    """A payment is thanked for once. Saved with the thanks themselves. No answer."""

    payment_id: PaymentId


@dataclass(frozen=True, slots=True)
class CheckExport:
    """→ ExportChecked."""


@dataclass(frozen=True, slots=True)
class MakeExport:
    """Put everything kept about the person into one file → ExportMade."""


@dataclass(frozen=True, slots=True)
class RecordExport:
    """They take their data out now. Saved with the message that carries it. No answer."""


@dataclass(frozen=True, slots=True)
class StoreClaim:
    """Keep a claim about a payment for the support desk → ClaimStored."""

    claim_id: DisputeId
    payment_id: PaymentId
    reason: str


@dataclass(frozen=True, slots=True)
class AddContact:
    """→ ContactAdded. ``nickname`` is what their phone calls them: for looking up, never shown."""

    person_id: int
    nickname: str = field(default="", repr=False)


Effect: TypeAlias = (
    Tell
    | Show
    | TellOther
    | TellGroup
    | KeepLink
    | UseLink
    | OpenLink
    | RememberOrigin
    | ShowInGroup
    | Toast
    | Erase
    | OpenPad
    | ClosePad
    | Register
    | SetLanguage
    | ChangeName
    | ChangeHandle
    | FindHandle
    | FindPerson
    | FindPhone
    | BindPhone
    | UnbindPhone
    | LoadPhone
    | AcceptInvitation
    | LoadPerson
    | LoadBlocked
    | BlockPerson
    | UnblockPerson
    | RemoveContact
    | AskQuote
    | RememberNote
    | AskLedger
    | LoadBalance
    | LoadHistory
    | FindReference
    | LoadStatement
    | LoadLimits
    | LoadPayment
    | RecordThanks
    | CheckExport
    | MakeExport
    | RecordExport
    | StoreClaim
    | AddContact
)
