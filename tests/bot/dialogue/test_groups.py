"""Groups: what is typed there goes on in private, and the group reads nothing that the payer did not choose to show."""

from dataclasses import replace

import pytest

from bot.dialogue.effects import (
    Action,
    AskLedger,
    KeepLink,
    LoadPayment,
    OpenLink,
    OpenPad,
    RememberOrigin,
    Say,
    ShowInGroup,
    TellGroup,
    UseLink,
)
from bot.dialogue.events import (
    LedgerAnswered,
    LinkFate,
    LinkOpened,
    PaymentArrived,
    PinChecked,
    PinInGroup,
    PinVerdict,
    QuoteArrived,
)
from bot.dialogue.links import LINK_TTL, link_in
from bot.dialogue.places import GroupMessage, SaidInGroup
from bot.dialogue.states import (
    AskingAmount,
    AskingPayee,
    ChoosingPayee,
    ChoosingPin,
    Confirming,
    EnteringPin,
    Freezing,
    Idle,
    Paying,
    Quoting,
    Registering,
)
from bot.language.intents import Topic
from ledger.commands import Freeze
from ledger.kernel.money import Money
from tests.bot.dialogue.examples import (
    BEGUN_IN_GROUP,
    IN_FLAT,
    LINK,
    ME,
    NOW,
    PRIYA,
    PRIYA_NAIR,
    QUOTED,
    RAVI,
    STRANGER,
    Talk,
    _facts,
    context,
    events,
    in_group,
    inr,
    states,
    text,
    took,
)
from tests.bot.dialogue.examples import captured as captured_by

MEERA = replace(PRIYA_NAIR, name="Meera Iyer", handle="meera.iyer")
UNREACHABLE = replace(ME, reachable=False)
WITHOUT_PIN = replace(ME, has_pin=False)


def opened(said: SaidInGroup | None, fate: LinkFate = LinkFate.NEW) -> LinkOpened:
    return LinkOpened(LINK, fate, said)


def kept(talk: Talk) -> KeepLink:
    (effect,) = [effect for effect in talk.effects if isinstance(effect, KeepLink)]
    return effect


# ── what the group reads ─────────────────────────────────────────────────────


def _stands_in_group(say: Say) -> tuple[object, ...]:
    facts = [fact for each in say.lines for fact in each.facts.values()]
    return (*facts, *(fact for row in say.buttons for button in row for fact in button.facts.values()))


def test_nothing_that_was_said_stands_in_the_group() -> None:
    """No amount, no name, no balance, no note: in no state, to nobody, whatever was typed there."""
    for state in states():
        for me in (ME, STRANGER, UNREACHABLE, WITHOUT_PIN):
            for event in (one for one in events() if isinstance(one, SaidInGroup | PinInGroup | LinkOpened)):
                for effect in took(state, event, me).effects:
                    if isinstance(effect, TellGroup):
                        assert _stands_in_group(effect.say) == ()
                        assert all(button.action is Action.LINK for row in effect.say.buttons for button in row)


def test_only_the_payers_choice_shows_a_payment_in_the_group() -> None:
    for state in states():
        for event in events():
            shown = [effect for effect in took(state, event).effects if isinstance(effect, ShowInGroup)]
            if shown:
                assert isinstance(event, PaymentArrived)
                assert event.action in {Action.SHOW_WITH_AMOUNT, Action.SHOW_WITHOUT_AMOUNT}
                assert event.payment is not None
                assert event.payment.mine
                assert not event.payment.shown


def test_a_command_in_a_group_is_answered_by_one_line_and_a_button_home() -> None:
    talk = Talk().hears(in_group("/send 200 @priya for tea"))

    (told,) = [effect for effect in talk.effects if isinstance(effect, TellGroup)]
    assert told.at == IN_FLAT, "in the topic, as a reply"
    assert [each.key for each in told.say.lines] == ["group.pointer"]
    ((button,),) = told.say.buttons
    assert button.url == f"https://t.me/HundiBot?start={kept(talk).link}"
    assert kept(talk).expires_at == talk.now + LINK_TTL


