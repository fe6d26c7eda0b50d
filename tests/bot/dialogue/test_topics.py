"""Balance, history, limits, contacts, freeze, help, cancel, and messages that command nothing."""

from dataclasses import replace

import pytest

from bot.dialogue.effects import (
    Action,
    AddContact,
    AskLedger,
    ClosePad,
    Erase,
    FindHandle,
    FindPerson,
    LoadBalance,
    LoadHistory,
    LoadLimits,
    LoadPerson,
    SetLanguage,
    Show,
    Tell,
)
from bot.dialogue.events import (
    BalanceArrived,
    BotBlocked,
    ContactAdded,
    ContactShared,
    DigitsArrived,
    HistoryArrived,
    LedgerAnswered,
    LedgerSilent,
    LimitsArrived,
    PayeeFound,
    PayeeNotFound,
    PinChecked,
    PinVerdict,
    Resumed,
    Secret,
)
from bot.dialogue.facts import HistoryLine, LimitLine
from bot.dialogue.states import (
    BrowsingHistory,
    ChoosingLanguage,
    Confirming,
    EnteringPin,
    Freezing,
    Idle,
    Paying,
    ProvingPin,
)
from ledger.commands import Freeze, Unfreeze
from ledger.outcomes import FreezeChanged
from tests.bot.dialogue.examples import (
    ASHA,
    CONFIRMING,
    ME,
    NOW,
    PAYMENT,
    PRIYA,
    SOON,
    Talk,
    inr,
    payee,
    payment_id,
    spoken,
    tap,
)

FROZEN = replace(ME, frozen=True)
MEERA = payee(7, "Meera Iyer", "meera")


def history_line(note: str = "", *, incoming: bool = False, kind: str = "payment") -> HistoryLine:
    paid = None if kind == "funding" else payment_id(2)
    return HistoryLine(incoming, kind, "Ravi Kumar", "ravi", inr("200"), note, "632900000017", NOW, paid)


# ── balance, limits ──────────────────────────────────────────────────────────


def test_a_balance_says_what_is_held_only_when_something_is() -> None:
    talk = Talk().says("balance")
    assert talk.effects == (LoadBalance(),)

    assert talk.hears(BalanceArrived(inr("5"), inr("0"), inr("5"))).keys == ("balance.available",)
    assert talk.hears(BalanceArrived(inr("5"), inr("1"), inr("4"))).keys == ("balance.available", "balance.held")


def test_limits_say_what_is_left_and_until_when() -> None:
    talk = Talk().says("/limits")
    assert talk.effects == (LoadLimits(),)

    day = LimitLine("daily_limit_exceeded", inr("100000"), inr("99800"), SOON)
    talk.hears(LimitsArrived((day, LimitLine("daily_count_exceeded", 20, None, None))))

    assert talk.keys == (
        "limits.title",
        "limits.daily_limit_exceeded",
        "limits.left_until",
        "limits.daily_count_exceeded",
    )


# ── history ──────────────────────────────────────────────────────────────────


def test_the_next_page_of_history_replaces_the_one_on_screen() -> None:
    talk = Talk().says("/history").hears(HistoryArrived((history_line("tea"),), next_cursor=17))
    assert isinstance(talk.state, BrowsingHistory)
    page = talk.effects[0]
    assert isinstance(page, Show)
    assert talk.keys == ("history.title", "history.paid", "history.note")

    talk.presses("older")
    assert talk.effects == (LoadHistory(17),)

    talk.hears(HistoryArrived((history_line(kind="funding", incoming=True),), None))
    last = talk.effects[0]
    assert isinstance(last, Show)
    assert last.bubble == page.bubble
    assert talk.keys == ("history.title", "history.added", "history.end")
    assert talk.presses("newest").effects == (LoadHistory(None),)


def test_an_empty_history_says_so() -> None:
    assert Talk().says("/history").hears(HistoryArrived((), None)).keys == ("history.empty", "hint.send")


def test_an_old_page_button_leaves_a_confirmation_open() -> None:
    talk = Talk(state=CONFIRMING).hears(tap(Action.HISTORY_PAGE, (17).to_bytes(8, "big")))

    assert talk.state == CONFIRMING
    assert talk.effects == (LoadHistory(17),)


def test_a_dispute_begins_with_recent_payments() -> None:
    """One that was sent back has two lines in the history and is still one payment."""
    back = history_line(kind="refund", incoming=True)
    lines = (back, history_line(), history_line(kind="funding", incoming=True))

    talk = Talk().says("/dispute").hears(HistoryArrived(lines, None))

    assert talk.keys == ("dispute.how",)
    assert [button.label for button in talk.buttons] == ["problem_paid"]


