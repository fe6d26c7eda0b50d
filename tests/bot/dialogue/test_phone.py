"""A person's own number, and paying by somebody else's."""

from dataclasses import replace

from bot.dialogue.effects import AddContact, BindPhone, FindPerson, FindPhone, LoadPhone, Tell, UnbindPhone
from bot.dialogue.events import ContactAdded, ContactShared, PayeeFound, PayeeNotFound, PhoneArrived
from bot.dialogue.states import AskingPayee, Confirming, FindingContact, FindingPayee, Idle, Quoting, SharingPhone
from tests.bot.dialogue.examples import ASHA, CONFIRMING, ME, PRIYA, Talk, inr, payee

BOUND = replace(ME, phone_bound=True)
MEERA = payee(7, "Meera Iyer", "meera")
OWN = ContactShared(1, ASHA.person_id, own=True, phone="919000001001", name="Asha Rao")


# ── one's own ────────────────────────────────────────────────────────────────


def test_telegrams_button_is_offered_and_goes_when_the_number_is_shared() -> None:
    talk = Talk().says("/phone")
    (offered,) = talk.messages
    assert talk.state == SharingPhone()
    assert offered.share_phone

    talk.hears(OWN)

    assert talk.stands_at(Idle())
    bound, told = talk.effects
    assert isinstance(bound, BindPhone)
    assert bound.number == "+919000001001"
    assert isinstance(told, Tell)
    assert told.say.removes_keyboard
    assert talk.keys == ("phone.bound", "phone.off")


def test_whatever_comes_instead_takes_the_button_away() -> None:
    for words in ("not now", "/cancel", "balance", "send 200 to priya"):
        talk = Talk().says("/phone").says(words)

        assert talk.messages[0].removes_keyboard, words
        assert not isinstance(talk.state, SharingPhone)


def test_a_number_that_is_typed_proves_nothing() -> None:
    talk = Talk().says("/phone").says("9000001001")

    assert talk.keys == ("phone.press_button",)
    assert talk.messages[0].share_phone
    assert talk.state == SharingPhone()


def test_ones_own_card_is_heard_without_being_asked_for_and_leaves_a_payment_open() -> None:
    talk = Talk(state=CONFIRMING).hears(OWN)

    assert isinstance(talk.state, Confirming)
    assert isinstance(talk.effects[0], BindPhone)


def test_a_card_without_a_usable_number_binds_nothing() -> None:
    talk = Talk().says("/phone").hears(ContactShared(1, ASHA.person_id, own=True, phone="123"))

    assert talk.keys == ("phone.unreadable",)
    assert talk.messages[0].removes_keyboard
    assert talk.state == Idle()


def test_a_number_can_be_seen_and_taken_off_again() -> None:
    talk = Talk(BOUND).says("my number")
    assert talk.effects == (LoadPhone(),)

    talk.hears(PhoneArrived("+919000001001")).presses("remove_phone")

    assert any(isinstance(effect, UnbindPhone) for effect in talk.effects)
    assert talk.keys == ("phone.removed",)


# ── somebody else's ──────────────────────────────────────────────────────────


def test_money_can_be_sent_to_a_number() -> None:
    talk = Talk().says("send 200 to +91 90000 01007")
    assert isinstance(talk.state, FindingPayee)
    assert talk.effects == (FindPhone("+919000001007"),)

    talk.hears(PayeeFound(MEERA))

    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.payee == MEERA


def test_a_number_nobody_has_is_said_back_to_be_checked() -> None:
    talk = Talk().says("send 200 to 9000001007").hears(PayeeNotFound(""))

    assert isinstance(talk.state, AskingPayee)
    unknown = talk.messages[-1].lines[0]
    assert (unknown.key, unknown.facts) == ("send.unknown_payee", {"words": "+91 90000 01007"})


def test_ones_own_number_is_oneself() -> None:
    talk = Talk().says("send 200 to 9000001001").hears(PayeeFound(ASHA))

    assert talk.keys == ("refused.self_payment", "send.nothing_moved")


def test_a_shared_card_answers_to_whom_by_id_before_number() -> None:
    for card, wanted in (
        (ContactShared(1, 1007, own=False, phone="9000001009", name="Didi"), FindPerson(1007)),
        (ContactShared(1, None, own=False, phone="090000 01009", name="Didi"), FindPhone("+919000001009")),
    ):
        talk = Talk().says("send 200").hears(card)

        assert talk.effects[-1] == wanted
        talk.hears(PayeeFound(MEERA))
        assert isinstance(talk.state, Quoting)
        assert talk.state.payment.amount == inr("200")


def test_a_shared_card_adds_a_contact_under_the_name_of_the_phone_that_is_only_looked_up() -> None:
    talk = Talk().hears(ContactShared(1, None, own=False, phone="9000001007", name="Didi"))
    assert isinstance(talk.state, FindingContact)

    talk.hears(PayeeFound(MEERA))
    assert talk.effects == (AddContact(MEERA.person_id, "Didi"),)

    talk.hears(ContactAdded(MEERA))
    assert talk.messages[0].lines[0].facts == {"name": "Meera Iyer", "handle": "meera"}


def test_somebody_known_gets_the_nickname_of_a_new_card() -> None:
    talk = Talk().hears(ContactShared(1, PRIYA.person_id, own=False, name="Pri office")).hears(PayeeFound(PRIYA))

    assert talk.effects == (AddContact(PRIYA.person_id, "Pri office"),)


def test_a_number_on_its_way_is_not_shown_by_repr() -> None:
    asked = Talk().says("send 200 to 9000001007")
    card = ContactShared(1, None, own=False, phone="9000001007", name="Didi")

    shown = f"{asked.state!r} {asked.effects!r} {card!r} {Talk().hears(card)!r} {Talk().hears(OWN).effects[0]!r}"

    assert "9000001007" not in shown
    assert "9000001001" not in shown
