"""The PIN pad's five faces. A pad is opened and closed here; its digits are never seen by the dialogue."""

from typing import Final

from bot.dialogue.context import Context
from bot.dialogue.effects import Action, BubbleId, Line, OpenPad, Purpose, Tell
from bot.dialogue.leaving import paying, sending_back, welcome_lines
from bot.dialogue.limits import wanted
from bot.dialogue.questions import look_alike_line
from bot.dialogue.saying import Rows, line, say, simple, tell
from bot.dialogue.states import Confirming, Draft, Proof, ProvingPin, Repayment
from ledger.kernel.instants import Instant


def enter_for_payment(shown: Confirming, *why: Line) -> OpenPad:
    """``Enter your PIN``, with payee and amount still on screen, and with whom the payee may be mistaken for."""
    payment = shown.payment
    note = (line("send.note", note=payment.note),) if payment.note else ()
    lines = (*why, line("pin.enter"), paying(payment), *note, *look_alike_line(shown))
    return OpenPad(Purpose.ENTER, payment.bubble, say(*lines))


def enter_for_refund(repayment: Repayment, *why: Line) -> OpenPad:
    """``Enter your PIN``, with what is sent back still on screen."""
    return OpenPad(Purpose.ENTER, repayment.bubble, say(*why, line("pin.enter"), sending_back(repayment)))


def enter_for_proof(proving: ProvingPin, *why: Line) -> OpenPad:
    """The PIN they have now, and what it is for."""
    return OpenPad(Purpose.ENTER, proving.bubble, say(*why, *_what_for(proving)))


def _what_for(proving: ProvingPin) -> tuple[Line, ...]:
    match proving.proof:
        case Proof.EXPORT:
            return (line("pin.enter_to_export"),)
        case Proof.CHANGE_PIN:
            return (line("pin.enter_old"),)
        case Proof.UNFREEZE:
            return (line("pin.enter_to_unfreeze"),)
        case Proof.CHANGE_NAME:
            return (line("pin.enter_for_name", name=proving.wanted),)
        case Proof.CHANGE_HANDLE:
            return (line("pin.enter_for_handle", handle=proving.wanted),)
        case Proof.CHANGE_LIMIT:
            which = () if proving.change is None else (wanted(proving.change),)
            return (line("pin.enter_to_change_limit"), *which)


def choose(context: Context, bubble: BubbleId, handle: str | None, draft: Draft | None, *why: Line) -> OpenPad:
    """The first entry of a new PIN; for a newcomer under the welcome, for a payer with the reason."""
    greeting = () if handle is None else welcome_lines(context, handle)
    waiting = () if draft is None else (line("pin.choose_first"),)
    key = "pin.choose_new" if context.me.has_pin else "pin.choose"
    lines = (*greeting, *waiting, *why, line(key, digits=context.me.pin_digits))
    return OpenPad(Purpose.CHOOSE, bubble, say(*lines))


def repeat(bubble: BubbleId) -> OpenPad:
    """The second entry of a new PIN."""
    return OpenPad(Purpose.REPEAT, bubble, say(line("pin.repeat")))


def wrong(tries: int) -> tuple[Line, ...]:
    """How many tries are left; before the last one also what to do instead of guessing."""
    hint = (line("pin.forgot_hint"),) if tries == 1 else ()
    return (line("pin.wrong", tries=tries), *hint)


def locked(until: Instant | None) -> Line:
    """Until when the PIN is locked."""
    return line("pin.locked_for_now") if until is None else line("pin.locked", until=until)


HELP_LOCKED: Final[Rows] = ((simple(Action.FORGOT_PIN),),)  # under every message that says a PIN is locked


def locked_alert(context: Context) -> Tell:
    """Wrong PINs locked it just now: a message of its own, which rings on all their devices where an edit does not."""
    return tell(line("pin.locked_alert", at=context.now), buttons=((simple(Action.FREEZE),),))
