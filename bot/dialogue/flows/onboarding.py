"""The first minute: account and handle, PIN, and what to type then; and the language, then and at any later time."""

from dataclasses import replace
from typing import Final

from bot.dialogue import pads
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import AcceptInvitation, Action, BubbleId, Button, Register, SetLanguage, Show
from bot.dialogue.events import Registered, Resumed, Tapped
from bot.dialogue.leaving import leave
from bot.dialogue.saying import Rows, hint_send, line, say, simple, tell, toast, topic
from bot.dialogue.states import ChoosingLanguage, ChoosingPin, Draft, Idle, Registering, State
from bot.dialogue.table import Row
from bot.language.intents import Topic


def welcome(context: Context, state: State, draft: Draft | None = None, invitation: str = "") -> Step:
    """Whatever a stranger says first: their account is opened, in the language of their Telegram.

    Only where that is none of ours are they asked first. The welcome says how to change it.
    ``draft`` is a payment they began in a group: it goes on once they have an account and a PIN.
    """
    if isinstance(state, Registering):
        waiting = replace(state, draft=draft or state.draft, invitation=invitation or state.invitation)
        return Step(waiting, (tell(line("start.moment")), Register(state.language)))
    if len(context.me.languages) > 1 and not context.me.reads_language:
        return _offer_languages(context, state, draft, invitation)
    return Step(Registering(context.me.language, draft, invitation), (Register(context.me.language),))


def start_again(context: Context, state: State) -> Step:
    """/start of somebody who is registered."""
    me = context.me
    closing = leave(context, state)
    back = line("start.back", name=me.name, handle=me.handle or "")
    if me.has_pin:
        row: tuple[Button, ...] = (topic(Topic.BALANCE), topic(Topic.HELP))
        return Step(Idle(), (*closing, tell(back, hint_send(me), line("hint.more"), buttons=(row,))))
    row = (simple(Action.CHOOSE_PIN),)
    return Step(Idle(), (*closing, tell(back, line("start.needs_pin"), buttons=(row,))))


def on_registered(context: Context, state: Registering, event: Registered) -> Step:
    """The account is open, and the pad stands under the welcome. Money that came before is told by its own notice."""
    if state.invitation:
        return Step(state, (AcceptInvitation(state.invitation),))
    bubble = context.fresh.bubble_id
    choosing = ChoosingPin(bubble, handle=event.handle, draft=state.draft)
    return Step(choosing, (pads.choose(context, bubble, event.handle, state.draft),))


def on_registering_resumed(_: Context, state: Registering, _event: Resumed) -> Step:
    """Asked again: an account is opened once."""
    return Step(state, (Register(state.language),))


# ── language ─────────────────────────────────────────────────────────────────


def change_language(context: Context, state: State, argument: str = "") -> Step:
    """/language, and /language français: one that is named is spoken from here on."""
    language = context.tongues.named(argument) or argument.strip().casefold()
    if language not in context.me.languages:
        return _offer_languages(context, state)
    bubble = context.fresh.bubble_id
    goes_on = _in_language(context, bubble, language, _waiting(state))
    return Step(goes_on.state, (*leave(context, state), *goes_on.effects))


def _offer_languages(context: Context, state: State, draft: Draft | None = None, invitation: str = "") -> Step:
    bubble = context.fresh.bubble_id
    if isinstance(state, ChoosingLanguage):  # whoever came by an invitation and then writes something still did
        invitation = invitation or state.invitation
    draft = draft or _waiting(state)
    shown = Show(bubble, say(line("language.choose"), buttons=_languages(context)))
    return Step(ChoosingLanguage(bubble, draft, invitation), (*leave(context, state), shown))


def _languages(context: Context) -> Rows:
    return tuple(
        (Button(Action.PICK_LANGUAGE, code.encode(), "pick_language", {"language": code}),)
        for code in context.me.languages
    )


def on_language_picked(context: Context, state: ChoosingLanguage, event: Tapped) -> Step:
    """One of the languages there are. A newcomer's account is opened then."""
    language = event.argument.decode(errors="replace")
    if language not in context.me.languages:
        return Step(state, (toast("toast.over"),))
    if context.me.account_id is None:
        shown = Show(state.bubble, say(line("language.choose")))
        return Step(
            Registering(language, state.draft, state.invitation), (shown, SetLanguage(language), Register(language))
        )
    return _in_language(context, state.bubble, language, state.draft)


def _in_language(context: Context, bubble: BubbleId, language: str, draft: Draft | None) -> Step:
    """Said in that language already. Whoever has no PIN is welcomed in it, chooses one, and then pays."""
    if context.me.has_pin:
        return Step(Idle(), (SetLanguage(language), Show(bubble, say(line("language.set")))))
    handle = context.me.handle
    pad = pads.choose(replace(context, me=replace(context.me, language=language)), bubble, handle, draft)
    return Step(ChoosingPin(bubble, handle=handle, draft=draft), (SetLanguage(language), pad))


def _waiting(state: State) -> Draft | None:
    """A payment that waits for the PIN which is being chosen."""
    return state.draft if isinstance(state, (ChoosingLanguage, ChoosingPin)) else None


ROWS: Final = (
    Row((Registering,), (Resumed,), on_registering_resumed),
    Row((Registering,), (Registered,), on_registered, (ChoosingPin,)),
    Row((ChoosingLanguage,), (Action.PICK_LANGUAGE,), on_language_picked, (Registering, Idle, ChoosingPin)),
)
