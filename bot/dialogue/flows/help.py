"""Help by example, and what is said to a message that was not understood."""

from typing import Final

from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Say
from bot.dialogue.leaving import leave
from bot.dialogue.saying import EXAMPLE_NAME, Rows, hint_send, line, say, tell, topic
from bot.dialogue.states import ChoosingPin, EnteringPin, EnteringRefundPin, Idle, ProvingPin, State
from bot.language.intents import Topic

WITH_A_PAD: Final = (ChoosingPin, ProvingPin, EnteringPin, EnteringRefundPin)


def show_help(context: Context, state: State) -> Step:
    """/help."""
    return Step(Idle(), (*leave(context, state), tell(*_examples(context).lines, buttons=_buttons(context))))


def _examples(context: Context) -> Say:
    first = hint_send(context.me).facts["name"]
    return say(
        line("help.title"),
        line("help.send", name=first or EXAMPLE_NAME),
        line("help.send_phone"),
        line("help.limit"),
        line("help.topics"),
        line("help.group"),
        line("help.safety"),
        line("help.pin_never"),
    )


def _buttons(context: Context) -> Rows:
    """Everything that can be typed, for people who do not want to type."""
    language = (topic(Topic.LANGUAGE),) if len(context.me.languages) > 1 else ()
    return (
        (topic(Topic.BALANCE), topic(Topic.HISTORY)),
        (topic(Topic.CONTACTS), topic(Topic.STATEMENT)),
        (topic(Topic.LIMITS), topic(Topic.PROFILE)),
        (topic(Topic.PIN), topic(Topic.FREEZE)),
        (topic(Topic.DISPUTE), topic(Topic.EXPORT)),
        *((language,) if language else ()),
    )


def not_understood(context: Context, state: State) -> Step:
    """What to type instead. What is open stays open."""
    if isinstance(state, WITH_A_PAD):
        return Step(state, (tell(line("pin.pad_is_open")),))
    row = (topic(Topic.HELP),)
    return Step(state, (tell(line("not_understood"), hint_send(context.me), buttons=(row,)),))
