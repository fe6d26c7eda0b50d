"""Groups: a command typed there goes on in the private chat, and the group sees what the payer chooses to show.

Nothing here puts an amount, a name, a balance or a note into a group, but the one line that is shown on request.
"""

from dataclasses import replace
from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import (
    Action,
    Button,
    Effect,
    KeepLink,
    Line,
    OpenLink,
    Say,
    Show,
    ShowInGroup,
    Tell,
    TellGroup,
    UseLink,
)
from bot.dialogue.events import LinkFate, LinkOpened, PinInGroup
from bot.dialogue.facts import PaymentFacts
from bot.dialogue.flows.busy import BUSY, one_moment
from bot.dialogue.flows.commands import OPENED, carry_out, draft_of
from bot.dialogue.flows.freeze import freeze
from bot.dialogue.flows.help import WITH_A_PAD
from bot.dialogue.flows.onboarding import welcome
from bot.dialogue.flows.send import likely
from bot.dialogue.links import LINK_TTL, address
from bot.dialogue.places import SaidInGroup
from bot.dialogue.questions import amount_question, confirm_question, payee_question, which_question
from bot.dialogue.saying import about_payment, hint_send, line, say, simple, tell, toast
from bot.dialogue.states import (
    AskingAmount,
    AskingPayee,
    ChoosingPayee,
    Confirming,
    Registering,
    State,
    origin_of,
)
from bot.dialogue.table import ANY, Row
from bot.language.intents import Ask, Nothing, Open, Reading, Send, Topic

_EVERY_BOTS: Final = frozenset({Topic.START, Topic.HELP, Topic.CANCEL, Topic.LANGUAGE})

# ── words in a group ─────────────────────────────────────────────────────────


def on_said(context: Context, state: State, event: SaidInGroup) -> Step:
    """The group hears where it goes on; who may be written to finds it there already."""
    what = reading.read(context, event)
    if isinstance(what, Nothing):
        return Step(state, (_not_understood(context, event),) if event.called else ())
    if not _may_begin(context, state, what) or _may_be_for_another_bot(event, what):
        return Step(state, _kept(context, event, used=False))
    begun = _begin(context, state, event, what)
    return Step(begun.state, (*_kept(context, event, used=True), *begun.effects))


def _may_begin(context: Context, state: State, what: Reading) -> bool:
    """Who has no account, blocks the bot or waits for the ledger finds it behind the button; a freeze may not wait."""
    me = context.me
    if me.account_id is None or not me.reachable:
        return False
    return not isinstance(state, BUSY) or _is_freeze(what)


def _may_be_for_another_bot(said: SaidInGroup, what: Reading) -> bool:
    """Every bot has /start, /help and /cancel: without our name they close nothing that is open here."""
    return not said.called and isinstance(what, Open) and what.topic in _EVERY_BOTS


def _is_freeze(what: Reading) -> bool:
    return isinstance(what, Open) and what.topic is Topic.FREEZE


def _begin(context: Context, state: State, said: SaidInGroup, what: Reading) -> Step:
    """As if it had been typed here: what was open is closed first."""
    if isinstance(state, BUSY):
        return freeze(context, state) if _is_freeze(what) else Step(state, (tell(one_moment(state)),))
    return carry_out(context, state, what, said.at, *_unclear(said, what))


def _unclear(said: SaidInGroup, what: Reading) -> tuple[Line, ...]:
    """Why a reply does not say to whom."""
    nobody = isinstance(what, Send) and what.payee is None
    return (line("group.reply_unclear"),) if nobody and said.reply_unclear else ()


def _kept(context: Context, said: SaidInGroup, *, used: bool) -> tuple[Effect, ...]:
    link = context.fresh.link
    pointer = say(line("group.pointer"), buttons=((_opens(context, "continue_private", link),),))
    return KeepLink(link, said, context.now + LINK_TTL, used), TellGroup(said.at, pointer)


def _not_understood(context: Context, said: SaidInGroup) -> TellGroup:
    button = _opens(context, "open_private")
    return TellGroup(said.at, say(line("group.not_understood"), buttons=((button,),)))


def _opens(context: Context, label: str, link: str = "") -> Button:
    return Button(Action.LINK, label=label, url=address(context.bot_username, link))


# ── the button under it ──────────────────────────────────────────────────────


def press_start(state: State, link: str) -> Step:
    """Start was pressed with a link: it is looked up first."""
    return Step(state, (OpenLink(link),))


def on_link(context: Context, state: State, event: LinkOpened) -> Step:
    """What was said in the group goes on here, for whoever said it."""
    if context.me.account_id is None:
        return _newcomer(context, state, event)
    match event.fate, event.said:
        case LinkFate.NEW, SaidInGroup() as said:
            begun = _begin(context, state, said, reading.read(context, said))
            used = () if isinstance(state, BUSY) else (UseLink(event.link),)
            return Step(begun.state, (*used, *begun.effects))
        case LinkFate.USED, SaidInGroup() as said:
            return _again(context, state, said)
        case _:
            return Step(state, (_elsewhere(context, event),))


def _elsewhere(context: Context, event: LinkOpened) -> Tell:
    """Not theirs, or too late: what they can do instead."""
    me = context.me
    if event.fate is LinkFate.FOREIGN:
        return tell(line("group.link_foreign"), line("start.back", name=me.name, handle=me.handle or ""), hint_send(me))
    return tell(line("group.link_expired"), hint_send(me))


