"""Who takes part, as the dialogue sees them: the person it talks with, and those they may pay."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ledger.kernel.ids import AccountId
from ledger.kernel.instants import Instant
from ledger.kernel.own_limits import NO_OWN_LIMITS, OwnLimits

FLAGGED_FOR: Final = timedelta(days=30)  # how long payers are told of a changed name; PRODUCT.md, section 1
HANDLE_STAYS_FOR: Final = timedelta(days=30)  # a handle is changeable once a month; PRODUCT.md, section 1


@dataclass(frozen=True, slots=True)
class Payee:
    """An account that can be paid, under its own name and handle (never a nickname).

    ``nicknames`` are how the payer's phone calls them: for look-up only, never shown as the name. ``former_name`` is
    what they were called when the payer last dealt with them, if that is not long ago and not their name any more.
    """

    person_id: int
    account_id: AccountId
    name: str
    handle: str
    nicknames: tuple[str, ...] = ()
    renamed_at: Instant | None = None  # when the name on the account last changed, if it ever did
    former_name: str = ""

    def is_renamed(self, now: Instant) -> bool:
        """Whether the name is so new that a payer is told."""
        return self.renamed_at is not None and now < self.renamed_at + FLAGGED_FOR

    def looks_as(self, other: "Payee") -> bool:
        """Whether the account is shown as ``other`` is: the same name and handle."""
        return (self.name, self.handle) == (other.name, other.handle)


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
    own_limits: OwnLimits = NO_OWN_LIMITS
    pin_digits: int = 6
    pin_locked_until: Instant | None = None
    registered_at: Instant | None = None
    renamed_at: Instant | None = None
    handle_changed_at: Instant | None = None
    phone_bound: bool = False  # their own number is on the account; the number itself stays sealed
    blocks_somebody: bool = False
    reads_language: bool = True  # they chose it, or their Telegram is set to it; else it is only our first
    reachable: bool = True  # False while they block the bot

    def handle_changeable_at(self, now: Instant) -> Instant | None:
        """From when the handle can be changed again; ``None`` if it can be now."""
        if self.handle_changed_at is None or now >= self.handle_changed_at + HANDLE_STAYS_FOR:
            return None
        return self.handle_changed_at + HANDLE_STAYS_FOR


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody as a person's own contacts show them: since when they are among them, and since when they paid."""

    payee: Payee
    added_at: Instant | None = None
    met_at: Instant | None = None  # when one last paid the other