# ── who may be written to finds it in private at once ────────────────────────


def test_a_payment_typed_in_a_group_waits_in_my_private_chat() -> None:
    talk = Talk().hears(in_group("/send 200 @priya for tea"))
    assert isinstance(talk.state, Quoting)
    assert kept(talk).used

    talk.hears(QuoteArrived(QUOTED))

    assert isinstance(talk.state, Confirming)
    payment = talk.state.payment
    priya = replace(PRIYA, nicknames=())
    assert (payment.payee, payment.amount, payment.note, payment.origin) == (priya, inr("200"), "tea", IN_FLAT)
    assert talk.keys[0] == "send.confirm"


def test_a_new_command_in_a_group_closes_what_was_open() -> None:
    talk = Talk(state=BEGUN_IN_GROUP).hears(in_group("/balance"))

    assert "send.cancelled" in talk.keys
    assert talk.stands_at(Idle())


@pytest.mark.parametrize("me", [STRANGER, UNREACHABLE])
def test_who_cannot_be_written_to_finds_it_behind_the_button(me: object) -> None:
    assert me in (STRANGER, UNREACHABLE)
    talk = Talk(STRANGER if me is STRANGER else UNREACHABLE).hears(in_group("/send 200 @priya"))

    assert talk.stands_at(Idle())
    assert not kept(talk).used
    assert talk.messages == ()
    assert len(talk.in_group) == 1


def test_while_money_moves_a_command_in_a_group_waits_behind_the_button_but_a_freeze_does_not() -> None:
    paying = Talk(state=Paying(BEGUN_IN_GROUP.payment, NOW))
    assert paying.hears(in_group("/send 5 @ravi")).messages == ()
    assert not kept(paying).used

    paying.hears(in_group("/freeze"))

    assert AskLedger(Freeze(ME.account_id or PRIYA.account_id)) in paying.effects
    assert isinstance(paying.state, Paying)
    assert paying.state.payment == BEGUN_IN_GROUP.payment


def test_words_in_reply_to_the_bot_that_are_no_command_are_other_peoples_talk() -> None:
    assert took(Idle(), in_group("thanks!", called=False)).effects == ()
    answered = took(Idle(), in_group("what is this", called=True))
    assert [type(effect) for effect in answered.effects] == [TellGroup]


@pytest.mark.parametrize("words", ["/start", "/help", "/cancel", "/language"])
def test_a_command_that_every_bot_has_closes_nothing_here_unless_we_are_named(words: str) -> None:
    """It was meant for the quiz bot; the payment I am about to confirm stays open."""
    meant_for_another = Talk(state=BEGUN_IN_GROUP).hears(in_group(words, called=False))
    assert meant_for_another.stands_at(BEGUN_IN_GROUP)
    assert not kept(meant_for_another).used

    assert not Talk(state=BEGUN_IN_GROUP).hears(in_group(words)).stands_at(BEGUN_IN_GROUP)


def test_an_answer_to_a_question_is_never_taken_from_a_group() -> None:
    """The bot asked "How much?" in private; "200" in the group is none of its business."""
    asked = Talk().says("send to priya")
    assert isinstance(asked.state, AskingAmount)
    before = asked.state

    asked.hears(in_group("200", called=False))

    assert asked.stands_at(before)


# ── who is meant ─────────────────────────────────────────────────────────────


def test_a_name_in_a_group_means_members_seen_there_and_people_i_know() -> None:
    talk = Talk()
    talk.members = (MEERA,)

    talk.hears(in_group("/send 200 Meera"))

    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.payee == MEERA


def test_asked_to_whom_who_is_there_is_offered_and_can_be_picked() -> None:
    """I know nobody yet, but Meera wrote in the group a minute ago."""
    talk = Talk(replace(ME, known=(), recent=()))
    talk.members = (MEERA,)

    talk.hears(in_group("/send 200"))
    assert [button.label for button in talk.buttons if button.action is Action.PICK_PAYEE] == ["pick_payee"]
    talk.presses("pick_payee")

    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.payee == MEERA


