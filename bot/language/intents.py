"""What a sentence can mean. ``parse`` answers one Reading; only an intent is acted on, and unsure never is one."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from ledger.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ByName:
    """A payee as written: "Priya", "my sister". Looked up among contacts; never picked when several match."""

    name: str


@dataclass(frozen=True, slots=True)
class ByHandle:
    """An exact @handle, lower case, without the @."""

    handle: str


@dataclass(frozen=True, slots=True)
class ByPerson:
    """A numeric Telegram id, from a mention of a person without a username, or from a reply."""

    person_id: int


@dataclass(frozen=True, slots=True)
class ByPhone:
    """A phone number in E.164 (+919000001002), hidden from ``repr`` so that it reaches no log."""

    number: str = field(repr=False)


PayeeWords: TypeAlias = ByName | ByHandle | ByPerson | ByPhone


@dataclass(frozen=True, slots=True)
class Send:
    """Pay somebody. What is missing is asked for; what is written is exact."""

    amount: Money | None = None
    payee: PayeeWords | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Ask somebody for money. It moves nothing."""

    amount: Money | None = None
    payer: PayeeWords | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """Share a bill with several people; the writer has a share as well. It moves nothing."""

    amount: Money | None = None
    people: tuple[PayeeWords, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, or no: an answer to whatever was asked, and nothing where nothing was."""

    yes: bool


class Topic(StrEnum):
    """Everything else that can be typed: each has a command, and words that mean the same."""

    START = "start"
    BALANCE = "balance"
    HISTORY = "history"
    STATEMENT = "statement"
    EXPORT = "export"
    LIMITS = "limits"
    CONTACTS = "contacts"
    BLOCK = "block"
    UNBLOCK = "unblock"
    PIN = "pin"
    PROFILE = "profile"
    FORGOT = "forgot"  # they do not know their PIN any more
    LOST = "lost"  # somebody else may have their phone or their PIN
    PHONE = "phone"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    DISPUTE = "dispute"
    LANGUAGE = "language"
    HELP = "help"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Open:
    """Open a topic; ``argument`` is what followed the command ("/start <code>", "/contacts @ravi"), or empty.

    The number of a payment alone opens the history with that number, "limit me to 500 a day" the limits with that.
    """

    topic: Topic
    argument: str = ""
    payee: PayeeWords | None = None  # whom the argument names, where a topic is about somebody


class AskWhat(StrEnum):
    """What the sentence leaves open, so that the person is asked for just that."""

    WHICH_AMOUNT = "which_amount"  # two amounts, a range, "about", a fraction of the balance
    GROUPING = "grouping"  # 1.000 or 1,00: could be two different amounts
    NUMBER_OR_NAME = "number_or_name"
    SEVERAL_PAYEES = "several_payees"
    REALLY_SEND = "really_send"  # reads like a payment but also like something else


@dataclass(frozen=True, slots=True)
class Ask:
    """It may be a command, and one thing must be asked before it is. ``understood`` keeps what was certain."""

    what: AskWhat
    understood: Send


class RefuseWhy(StrEnum):
    """Why a sentence that is clearly a payment cannot be one."""

    NOT_POSITIVE = "not_positive"
    TOO_PRECISE = "too_precise"  # more decimals than the currency has
    TOO_LARGE = "too_large"
    OTHER_CURRENCY = "other_currency"
    NOT_A_NUMBER = "not_a_number"  # NaN, 1e309, hex, superscripts, look-alike digits
    TOO_LONG = "too_long"
    NOT_YET = "not_yet"  # a command this version does not have: /request, /split …


@dataclass(frozen=True, slots=True)
class Refuse:
    """It is a command and cannot be carried out; ``why`` is said. ``detail`` is a currency code or a command name."""

    why: RefuseWhy
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Not a command."""


Reading: TypeAlias = Send | Request | Split | Open | Answer | Ask | Refuse | Nothing
