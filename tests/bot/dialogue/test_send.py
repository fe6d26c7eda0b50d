"""A payment from the sentence to the question, and from the question to the receipt."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.effects import (
    Action,
    AskLedger,
    AskQuote,
    ClosePad,
    FindHandle,
    FindPerson,
    OpenPad,
    Purpose,
    RememberNote,
    Show,
    Toast,
)
from bot.dialogue.events import (
    ContactShared,
    DeadlinePassed,
    DigitsArrived,
    LedgerAnswered,
    LedgerSilent,
    LookupsExhausted,
    PadClosed,
    PayeeFound,
    PayeeNotFound,
    PinChecked,
    PinVerdict,
    QuoteArrived,
    Resumed,
    Secret,
)
from bot.dialogue.states import (
    AskingAmount,
    AskingPayee,
    ChoosingPayee,
    ChoosingPin,
    Confirming,
    EnteringPin,
    FindingPayee,
    Freezing,
    Idle,
    Paying,
    Quoting,
    deadline,
)
from ledger.commands import Freeze, Pay
from ledger.kernel.ids import EntryId
from ledger.outcomes import Captured, FreezeChanged, Quoted, RefusalCode, Refused
from tests.bot.dialogue.examples import (
    ASHA,
    CONFIRMING,
    ME,
    NOW,
    PRIYA,
    PRIYA_NAIR,
    QUOTED,
    RAVI,
    SOON,
    Talk,
    inr,
    payee,
    payment_id,
    tap,
    text,
)

TICK = timedelta(microseconds=1)
TWO_PRIYAS = replace(ME, known=(PRIYA, PRIYA_NAIR, RAVI))


def confirming(words: str = "send 200 to priya for tea") -> Talk:
    return Talk().says(words).hears(QuoteArrived(QUOTED))


def entering() -> Talk:
    return confirming().presses("pay")


def paying() -> Talk:
    return entering().hears(PinChecked(PinVerdict.RIGHT))


def captured(talk: Talk) -> Captured:
    assert isinstance(talk.state, Paying)
    return Captured(talk.state.payment.payment_id, EntryId.new(), "632900000017", NOW, inr("200"))


def test_a_payment_goes_from_the_sentence_to_the_receipt_in_one_bubble() -> None:
    """Read "send 200 to Priya", [Pay ₹200.00], PIN, "Paid ₹200.00 to Priya Sharma"."""
    talk = Talk()

    talk.says("send 200 to priya for tea")
    assert isinstance(talk.state, Quoting)
    payment = talk.state.payment
    command = Pay(payment.payment_id, ASHA.account_id, PRIYA.account_id, inr("200"), expires_at=payment.expires_at)
    assert talk.effects == (AskQuote(command),)

    talk.hears(QuoteArrived(QUOTED))
    assert isinstance(talk.state, Confirming)
    assert talk.keys == ("send.confirm", "send.note", "send.balance_after", "send.warn_new_payee")
    assert [button.label for button in talk.buttons] == ["pay", "cancel"]

    talk.presses("pay")
    assert isinstance(talk.state, EnteringPin)
    (pad,) = talk.effects
    assert isinstance(pad, OpenPad)
    assert (pad.purpose, pad.bubble) == (Purpose.ENTER, payment.bubble)
    assert talk.keys == ("pin.enter", "send.paying", "send.note")

    talk.hears(PinChecked(PinVerdict.RIGHT))
    assert isinstance(talk.state, Paying)
    assert talk.effects == (ClosePad(), RememberNote(payment.payment_id, "tea"), AskLedger(command))

    talk.hears(LedgerAnswered(captured(talk)))
    assert talk.state == Idle()
    (shown,) = talk.effects
    assert isinstance(shown, Show)
    assert shown.bubble == payment.bubble
    assert talk.keys == ("send.paid", "send.note", "send.reference")
    assert [button.label for button in talk.buttons] == ["receipt", "problem"]


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
    assert not key or talk.keys == (key, "send.how_much_to")


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


# ── the confirm message ──────────────────────────────────────────────────────


def test_a_button_of_another_payment_opens_nothing() -> None:
    talk = confirming()
    before = talk.state

    talk.hears(tap(Action.PAY, payment_id(77).to_bytes()))

    assert talk.state == before
    assert talk.keys == ("toast.earlier",)


def test_cancel_of_another_payment_cancels_nothing() -> None:
    talk = confirming()
    before = talk.state

    talk.hears(tap(Action.CANCEL, payment_id(77).to_bytes()))

    assert talk.state == before
    assert talk.keys == ("toast.earlier",)


def test_pay_pressed_twice_is_one_pad() -> None:
    talk = confirming()
    pay = talk.buttons[0]

    talk.presses("pay").hears(tap(Action.PAY, pay.argument))

    assert isinstance(talk.state, EnteringPin)
    assert [type(effect) for effect in talk.effects] == [Toast]


@pytest.mark.parametrize(("since", "opens"), [(-TICK, True), (timedelta(0), False), (TICK, False)])
def test_a_confirmation_ends_at_its_moment(since: timedelta, *, opens: bool) -> None:
    """Five minutes: one microsecond before it may be paid, at it no more."""
    talk = confirming()
    pay = talk.buttons[0]
    talk.now = SOON + since

    talk.hears(tap(Action.PAY, pay.argument))

    assert isinstance(talk.state, EnteringPin if opens else Idle)


def test_a_confirmation_expires_by_itself_and_says_that_nothing_was_sent() -> None:
    talk = confirming()
    assert deadline(talk.state) == SOON

    talk.waits_till_the_end()

    assert talk.state == Idle()
    assert talk.keys == ("send.expired", "send.paying", "send.note")
    assert talk.buttons == ()


def test_the_deadline_of_an_earlier_question_ends_nothing() -> None:
    """The alarm of a state that is over may ring a moment late."""
    talk = confirming()
    before = talk.state
    talk.now = SOON - TICK

    talk.hears(DeadlinePassed())

    assert talk.state == before
    assert talk.effects == ()


def test_a_new_command_closes_the_old_bubble_as_cancelled_and_starts_anew() -> None:
    talk = confirming()
    assert isinstance(talk.state, Confirming)
    old = talk.state.payment

    talk.says("send 300 to ravi")

    cancelled = talk.effects[0]
    assert isinstance(cancelled, Show)
    assert cancelled.bubble == old.bubble
    assert cancelled.say.lines[0].key == "send.cancelled"
    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.payment_id != old.payment_id
    assert talk.state.payment.bubble != old.bubble


def test_a_new_command_at_the_pad_forgets_its_digits_first() -> None:
    talk = entering().says("send 300 to ravi")

    assert talk.effects[0] == ClosePad()
    assert talk.keys[0] == "send.cancelled"


def test_small_talk_leaves_the_confirmation_open() -> None:
    talk = confirming()
    before = talk.state

    talk.says("hmm wait a second")

    assert talk.state == before


def test_what_was_shown_is_what_is_paid() -> None:
    """S10: Priya's handle changes hands between question and answer; the account that was shown is paid."""
    talk = confirming()
    thief = replace(RAVI, name="Priya Sharma", handle="priya")
    talk.me = replace(ME, known=(thief,))

    talk.presses("pay").hears(PinChecked(PinVerdict.RIGHT))

    asked = talk.effects[-1]
    assert isinstance(asked, AskLedger)
    assert isinstance(asked.command, Pay)
    assert asked.command.payee == PRIYA.account_id