def _newcomer(context: Context, state: State, event: LinkOpened) -> Step:
    """The account comes first, then a PIN; a payment waits for both."""
    if event.said is None:
        key = "group.link_foreign" if event.fate is LinkFate.FOREIGN else "group.link_expired"
        begun = welcome(context, state)
        return Step(begun.state, (tell(line(key)), *begun.effects))
    what = reading.read(context, event.said)
    draft = draft_of(what, event.said.at) if isinstance(what, Send | Ask) else None
    begun = welcome(context, state, draft)
    return Step(begun.state, (UseLink(event.link), *begun.effects))


def _again(context: Context, state: State, said: SaidInGroup) -> Step:
    """It was opened before. A question that still waits comes down to where they look; a payment begins only once."""
    what = reading.read(context, said)
    if isinstance(what, Open):
        return _begin(context, state, said, what)
    if origin_of(state) == said.at:
        return _brought_down(context, state)
    return Step(state, (tell(line("group.link_used"), hint_send(context.me)),))


def _brought_down(context: Context, state: State) -> Step:
    """The question that waits comes again below; the one above gives up its buttons."""
    below, above = context.fresh.bubble_id, say(line("group.below"))
    again: AskingPayee | ChoosingPayee | AskingAmount | Confirming
    match state:
        case Confirming():
            again = replace(state, payment=replace(state.payment, bubble=below))
            return Step(again, (Show(state.payment.bubble, above), Show(below, confirm_question(again, context.now))))
        case AskingPayee():
            again = replace(state, bubble=below)
            question = payee_question(again.draft, likely(context), again.expires_at, ())
        case ChoosingPayee():
            again = replace(state, bubble=below)
            question = which_question(again)
        case AskingAmount():
            again = replace(state, bubble=below)
            question = amount_question(again)
        case _:
            key = "pin.pad_is_open" if isinstance(state, WITH_A_PAD) else "send.busy"
            return Step(state, (tell(line(key)),))
    return Step(again, (Show(state.bubble, above), Show(below, question)))


# ── what the payer chooses to show ───────────────────────────────────────────


def show(context: Context, state: State, payment: PaymentFacts, action: Action) -> Step:
    """[Show in the group], then [With the amount] or [Without]: one line, once."""
    if not payment.mine or payment.origin is None:
        return Step(state, (toast("toast.earlier"),))
    if payment.shown:
        return Step(state, (toast("group.shown_already"),))
    if action is Action.SHOW_IN_GROUP:
        return Step(state, (Tell(_how(payment)),))
    payer, name = context.me.name, payment.other.name
    with_amount = line("group.paid_amount", payer=payer, name=name, amount=payment.amount)
    shown = with_amount if action is Action.SHOW_WITH_AMOUNT else line("group.paid", payer=payer, name=name)
    return Step(state, (ShowInGroup(payment.payment_id, say(shown)), toast("group.shown")))


def _how(payment: PaymentFacts) -> Say:
    ways = (Action.SHOW_WITH_AMOUNT, Action.SHOW_WITHOUT_AMOUNT)
    buttons = tuple((about_payment(way, payment.payment_id),) for way in ways)
    return say(line("group.show_how", name=payment.other.name), buttons=buttons)


# ── a PIN where others read along ────────────────────────────────────────────


def on_pin(_: Context, state: State, event: PinInGroup) -> Step:
    """They are told in private. In the group nobody need know what it was, but what the bot may not do is said."""
    key = {True: "group.pin_deleted", False: "group.pin_stays", None: "group.pin_owed"}[event.deleted]
    row = (simple(Action.CHANGE_PIN), simple(Action.FREEZE))
    warning = tell(line("group.pin_seen"), line(key), buttons=(row,))
    if event.deleted is not False:
        return Step(state, (warning,))
    return Step(state, (warning, TellGroup(event.at, say(line("group.may_not_delete")), reply=False)))


# ── what the bot says of itself in a group ───────────────────────────────────


def hello(bot_username: str, *, sees_all: bool, may_delete: bool) -> Say:
    """It was added: what it does here and what it cannot."""
    button = Button(Action.LINK, label="open_private", url=address(bot_username))
    return say(
        line("group.hello"),
        line("group.hello_example"),
        line("group.sees_all" if sees_all else "group.sees_some"),
        line("group.never_pin" if may_delete else "group.never_pin_no_delete"),
        buttons=((button,),),
    )


def nameless(bot_username: str) -> Say:
    """An anonymous admin or a channel called: nobody can tell who that is."""
    button = Button(Action.LINK, label="open_private", url=address(bot_username))
    return say(line("group.nameless"), buttons=((button,),))


def not_delivered(*, shown: bool) -> Say:
    """A line of ours could not be said in a group: told to the person whom it was about."""
    return say(line("group.not_shown" if shown else "group.silenced"))


def maybe_shown() -> Say:
    """Telegram did not say whether the line stands in the group."""
    return say(line("group.maybe_shown"))


ROWS: Final = (
    Row(ANY, (SaidInGroup,), on_said, OPENED),
    Row(ANY, (LinkOpened,), on_link, (*OPENED, Registering)),
    Row(ANY, (PinInGroup,), on_pin),
)