def test_a_name_that_two_may_have_is_asked_about_in_private() -> None:
    talk = Talk()
    talk.members = (PRIYA_NAIR, PRIYA)

    talk.hears(in_group("/send 200 Priya"))

    assert isinstance(talk.state, ChoosingPayee)
    assert talk.state.candidates == (replace(PRIYA, nicknames=()), PRIYA_NAIR)
    assert len(talk.in_group) == 1


def test_a_look_alike_in_the_group_is_warned_of() -> None:
    talk = Talk()
    talk.members = (replace(PRIYA_NAIR, name="Priуa Sharma"),)  # a Cyrillic у

    talk.hears(in_group("/send 200 @priya"), QuoteArrived(QUOTED))

    assert isinstance(talk.state, Confirming)
    assert talk.state.look_alike is not None
    assert talk.state.look_alike.account_id == PRIYA_NAIR.account_id


def test_a_reply_pays_its_author_by_number() -> None:
    talk = Talk().hears(in_group("/send 200", replied_person=RAVI.person_id))

    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.payee.person_id == RAVI.person_id


def test_a_reply_to_nobody_one_can_tell_is_asked_about() -> None:
    """It replies to an anonymous admin, a channel or another bot: I cannot tell who wrote that."""
    talk = Talk().hears(in_group("/send 200", reply_unclear=True))

    assert isinstance(talk.state, AskingPayee)
    assert talk.keys[:2] == ("group.reply_unclear", "send.to_whom_amount")


def test_an_unclear_reply_does_not_matter_where_the_payee_is_named() -> None:
    talk = Talk().hears(in_group("/send 200 @priya", reply_unclear=True))

    assert isinstance(talk.state, Quoting)


def test_a_name_that_nobody_has_says_that_a_bot_sees_few_members() -> None:
    talk = Talk().hears(in_group("/send 200 Zubin"))

    assert "group.unknown_name" in talk.keys


# ── the button ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "link"),
    [
        (f"/start {LINK}", LINK),
        (f"/start   {LINK} ", LINK),
        ("/start", None),
        (f"/start {LINK}x", None),
        (f"/start x{LINK}", None),
        (f"start {LINK}", None),
        (f"/startgroup {LINK}", None),
    ],
)
def test_a_link_is_read_only_as_a_whole(words: str, link: str | None) -> None:
    assert link_in(words) == link


def test_start_with_a_link_is_looked_up_in_every_state_and_changes_nothing_yet() -> None:
    for state in states():
        for me in (ME, STRANGER):
            taken = took(state, text(f"/start {LINK}"), me)
            assert (taken.state, taken.effects) == (state, (OpenLink(LINK),))


def test_the_button_goes_on_with_what_was_said() -> None:
    talk = Talk().hears(opened(in_group("/send 200 @priya for tea")))

    assert isinstance(talk.state, Quoting)
    assert talk.state.payment.origin == IN_FLAT
    assert UseLink(LINK) in talk.effects


def test_while_money_moves_the_button_stays_good() -> None:
    talk = Talk(state=Paying(BEGUN_IN_GROUP.payment, NOW)).hears(opened(in_group("/send 5 @ravi")))

    assert talk.keys == ("send.busy",)
    assert UseLink(LINK) not in talk.effects


@pytest.mark.parametrize(
    ("fate", "key"),
    [
        (LinkFate.FOREIGN, "group.link_foreign"),
        (LinkFate.EXPIRED, "group.link_expired"),
        (LinkFate.UNKNOWN, "group.link_expired"),
    ],
)
def test_a_button_that_is_not_mine_or_too_old_says_so_and_closes_nothing(fate: LinkFate, key: str) -> None:
    """Somebody else's button must not cancel the payment I am about to confirm."""
    talk = Talk(state=BEGUN_IN_GROUP).hears(opened(None, fate))

    assert talk.keys[0] == key
    assert talk.stands_at(BEGUN_IN_GROUP)