# ── the pad ──────────────────────────────────────────────────────────────────


def test_a_wrong_pin_says_how_many_tries_are_left_on_a_fresh_pad() -> None:
    talk = entering().hears(PinChecked(PinVerdict.WRONG, attempts_left=2))

    assert isinstance(talk.state, EnteringPin)
    assert talk.keys == ("pin.wrong", "pin.enter", "send.paying", "send.note")
    assert talk.messages[0].lines[0].facts == {"tries": 2}


def test_a_locked_pin_says_until_when_and_that_nothing_was_sent() -> None:
    talk = entering().hears(PinChecked(PinVerdict.LOCKED, 0, SOON))

    assert talk.state == Idle()
    assert talk.keys[0] == "pin.locked"
    assert "send.nothing_moved" in talk.keys


@pytest.mark.parametrize(("since", "opens"), [(-TICK, False), (timedelta(0), True), (TICK, True)])
def test_while_the_pin_is_locked_no_pad_is_opened(since: timedelta, *, opens: bool) -> None:
    """Nobody types six digits only to hear that they are not looked at."""
    talk = confirming()
    talk.me = replace(ME, pin_locked_until=NOW)
    talk.now = NOW + since

    talk.presses("pay")

    assert isinstance(talk.state, EnteringPin if opens else Idle)
    assert opens or talk.keys[0] == "pin.locked"


def test_cancel_on_the_pad_moves_nothing() -> None:
    """The pad's own Cancel carries no payment."""
    talk = entering().hears(tap(Action.CANCEL))

    assert talk.state == Idle()
    assert talk.effects[0] == ClosePad()
    assert talk.keys[0] == "send.cancelled"


@pytest.mark.parametrize("event", [PadClosed(Purpose.ENTER, timed_out=True), Resumed()])
def test_a_pad_that_is_gone_gives_the_question_back(event: PadClosed | Resumed) -> None:
    talk = entering()
    assert isinstance(talk.state, EnteringPin)
    shown = talk.state.shown

    talk.hears(event)

    assert talk.stands_at(shown)
    assert talk.keys[:2] == ("pin.pad_closed", "send.confirm")
    assert [button.label for button in talk.buttons] == ["pay", "cancel"]


