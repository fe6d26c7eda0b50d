"""The first minute of a newcomer, and the PIN that guards everything after it."""

from dataclasses import replace

import pytest

from bot.dialogue.effects import Action, ClosePad, OpenPad, Purpose, Register, SetLanguage, Show, Tell
from bot.dialogue.events import (
    ChoiceVerdict,
    ContactShared,
    DigitsArrived,
    Event,
    PadClosed,
    PinChecked,
    PinChosen,
    PinVerdict,
    Registered,
    Resumed,
    Secret,
)
from bot.dialogue.states import (
    ChoosingLanguage,
    Idle,
    Proof,
    ProvingPin,
    Quoting,
    Registering,
)
from tests.bot.dialogue.examples import ME, NOW, SOON, STRANGER, Talk, inr, spoken, tap, text

NEWCOMER = replace(ME, has_pin=False, known=(), recent=())
CHOOSE_SAVED = (PinChosen(ChoiceVerdict.ACCEPTED), PinChosen(ChoiceVerdict.SAVED))


def welcomed() -> Talk:
    talk = Talk(STRANGER).says("/start")
    talk.me = NEWCOMER
    return talk.hears(Registered("asha"))


@pytest.mark.parametrize(
    "first", [text("/start"), text("hello"), text("send 200 to priya"), DigitsArrived(1, Secret("2000"))]
)
def test_whatever_a_stranger_says_first_opens_their_account(first: Event) -> None:
    talk = Talk(STRANGER).hears(first)

    assert talk.state == Registering("en")
    assert talk.effects == (Register("en"),)


def test_the_welcome_names_the_handle_and_the_pad_stands_under_it() -> None:
    talk = welcomed()

    pad = talk.effects[0]
    assert isinstance(pad, OpenPad)
    assert pad.purpose is Purpose.CHOOSE
    assert talk.keys == ("start.welcome", "start.handle", "pin.choose")
    assert talk.messages[0].lines[1].facts == {"handle": "asha"}
    assert len(talk.effects) == 1


def test_a_pin_entered_twice_is_saved_and_says_what_to_type() -> None:
    talk = welcomed().hears(PinChosen(ChoiceVerdict.ACCEPTED))
    pad = talk.effects[0]
    assert isinstance(pad, OpenPad)
    assert pad.purpose is Purpose.REPEAT

    talk.hears(PinChosen(ChoiceVerdict.SAVED))

    assert talk.state == Idle()
    assert talk.keys == ("start.ready", "start.handle", "pin.saved", "hint.send", "hint.more")


@pytest.mark.parametrize(
    ("verdict", "key"),
    [
        (ChoiceVerdict.WEAK, "pin.weak"),
        (ChoiceVerdict.MISMATCH, "pin.mismatch"),
        (ChoiceVerdict.WRONG_LENGTH, "pin.wrong_length"),
        (ChoiceVerdict.REUSED, "pin.reused"),
    ],
)
def test_a_pin_that_cannot_be_taken_is_chosen_again_with_the_reason(verdict: ChoiceVerdict, key: str) -> None:
    talk = welcomed().hears(PinChosen(ChoiceVerdict.ACCEPTED), PinChosen(verdict))

    pad = talk.effects[0]
    assert isinstance(pad, OpenPad)
    assert pad.purpose is Purpose.CHOOSE
    assert key in talk.keys


@pytest.mark.parametrize("gone", [PadClosed(Purpose.REPEAT, timed_out=True), Resumed()])
def test_a_newcomer_whose_pad_closed_can_choose_later(gone: Event) -> None:
    talk = welcomed().hears(PinChosen(ChoiceVerdict.ACCEPTED), gone)
    assert talk.keys == ("start.welcome", "start.handle", "pin.pad_closed_choose")

    talk.presses("choose_pin")

    pad = talk.effects[0]
    assert isinstance(pad, OpenPad)
    assert pad.purpose is Purpose.CHOOSE


def test_a_payment_goes_on_after_its_payer_chose_a_pin() -> None:
    talk = Talk(replace(ME, has_pin=False)).says("send 200 to priya for tea")
    talk.hears(PinChosen(ChoiceVerdict.ACCEPTED))
    talk.me = ME

    talk.hears(PinChosen(ChoiceVerdict.SAVED))

    assert isinstance(talk.state, Quoting)
    assert (talk.state.payment.amount, talk.state.payment.note) == (inr("200"), "tea")


def test_the_language_is_that_of_their_telegram_and_the_welcome_names_the_others() -> None:
    """Nothing is asked that Telegram says already: a newcomer has sent money in a minute."""
    talk = Talk(replace(STRANGER, language="hi", languages=("en", "hi", "fr"))).says("/start")
    assert talk.effects == (Register("hi"),)

    talk.me = replace(NEWCOMER, language="hi", languages=("en", "hi", "fr"))
    talk.hears(Registered("asha"))

    assert talk.keys == ("start.welcome", "start.handle", "start.languages", "pin.choose")
    assert talk.messages[0].lines[2].facts == {"languages": "en fr"}


