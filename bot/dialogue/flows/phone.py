"""Their own phone number: shared by Telegram's own button, so that it is proved, and taken off again by one of ours."""

from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, BindPhone, LoadPhone, Say, Tell, UnbindPhone
from bot.dialogue.events import ContactShared, PhoneArrived, Tapped, TextArrived
from bot.dialogue.leaving import leave
from bot.dialogue.saying import line, say, simple, tell, toast
from bot.dialogue.states import Idle, SharingPhone, State
from bot.dialogue.table import ANY, Row
from bot.language.intents import Nothing
from bot.language.phones import phone_on_card, read_phone, spelled_phone


def phone(context: Context, state: State) -> Step:
    """/phone: the number that is on the account, or how to put it there."""
    closing = leave(context, state)
    if context.me.phone_bound:
        return Step(Idle(), (*closing, LoadPhone()))
    return Step(SharingPhone(), (*closing, Tell(Say((line("phone.share"), line("phone.private")), share_phone=True))))


def on_share_tapped(context: Context, state: State, _: Tapped) -> Step:
    """[Share my number]: Telegram's button comes in place of the keyboard."""
    if context.me.phone_bound:
        return Step(state, (toast("toast.done"),))
    return phone(context, state)


def bind(context: Context, state: State, event: ContactShared) -> Step:
    """Their own card: Telegram fills in whose it is, so the number is proved. What is open stays open."""
    number = phone_on_card(event.phone, context.region, own=True)
    after = Idle() if isinstance(state, SharingPhone) else state
    if number is None:
        return Step(after, (Tell(Say((line("phone.unreadable"),), removes_keyboard=True)),))
    moved = say(line("phone.moved"), buttons=((simple(Action.SHARE_PHONE),),))
    bound = Tell(Say((line("phone.bound", phone=spelled_phone(number)), line("phone.off")), removes_keyboard=True))
    return Step(after, (BindPhone(number, moved), bound))


def on_text(context: Context, state: SharingPhone, event: TextArrived) -> Step | None:
    """A number that is typed proves nothing, so only the button will do."""
    typed = read_phone(event.text, context.region) is not None
    if typed and isinstance(reading.read(context, event), Nothing):
        return Step(state, (Tell(Say((line("phone.press_button"),), share_phone=True)),))
    return None


def on_number(_: Context, state: State, event: PhoneArrived) -> Step:
    """Which number it is, and how to take it off."""
    if not event.number:
        return Step(state, (tell(line("phone.none"), buttons=((simple(Action.SHARE_PHONE),),)),))
    shown = line("phone.yours", phone=spelled_phone(event.number))
    return Step(state, (tell(shown, buttons=((simple(Action.REMOVE_PHONE),),)),))


def on_remove_tapped(context: Context, state: State, _: Tapped) -> Step:
    """[Take my number off]."""
    if not context.me.phone_bound:
        return Step(state, (toast("toast.done"),))
    told = tell(line("phone.removed"), buttons=((simple(Action.SHARE_PHONE),),))
    return Step(state, (UnbindPhone(), told))


ROWS: Final = (
    Row((SharingPhone,), (TextArrived,), on_text),
    Row(ANY, (Action.SHARE_PHONE,), on_share_tapped, (SharingPhone,)),
    Row(ANY, (Action.REMOVE_PHONE,), on_remove_tapped),
    Row(ANY, (PhoneArrived,), on_number),
)
