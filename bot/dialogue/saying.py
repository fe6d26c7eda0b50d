"""Small builders for messages and buttons, and readers of what a button carried. No flow, no words."""

from typing import Final

from bot.dialogue.context import Context
from bot.dialogue.effects import Action, Button, Fact, Line, Say, Tell, Toast
from bot.dialogue.keys import KEYS
from bot.dialogue.people import Me, Payee
from bot.language.intents import ByHandle, ByName, ByPerson, ByPhone, PayeeWords, Topic
from bot.language.phones import spelled_phone
from ledger.kernel.ids import PaymentId
from ledger.kernel.instants import Instant
from ledger.kernel.money import MAX_MINOR_UNITS, Money
from ledger.outcomes import RefusalCode, Refused

EXAMPLE_NAME: Final = "Priya"  # in a hint, for somebody who knows nobody yet

Rows = tuple[tuple[Button, ...], ...]


def line(key: str, **facts: Fact) -> Line:
    """One paragraph."""
    return Line(key, facts)


def say(*lines: Line, buttons: Rows = ()) -> Say:
    """A message of paragraphs."""
    return Say(lines, buttons)


def tell(*lines: Line, buttons: Rows = ()) -> Tell:
    """A new message of paragraphs."""
    return Tell(Say(lines, buttons))


def toast(key: str, *, alert: bool = False, **facts: Fact) -> Toast:
    """The short answer to a tap."""
    return Toast(Line(key, facts), alert)


# ── buttons ──────────────────────────────────────────────────────────────────


def cancel(payment_id: PaymentId | None = None) -> Button:
    """Cancel what is open; with an id only that payment, so that an old button cannot cancel a new one."""
    return Button(Action.CANCEL, payment_id.to_bytes() if payment_id else b"", "cancel")


def about_payment(action: Action, payment_id: PaymentId, label: str = "", **facts: Fact) -> Button:
    """A button about one payment."""
    return Button(action, payment_id.to_bytes(), label or action.name.lower(), facts)


def pick_payee(payee: Payee, expires_at: Instant) -> tuple[Button]:
    """A row with one payee."""
    facts: dict[str, Fact] = {"name": payee.name, "handle": payee.handle}
    return (Button(Action.PICK_PAYEE, person_argument(payee.person_id), "pick_payee", facts, expires_at),)


def pick_amount(amount: Money, expires_at: Instant) -> Button:
    """An amount offered as a button."""
    argument = amount.minor_units.to_bytes(8, "big")
    return Button(Action.PICK_AMOUNT, argument, "pick_amount", {"amount": amount}, expires_at)


def topic(which: Topic) -> Button:
    """A topic for people who do not want to type."""
    return Button(Action.OPEN_TOPIC, which.value.encode(), f"topic_{which.value}")


def about_person(action: Action, person_id: int, label: str = "", **facts: Fact) -> Button:
    """A button about one person."""
    return Button(action, person_argument(person_id), label or action.name.lower(), facts)


def invite(context: Context) -> Button:
    """Telegram offers to pass a link on: whoever starts by it is welcome, and a contact."""
    address = f"https://t.me/{context.bot_username}?start={context.invitation}"
    return Button(Action.LINK, b"", "invite", url=address, shares=line("invite.text"))


def simple(action: Action) -> Button:
    """A button that carries nothing."""
    return Button(action, b"", action.name.lower())


# ── what a button carried: from outside, so checked ──────────────────────────


def person_argument(person_id: int) -> bytes:
    """A person id as a button carries it."""
    return person_id.to_bytes(8, "big")


def person_of(argument: bytes) -> int | None:
    """The person a button carried."""
    return int.from_bytes(argument, "big") if len(argument) == 8 else None  # noqa: PLR2004 - eight bytes, as above


def payment_of(argument: bytes) -> PaymentId | None:
    """The payment a button carried."""
    try:
        return PaymentId.from_bytes(argument)
    except ValueError:
        return None


def amount_of(argument: bytes, currency: str) -> Money | None:
    """The amount a button carried, if it is one that can be paid."""
    minor_units = person_of(argument)
    return Money(minor_units, currency) if minor_units is not None and 0 < minor_units <= MAX_MINOR_UNITS else None


# ── facts ────────────────────────────────────────────────────────────────────


def masked(person_id: int) -> str:
    """The end of an id, to tell two people of one name apart: ``••4821``."""
    return f"••{str(person_id)[-4:]}"


def written(words: PayeeWords | None) -> str:
    """How a payee was written, to say it back."""
    match words:
        case ByName(name):
            return name
        case ByHandle(handle):
            return f"@{handle}"
        case ByPhone(number):
            return spelled_phone(number)
        case ByPerson() | None:
            return ""


def hint_send(me: Me) -> Line:
    """How to pay, with somebody they know as the example."""
    known = (me.recent or me.known)[:1]
    return line("hint.send", name=known[0].name.split()[0] if known and known[0].name.split() else EXAMPLE_NAME)


def refusal(refused: Refused) -> Line:
    """Why the ledger refused, in one sentence; without the facts of that sentence, a plain one."""
    key = f"refused.{refused.code.value}"
    if refused.code is RefusalCode.ACCOUNT_FROZEN and "thaws_at" in refused.facts:
        key = "refused.account_frozen_until"
    wanted = KEYS.get(key)
    if wanted is None or not set(wanted) <= set(refused.facts):
        return line("refused.other")
    return Line(key, {name: refused.facts[name] for name in wanted})