def test_a_pad_that_is_gone_too_late_gives_nothing_back() -> None:
    talk = entering()
    talk.now = SOON

    talk.hears(PadClosed(Purpose.ENTER, timed_out=True))

    assert talk.state == Idle()
    assert talk.keys[0] == "send.expired"


def test_a_right_pin_after_the_confirmation_ended_pays_nothing() -> None:
    talk = entering()
    talk.now = SOON

    talk.hears(PinChecked(PinVerdict.RIGHT))

    assert talk.state == Idle()
    assert not any(isinstance(effect, AskLedger) for effect in talk.effects)


# ── the ledger ───────────────────────────────────────────────────────────────


def test_silence_is_said_once_and_never_called_failed() -> None:
    talk = paying().hears(LedgerSilent())
    assert talk.keys == ("send.waiting", "send.paying", "send.note")

    talk.hears(LedgerSilent())
    assert talk.effects == ()
    assert isinstance(talk.state, Paying)


def test_the_same_command_is_asked_again_at_the_deadline_and_after_a_restart() -> None:
    talk = paying()
    asked = talk.effects[-1]

    assert talk.hears(LedgerSilent()).waits_till_the_end().effects == (asked,)
    assert talk.hears(Resumed()).effects == (asked,)


def test_waiting_grows_longer_up_to_a_minute() -> None:
    talk = paying()
    waits = []
    for _ in range(6):
        talk.hears(LedgerSilent())
        assert isinstance(talk.state, Paying)
        waits.append((talk.state.ask_again_at - talk.now).total_seconds())

    assert waits == [10, 20, 40, 60, 60, 60]


def test_an_answer_after_silence_finds_its_bubble() -> None:
    talk = paying().hears(LedgerSilent())

    talk.hears(LedgerAnswered(captured(talk)))

    assert talk.state == Idle()
    assert talk.keys == ("send.paid", "send.note", "send.reference")


def test_a_refusal_at_the_last_moment_says_that_nothing_was_sent() -> None:
    talk = paying().hears(LedgerAnswered(Refused(RefusalCode.CONFIRMATION_EXPIRED)))

    assert talk.state == Idle()
    assert talk.keys == ("refused.confirmation_expired", "send.nothing_moved")


def test_the_answer_to_another_payment_is_not_taken_for_this_one() -> None:
    talk = paying()
    before = talk.state
    other = Captured(payment_id(77), EntryId.new(), "632900000099", NOW, inr("1"))

    talk.hears(LedgerAnswered(other))

    assert talk.state == before


def test_whatever_is_typed_while_paying_waits_and_loses_nothing() -> None:
    talk = paying()
    before = talk.state

    for words in ("send 300 to ravi", "balance", "/cancel", "hello"):
        talk.says(words)
        assert talk.state == before
        assert talk.keys == ("send.busy",)


def test_a_freeze_while_paying_is_asked_at_once_and_goes_on_after_the_payment() -> None:
    talk = paying().says("/freeze")
    assert talk.effects == (AskLedger(Freeze(ASHA.account_id)),)

    talk.hears(LedgerSilent())
    talk.hears(LedgerAnswered(captured(talk)))

    assert isinstance(talk.state, Freezing)
    assert AskLedger(Freeze(ASHA.account_id)) in talk.effects
    assert "send.paid" in talk.keys


def test_a_freeze_that_was_answered_while_paying_is_not_asked_twice() -> None:
    talk = paying().says("/freeze").hears(LedgerAnswered(FreezeChanged(ASHA.account_id, frozen=True, thaws_at=None)))
    assert talk.keys == ("freeze.done",)

    talk.hears(LedgerAnswered(captured(talk)))

    assert talk.state == Idle()


def test_a_look_up_and_a_quote_are_asked_again_after_a_restart() -> None:
    finding = Talk().says("send 200 to @meera")
    assert isinstance(finding.state, FindingPayee)
    assert finding.hears(Resumed()).effects == (FindHandle("meera"),)

    quoting = Talk().says("send 200 to priya")
    asked = quoting.effects[-1]
    assert quoting.hears(Resumed()).effects == (asked,)


def test_other_states_stay_as_they_are_after_a_restart() -> None:
    for talk in (confirming(), Talk().says("send 200"), Talk(state=CONFIRMING)):
        before = talk.state
        talk.hears(Resumed())
        assert talk.state == before
        assert talk.effects == ()


def test_an_answered_question_loses_its_buttons() -> None:
    talk = Talk().says("send 200")
    assert isinstance(talk.state, AskingPayee)
    question = talk.state.bubble

    talk.says("priya")

    closed = talk.effects[0]
    assert isinstance(closed, Show)
    assert (closed.bubble, closed.say.buttons) == (question, ())
