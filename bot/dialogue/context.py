"""What a step is given beside the state and the event. Time and ids come in; nothing here reads a clock."""

from dataclasses import dataclass
from datetime import UTC, date, timedelta, tzinfo
from typing import Final, Self

from bot.dialogue.effects import BubbleId, Effect
from bot.dialogue.people import Me, Payee
from bot.dialogue.states import State
from bot.language.amounts import HOME_REGION
from bot.language.lexicon import Lexicon
from bot.language.tongues import NO_TONGUES, Tongues
from ledger.kernel.ids import DisputeId, PaymentId, RefundId
from ledger.kernel.instants import BusinessDay, Instant

CONFIRM_TTL: Final = timedelta(minutes=5)  # how long a confirmation may be accepted; GOALS.md S9
FIRST_RETRY_AFTER: Final = timedelta(seconds=5)  # then doubled, up to LONGEST_RETRY_AFTER
LONGEST_RETRY_AFTER: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class FreshIds:
    """Ids nobody has, for what this one step may begin. A step uses each at most once."""

    payment_id: PaymentId
    refund_id: RefundId
    dispute_id: DisputeId
    bubble_id: BubbleId
    link: str = ""

    @classmethod
    def mint(cls, link: str) -> Self:
        """New ids; ``link`` nobody can guess. Impure by nature: the runner calls it, never a flow."""
        return cls(PaymentId.new(), RefundId.new(), DisputeId.new(), BubbleId.new(), link)


@dataclass(frozen=True, slots=True)
class Context:
    """Now, who is speaking, ids for what begins, and the words of their language."""

    now: Instant
    me: Me
    fresh: FreshIds
    lexicon: Lexicon
    confirm_ttl: timedelta = CONFIRM_TTL
    zone: tzinfo = UTC  # in which days and months begin
    payee_now: Payee | None = None  # the payee of the payment on screen, as the directory has them at this moment
    region: str = HOME_REGION  # where a phone number without a country code belongs (ISO 3166)
    invitation: str = ""  # what stands behind ?start= in the link by which this person invites others
    bot_username: str = ""  # for links that lead here: https://t.me/<bot_username>?start=<payload>
    tongues: Tongues = NO_TONGUES  # the languages there are, by what people call them
    members: tuple[Payee, ...] = ()  # of the group that this is about, as far as they were seen there

    @property
    def today(self) -> date:
        """The operator's business day."""
        return BusinessDay.of(self.now, self.zone).date

    @property
    def expires_at(self) -> Instant:
        """When something asked now is no longer waited for."""
        return self.now + self.confirm_ttl

    @property
    def pin_locked_until(self) -> Instant | None:
        """Until when no PIN is taken, if that moment is still to come."""
        until = self.me.pin_locked_until
        return until if until is not None and self.now < until else None

    def ask_again_at(self, silences: int) -> Instant:
        """When to ask the ledger again after so many silences: 5 s, 10 s, 20 s … and never more than a minute."""
        doubled: timedelta = FIRST_RETRY_AFTER * 2 ** min(silences, 10)
        return self.now + min(doubled, LONGEST_RETRY_AFTER)


@dataclass(frozen=True, slots=True)
class Step:
    """What is true now, and what to do about it."""

    state: State
    effects: tuple[Effect, ...] = ()