@pytest.mark.parametrize("fate", [LinkFate.FOREIGN, LinkFate.EXPIRED, LinkFate.UNKNOWN])
def test_a_stranger_with_somebody_elses_button_gets_their_own_start(fate: LinkFate) -> None:
    talk = Talk(STRANGER).hears(opened(None, fate))

    assert talk.stands_at(Registering("en"))


def test_a_newcomer_opens_an_account_and_chooses_a_pin_and_the_payment_goes_on() -> None:
    talk = Talk(STRANGER).hears(opened(in_group("/send 200 @priya")))
    assert isinstance(talk.state, Registering)
    assert talk.state.draft is not None
    assert talk.state.draft.origin == IN_FLAT
    assert UseLink(LINK) in talk.effects

    talk.me = replace(ME, has_pin=False)
    registered = next(event for event in events() if type(event).__name__ == "Registered")
    talk.hears(registered)

    assert isinstance(talk.state, ChoosingPin)
    assert talk.state.draft is not None
    assert (talk.state.draft.amount, talk.state.handle) == (inr("200"), "asha")


def test_a_newcomer_who_asked_for_a_topic_is_welcomed() -> None:
    talk = Talk(STRANGER).hears(opened(in_group("/balance")))

    assert talk.stands_at(Registering("en"))


# ── pressed again ────────────────────────────────────────────────────────────

SAID = in_group("/send 200 @priya for tea")


@pytest.mark.parametrize("state", [one for one in states() if getattr(getattr(one, "draft", None), "origin", None)])
def test_a_question_that_waits_comes_down_to_whoever_presses_the_button(state: object) -> None:
    assert isinstance(state, AskingPayee | AskingAmount | ChoosingPayee)
    talk = Talk(state=state).hears(opened(SAID, LinkFate.USED))

    assert isinstance(talk.state, AskingPayee | AskingAmount | ChoosingPayee)
    assert talk.state == replace(state, bubble=talk.state.bubble)
    assert talk.state.bubble != state.bubble
    assert talk.keys[0] == "group.below"


def test_a_confirmation_that_waits_comes_down_as_the_same_payment() -> None:
    talk = Talk(state=BEGUN_IN_GROUP).hears(opened(SAID, LinkFate.USED))

    assert isinstance(talk.state, Confirming)
    assert talk.state.payment.payment_id == BEGUN_IN_GROUP.payment.payment_id
    assert talk.state.payment.expires_at == BEGUN_IN_GROUP.payment.expires_at
    assert talk.keys[:2] == ("group.below", "send.confirm")


def test_with_the_pad_open_the_button_points_to_the_pad() -> None:
    talk = Talk(state=EnteringPin(BEGUN_IN_GROUP)).hears(opened(SAID, LinkFate.USED))

    assert talk.keys == ("pin.pad_is_open",)


def test_a_payment_begins_once_by_a_button() -> None:
    """I paid it, or cancelled it, and press the old button in the group: nothing begins."""
    other = in_group("/send 200 @priya", at=GroupMessage(-1, 1))
    for state in (Idle(), BEGUN_IN_GROUP):
        talk = Talk(state=state).hears(opened(other, LinkFate.USED))

        assert talk.keys[0] == "group.link_used"
        assert talk.stands_at(state)


def test_a_topic_may_be_looked_at_again() -> None:
    first = took(Idle(), opened(in_group("/balance"), LinkFate.NEW))
    again = took(Idle(), opened(in_group("/balance"), LinkFate.USED))

    assert set(again.effects) == set(first.effects) - {UseLink(LINK)}


# ── what the payer shows ─────────────────────────────────────────────────────


def paid_in_group() -> Talk:
    talk = Talk(state=EnteringPin(BEGUN_IN_GROUP)).hears(PinChecked(PinVerdict.RIGHT))
    assert RememberOrigin(BEGUN_IN_GROUP.payment.payment_id, IN_FLAT) in talk.effects
    return talk.hears(LedgerAnswered(captured_by(talk)))


