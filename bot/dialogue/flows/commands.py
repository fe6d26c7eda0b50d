"""What a message starts: a payment, a topic, a question, or nothing. Every command closes what was open."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, Erase, Line, Tell
from bot.dialogue.events import DigitsArrived, Tapped, TextArrived
from bot.dialogue.flows.balance import balance
from bot.dialogue.flows.blocking import block, unblock
from bot.dialogue.flows.contacts import contacts
from bot.dialogue.flows.export import export
from bot.dialogue.flows.freeze import freeze, lost, unfreeze
from bot.dialogue.flows.help import WITH_A_PAD, not_understood, show_help
from bot.dialogue.flows.history import dispute, history
from bot.dialogue.flows.inviting import start
from bot.dialogue.flows.limits import limits
from bot.dialogue.flows.onboarding import change_language
from bot.dialogue.flows.phone import phone
from bot.dialogue.flows.pin import change_or_choose, forgot
from bot.dialogue.flows.profile import profile
from bot.dialogue.flows.send import begin
from bot.dialogue.flows.statement import statement
from bot.dialogue.leaving import leave
from bot.dialogue.places import GroupMessage
from bot.dialogue.questions import not_sent, refuse_line
from bot.dialogue.saying import hint_send, line, simple, tell, toast, topic
from bot.dialogue.states import (
    AskingAmount,
    AskingLimit,
    AskingPayee,
    BrowsingContacts,
    BrowsingHistory,
    ChoosingLanguage,
    ChoosingPayee,
    ChoosingPin,
    Confirming,
    ConfirmingLimit,
    Draft,
    FindingBlocked,
    FindingContact,
    FindingPayee,
    Freezing,
    Idle,
    ListingDisputable,
    ProvingPin,
    Quoting,
    SharingPhone,
    State,
)
from bot.dialogue.table import ANY, Row
from bot.language.intents import (
    Answer,
    Ask,
    AskWhat,
    Nothing,
    Open,
    PayeeWords,
    Reading,
    Refuse,
    RefuseWhy,
    Request,
    Send,
    Split,
    Topic,
)
from bot.language.repairs import Repair


def on_text(context: Context, state: State, event: TextArrived) -> Step:
    """A message in words."""
    read = reading.read(context, event)
    about_language = isinstance(read, Nothing) or (isinstance(read, Open) and read.topic is Topic.LANGUAGE)
    if about_language and context.tongues.named(event.text) is not None:
        return change_language(context, state, event.text)
    if isinstance(state, Confirming) and isinstance(read, Nothing | Answer):
        return _corrected(context, state, event, read)
    return carry_out(context, state, read)


def _corrected(context: Context, state: Confirming, event: TextArrived, what: Nothing | Answer) -> Step:
    """Said while a payment is asked about ("no, 250"): it is closed, and another one is quoted and asked about.

    A bare no cancels. A bare yes asks once more at the end of the chat, since only the button is bound to the payment.
    """
    shown, repair = state.payment, reading.repair_in(context, event.text)
    if repair is None and what == Answer(yes=False):
        return cancel(context, state)
    if repair is None and not isinstance(what, Answer):
        return carry_out(context, state, what)
    repair = repair or Repair()
    payee = None if repair.payee is not None else shown.payee
    draft = Draft(repair.amount or shown.amount, payee, words=repair.payee, note=shown.note, origin=shown.origin)
    return begin(context, state, draft)


def carry_out(context: Context, state: State, what: Reading, origin: GroupMessage | None = None, *why: Line) -> Step:
    """What a message means, done; ``origin`` is where it was said in a group."""
    match what:
        case Send() as send:
            return begin(context, state, draft_of(send, origin), *why)
        case Open(topic, argument, payee):
            return open_topic(context, state, topic, argument, payee)
        case Ask() as ask:
            return begin(context, state, draft_of(ask, origin), *why, line(f"ask.{ask.what.value}"))
        case Refuse() as refuse:
            return Step(Idle(), (*leave(context, state), _refused(context, refuse)))
        case Request():
            return Step(Idle(), (*leave(context, state), _refused(context, Refuse(RefuseWhy.NOT_YET, "request"))))
        case Split():
            return Step(Idle(), (*leave(context, state), _refused(context, Refuse(RefuseWhy.NOT_YET, "split"))))
        case Nothing() | Answer():
            return not_understood(context, state)


def _refused(context: Context, refuse: Refuse) -> Tell:
    """Why not. What is not here yet moves no money, so nothing is said of money."""
    why = refuse_line(refuse, context.me.currency)
    if refuse.why is RefuseWhy.NOT_YET:
        return tell(why, buttons=((topic(Topic.HELP),),))
    return Tell(not_sent(why))


def draft_of(what: Send | Ask, origin: GroupMessage | None = None) -> Draft:
    """The payment as far as it was read. What was not certain is asked for; such an amount is only offered."""
    if isinstance(what, Send):
        return Draft(what.amount, words=what.payee, note=what.note, origin=origin)
    sure = what.understood
    if what.what is AskWhat.SEVERAL_PAYEES:
        return Draft(sure.amount, note=sure.note, origin=origin)
    return Draft(words=sure.payee, note=sure.note, offered=sure.amount, origin=origin)


def open_topic(
    context: Context, state: State, topic: Topic, argument: str = "", payee: PayeeWords | None = None
) -> Step:
    """A command, or words that mean the same."""
    if topic in ABOUT_SOMEBODY:
        return ABOUT_SOMEBODY[topic](context, state, payee)
    if topic in WITH_ARGUMENT:
        return WITH_ARGUMENT[topic](context, state, argument)
    return TOPICS[topic](context, state)


def cancel(context: Context, state: State) -> Step:
    """/cancel, from anywhere."""
    closing = leave(context, state)
    row = (topic(Topic.HISTORY), topic(Topic.DISPUTE))
    return Step(Idle(), closing or (tell(line("cancel.nothing"), buttons=(row,)),))


TOPICS: Final[Mapping[Topic, Callable[[Context, State], Step]]] = {
    Topic.BALANCE: balance,
    Topic.PIN: change_or_choose,
    Topic.PROFILE: profile,
    Topic.FORGOT: forgot,
    Topic.LOST: lost,
    Topic.PHONE: phone,
    Topic.FREEZE: freeze,
    Topic.UNFREEZE: unfreeze,
    Topic.DISPUTE: dispute,
    Topic.EXPORT: export,
    Topic.HELP: show_help,
    Topic.CANCEL: cancel,
}
ABOUT_SOMEBODY: Final[Mapping[Topic, Callable[[Context, State, PayeeWords | None], Step]]] = {
    Topic.CONTACTS: contacts,
    Topic.BLOCK: block,
    Topic.UNBLOCK: unblock,
}
WITH_ARGUMENT: Final[Mapping[Topic, Callable[[Context, State, str], Step]]] = {
    Topic.START: start,
    Topic.HISTORY: history,
    Topic.LANGUAGE: change_language,
    Topic.LIMITS: limits,
    Topic.STATEMENT: statement,
}


def on_topic_tapped(context: Context, state: State, event: Tapped) -> Step:
    """A topic's button: like its command. What it shows answers the tap."""
    named = event.argument.decode(errors="replace")
    if named not in set(Topic):
        return Step(state, (toast("toast.over"),))
    if named == Topic.FREEZE:  # it stands among other buttons, and a slip would cost the unfreezing delay
        return Step(state, (tell(line("freeze.sure"), buttons=((simple(Action.FREEZE),),)),))
    return open_topic(context, state, Topic(named))


