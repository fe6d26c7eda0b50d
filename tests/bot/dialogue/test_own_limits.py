"""Limits of one's own: typed and pressed, tightened with one yes, loosened with the PIN and told."""

from dataclasses import replace
from typing import Final

import pytest

from bot.dialogue.effects import Action, AskLedger, Erase, Purpose, Tell
from bot.dialogue.events import (
    DigitsArrived,
    LedgerAnswered,
    LedgerFault,
    LedgerSilent,
    LimitsArrived,
    PadClosed,
    PinChecked,
    PinVerdict,
    QuoteArrived,
    Resumed,
    Secret,
)
from bot.dialogue.facts import LimitLine
from bot.dialogue.limits import argument_of
from bot.dialogue.states import AskingLimit, ConfirmingLimit, Freezing, Idle, LimitChange, Limiting, ProvingPin
from ledger.commands import Freeze, SetLimit
from ledger.kernel.money import Money
from ledger.kernel.own_limits import LimitKind, OwnLimits
from ledger.outcomes import Fact, FreezeChanged, LimitChanged, RefusalCode, Refused
from tests.bot.dialogue.examples import ASHA, ME, SOON, Talk, inr, tap

DAY, PAYMENT, PAYEE = LimitKind.PER_DAY, LimitKind.PER_PAYMENT, LimitKind.PER_PAYEE
LIMITED: Final = replace(ME, own_limits=OwnLimits(per_day=500_00))
RIGHT: Final = PinChecked(PinVerdict.RIGHT)


def asked(talk: Talk) -> list[SetLimit]:
    """What the last step asked the ledger to set."""
    commands = [effect.command for effect in talk.effects if isinstance(effect, AskLedger)]
    return [command for command in commands if isinstance(command, SetLimit)]


def answered(kind: LimitKind, limit: Money | None) -> LedgerAnswered:
    return LedgerAnswered(LimitChanged(ASHA.account_id, kind, limit))


# ── tightening ───────────────────────────────────────────────────────────────


def test_limits_offer_to_set_one() -> None:
    talk = Talk().hears(LimitsArrived((LimitLine("own_daily_limit_exceeded", inr("500"), inr("20"), SOON),)))

    assert talk.keys == ("limits.title", "limits.own_daily_limit_exceeded", "limits.left_until")
    assert [button.label for button in talk.buttons] == ["change_limit"]


def test_a_limit_is_set_with_three_presses_and_a_yes() -> None:
    talk = Talk().hears(tap(Action.CHANGE_LIMIT))
    assert talk.keys[0] == "limits.which"
    assert talk.presses("limit_per_payee").keys[0] == "limits.how_much_per_payee"

    talk.presses("pick_amount")
    assert talk.keys[-1] == "limits.confirm"
    talk.presses("set_limit")

    assert asked(talk) == [SetLimit(ASHA.account_id, PAYEE, inr("500"))]
    talk.hears(answered(PAYEE, inr("500")))
    assert talk.state == Idle()
    assert talk.keys[-1] == "limits.set_per_payee"


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("/limits 500 a day", LimitChange(DAY, inr("500"))),
        ("limit me to 500 a day", LimitChange(DAY, inr("500"))),
        ("set daily limit 2000", LimitChange(DAY, inr("2000"))),
        ("Please set my limit to ₹1,500.50 per payment", LimitChange(PAYMENT, inr("1500.50"))),
        ("limit me to 300 rs to any one person in a day", LimitChange(PAYEE, inr("300"))),
    ],
)
def test_a_limit_that_is_typed_whole_is_asked_for_a_yes(words: str, change: LimitChange) -> None:
    talk = Talk().says(words)

    assert isinstance(talk.state, ConfirmingLimit)
    assert talk.state.change == change
    assert not asked(talk)


def test_what_is_missing_is_asked_for() -> None:
    talk = Talk().says("limit me to 500")
    assert talk.keys == ("limits.which_amount",)

    talk.presses("limit_per_day")

    assert isinstance(talk.state, ConfirmingLimit)
    assert talk.state.change == LimitChange(DAY, inr("500"))


