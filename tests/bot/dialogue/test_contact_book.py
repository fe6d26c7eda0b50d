"""Pages of people, their cards, blocking and inviting."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from bot.dialogue.effects import (
    AcceptInvitation,
    Action,
    BlockPerson,
    Effect,
    FindHandle,
    LoadBlocked,
    LoadPerson,
    Register,
    RemoveContact,
    Show,
    TellOther,
    UnblockPerson,
)
from bot.dialogue.events import (
    BlockedArrived,
    ContactShared,
    InvitationAccepted,
    PayeeFound,
    PayeeNotFound,
    PersonArrived,
    Registered,
)
from bot.dialogue.people import Card
from bot.dialogue.states import AskingAmount, BrowsingContacts, ChoosingPin, Idle, Quoting, Registering
from tests.bot.dialogue.examples import (
    CONFIRMING,
    ME,
    NOW,
    PRIYA,
    PRIYA_NAIR,
    RAVI,
    STRANGER,
    Talk,
    payee,
)

MEERA = payee(7, "Meera Iyer", "meera")


def done(talk: Talk) -> tuple[Effect, ...]:
    """What the last step did, whatever the type checker remembers of the one before."""
    return talk.effects


def words_of(talk: Talk) -> tuple[str, ...]:
    """The same for what was said."""
    return talk.keys


CROWD = replace(ME, known=tuple(payee(100 + n, f"Person {n:03}", f"person{n}") for n in range(50)))


# ── pages and cards ──────────────────────────────────────────────────────────


def test_everybody_is_reached_page_by_page() -> None:
    talk, seen = Talk(CROWD).says("/contacts"), set[str]()
    bubble = talk.state

    for _ in range(7):
        seen |= {str(one.facts["name"]) for one in talk.buttons if one.label == "pick_payee"}
        if "more" in {one.label for one in talk.buttons}:
            talk.presses("more")

    assert len(seen) == 50
    assert "more" not in {one.label for one in talk.buttons}
    assert isinstance(talk.effects[0], Show)
    assert talk.state == bubble
    talk.presses("back")
    assert talk.keys[:2] == ("contacts.title", "contacts.page")


def test_a_name_opens_its_card_and_two_of_them_a_choice() -> None:
    assert Talk().says("/contacts priya").effects[-1] == LoadPerson(PRIYA.person_id, Action.CARD)

    both = Talk(replace(ME, known=(PRIYA, PRIYA_NAIR, RAVI))).says("/contacts priya")
    assert [one.facts["handle"] for one in both.buttons] == ["priya", "priya.nair"]
    assert Talk().says("/contacts zorro").keys == ("send.unknown_name", "contacts.how_to_add")


def test_a_card_pays_blocks_and_removes() -> None:
    talk = Talk().says("/contacts priya").hears(PersonArrived(Action.CARD, Card(PRIYA, NOW, NOW)))
    assert talk.keys == ("contacts.card", "contacts.since", "contacts.met")
    assert [one.label for one in talk.buttons] == ["pay_person", "block", "remove_contact", "contacts_page"]

    removing = Talk(state=talk.state).hears(PersonArrived(Action.REMOVE_CONTACT, Card(PRIYA)))
    assert removing.effects[0] == RemoveContact(PRIYA.person_id)
    assert [one.label for one in removing.buttons] == ["add_contact", "contacts_page"]

    talk.presses("pay_person")
    assert isinstance(talk.state, AskingAmount)
    assert talk.state.draft.payee is not None
    assert talk.state.draft.payee.account_id == PRIYA.account_id


def test_a_card_of_somebody_who_is_nobody_now_says_just_that() -> None:
    talk = Talk(state=BrowsingContacts(CONFIRMING.payment.bubble)).hears(PersonArrived(Action.CARD, None))

    assert talk.keys == ("contacts.gone",)


def test_a_page_beside_an_open_payment_leaves_it_open() -> None:
    talk = Talk(state=CONFIRMING).hears(PersonArrived(Action.CARD, Card(PRIYA)))

    assert talk.state == CONFIRMING


# ── blocking ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["/block priya", "block priya", "block @priya", "Block Priya Sharma please"])
def test_a_block_is_asked_about_before_it_holds(words: str) -> None:
    talk = Talk().says(words)
    assert words_of(talk) == ("block.sure", "block.means")
    assert not any(isinstance(effect, BlockPerson) for effect in talk.effects)

    talk.presses("confirm_block")
    assert done(talk) == (LoadPerson(PRIYA.person_id, Action.CONFIRM_BLOCK),)
    talk.hears(PersonArrived(Action.CONFIRM_BLOCK, Card(PRIYA)))

    assert done(talk)[0] == BlockPerson(PRIYA.person_id)
    assert words_of(talk) == ("block.done",)


def test_a_stranger_is_blocked_by_exact_handle() -> None:
    talk = Talk().says("/block @meera")
    assert talk.effects == (FindHandle("meera"),)

    assert talk.hears(PayeeFound(MEERA)).keys == ("block.sure", "block.means")
    assert Talk().says("/block @meera").hears(PayeeNotFound("@meera")).keys == ("contacts.unknown",)


@pytest.mark.parametrize("words", ["block calls", "block my card", "unblock my card", "block the road", "unblock it"])
def test_words_that_only_begin_like_a_block_are_none(words: str) -> None:
    assert Talk().says(words).keys[:1] == ("not_understood",)


def test_two_of_one_name_are_asked_about() -> None:
    talk = Talk(replace(ME, known=(PRIYA, PRIYA_NAIR))).says("block priya")

    assert talk.keys == ("block.which",)
    assert [one.action for one in talk.buttons] == [Action.BLOCK, Action.BLOCK]


def test_who_is_blocked_is_found_among_the_blocked_alone() -> None:
    talk = Talk(replace(ME, known=())).says("unblock priya")
    assert talk.effects == (LoadBlocked(),)

    assert talk.hears(BlockedArrived((PRIYA, RAVI))).effects[0] == UnblockPerson(PRIYA.person_id)
    assert talk.keys == ("block.over",)

    none = Talk().says("/unblock @zorro").hears(BlockedArrived((PRIYA,)))
    assert none.keys == ("block.not_blocked", "block.title", "block.how")
    assert Talk().says("/block").hears(BlockedArrived(())).keys == ("block.none", "block.how")


def test_a_payee_who_blocks_before_the_question_is_nobody() -> None:
    talk = Talk().says("send 200 to priya")
    assert isinstance(talk.state, Quoting)

    talk.hears(PayeeNotFound(""))

    assert talk.stands_at(Idle())
    assert talk.keys == ("send.unknown_payee", "send.nothing_moved")


# ── inviting ─────────────────────────────────────────────────────────────────


def test_whoever_is_not_found_can_be_invited_and_unknown_and_blocked_look_alike() -> None:
    for talk in (
        Talk().hears(ContactShared(1, None, own=False, phone="", name="Didi")),
        Talk().hears(ContactShared(1, 1007, own=False)).hears(PayeeNotFound("")),
        Talk().says("/contacts @meera").hears(PayeeNotFound("@meera")),
        Talk().says("send 5 to @meera").hears(PayeeNotFound("@meera")),
    ):
        (invite,) = (one for one in talk.buttons if one.label == "invite")
        assert urlsplit(invite.url).netloc == "t.me"
        assert invite.shares is not None
        assert invite.shares.key == "invite.text"


def test_a_newcomer_who_was_invited_meets_the_inviter_before_the_pad() -> None:
    talk = Talk(STRANGER).says("/start iAbC")
    assert talk.state == Registering("en", invitation="iAbC")
    assert done(talk) == (Register("en"),)

    talk.me = replace(STRANGER, account_id=ME.account_id, handle="asha")
    talk.hears(Registered("asha"))
    assert done(talk) == (AcceptInvitation("iAbC"),)

    talk.hears(InvitationAccepted(RAVI))
    assert isinstance(talk.state, ChoosingPin)
    assert talk.keys[:2] == ("invite.met", "invite.joined")
    assert [one.person_id for one in talk.effects if isinstance(one, TellOther)] == [RAVI.person_id]


def test_a_link_that_is_nobodys_is_an_ordinary_start() -> None:
    assert Talk().says("/start iAbC").hears(InvitationAccepted(None)).keys == Talk().says("/start").keys
    assert Talk().says("/start xyz").keys == Talk().says("/start").keys
    again = Talk().says("/start iAbC").hears(InvitationAccepted(PRIYA, fresh=False))
    assert again.keys[0] == "contacts.already"
    assert not any(isinstance(one, TellOther) for one in again.effects)
