"""Who takes part, as the dialogue sees them: the person it talks with, and those they may pay."""

from dataclasses import dataclass

from ledger.kernel.ids import AccountId
from ledger.kernel.instants import Instant


@dataclass(frozen=True, slots=True)
class Payee:
    """An account that can be paid, under its own name and handle (never a nickname).

    ``nicknames`` are how the payer's phone calls them: for look-up only, never shown as the name.
    """

    person_id: int
    account_id: AccountId
    name: str
    handle: str
    nicknames: tuple[str, ...] = ()
    renamed_at: Instant | None = None  # when the name on the account last changed, if it ever did


@dataclass(frozen=True, slots=True)
class Me:
    """The person in the chat. ``known`` is everybody a name may mean: contacts, paid, paid by; ``recent`` newest first.

    ``account_id`` is ``None`` until they registered.
    """

    person_id: int
    name: str
    username: str | None
    language: str  # a catalogue: "en"
    languages: tuple[str, ...]  # every catalogue there is
    currency: str
    account_id: AccountId | None = None
    handle: str | None = None
    has_pin: bool = False
    known: tuple[Payee, ...] = ()
    recent: tuple[Payee, ...] = ()
    frozen: bool = False
    thaws_at: Instant | None = None
    pin_digits: int = 6
    pin_locked_until: Instant | None = None
    renamed_at: Instant | None = None
    handle_changed_at: Instant | None = None
    phone_bound: bool = False  # their own number is on the account; the number itself stays sealed