@pytest.mark.parametrize("words", ["750", "₹750", "750 a day", "1,000.50 rs"])
def test_an_amount_may_be_typed_instead_of_pressed(words: str) -> None:
    talk = Talk().hears(tap(Action.CHANGE_LIMIT)).presses("limit_per_day").says(words)

    assert isinstance(talk.state, ConfirmingLimit)
    assert talk.state.change.over is DAY


def test_four_digits_alone_are_an_amount_and_six_may_be_a_pin() -> None:
    talk = Talk().hears(tap(Action.CHANGE_LIMIT)).presses("limit_per_day")
    talk.hears(DigitsArrived(7, Secret("482913")))
    assert talk.keys == ("limits.answered", "send.amount_or_pin", "limits.how_much_per_day")
    assert talk.effects[0] == Erase(7)

    talk.hears(DigitsArrived(8, Secret("2000")))

    assert isinstance(talk.state, ConfirmingLimit)
    assert talk.state.change == LimitChange(DAY, inr("2000"))


@pytest.mark.parametrize("words", ["as you like", "0", "-5", "about 200", "500 a week"])
def test_what_is_no_limit_is_asked_again(words: str) -> None:
    talk = Talk().hears(tap(Action.CHANGE_LIMIT)).presses("limit_per_day").says(words)

    assert isinstance(talk.state, AskingLimit)
    assert talk.keys == ("limits.answered", "limits.unread", "limits.how_much_per_day")


def test_another_command_closes_the_question() -> None:
    talk = Talk().hears(tap(Action.CHANGE_LIMIT)).says("send 200 to priya")

    assert talk.keys[0] == "limits.still"


@pytest.mark.parametrize("words", ["limit me to 500", "limit me to 500 a day"])
def test_a_question_lapses_and_changes_nothing(words: str) -> None:
    talk = Talk().says(words).waits_till_the_end()

    assert talk.state == Idle()
    assert talk.keys == ("limits.lapsed",)


def test_cancel_leaves_the_limits_as_they_are() -> None:
    talk = Talk().says("limit me to 500 a day").presses("cancel")

    assert talk.state == Idle()
    assert talk.keys == ("limits.still",)


def test_a_limit_that_is_set_already_is_said_so() -> None:
    talk = Talk(LIMITED).says("limit me to 500 a day")

    assert talk.state == Idle()
    assert talk.keys == ("limits.same",)


def test_a_button_of_an_earlier_question_sets_nothing() -> None:
    earlier = argument_of(LimitChange(DAY, inr("100")))
    talk = Talk().says("limit me to 500 a day").hears(tap(Action.SET_LIMIT, earlier))

    assert talk.keys == ("toast.over",)
    assert not asked(talk)
    assert Talk().hears(tap(Action.SET_LIMIT, earlier)).keys == ("toast.over",)


def test_a_yes_that_would_loosen_by_now_needs_the_pin() -> None:
    """Set tighter meanwhile from elsewhere: the yes that waits here is not one to that."""
    talk = Talk().says("limit me to 500 a day")
    talk.me = replace(ME, own_limits=OwnLimits(per_day=100_00))

    talk.presses("set_limit")

    assert isinstance(talk.state, ProvingPin)
    assert not asked(talk)


# ── loosening ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("words", "limit"), [("limit me to 2000 a day", inr("2000")), ("remove my daily limit", None)])
def test_a_looser_limit_needs_the_pin_and_is_told_with_the_way_to_stop_everything(
    words: str, limit: Money | None
) -> None:
    talk = Talk(LIMITED).says(words)
    assert isinstance(talk.state, ProvingPin)
    assert talk.keys[0] == "pin.enter_to_change_limit"
    assert not asked(talk)

    talk.hears(RIGHT)
    assert asked(talk) == [SetLimit(ASHA.account_id, DAY, limit)]
    talk.hears(answered(DAY, limit))

    assert talk.stands_at(Idle())
    alert = talk.effects[-1]
    assert isinstance(alert, Tell)
    assert alert.say.lines[0].key == "limits.loosened_alert"
    assert [button.action for row in alert.say.buttons for button in row] == [Action.FREEZE]