# ── contacts ─────────────────────────────────────────────────────────────────


def test_contacts_are_buttons_by_name_with_how_to_add_one() -> None:
    talk = Talk().says("/contacts")

    assert talk.keys == ("contacts.title", "contacts.how_to_add")
    people = [button.facts["name"] for button in talk.buttons if button.label == "pick_payee"]
    assert people == ["Priya Sharma", "Ravi Kumar"]
    assert Talk(replace(ME, known=())).says("/contacts").keys == ("contacts.none", "contacts.how_to_add")


def test_a_contact_is_added_by_handle() -> None:
    talk = Talk().says("/contacts @meera")
    assert talk.effects == (FindHandle("meera"),)
    assert talk.hears(PayeeFound(MEERA)).effects == (AddContact(MEERA.person_id),)

    talk.hears(ContactAdded(MEERA))

    assert talk.state == Idle()
    assert talk.keys == ("contacts.added",)


def test_a_shared_card_of_somebody_who_is_not_here_is_told_so() -> None:
    assert Talk().hears(ContactShared(1, None, own=False)).keys == ("contacts.not_here",)

    talk = Talk().hears(ContactShared(1, 1007, own=False))
    assert talk.effects == (FindPerson(1007),)
    assert talk.hears(PayeeNotFound("")).keys == ("contacts.not_here",)


def test_their_own_handle_adds_nobody() -> None:
    assert Talk().says("/contacts @asha").keys == ("contacts.yourself",)


def test_a_contact_is_not_added_twice() -> None:
    assert Talk().says("/contacts @priya").effects[-1] == LoadPerson(PRIYA.person_id, Action.CARD)
    assert Talk().says("add 9000001002").hears(PayeeFound(PRIYA)).keys == ("contacts.already",)


def test_a_handle_nobody_has_adds_nobody() -> None:
    talk = Talk().says("/contacts @meera").hears(PayeeNotFound("@meera"))

    assert talk.state == Idle()
    assert talk.keys == ("contacts.unknown",)


# ── freeze ───────────────────────────────────────────────────────────────────


def test_a_freeze_needs_no_pin_and_no_question() -> None:
    talk = Talk().says("/freeze")
    assert talk.effects == (AskLedger(Freeze(ASHA.account_id)),)

    talk.hears(LedgerAnswered(FreezeChanged(ASHA.account_id, frozen=True, thaws_at=None)))

    assert talk.state == Idle()
    assert talk.keys == ("freeze.done",)


def test_a_freeze_is_asked_until_it_is_answered() -> None:
    talk = Talk().says("/freeze")
    asked = talk.effects[-1]
    assert talk.hears(LedgerSilent()).keys == ("freeze.moment",)

    assert talk.waits_till_the_end().effects == (asked,)
    assert talk.hears(Resumed()).effects == (asked,)
    assert isinstance(talk.state, Freezing)


def test_a_freeze_closes_the_pad_that_is_open() -> None:
    talk = Talk(state=EnteringPin(CONFIRMING)).says("/freeze")

    assert talk.effects[0] == ClosePad()
    assert isinstance(talk.state, Freezing)


def test_unfreezing_needs_the_pin_and_says_from_when() -> None:
    talk = Talk(FROZEN).says("/unfreeze")
    assert isinstance(talk.state, ProvingPin)
    assert talk.keys == ("pin.enter_to_unfreeze",)

    talk.hears(PinChecked(PinVerdict.RIGHT))
    assert talk.effects[-1] == AskLedger(Unfreeze(ASHA.account_id))

    talk.hears(LedgerAnswered(FreezeChanged(ASHA.account_id, frozen=True, thaws_at=SOON)))
    assert talk.keys == ("freeze.thaws_at",)
    assert talk.messages[0].lines[0].facts == {"thaws_at": SOON}


def test_there_is_nothing_to_unfreeze_twice() -> None:
    assert Talk().says("/unfreeze").keys == ("freeze.not_frozen",)
    assert Talk(replace(FROZEN, thaws_at=SOON)).says("/unfreeze").keys == ("freeze.thaws_at",)


# ── help, cancel, language, everything else ──────────────────────────────────


def test_help_is_by_example_and_everything_in_it_can_be_pressed() -> None:
    talk = Talk().says("help")
    assert "help.send" in talk.keys
    assert "help.pin_never" in talk.keys

    for button in talk.buttons:
        assert Talk().hears(tap(button.action, button.argument)).effects


def test_cancel_works_from_anywhere() -> None:
    assert Talk().says("/cancel").keys == ("cancel.nothing",)
    assert Talk(state=CONFIRMING).says("cancel").keys == ("send.cancelled", "send.paying")


