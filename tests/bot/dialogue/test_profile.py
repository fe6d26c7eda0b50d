"""Who they are here, and changing it: the PIN, what is refused before it, and what payers are told for a month."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.effects import Action, AskLedger, AskQuote, ChangeHandle, ChangeName, ClosePad, Purpose
from bot.dialogue.events import (
    HandleChanged,
    HandleRefused,
    LedgerAnswered,
    NameChanged,
    PadClosed,
    PayeeNotFound,
    PinChecked,
    PinVerdict,
    QuoteArrived,
    Resumed,
)
from bot.dialogue.people import FLAGGED_FOR, HANDLE_STAYS_FOR, Payee
from bot.dialogue.states import (
    AskingProfile,
    ChangingProfile,
    ChoosingPin,
    Confirming,
    EnteringPin,
    Idle,
    Paying,
    ProvingPin,
    Quoting,
)
from ledger.commands import Pay
from ledger.kernel.instants import Instant
from tests.bot.dialogue.examples import (
    ME,
    NOW,
    PRIYA,
    QUOTED,
    SOON,
    Talk,
    captured,
    confirming,
    entering,
    tap,
)

TICK = timedelta(microseconds=1)
RIGHT = PinChecked(PinVerdict.RIGHT)
ZOYA = replace(PRIYA, name="Zoya Khan", nicknames=(), renamed_at=NOW)


def asked(action: Action = Action.CHANGE_NAME) -> Talk:
    return Talk().hears(tap(action))


# ── who I am ─────────────────────────────────────────────────────────────────


def test_a_profile_says_who_they_are_to_others_and_since_when() -> None:
    talk = Talk(replace(ME, registered_at=NOW)).says("/profile")

    you, since = talk.messages[-1].lines
    assert you.facts == {"name": "Asha Rao", "handle": "asha", "masked_id": "••1001"}
    assert since.facts == {"at": NOW}
    assert [button.action for button in talk.buttons] == [Action.CHANGE_NAME, Action.CHANGE_HANDLE, Action.OPEN_TOPIC]


@pytest.mark.parametrize(
    ("after", "flagged"), [(FLAGGED_FOR - TICK, True), (FLAGGED_FOR, False), (FLAGGED_FOR + TICK, False)]
)
def test_their_own_profile_says_how_long_a_new_name_is_flagged(after: timedelta, flagged: bool) -> None:
    talk = Talk(replace(ME, renamed_at=NOW))
    talk.now = NOW + after

    assert ("profile.flagged" in talk.says("my profile").keys) == flagged


# ── the name ─────────────────────────────────────────────────────────────────


def test_a_name_changes_with_the_pin_and_is_told_in_a_message_of_its_own() -> None:
    talk = asked().says("Asha  R. Rao").hears(RIGHT)
    assert talk.effects == (ClosePad(), ChangeName("Asha R. Rao"))

    talk.hears(NameChanged("Asha R. Rao"))

    assert talk.state == Idle()
    assert talk.keys == ("profile.name_changed", "profile.name_alert")
    assert [button.action for button in talk.messages[-1].buttons[0]] == [Action.FREEZE]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("Hundi Support", "profile.name_reserved"),
        ("Рriya Sharma", "profile.name_disguised"),
        ("x" * 65, "profile.name_length"),
        ("Priya @ravi", "profile.name_signs"),
        ("🙂", "profile.name_letters"),
    ],
)
def test_a_name_that_cannot_be_is_refused_before_the_pin(written: str, why: str) -> None:
    talk = asked().says(written)

    assert isinstance(talk.state, AskingProfile)
    assert talk.keys == ("profile.ask_name", why, "profile.ask_name")


def test_the_name_they_have_is_no_change() -> None:
    assert asked().says(ME.name).keys == ("profile.ask_name", "profile.same")


def test_a_wrong_pin_changes_nothing_and_says_what_it_is_for() -> None:
    talk = asked().says("Asha R").hears(PinChecked(PinVerdict.WRONG, 2))

    assert talk.keys == ("pin.wrong", "pin.enter_for_name")
    talk.hears(PinChecked(PinVerdict.LOCKED, 0, SOON))
    assert talk.state == Idle()
    assert not [one for one in talk.effects if isinstance(one, ChangeName)]


def test_a_pad_that_closes_offers_the_same_again() -> None:
    talk = asked(Action.CHANGE_HANDLE).says("asha_r").hears(PadClosed(Purpose.ENTER, timed_out=True))

    assert [button.action for button in talk.buttons] == [Action.CHANGE_HANDLE]


def test_cancel_leaves_everything_as_it_was() -> None:
    for talk in (asked(), asked().says("Asha R")):
        talk.hears(tap(Action.CANCEL))
        assert talk.state == Idle()
        assert talk.keys == ("profile.unchanged",)


def test_a_question_for_a_name_is_not_open_for_ever() -> None:
    assert asked().waits_till_the_end().keys == ("profile.lapsed",)


@pytest.mark.parametrize("words", ["/balance", "send 200 to priya", "/cancel"])
def test_a_command_is_no_name(words: str) -> None:
    """Whoever goes on with something else is not called so from now on."""
    assert not isinstance(asked().says(words).state, ProvingPin)


def test_a_change_that_a_crash_cut_off_is_asked_for_again() -> None:
    talk = asked().says("Asha R").hears(RIGHT)
    assert isinstance(talk.state, ChangingProfile)

    assert talk.hears(Resumed()).effects == (ChangeName("Asha R"),)


def test_nothing_changes_while_the_account_is_frozen_or_the_pin_locked() -> None:
    for me, why in (
        (replace(ME, frozen=True), "refused.account_frozen"),
        (replace(ME, frozen=True, thaws_at=SOON), "refused.account_frozen_until"),
        (replace(ME, pin_locked_until=SOON), "pin.locked"),
    ):
        for action in (Action.CHANGE_NAME, Action.CHANGE_HANDLE):
            assert Talk(me).hears(tap(action)).keys == (why,)


def test_without_a_pin_one_is_chosen_first() -> None:
    assert isinstance(Talk(replace(ME, has_pin=False)).hears(tap(Action.CHANGE_NAME)).state, ChoosingPin)


# ── the handle ───────────────────────────────────────────────────────────────


def test_a_handle_changes_with_the_pin() -> None:
    talk = asked(Action.CHANGE_HANDLE).says("@Asha_R").hears(RIGHT)
    assert talk.effects == (ClosePad(), ChangeHandle("asha_r"))

    assert talk.hears(HandleChanged("asha_r")).keys == ("profile.handle_changed", "profile.handle_alert")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("asha rao", "profile.handle_letters"),
        ("ab", "profile.handle_length"),
        ("hundi_help", "profile.handle_reserved"),
    ],
)
def test_a_handle_that_cannot_be_is_refused_before_the_pin(written: str, why: str) -> None:
    assert asked(Action.CHANGE_HANDLE).says(written).keys == ("profile.ask_handle", why, "profile.ask_handle")


def test_a_taken_handle_is_asked_for_again() -> None:
    talk = asked(Action.CHANGE_HANDLE).says("priya").hears(RIGHT, HandleRefused("priya"))

    assert isinstance(talk.state, AskingProfile)
    assert talk.keys == ("profile.handle_taken", "profile.ask_handle")


@pytest.mark.parametrize(
    ("after", "may"), [(HANDLE_STAYS_FOR - TICK, False), (HANDLE_STAYS_FOR, True), (HANDLE_STAYS_FOR + TICK, True)]
)
def test_a_handle_may_be_changed_once_a_month(after: timedelta, may: bool) -> None:
    talk = Talk(replace(ME, handle_changed_at=NOW))
    talk.now = NOW + after

    talk.hears(tap(Action.CHANGE_HANDLE))

    assert isinstance(talk.state, AskingProfile) == may
    assert ("profile.handle_stays" in talk.keys) == (not may)


def test_a_handle_changed_from_another_phone_meanwhile_stays() -> None:
    talk = asked(Action.CHANGE_HANDLE).says("asha_r").hears(RIGHT, HandleRefused("asha_r", SOON))

    assert talk.state == Idle()
    assert talk.keys == ("profile.handle_stays",)


def test_a_handle_given_up_is_said_to_lead_nowhere() -> None:
    """Not to somebody else, and not to whoever had it: the payer is asked again."""
    talk = Talk().says("send 200 to @meera").hears(PayeeNotFound("@meera", retired=True))
    assert talk.keys[0] == "send.handle_retired"

    talk = Talk().says("/contacts @meera").hears(PayeeNotFound("@meera", retired=True))
    assert talk.keys == ("send.handle_retired",)


# ── what payers are told ─────────────────────────────────────────────────────


def told(payee: Payee, now: Instant) -> tuple[str, ...]:
    talk = Talk(replace(ME, known=(payee,), recent=()))
    talk.now = now
    return talk.says(f"send 200 to @{payee.handle}").hears(QuoteArrived(QUOTED)).keys


@pytest.mark.parametrize(
    ("after", "flagged"), [(FLAGGED_FOR - TICK, True), (FLAGGED_FOR, False), (FLAGGED_FOR + TICK, False)]
)
def test_a_new_name_is_flagged_for_thirty_days(after: timedelta, flagged: bool) -> None:
    renamed = replace(PRIYA, renamed_at=NOW)

    assert ("send.renamed" in told(renamed, NOW + after)) == flagged
    assert ("send.renamed_from" in told(replace(renamed, former_name="Ravi K"), NOW + after)) == flagged


def test_a_name_that_never_changed_is_not_flagged() -> None:
    assert not [key for key in told(PRIYA, NOW) if key.startswith("send.renamed")]


# ── a name that changes while somebody pays ──────────────────────────────────


def test_a_name_changed_before_pay_is_asked_about_again() -> None:
    talk = confirming()
    assert isinstance(talk.state, Confirming)
    before = talk.state.payment
    talk.payee_now = ZOYA

    talk.presses("pay")

    assert isinstance(talk.state, Quoting)
    assert talk.keys == ("toast.payee_changed",)
    assert talk.state.payment.payment_id != before.payment_id, "no button of the old message fits the new payment"
    talk.hears(QuoteArrived(QUOTED))
    assert talk.keys[:2] == ("send.payee_changed", "send.confirm")
    assert talk.messages[-1].lines[0].facts == {"name": "Priya Sharma", "handle": "priya"}
    assert talk.messages[-1].lines[1].facts["name"] == "Zoya Khan"
    assert "send.renamed_from" in talk.keys


@pytest.mark.parametrize(("name", "handle"), [("Zoya Khan", "priya"), ("Priya Sharma", "zoya"), ("Zoya", "zoya")])
def test_a_right_pin_under_a_name_that_is_gone_pays_nothing(name: str, handle: str) -> None:
    talk = entering()
    talk.payee_now = replace(PRIYA, nicknames=(), name=name, handle=handle)

    talk.hears(RIGHT)

    assert [type(effect) for effect in talk.effects] == [ClosePad, AskQuote]
    talk.hears(QuoteArrived(QUOTED)).presses("pay").hears(RIGHT)
    assert isinstance(talk.state, Paying)
    assert talk.state.payment.payee.account_id == PRIYA.account_id, "never looked up again"
    (ask,) = [effect for effect in talk.effects if isinstance(effect, AskLedger)]
    assert isinstance(ask.command, Pay)
    assert ask.command.payee == PRIYA.account_id
    assert talk.hears(LedgerAnswered(captured(talk))).keys[0] == "send.paid"


def test_a_name_that_is_what_was_shown_is_paid() -> None:
    """Changed and changed back, or never changed."""
    talk = entering()
    talk.payee_now = replace(PRIYA, renamed_at=NOW)

    assert isinstance(talk.hears(RIGHT).state, Paying)


def test_a_name_changed_between_the_choice_and_the_question_is_said() -> None:
    """They picked Priya from a list; the question shows who that account is now."""
    talk = Talk().says("send 200 to priya")
    talk.payee_now = ZOYA

    assert talk.hears(QuoteArrived(QUOTED)).keys[:2] == ("send.payee_changed", "send.confirm")


def test_somebody_elses_face_is_never_put_on_the_account() -> None:
    talk = entering()
    talk.payee_now = replace(ZOYA, account_id=ME.account_id or PRIYA.account_id)

    assert isinstance(talk.hears(RIGHT).state, Paying)


def test_a_wrong_pin_is_still_wrong_under_a_new_name() -> None:
    """A try is a try: a rename is no way to more of them."""
    talk = entering()
    talk.payee_now = ZOYA

    assert isinstance(talk.hears(PinChecked(PinVerdict.WRONG, 2)).state, EnteringPin)