def test_no_limit_is_offered_where_there_is_one_and_needs_the_pin() -> None:
    talk = Talk(LIMITED).hears(tap(Action.CHANGE_LIMIT)).presses("limit_per_day")
    assert talk.keys == ("limits.how_much_per_day", "limits.now")

    talk.presses("no_limit")

    assert isinstance(talk.state, ProvingPin)
    assert talk.state.change == LimitChange(DAY, None)


def test_a_wrong_pin_loosens_nothing_and_a_lock_says_until_when() -> None:
    talk = Talk(LIMITED).says("remove my daily limit").hears(PinChecked(PinVerdict.WRONG, 2))
    assert talk.keys == ("pin.wrong", "pin.enter_to_change_limit", "limits.lift_per_day")

    locked = talk.hears(PinChecked(PinVerdict.LOCKED, 0, SOON)).keys

    assert talk.state == Idle()
    assert list(locked) == ["pin.locked", "pin.locked_alert"]
    assert not asked(talk)


def test_a_pad_that_was_closed_offers_to_begin_again() -> None:
    talk = Talk(LIMITED).says("remove my daily limit").hears(PadClosed(Purpose.ENTER, timed_out=True))

    assert talk.state == Idle()
    assert talk.presses("change_limit").keys == ("limits.which",)


def test_a_locked_pin_loosens_nothing() -> None:
    talk = Talk(replace(LIMITED, pin_locked_until=SOON)).says("remove my daily limit")

    assert talk.state == Idle()
    assert talk.keys == ("pin.locked", "limits.still")
    assert [button.label for button in talk.buttons] == ["forgot_pin"]


# ── until the ledger answers ─────────────────────────────────────────────────


def setting() -> Talk:
    return Talk().says("limit me to 500 a day").presses("set_limit")


def test_a_limit_is_asked_until_it_is_answered() -> None:
    talk = setting()
    assert talk.hears(LedgerSilent()).keys == ("limits.moment", "limits.wanted_per_day")
    assert talk.hears(LedgerSilent()).keys == ()

    assert asked(talk.waits_till_the_end()) == [SetLimit(ASHA.account_id, DAY, inr("500"))]
    assert asked(talk.hears(Resumed())) == [SetLimit(ASHA.account_id, DAY, inr("500"))]
    assert talk.hears(answered(DAY, inr("500"))).keys == ("limits.set_per_day",)


def test_a_freeze_meanwhile_is_heard_and_neither_is_lost() -> None:
    talk = setting().hears(LedgerSilent()).says("/freeze")
    assert isinstance(talk.state, Limiting)
    assert AskLedger(Freeze(ASHA.account_id)) in talk.effects
    talk.hears(LedgerSilent())

    talk.hears(answered(DAY, inr("500")))
    assert isinstance(talk.state, Freezing)
    talk.hears(LedgerAnswered(FreezeChanged(ASHA.account_id, frozen=True, thaws_at=None)))

    assert talk.stands_at(Idle())
    assert talk.keys == ("freeze.done",)


def test_nothing_else_begins_meanwhile() -> None:
    assert setting().says("send 200 to priya").keys == ("limits.moment",)


def test_a_refusal_or_a_fault_is_said_with_what_holds() -> None:
    refused = setting().hears(LedgerAnswered(Refused(RefusalCode.CURRENCY_MISMATCH, {"currency": "INR"})))
    assert refused.keys == ("refused.currency_mismatch", "limits.still")
    faulty = setting().hears(LedgerFault("0badcafe", moving=False))
    assert faulty.keys == ("error.ours", "limits.still")


@pytest.mark.parametrize(
    "code", [RefusalCode.OWN_PAYMENT_LIMIT, RefusalCode.OWN_DAILY_LIMIT, RefusalCode.OWN_PAYEE_LIMIT]
)
def test_a_payment_over_an_own_limit_says_so_and_what_helps(code: RefusalCode) -> None:
    facts: dict[str, Fact] = {"limit": inr("500"), "left": inr("20"), "resets_at": SOON}
    talk = Talk().says("send 200 to priya").hears(QuoteArrived(Refused(code, facts)))

    assert talk.keys == (f"refused.{code.value}", "send.nothing_moved")
    assert [button.label for button in talk.buttons] == ["topic_limits"]