def test_a_message_that_means_nothing_gets_an_example() -> None:
    talk = Talk().says("good morning")

    assert talk.state == Idle()
    assert talk.keys == ("not_understood", "hint.send")


def test_a_payment_that_cannot_be_one_says_why() -> None:
    talk = Talk().says("send -5 to priya")

    assert talk.state == Idle()
    assert talk.keys == ("refuse.not_positive", "send.nothing_moved")


def test_a_language_is_changed_by_pressing_it() -> None:
    talk = Talk(replace(ME, languages=("en", "hi"))).says("/language")
    assert isinstance(talk.state, ChoosingLanguage)

    talk.hears(tap(Action.PICK_LANGUAGE, b"hi"))

    assert talk.stands_at(Idle())
    assert talk.effects[0] == SetLanguage("hi")


@pytest.mark.parametrize("said", ["/language hindi", "/language hi", "हिंदी", "Hindi.", "अंग्रेज़ी", "/language français"])
def test_a_language_is_changed_by_naming_it(said: str) -> None:
    """In whatever language and spelling. A greeting names none."""
    talk = Talk(replace(ME, languages=("en", "hi", "fr"))).says(said)

    wanted = "en" if said.startswith("अ") else "fr" if "fr" in said else "hi"
    assert talk.stands_at(Idle())
    assert talk.effects == (SetLanguage(wanted), talk.effects[-1])
    assert talk.keys == ("language.set",)


@pytest.mark.parametrize("said", ["hi", "en", "/language tamil", "/language"])
def test_what_names_none_of_our_languages_changes_none(said: str) -> None:
    talk = Talk(replace(ME, languages=("en", "hi", "fr"))).says(said)

    assert not any(isinstance(effect, SetLanguage) for effect in talk.effects)


def test_digits_as_long_as_the_pin_are_deleted_and_never_said_back() -> None:
    """A PIN typed as text is deleted at once."""
    talk = Talk().hears(DigitsArrived(42, Secret("482913")))

    assert talk.effects[0] == Erase(42)
    assert talk.keys == ("pin.typed",)
    assert "482913" not in repr(talk.effects)


def test_other_digits_alone_are_not_a_command() -> None:
    talk = Talk().hears(DigitsArrived(42, Secret("2000")))

    assert [type(effect) for effect in talk.effects] == [Tell]
    assert talk.keys == ("digits.alone", "hint.send")


def test_who_blocks_the_bot_is_forgotten_but_for_money_that_moves() -> None:
    talk = Talk(state=EnteringPin(CONFIRMING)).hears(BotBlocked(blocked=True))
    assert talk.state == Idle()
    assert talk.effects == (ClosePad(),)

    paying = Talk(state=Paying(PAYMENT, SOON)).hears(BotBlocked(blocked=True))
    assert paying.state == Paying(PAYMENT, SOON)


@pytest.mark.parametrize("words", ["balance", "/history", "/limits", "help", "/contacts", "/start"])
def test_every_command_closes_a_confirmation_as_cancelled(words: str) -> None:
    talk = Talk(state=CONFIRMING).says(words)

    assert not isinstance(talk.state, Confirming)
    assert spoken(talk.effects)[0] == "send.cancelled"


def test_freeze_among_other_buttons_asks_before_it_stops_everything() -> None:
    """A slip of the thumb under /help would cost the delay of unfreezing; /freeze and an alert's button do not ask."""
    talk = Talk().says("/help").presses("topic_freeze")
    assert talk.stands_at(Idle())
    assert talk.keys == ("freeze.sure",)

    talk.presses("freeze")

    assert isinstance(talk.state, Freezing)
    assert AskLedger(Freeze(ASHA.account_id)) in talk.effects


def test_digits_that_cannot_be_the_pin_are_no_try_at_it() -> None:
    talk = Talk(state=EnteringPin(CONFIRMING)).hears(DigitsArrived(7, Secret("1500")))

    assert talk.stands_at(EnteringPin(CONFIRMING))
    assert talk.keys == ("pin.wrong_length", "pin.pad_is_open")


@pytest.mark.parametrize(
    ("action", "argument", "key"),
    [
        (Action.PICK_LANGUAGE, b"en", "toast.over"),
        (Action.CANCEL, b"", "toast.over"),
        (Action.CANCEL, payment_id(77).to_bytes(), "toast.earlier"),
        (Action.PICK_AMOUNT, (100).to_bytes(8, "big"), "toast.earlier"),
    ],
)
def test_an_old_button_says_of_what_it_was(action: Action, argument: bytes, key: str) -> None:
    """A button of a language or a limit never had to do with a payment."""
    assert Talk().hears(tap(action, argument)).keys == (key,)