def test_a_payment_that_was_begun_in_a_group_may_be_shown_there() -> None:
    talk = paid_in_group()
    assert [button.label for button in talk.buttons] == ["receipt", "problem", "show_in_group"]
    assert talk.in_group == ()

    talk.presses("show_in_group")

    assert talk.effects == (LoadPayment(BEGUN_IN_GROUP.payment.payment_id, Action.SHOW_IN_GROUP),)


def test_a_payment_that_was_begun_in_private_is_shown_nowhere() -> None:
    alone = replace(BEGUN_IN_GROUP, payment=replace(BEGUN_IN_GROUP.payment, origin=None))
    talk = Talk(state=EnteringPin(alone)).hears(PinChecked(PinVerdict.RIGHT))
    assert not any(isinstance(effect, RememberOrigin) for effect in talk.effects)


@pytest.mark.parametrize(
    ("action", "key", "amount"),
    [
        (Action.SHOW_WITH_AMOUNT, "group.paid_amount", inr("200")),
        (Action.SHOW_WITHOUT_AMOUNT, "group.paid", None),
    ],
)
def test_the_line_says_as_much_as_the_payer_chose(action: Action, key: str, amount: Money | None) -> None:
    mine = replace(_facts(mine=True), origin=IN_FLAT)

    asked = Talk().hears(PaymentArrived(Action.SHOW_IN_GROUP, mine))
    assert [button.label for button in asked.buttons] == ["show_with_amount", "show_without_amount"]
    assert asked.in_group == ()

    ((line,),) = [say.lines for say in Talk().hears(PaymentArrived(action, mine)).in_group]
    assert line.key == key
    assert line.facts.get("amount") == amount


def test_what_was_shown_is_not_shown_twice_and_not_by_the_payee() -> None:
    shown = replace(_facts(mine=True), origin=IN_FLAT, shown=True)
    theirs = replace(_facts(mine=False), origin=IN_FLAT)
    begun_alone = _facts(mine=True)

    for facts, key in ((shown, "group.shown_already"), (theirs, "toast.earlier"), (begun_alone, "toast.earlier")):
        talk = Talk().hears(PaymentArrived(Action.SHOW_WITH_AMOUNT, facts))
        assert (talk.keys, talk.in_group) == ((key,), ())


# ── a PIN ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("deleted", [True, False, None])
def test_a_pin_in_a_group_is_told_in_private_and_only_what_i_may_not_do_in_the_group(deleted: bool | None) -> None:
    talk = Talk(state=BEGUN_IN_GROUP).hears(PinInGroup(IN_FLAT, deleted))

    assert talk.stands_at(BEGUN_IN_GROUP)
    assert talk.keys[0] == "group.pin_seen"
    assert [button.action for button in talk.buttons] == [Action.CHANGE_PIN, Action.FREEZE]
    in_groups = [effect for effect in talk.effects if isinstance(effect, TellGroup)]
    assert len(in_groups) == (1 if deleted is False else 0)
    assert not any(effect.reply for effect in in_groups), "a reply would show it once more"


def test_no_pad_ever_opens_because_of_what_others_could_have_typed() -> None:
    """Only its author's own command opens a pad, and a pad has no place but the private chat."""
    for state in states():
        for event in events():
            if isinstance(event, SaidInGroup):
                opens = any(isinstance(effect, OpenPad) for effect in took(state, event, STRANGER).effects)
                assert not opens


def test_freezing_is_heard_in_a_group_in_every_state() -> None:
    for state in states():
        taken = took(state, in_group(f"/{Topic.FREEZE.value}"))
        frozen = any(isinstance(effect, AskLedger) for effect in taken.effects)
        assert frozen or isinstance(state, Freezing)


def test_the_context_knows_the_members() -> None:
    assert context(members=(MEERA,)).members == (MEERA,)