def on_cancel_tapped(context: Context, state: State, event: Tapped) -> Step:
    """[Cancel] under a question. One that names a payment belongs to that payment, which is over."""
    closing = leave(context, state)
    if event.argument or not closing:
        return Step(state, (toast("toast.earlier" if event.argument else "toast.over"),))
    return Step(Idle(), closing)


def on_old_button(_: Context, state: State, _event: Tapped) -> Step:
    """A button of a payment that is over: one toast, and nothing else."""
    return Step(state, (toast("toast.earlier"),))


def on_old_question(_: Context, state: State, _event: Tapped) -> Step:
    """A button of a question that is over."""
    return Step(state, (toast("toast.over"),))


def on_digits(context: Context, state: State, event: DigitsArrived) -> Step:
    """Digits alone. What may be a PIN is deleted at once; it is never said back."""
    if isinstance(state, WITH_A_PAD) and len(event.digits.reveal()) != context.me.pin_digits:
        why = line("pin.wrong_length", digits=context.me.pin_digits)
        return Step(state, (tell(why, line("pin.pad_is_open")),))
    if len(event.digits.reveal()) == context.me.pin_digits:
        warning = tell(line("pin.typed"), buttons=((simple(Action.CHANGE_PIN),),))
        return Step(state, (Erase(event.message_id), warning))
    return Step(state, (tell(line("digits.alone"), hint_send(context.me), buttons=((topic(Topic.HELP),),)),))


OPENED: Final = (
    Idle,
    AskingLimit,
    ConfirmingLimit,
    AskingAmount,
    AskingPayee,
    ChoosingPayee,
    FindingPayee,
    Quoting,
    ChoosingPin,
    ProvingPin,
    ChoosingLanguage,
    Freezing,
    FindingContact,
    FindingBlocked,
    BrowsingContacts,
    SharingPhone,
    BrowsingHistory,
    ListingDisputable,
)

ROWS: Final = (
    Row(ANY, (TextArrived,), on_text, OPENED),
    Row(ANY, (Action.OPEN_TOPIC,), on_topic_tapped, OPENED),
    Row(ANY, (DigitsArrived,), on_digits),
    Row(ANY, (Action.CANCEL,), on_cancel_tapped, (Idle,)),
    Row(ANY, (Action.PAY, Action.CONFIRM_REFUND, Action.PICK_PAYEE, Action.PICK_AMOUNT), on_old_button),
    Row(
        ANY,
        (
            *(Action.PICK_LANGUAGE, Action.LIMIT_KIND, Action.LIMIT_AMOUNT, Action.SET_LIMIT),
            Action.LINK,  # opens an address and is never pressed at us; a token that says so is none of ours
        ),
        on_old_question,
    ),
)
