"""From the sentence to the question: who, how much, and what is said before anything is asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.effects import (
    Action,
    Erase,
    FindHandle,
    FindPerson,
    Show,
)
from bot.dialogue.events import (
    ContactShared,
    DigitsArrived,
    LookupsExhausted,
    PayeeFound,
    PayeeNotFound,
    QuoteArrived,
    Secret,
)
from bot.dialogue.states import (
    AskingAmount,
    AskingPayee,
    ChoosingPayee,
    ChoosingPin,
    Confirming,
    Idle,
    Quoting,
    deadline,
)
from ledger.outcomes import Quoted, RefusalCode, Refused
from tests.bot.dialogue.examples import (
    ASHA,
    ME,
    PRIYA,
    PRIYA_NAIR,
    QUOTED,
    RAVI,
    SOON,
    Talk,
    confirming,
    inr,
    payee,
    tap,
    text,
)

TICK = timedelta(microseconds=1)
TWO_PRIYAS = replace(ME, known=(PRIYA, PRIYA_NAIR, RAVI))


# ── who ──────────────────────────────────────────────────────────────────────


def test_a_nickname_finds_the_account_and_shows_its_own_name() -> None:
    """The confirm message names the account, whatever the phone calls them."""
    talk = confirming("send 200 to bhai")

    facts = talk.messages[0].lines[0].facts
    assert (facts["name"], facts["handle"]) == ("Ravi Kumar", "ravi")


def test_two_priyas_are_asked_about_with_handle_and_masked_id() -> None:
    talk = Talk(TWO_PRIYAS).says("send 200 to priya")

    assert talk.keys == ("send.which_payee", "send.payee_option", "send.payee_option")
    assert talk.messages[0].lines[0].facts == {"words": "Priya"}
    facts = talk.messages[0].lines[1].facts
    assert facts == {"name": "Priya Sharma", "handle": "priya", "masked_id": "••1002"}
    assert [button.label for button in talk.buttons] == ["pick_payee", "pick_payee", "cancel"]


def test_the_priya_who_was_pressed_is_paid_in_the_same_bubble() -> None:
    talk = Talk(TWO_PRIYAS).says("send 200 to priya")
    question = talk.state
    assert isinstance(question, ChoosingPayee)

    talk.hears(tap(Action.PICK_PAYEE, talk.buttons[1].argument))

    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.payee == PRIYA_NAIR
    assert talk.state.payment.bubble == question.bubble


def test_the_priya_may_be_told_apart_in_words() -> None:
    talk = Talk(TWO_PRIYAS).says("send 200 to priya").says("nair")

    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.payee.account_id == PRIYA_NAIR.account_id


def test_somebody_who_was_not_offered_cannot_be_pressed() -> None:
    talk = Talk(TWO_PRIYAS).says("send 200 to priya")
    before = talk.state

    talk.hears(tap(Action.PICK_PAYEE, (1003).to_bytes(8, "big")))

    assert talk.state == before
    assert talk.keys == ("toast.earlier",)


def test_an_unknown_name_is_never_guessed_only_suggested() -> None:
    """Prya is a slip of the finger, perhaps. Asking is never an error."""
    talk = Talk().says("send 200 to prya")

    assert isinstance(talk.state, AskingPayee)
    assert talk.keys == ("send.unknown_name", "send.suggested", "send.to_whom_amount")
    assert talk.buttons[0].facts["name"] == "Priya Sharma"


def test_a_strange_handle_is_looked_up_in_the_directory() -> None:
    talk = Talk().says("send 200 to @meera")
    assert talk.effects == (FindHandle("meera"),)

    meera = payee(7, "Meera Iyer", "meera")
    talk.hears(PayeeFound(meera))

    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.payee == meera


def test_a_handle_nobody_has_is_asked_about_again() -> None:
    talk = Talk().says("send 200 to @meera").hears(PayeeNotFound("@meera"))

    assert isinstance(talk.state, AskingPayee)
    assert talk.state.draft.amount == inr("200")
    assert talk.messages[0].lines[0].facts == {"words": "@meera"}


def test_looking_up_strangers_has_an_end() -> None:
    talk = Talk().says("send 200 to @meera").hears(LookupsExhausted(SOON))

    assert talk.state == Idle()
    assert talk.keys == ("send.lookups_exhausted", "send.nothing_moved")


def test_a_reply_pays_the_author_of_the_message() -> None:
    talk = Talk().hears(text("send 200", replied_person=PRIYA.person_id))

    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.payee == replace(PRIYA, nicknames=())


def test_a_mention_of_a_stranger_is_found_by_number() -> None:
    talk = Talk().hears(text("send 200 to Meera", mentioned=(("Meera", 1007),)))

    assert talk.effects == (FindPerson(1007),)


def test_a_shared_contact_answers_to_whom() -> None:
    talk = Talk().says("send 200").hears(ContactShared(1, PRIYA.person_id, own=False))

    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.payee.account_id == PRIYA.account_id


@pytest.mark.parametrize("words", ["send 5 to @asha", "send 5 to @ASHA"])
def test_nobody_pays_themselves(words: str) -> None:
    talk = Talk().says(words)

    assert talk.state == Idle()
    assert talk.keys == ("refused.self_payment", "send.nothing_moved")


def test_a_found_account_of_their_own_is_not_paid_either() -> None:
    talk = Talk().says("send 5 to @meera").hears(PayeeFound(ASHA))

    assert talk.keys == ("refused.self_payment", "send.nothing_moved")


# ── how much ─────────────────────────────────────────────────────────────────


def test_a_missing_amount_is_asked_for_and_digits_alone_answer() -> None:
    """Four digits are an amount here, not a PIN."""
    talk = Talk().says("send money to priya")
    assert talk.keys == ("send.how_much_to",)

    talk.hears(DigitsArrived(2, Secret("2000")))

    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.amount == inr("2000")


def test_a_missing_payee_is_asked_for_with_recent_ones_as_buttons() -> None:
    talk = Talk().says("send 200")

    assert talk.keys == ("send.to_whom_amount",)
    assert [button.facts.get("name") for button in talk.buttons] == ["Ravi Kumar", None]


def test_both_are_asked_for_one_after_the_other() -> None:
    talk = Talk().says("/send")
    assert talk.keys == ("send.to_whom",)

    how_much = talk.says("priya").keys
    assert how_much == ("send.to_whom", "send.how_much_to")

    talk.says("150.50")
    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.amount == inr("150.50")


@pytest.mark.parametrize(
    ("answer", "key"),
    [("1.000", "ask.grouping"), ("0", "refuse.not_positive"), ("5 USD", "refuse.other_currency"), ("1.234", "")],
)
def test_an_amount_that_is_not_certain_is_asked_for_again(answer: str, key: str) -> None:
    talk = Talk().says("send money to priya").says(answer)

    assert isinstance(talk.state, AskingAmount)
    assert not key or talk.keys == ("send.how_much_to", key, "send.how_much_to")
    assert not key or talk.buttons[-1].label == "cancel"


@pytest.mark.parametrize(
    ("pin_digits", "digits", "amount"), [(6, "482913", None), (4, "2000", "2000"), (6, "2000", "2000")]
)
def test_six_digits_alone_are_sooner_a_pin_than_an_amount(pin_digits: int, digits: str, amount: str | None) -> None:
    """A thumb that was quicker than the pad must not leave its PIN in the chat; 4 digits are an amount too often."""
    talk = Talk(replace(ME, pin_digits=pin_digits)).says("send money to priya")

    talk.hears(DigitsArrived(7, Secret(digits)))

    if amount is None:
        assert isinstance(talk.state, AskingAmount)
        assert Erase(7) in talk.effects
        assert talk.keys == ("send.how_much_to", "send.amount_or_pin", "send.how_much_to")
        talk.says("4,82,913")
        amount = "482913"
    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.amount == inr(amount)


def test_a_question_that_was_not_answered_comes_again_with_its_buttons() -> None:
    """The one above may be far up in the chat by now; its buttons are taken away."""
    asked = Talk().says("send 200")
    assert isinstance(asked.state, AskingPayee)
    above = asked.state.bubble

    again = asked.says("a wall of words, and nobody among them")

    closed, shown = again.effects
    assert isinstance(closed, Show)
    assert isinstance(shown, Show)
    assert (closed.bubble, closed.say.buttons) == (above, ())
    assert shown.bubble != above
    assert [button.label for button in again.buttons] == ["pick_payee", "cancel"]
    again.presses("pick_payee")
    assert again.keys == ()


def test_another_payment_may_be_typed_where_a_payee_was_asked_for() -> None:
    """The words "send two fifty to Priya" are no name of anybody."""
    talk = Talk().says("send 500").says("send two fifty to priya")

    assert isinstance(talk.state, AskingAmount)
    assert talk.keys == ("send.cancelled", "ask.which_amount", "send.how_much_to")


def test_an_unsure_amount_is_offered_and_never_taken_by_itself() -> None:
    """Whether they want to send at all is asked; pressing the amount is the answer."""
    talk = Talk().says("should I send 200 to priya?")
    assert isinstance(talk.state, AskingAmount)
    assert talk.keys == ("ask.really_send", "send.how_much_to")

    talk.presses("pick_amount")

    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.amount == inr("200")


def test_another_amount_than_the_one_offered_cannot_be_pressed() -> None:
    talk = Talk().says("should I send 200 to priya?").hears(tap(Action.PICK_AMOUNT, (1).to_bytes(8, "big")))

    assert isinstance(talk.state, AskingAmount)
    assert talk.keys == ("toast.earlier",)


def test_a_question_nobody_answers_ends_by_itself() -> None:
    talk = Talk().says("send 200")
    assert deadline(talk.state) == SOON

    talk.waits_till_the_end()

    assert talk.state == Idle()
    assert talk.keys == ("send.lapsed",)


# ── before anything is asked ─────────────────────────────────────────────────


def test_a_frozen_account_is_told_so_at_once() -> None:
    talk = Talk(replace(ME, frozen=True)).says("send 200 to priya")

    assert talk.keys == ("refused.account_frozen", "send.nothing_moved")
    assert [button.label for button in talk.buttons] == ["unfreeze"]


@pytest.mark.parametrize(("since", "frozen"), [(-TICK, True), (timedelta(0), False), (TICK, False)])
def test_a_thawing_account_opens_at_its_moment(since: timedelta, *, frozen: bool) -> None:
    talk = Talk(replace(ME, frozen=True, thaws_at=SOON))
    talk.now = SOON + since

    talk.says("send 200 to priya")

    assert isinstance(talk.state, Idle if frozen else Quoting)


def test_a_payer_without_a_pin_chooses_one_and_then_the_payment_goes_on() -> None:
    talk = Talk(replace(ME, has_pin=False)).says("send 200 to priya for tea")
    assert isinstance(talk.state, ChoosingPin)
    assert talk.keys == ("pin.choose_first", "pin.choose")


# ── the quote ────────────────────────────────────────────────────────────────


def test_a_quote_that_is_refused_says_why_what_helps_and_that_nothing_was_sent() -> None:
    refused = Refused(RefusalCode.INSUFFICIENT_FUNDS, {"available": inr("7")})

    talk = Talk().says("send 200 to priya").hears(QuoteArrived(refused))

    assert talk.state == Idle()
    assert talk.keys == ("refused.insufficient_funds", "send.nothing_moved")
    assert [button.label for button in talk.buttons] == ["topic_balance"]


def test_a_fee_is_shown_only_when_there_is_one() -> None:
    quoted = Quoted(inr("1.50"), inr("298.50"), first_payment_to_payee=False)

    talk = Talk().says("send 200 to priya").hears(QuoteArrived(quoted))

    assert talk.keys == ("send.confirm", "send.fee", "send.balance_after")


def test_a_name_that_can_be_taken_for_another_is_warned_about() -> None:
    """A stranger whose name is drawn like that of a contact. GOALS.md, S11."""
    twin = payee(7, "Priya Sharrna", "meera")

    talk = Talk().says("send 200 to @meera").hears(PayeeFound(twin), QuoteArrived(QUOTED))

    assert "send.warn_look_alike" in talk.keys
    assert isinstance(talk.state, Confirming)
    assert talk.state.look_alike == PRIYA


def test_a_name_in_disguise_is_warned_about_even_if_nobody_like_it_is_known() -> None:
    cyrillic = payee(7, "Mееra Iyer", "meera")

    talk = Talk().says("send 200 to @meera").hears(PayeeFound(cyrillic), QuoteArrived(QUOTED))

    assert "send.warn_disguised" in talk.keys


@pytest.mark.parametrize("no", ["no", "nope"])
def test_a_no_while_confirming_cancels(no: str) -> None:
    talk = confirming("send 200 to ravi").says(no)

    assert isinstance(talk.state, Idle)


@pytest.mark.parametrize("yes", ["yes", "yes please"])
def test_a_yes_while_confirming_asks_once_more_and_pays_nothing(yes: str) -> None:
    """Only the button is bound to the payment on screen."""
    first = confirming("send 200 to ravi for tea")
    assert isinstance(first.state, Confirming)
    shown = first.state.payment

    talk = first.says(yes)

    assert isinstance(talk.state, Quoting)
    again = talk.state.payment
    assert (again.amount, again.payee, again.note) == (shown.amount, shown.payee, shown.note)
    assert again.payment_id != shown.payment_id


def test_a_correction_while_confirming_closes_the_payment_and_asks_about_another() -> None:
    """Nothing is changed in what is on screen: the bubble is closed, a new id is made."""
    first = confirming("send 200 to ravi")
    assert isinstance(first.state, Confirming)
    shown = first.state.payment

    talk = first.says("no, 250")

    assert isinstance(talk.state, Quoting)
    assert (talk.state.payment.amount, talk.state.payment.payee.handle) == (inr("250"), "ravi")
    assert talk.state.payment.bubble != shown.bubble