def test_whoever_changes_the_language_while_choosing_a_pin_goes_on_choosing() -> None:
    talk = Talk(replace(ME, has_pin=False, languages=("en", "hi"))).says("send 200 to priya for tea")
    talk.says("/language").hears(tap(Action.PICK_LANGUAGE, b"hi"))

    assert talk.effects[0] == SetLanguage("hi")
    assert talk.keys == ("start.welcome", "start.handle", "start.languages", "pin.choose_first", "pin.choose")
    assert talk.messages[0].lines[2].facts == {"languages": "en"}
    talk.hears(PinChosen(ChoiceVerdict.ACCEPTED))
    talk.me = ME
    talk.hears(PinChosen(ChoiceVerdict.SAVED))
    assert isinstance(talk.state, Quoting)


def test_a_telegram_in_a_language_that_is_not_ours_is_asked_first() -> None:
    stranger = replace(STRANGER, languages=("en", "hi"), reads_language=False)
    talk = Talk(stranger).says("/start")
    assert isinstance(talk.state, ChoosingLanguage)

    talk.hears(tap(Action.PICK_LANGUAGE, b"hi"))

    assert talk.stands_at(Registering("hi"))
    assert talk.effects[1:] == (SetLanguage("hi"), Register("hi"))


def test_a_language_that_is_not_there_cannot_be_picked() -> None:
    stranger = replace(STRANGER, languages=("en", "hi"), reads_language=False)
    talk = Talk(stranger).says("/start").hears(tap(Action.PICK_LANGUAGE, b"xx"))

    assert isinstance(talk.state, ChoosingLanguage)
    assert talk.keys == ("toast.over",)


def test_a_stranger_can_press_nothing_yet() -> None:
    talk = Talk(STRANGER).hears(tap(Action.FREEZE))

    assert talk.state == Idle()
    assert talk.keys == ("toast.start_first",)


def test_a_card_shared_by_a_stranger_is_a_start_too() -> None:
    assert Talk(STRANGER).hears(ContactShared(1, 1002, own=False)).effects == (Register("en"),)


def test_start_again_says_welcome_back() -> None:
    assert Talk().says("/start").keys == ("start.back", "hint.send", "hint.more")
    assert Talk(NEWCOMER).says("/start").keys == ("start.back", "start.needs_pin")


# ── changing it ──────────────────────────────────────────────────────────────


def test_a_pin_is_changed_by_proving_the_old_one_and_they_are_alerted() -> None:
    talk = Talk().says("/pin")
    assert isinstance(talk.state, ProvingPin)
    assert talk.keys == ("pin.enter_old",)

    talk.hears(PinChecked(PinVerdict.RIGHT), *CHOOSE_SAVED)

    assert talk.stands_at(Idle())
    assert [type(effect) for effect in talk.effects] == [Show, Tell]
    assert spoken(talk.effects) == ("pin.changed", "pin.changed_alert")
    assert talk.messages[1].lines[0].facts == {"at": NOW}
    assert [button.label for button in talk.buttons] == ["freeze"]


def test_a_wrong_old_pin_changes_nothing() -> None:
    talk = Talk().says("/pin").hears(PinChecked(PinVerdict.WRONG, attempts_left=2))

    assert isinstance(talk.state, ProvingPin)
    assert talk.keys == ("pin.wrong", "pin.enter_old")


def test_before_the_last_try_they_are_told_not_to_guess() -> None:
    talk = Talk().says("/pin").hears(PinChecked(PinVerdict.WRONG, attempts_left=1))

    assert talk.keys == ("pin.wrong", "pin.forgot_hint", "pin.enter_old")


def test_a_lock_while_proving_says_until_when() -> None:
    talk = Talk().says("/pin").hears(PinChecked(PinVerdict.LOCKED, 0, SOON))

    assert talk.state == Idle()
    assert talk.keys == ("pin.locked", "pin.locked_alert")
    assert [button.label for button in talk.buttons] == ["forgot_pin", "freeze"]


def test_a_change_that_was_interrupted_begins_with_the_old_pin_again() -> None:
    """Whoever takes the phone after the old PIN was entered cannot go on from there later."""
    talk = Talk().says("/pin").hears(PinChecked(PinVerdict.RIGHT), PadClosed(Purpose.CHOOSE, timed_out=True))
    assert talk.state == Idle()

    talk.presses("change_pin")
    assert isinstance(talk.state, ProvingPin)
    assert talk.state.proof is Proof.CHANGE_PIN


def test_an_old_choose_button_cannot_replace_a_pin() -> None:
    talk = Talk().hears(tap(Action.CHOOSE_PIN))

    assert talk.state == Idle()
    assert talk.keys == ("toast.done",)


def test_cancel_at_a_new_pin_closes_the_pad() -> None:
    talk = welcomed().hears(tap(Action.CANCEL))

    assert talk.state == Idle()
    assert talk.effects[0] == ClosePad()
    assert [button.label for button in talk.buttons] == ["choose_pin"]
