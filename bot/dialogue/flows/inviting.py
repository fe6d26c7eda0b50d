"""An invitation is a link to share. Whoever starts by it and whoever shared it are contacts of each other then."""

from typing import Final

from bot.dialogue import pads
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import AcceptInvitation, Effect, Line, TellOther
from bot.dialogue.events import Event, InvitationAccepted, TextArrived
from bot.dialogue.flows.onboarding import start_again
from bot.dialogue.leaving import leave
from bot.dialogue.people import Payee
from bot.dialogue.saying import hint_send, line, say, tell
from bot.dialogue.states import ChoosingPin, Idle, Registering, State
from bot.dialogue.table import ANY, Row

MARKER: Final = "i"  # other links that lead here begin with another letter
LONGEST: Final = 64  # characters after ?start=; Bot API, deep linking


def invitation_in(event: Event) -> str:
    """The invitation in a start that came by a link; empty if there is none."""
    if not isinstance(event, TextArrived) or not event.text.startswith("/start "):
        return ""
    link = event.text.split(maxsplit=1)[1].strip()
    return link if link.startswith(MARKER) and len(link) <= LONGEST else ""


def start(context: Context, state: State, argument: str) -> Step:
    """/start of somebody who is registered, perhaps by an invitation."""
    if not argument.startswith(MARKER) or len(argument) > LONGEST:
        return start_again(context, state)
    return Step(Idle(), (*leave(context, state), AcceptInvitation(argument)))


def on_invited(context: Context, state: Idle, event: InvitationAccepted) -> Step:
    """They know each other; a link that is nobody's is an ordinary start."""
    if event.inviter is None:
        return start_again(context, state)
    if not event.fresh:
        told = line("contacts.already", name=event.inviter.name, handle=event.inviter.handle)
        return Step(state, (tell(told, hint_send(context.me)),))
    return Step(state, (tell(_met(event.inviter), hint_send(context.me)), _news(context, event.inviter)))


def on_invited_beside(context: Context, state: State, event: InvitationAccepted) -> Step:
    """The same beside whatever began meanwhile, which stays."""
    if event.inviter is None or not event.fresh:
        return Step(state)
    return Step(state, (tell(_met(event.inviter)), _news(context, event.inviter)))


def on_invited_newcomer(context: Context, state: Registering, event: InvitationAccepted) -> Step:
    """Who invited them is said first; the welcome and its pad stand below."""
    bubble, handle = context.fresh.bubble_id, context.me.handle
    met: tuple[Effect, ...] = ()
    if event.inviter is not None:
        met = (tell(_met(event.inviter)), *((_news(context, event.inviter),) if event.fresh else ()))
    choosing = ChoosingPin(bubble, handle=handle, draft=state.draft)
    return Step(choosing, (*met, pads.choose(context, bubble, handle, state.draft)))


def _met(inviter: Payee) -> Line:
    return line("invite.met", name=inviter.name, handle=inviter.handle)


def _news(context: Context, inviter: Payee) -> TellOther:
    me = context.me
    return TellOther(inviter.person_id, say(line("invite.joined", name=me.name, handle=me.handle or "")))


ROWS: Final = (
    Row((Registering,), (InvitationAccepted,), on_invited_newcomer, (ChoosingPin,)),
    Row((Idle,), (InvitationAccepted,), on_invited),
    Row(ANY, (InvitationAccepted,), on_invited_beside),
)
