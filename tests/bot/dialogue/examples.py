"""Asha, Priya and Ravi, a moment in time, and one example of every state and of every event."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any, Final

from bot.dialogue.context import Context, FreshIds, Step
from bot.dialogue.effects import (
    Action,
    BubbleId,
    Button,
    Effect,
    File,
    OpenPad,
    Purpose,
    Say,
    Show,
    ShowInGroup,
    Tell,
    TellGroup,
    TellOther,
    Toast,
)
from bot.dialogue.events import (
    BalanceArrived,
    BlockedArrived,
    BotBlocked,
    ChoiceVerdict,
    ClaimStored,
    ContactAdded,
    ContactShared,
    DeadlinePassed,
    DigitsArrived,
    Event,
    ExportChecked,
    ExportMade,
    ForeignArrived,
    ForeignKind,
    HandleChanged,
    HandleRefused,
    HistoryArrived,
    InvitationAccepted,
    LedgerAnswered,
    LedgerFault,
    LedgerSilent,
    LimitsArrived,
    LinkFate,
    LinkOpened,
    LookupsExhausted,
    NameChanged,
    PadClosed,
    PayeeFound,
    PayeeNotFound,
    PaymentArrived,
    PersonArrived,
    PhoneArrived,
    PinChecked,
    PinChosen,
    PinInGroup,
    PinVerdict,
    QuoteArrived,
    ReferenceArrived,
    Registered,
    Resumed,
    Secret,
    StatementArrived,
    Tapped,
    TextArrived,
)
from bot.dialogue.facts import HistoryLine, LimitLine, PaymentFacts, StatementFacts
from bot.dialogue.filters import EVERYTHING, Page, Way, page_argument
from bot.dialogue.limits import argument_of
from bot.dialogue.people import Card, Me, Payee
from bot.dialogue.places import GroupMessage, SaidInGroup
from bot.dialogue.saying import person_argument
from bot.dialogue.states import (
    AskingAmount,
    AskingLimit,
    AskingPayee,
    AskingProfile,
    BrowsingContacts,
    BrowsingHistory,
    ChangingProfile,
    ChoosingLanguage,
    ChoosingPayee,
    ChoosingPin,
    Confirming,
    ConfirmingLimit,
    ConfirmingRefund,
    Draft,
    EnteringPin,
    EnteringRefundPin,
    Exporting,
    FindingBlocked,
    FindingContact,
    FindingPayee,
    Freezing,
    Idle,
    LimitChange,
    Limiting,
    ListingDisputable,
    Paying,
    Payment,
    Proof,
    ProvingPin,
    Quoting,
    Refunding,
    Registering,
    Repayment,
    SharingPhone,
    State,
    deadline,
)
from bot.dialogue.step import step
from bot.language.intents import ByHandle, ByName, ByPerson, ByPhone, Topic
from bot.language.lexicon import Lexicon
from bot.language.periods import Period
from bot.language.tongues import Tongues
from ledger.kernel.ids import AccountId, DisputeId, EntryId, FundingId, PaymentId, RefundId
from ledger.kernel.instants import Instant
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind
from ledger.outcomes import (
    Captured,
    Fact,
    FreezeChanged,
    Funded,
    LimitChanged,
    Opened,
    Quoted,
    Refunded,
    RefusalCode,
    Refused,
)

NOW: Final = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
SOON: Final = NOW + timedelta(minutes=5)
ENGLISH: Final = Lexicon.from_toml(files("bot.language").joinpath("lexicons/en.toml").read_text("utf-8"))
TONGUES: Final = Tongues.called(
    (name, code)
    for code, names in {
        "en": ("English", "anglais", "अंग्रेज़ी"),
        "hi": ("Hindi", "हिन्दी"),
        "fr": ("French", "français"),
    }.items()
    for name in names
)


def inr(text: str) -> Money:
    rupees, _, paise = text.replace(",", "").partition(".")
    return Money(int(rupees) * 100 + int(paise.ljust(2, "0")), "INR")


def _id(prefix: str, number: int) -> str:
    return f"{prefix}_{number:032x}"


def payment_id(number: int) -> PaymentId:
    return PaymentId(_id("pay", number))


def bubble(number: int) -> BubbleId:
    return BubbleId(_id("msg", number))


def payee(number: int, name: str, handle: str, *nicknames: str) -> Payee:
    return Payee(1000 + number, AccountId(_id("acc", number)), name, handle, nicknames)


ASHA: Final = payee(1, "Asha Rao", "asha")
PRIYA: Final = payee(2, "Priya Sharma", "priya", "Pri")
RAVI: Final = payee(3, "Ravi Kumar", "ravi", "bhai")
PRIYA_NAIR: Final = payee(4, "Priya Nair", "priya.nair")
LINK: Final = "g" + "A" * 22
FRESH: Final = FreshIds(payment_id(9), RefundId(_id("rfd", 9)), DisputeId(_id("dsp", 9)), bubble(9), LINK)
ME: Final = Me(
    person_id=ASHA.person_id,
    name=ASHA.name,
    username="asha_rao",
    language="en",
    languages=("en",),
    currency="INR",
    account_id=ASHA.account_id,
    handle=ASHA.handle,
    has_pin=True,
    known=(PRIYA, RAVI),
    recent=(RAVI,),
)
STRANGER: Final = replace(ME, account_id=None, handle=None, has_pin=False, known=(), recent=())


def context(
    me: Me = ME,
    now: Instant = NOW,
    fresh: FreshIds = FRESH,
    payee_now: Payee | None = None,
    members: tuple[Payee, ...] = (),
) -> Context:
    return Context(now, me, fresh, ENGLISH, bot_username=HERE, payee_now=payee_now, tongues=TONGUES, members=members)


def text(words: str, replied_person: int | None = None, mentioned: tuple[tuple[str, int], ...] = ()) -> TextArrived:
    return TextArrived(1, words, replied_person, mentioned)


IN_FLAT: Final = GroupMessage(-100_500, 7, 3)
HERE: Final = "HundiBot"


def in_group(words: str, *, at: GroupMessage = IN_FLAT, called: bool = True, **fields: Any) -> SaidInGroup:
    return SaidInGroup(at, words, called, **fields)


def tap(action: Action, argument: bytes = b"", *, expired: bool = False) -> Tapped:
    return Tapped(action, argument, 1, expired)


# ── a conversation in a test ─────────────────────────────────────────────────


class Talk:
    """Feeds events and keeps what was said. Buttons are pressed by their label, as a person does."""

    def __init__(self, me: Me = ME, state: State | None = None) -> None:
        self.me = me
        self.now = NOW
        self.payee_now: Payee | None = None  # what the directory says of the payee on screen, once it was asked
        self.state: State = Idle() if state is None else state
        self.effects: tuple[Effect, ...] = ()
        self.members: tuple[Payee, ...] = ()  # of the group, if it is about one
        self._number = 100

    def hears(self, *events: Event) -> "Talk":
        for event in events:
            self._number += 1
            n = self._number
            fresh = FreshIds(payment_id(n), RefundId(_id("rfd", n)), DisputeId(_id("dsp", n)), bubble(n), f"g{n:022}")
            taken = step(context(self.me, self.now, fresh, self.payee_now, self.members), self.state, event)
            self.state, self.effects = taken.state, taken.effects
        return self

    def says(self, words: str) -> "Talk":
        return self.hears(text(words))

    def presses(self, label: str) -> "Talk":
        """Press the button of that label in the last message; ``StopIteration`` when there is none."""
        button = next(one for one in self.buttons if one.label == label)
        return self.hears(Tapped(button.action, button.argument, 1))

    def waits_till_the_end(self) -> "Talk":
        """Until the state's own deadline, and hear it."""
        ends_at = deadline(self.state)
        assert ends_at is not None
        self.now = ends_at
        return self.hears(DeadlinePassed())

    def stands_at(self, state: State) -> bool:
        """Whether the conversation is there now, whatever the type checker saw before."""
        return self.state == state

    @property
    def messages(self) -> tuple[Say, ...]:
        return tuple(said(effect) for effect in self.effects if isinstance(effect, (Tell, Show, TellOther, OpenPad)))

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for message in self.messages for row in message.buttons for button in row)

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of everything said by the last step, toasts too."""
        return spoken(self.effects)

    @property
    def in_group(self) -> tuple[Say, ...]:
        """What the last step said where everybody reads it."""
        return tuple(effect.say for effect in self.effects if isinstance(effect, (TellGroup, ShowInGroup)))


def said(effect: Tell | Show | TellOther | OpenPad) -> Say:
    return effect.say


def spoken(effects: Sequence[Effect]) -> tuple[str, ...]:
    keys: list[str] = []
    for effect in effects:
        if isinstance(effect, Toast):
            keys.append(effect.line.key)
        elif isinstance(effect, (Tell, Show, TellOther, OpenPad)):
            keys += [line.key for line in effect.say.lines]
    return tuple(keys)


# ── one of each ──────────────────────────────────────────────────────────────

FILTERED: Final = Page(EVERYTHING.going(Way.SENT).among(RAVI.person_id).during(Period.of_month(2026, 11)), 17)
SEARCHED: Final = Page(EVERYTHING.containing("tea"))
FILE: Final = File("hundi-2026-11.csv", "text/csv", b"1,2")
DRAFT: Final = Draft(inr("200"), words=ByName("Priya"), note="tea")
PAYMENT: Final = Payment(payment_id(1), PRIYA, inr("200"), "tea", bubble(1), SOON)
REPAYMENT: Final = Repayment(RefundId(_id("rfd", 1)), payment_id(2), RAVI, inr("50"), bubble(2), SOON)
QUOTED: Final = Quoted(inr("0"), inr("300"), first_payment_to_payee=True)
TIGHTER: Final = LimitChange(LimitKind.PER_DAY, inr("500"))
LOOSER: Final = LimitChange(LimitKind.PER_PAYEE, None)
CONFIRMING: Final = Confirming(PAYMENT, QUOTED, PRIYA_NAIR)
BEGUN_IN_GROUP: Final = replace(CONFIRMING, payment=replace(PAYMENT, origin=IN_FLAT))
CAPTURED: Final = Captured(PAYMENT.payment_id, EntryId(_id("ent", 1)), "632900000017", NOW, inr("200"))
REFUNDED: Final = Refunded(
    REPAYMENT.refund_id, REPAYMENT.payment_id, EntryId(_id("ent", 2)), "632900000025", NOW, inr("50")
)


def states() -> Iterator[State]:
    """At least one of every state, and each face that answers differently."""
    yield Idle()
    yield from (Registering("en", invitation=invitation) for invitation in ("", "iAAA"))
    yield ChoosingLanguage(bubble(1))
    yield ChoosingPin(bubble(1), handle="asha")
    yield ChoosingPin(bubble(1), Purpose.REPEAT, changing=True)
    for words in (ByName("Priya"), ByHandle("meera")):
        yield from (ChoosingPin(bubble(1), draft=Draft(amount, words=words)) for amount in (inr("200"), None))
    yield from (ProvingPin(bubble(1), proof, "asha_r") for proof in Proof if proof is not Proof.CHANGE_LIMIT)
    for proof in (Proof.CHANGE_NAME, Proof.CHANGE_HANDLE):
        yield AskingProfile(bubble(1), proof, SOON)
        yield ChangingProfile(bubble(1), proof, "asha_r")
    yield from (AskingPayee(bubble(1), Draft(amount), SOON) for amount in (inr("200"), None))
    yield ChoosingPayee(bubble(1), DRAFT, (PRIYA, PRIYA_NAIR), SOON)
    yield FindingPayee(bubble(1), Draft(inr("200"), words=ByHandle("meera")))
    someone = (ByPerson(1007), ByHandle("ravi"), ByPhone("+919000001007"))
    yield from (FindingPayee(bubble(1), Draft(words=words)) for words in someone)
    yield FindingPayee(bubble(1), Draft(inr("200"), words=ByHandle("ravi")))
    yield AskingAmount(bubble(1), Draft(payee=PRIYA, offered=inr("200")), SOON)
    yield Quoting(PAYMENT)
    yield CONFIRMING
    yield BEGUN_IN_GROUP
    yield EnteringPin(BEGUN_IN_GROUP)
    yield Paying(BEGUN_IN_GROUP.payment, SOON)
    yield AskingPayee(bubble(1), Draft(inr("200"), origin=IN_FLAT), SOON)
    yield AskingAmount(bubble(1), Draft(payee=PRIYA, offered=inr("200"), origin=IN_FLAT), SOON)
    yield ChoosingPayee(bubble(1), replace(DRAFT, origin=IN_FLAT), (PRIYA, PRIYA_NAIR), SOON)
    yield EnteringPin(CONFIRMING)
    yield Paying(PAYMENT, SOON)
    yield Paying(PAYMENT, SOON, silences=3, freeze_wanted=True)
    yield ConfirmingRefund(REPAYMENT)
    yield EnteringRefundPin(REPAYMENT)
    yield Refunding(REPAYMENT, SOON)
    yield Refunding(REPAYMENT, SOON, silences=1, freeze_wanted=True)
    yield from (Freezing(SOON, thaw) for thaw in (False, True))
    yield Freezing(SOON, thaw=True, bubble=bubble(1))
    yield ProvingPin(bubble(1), Proof.CHANGE_LIMIT, change=LOOSER)
    yield AskingLimit(bubble(1), SOON)
    yield AskingLimit(bubble(1), SOON, LimitKind.PER_DAY)
    yield AskingLimit(bubble(1), SOON, limit=inr("500"))
    yield AskingLimit(bubble(1), SOON, none=True)
    yield ConfirmingLimit(bubble(1), TIGHTER, SOON)
    yield Limiting(bubble(1), TIGHTER, SOON)
    yield Limiting(bubble(1), LOOSER, SOON, loosened=True, silences=1, freeze_wanted=True)
    yield from _states_about_people()
    yield Exporting(bubble(1))
    yield BrowsingHistory(bubble(1))
    yield BrowsingHistory(bubble(1), newest=False, wanted=SEARCHED.wanted, people=(RAVI.person_id,))
    yield ListingDisputable()


def _states_about_people() -> Iterator[State]:
    yield from (FindingContact(words) for words in (ByHandle("meera"), ByPerson(1007), ByPhone("+919000001007")))
    yield FindingContact(ByPerson(1007), "Didi")
    yield FindingContact(ByHandle("meera"), block=True)
    yield from (FindingBlocked(words) for words in (ByHandle("priya"), ByName("Priya"), ByPhone("+919000001002")))
    yield BrowsingContacts(bubble(1))
    yield SharingPhone()


_TEXTS: Final = (
    "send 200 to Priya", "send 200", "send to Priya", "send", "pay 50 to @meera", "send 200 to Nobody",
    "send 5 to @asha", "200", "Priya", "@ravi", "1.000", "-5", "hello there", "", "x" * 4096, "send about 200 to Priya",
    "send 200 to +91 90000 01007", "9000001007",
    "send -5 to Priya", "/request 5",
    "632912345678", "/history priya", "/history sent last month", "/history tea",
    "/statement november", "/statement 2099", "/statement tea",
    "/contacts @ravi", "/contacts @meera", "/contacts priya", "/contacts nobody", "add 9000001007",
    "block ravi", "/block priya", "/block @meera", "/block nobody", "/block @asha", "unblock ravi", "/unblock",
    "/start iAAA",
    "send 20 USD to Priya",
    "/limits 500 a day", "limit me to 500", "no daily limit", "2000 per payment", "forgot pin", "my phone was stolen",
)  # fmt: skip
_ARGUMENTS: Final = (
    b"", b"\x00", b"\x04", b"x", b"632900000017", page_argument(FILTERED), page_argument(SEARCHED),
    PAYMENT.payment_id.to_bytes(), REPAYMENT.payment_id.to_bytes(), payment_id(77).to_bytes(),
    PAYMENT.payment_id.to_bytes() + b"\x00", PAYMENT.payment_id.to_bytes() + b"\xff", person_argument(PRIYA.person_id),
    person_argument(ASHA.person_id), person_argument(20_000), b"\xff" * 8, b"en", b"xx",
    *(topic.value.encode() for topic in Topic), argument_of(TIGHTER), argument_of(LOOSER),
    *(bytes((index,)) for index in range(4)), (0).to_bytes(8, "big"), (50_000).to_bytes(8, "big"),
)  # fmt: skip


def taps() -> Iterator[Tapped]:
    for action in Action:
        yield from (Tapped(action, argument, 1) for argument in _ARGUMENTS)
        yield Tapped(action, PAYMENT.payment_id.to_bytes(), 1, expired=True)


def _facts(*, mine: bool, refundable: str = "200", thanked: bool = False, claimed: bool = False) -> PaymentFacts:
    return PaymentFacts(
        payment_id(2), mine, RAVI, inr("200"), "tea", "632900000017", NOW, inr(refundable), thanked, claimed
    )


def _line(kind: str, *, incoming: bool, note: str = "") -> HistoryLine:
    paid = None if kind == "funding" else payment_id(2)
    other = 0 if kind == "funding" else RAVI.person_id
    return HistoryLine(incoming, kind, "Ravi Kumar", "ravi", inr("200"), note, "632900000017", NOW, paid, other)


def _of_days() -> Iterator[Event]:
    """What arrives of a stretch of days."""
    month, year, day = (
        Period.of_month(2026, 11),
        Period.of_year(2025),
        Period(NOW.date(), NOW.date() + timedelta(days=1)),
    )
    for period in (month, year, day):
        yield HistoryArrived((), 17, EVERYTHING.during(period))
        yield StatementArrived(period)
        for count, file in ((0, None), (3, FILE)):
            yield StatementArrived(period, StatementFacts(inr("5"), inr("1"), inr("2"), inr("4"), count), file)


_CROWD: Final = tuple(payee(20 + n, f"Person {n}", f"person{n}") for n in range(20))


def _about_people() -> Iterator[Event]:
    for action in (Action.CARD, Action.BLOCK, Action.CONFIRM_BLOCK, Action.UNBLOCK, Action.REMOVE_CONTACT):
        yield from (PersonArrived(action, card) for card in (None, Card(PRIYA), Card(PRIYA_NAIR, NOW, NOW)))
    yield from (BlockedArrived(people, page) for people in ((), (PRIYA,), _CROWD) for page in (0, 1, 99))
    yield from (InvitationAccepted(inviter, fresh) for inviter in (None, PRIYA) for fresh in (True, False))
    yield from (PhoneArrived(number) for number in ("+919000001001", ""))


def answers() -> Iterator[Event]:
    """Everything that may come of an effect."""
    yield Registered("asha")
    yield from (PayeeFound(one) for one in (PRIYA, PRIYA_NAIR, ASHA))
    yield from (PayeeNotFound(words) for words in ("@meera", ""))
    yield PayeeNotFound("@meera", retired=True)
    yield LookupsExhausted(SOON)
    yield QuoteArrived(QUOTED)
    yield QuoteArrived(Quoted(inr("1"), inr("0"), first_payment_to_payee=False))
    yield from (QuoteArrived(refused) for refused in refusals())
    yield from (PinChecked(verdict, 2) for verdict in PinVerdict)
    yield PinChecked(PinVerdict.LOCKED, 0, SOON)
    yield from (PinChosen(verdict) for verdict in ChoiceVerdict)
    yield from (PadClosed(purpose, timed_out=True) for purpose in Purpose)
    yield from (LedgerAnswered(refused) for refused in refusals())
    for outcome in (CAPTURED, CAPTURED._replace(payment_id=payment_id(77)), REFUNDED):
        yield LedgerAnswered(outcome)
    yield from (LedgerAnswered(FreezeChanged(ASHA.account_id, *frozen)) for frozen in ((True, None), (True, SOON)))
    yield LedgerAnswered(FreezeChanged(ASHA.account_id, frozen=False, thaws_at=None))
    yield LedgerAnswered(Opened(ASHA.account_id))
    for change in (TIGHTER, LOOSER):
        yield LedgerAnswered(LimitChanged(ASHA.account_id, change.over, change.limit))
    yield LedgerAnswered(Funded(FundingId(_id("fnd", 1)), EntryId(_id("ent", 3)), "632900000033", NOW, inr("5")))
    yield LedgerSilent()
    yield from (LedgerFault("0badcafe", moving) for moving in (True, False))
    yield BalanceArrived(inr("500"), inr("0"), inr("500"))
    yield BalanceArrived(inr("500"), inr("20"), inr("480"))
    yield HistoryArrived((), None)
    kinds = ("payment", "refund", "funding")
    page = tuple(_line(kind, incoming=way, note="tea") for kind in kinds for way in (True, False))
    yield HistoryArrived(page, 17)
    yield HistoryArrived(page, 17, FILTERED.wanted, NOW)
    yield HistoryArrived((replace(page[0], at=NOW - timedelta(days=40)),), None, SEARCHED.wanted)
    yield HistoryArrived((), None, FILTERED.wanted.going(Way.RECEIVED))
    yield from _of_days()
    yield from (ExportChecked(last_at) for last_at in (None, NOW))
    yield from (ExportMade(file) for file in (FILE, None))
    yield ReferenceArrived("632900000017")
    yield from (ReferenceArrived("632900000017", _facts(mine=mine)) for mine in (True, False))
    yield ReferenceArrived("632900000017", cash_in=_line("funding", incoming=True))
    yield LimitsArrived(())
    yield LimitsArrived(tuple(_limits()))
    for action in (Action.RECEIPT, Action.THANK, Action.SEND_BACK, Action.PROBLEM, Action.PAY):
        yield PaymentArrived(action, None)
        yield from (PaymentArrived(action, _facts(mine=mine)) for mine in (True, False))
        yield PaymentArrived(action, _facts(mine=False, refundable="0", thanked=True, claimed=True))
    yield from (ClaimStored("632900000017", first) for first in (True, False))
    yield ContactAdded(PRIYA_NAIR)
    yield NameChanged("Asha R")
    yield HandleChanged("asha_r")
    yield from (HandleRefused("asha_r", again_at) for again_at in (None, SOON))
    yield from _about_people()
    yield DeadlinePassed()
    yield Resumed()


def refusals() -> Iterator[Refused]:
    """Each code with every fact there may be, and without any."""
    facts: dict[str, Fact] = {
        "currency": "INR", "thaws_at": SOON, "limit": inr("5000"), "left": inr("10"), "resets_at": SOON,
        "available": inr("7"), "refundable": inr("3"),
    }  # fmt: skip
    for code in RefusalCode:
        yield Refused(code, facts)
        yield Refused(code)


def _limits() -> Iterator[LimitLine]:
    for code in RefusalCode:
        yield LimitLine(code.value, inr("5000"), inr("10"), SOON)
        yield LimitLine(code.value, 20, 3, None)
        yield LimitLine(code.value, 20, None, None)


def events() -> Iterator[Event]:
    """At least one of every event, and each face that is answered differently."""
    yield from (text(words) for words in _TEXTS)
    yield from (text(f"/{topic.value}") for topic in Topic)
    yield text("send 200", replied_person=PRIYA.person_id)
    yield text("send 200 to Meera", mentioned=(("Meera", 1007),))
    yield from (DigitsArrived(1, Secret(digits)) for digits in ("482913", "2000", "0000"))
    yield from taps()
    yield from (ForeignArrived(kind, 1) for kind in ForeignKind)
    yield from (
        ContactShared(1, person, own, phone, "Didi")
        for person in (PRIYA.person_id, ASHA.person_id, 1007, None)
        for own in (False, True)
        for phone in ("919000001007", "")
    )
    yield from groups()
    yield from (BotBlocked(blocked) for blocked in (True, False))
    yield from answers()


def groups() -> Iterator[Event]:
    """What comes of a group."""
    yield text(f"/start {LINK}")
    said = [*_TEXTS, *(f"/{topic.value}" for topic in Topic)]
    yield from (in_group(words, called=called) for words in said for called in (True, False))
    yield in_group("send 200", replied_person=PRIYA.person_id)
    yield in_group("send 200", reply_unclear=True)
    for fate in (LinkFate.NEW, LinkFate.USED):
        yield from (LinkOpened(LINK, fate, in_group(words)) for words in said)
    yield from (LinkOpened(LINK, fate) for fate in (LinkFate.EXPIRED, LinkFate.FOREIGN, LinkFate.UNKNOWN))
    for action in (Action.SHOW_IN_GROUP, Action.SHOW_WITH_AMOUNT, Action.SHOW_WITHOUT_AMOUNT):
        yield from (PaymentArrived(action, _facts(mine=mine)) for mine in (True, False))
        begun = replace(_facts(mine=True), origin=IN_FLAT)
        yield from (PaymentArrived(action, replace(begun, shown=shown)) for shown in (True, False))
    yield from (PinInGroup(IN_FLAT, deleted) for deleted in (True, False, None))


def took(state: State, event: Event, me: Me = ME, now: Instant = NOW, payee_now: Payee | None = None) -> Step:
    return step(context(me, now, payee_now=payee_now), state, event)


# ── conversations that have got somewhere ───────────────────────────────────


def confirming(words: str = "send 200 to priya for tea") -> Talk:
    return Talk().says(words).hears(QuoteArrived(QUOTED))


def entering() -> Talk:
    return confirming().presses("pay")


def paying() -> Talk:
    return entering().hears(PinChecked(PinVerdict.RIGHT))


def captured(talk: Talk) -> Captured:
    assert isinstance(talk.state, Paying)
    return Captured(talk.state.payment.payment_id, EntryId.new(), "632900000017", NOW, inr("200"))
