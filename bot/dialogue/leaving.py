"""What is cleaned up when something else begins: the pad is forgotten and the open bubble says ``Cancelled``."""

from bot.dialogue.context import Context
from bot.dialogue.effects import Action, ClosePad, Effect, Line, Say, Show, Tell
from bot.dialogue.saying import line, say, simple
from bot.dialogue.states import (
    AskingAmount,
    AskingLimit,
    AskingPayee,
    AskingProfile,
    ChoosingPayee,
    ChoosingPin,
    Confirming,
    ConfirmingLimit,
    ConfirmingRefund,
    EnteringPin,
    EnteringRefundPin,
    Payment,
    Proof,
    ProvingPin,
    Repayment,
    SharingPhone,
    State,
)


def leave(context: Context, state: State) -> tuple[Effect, ...]:
    """Close what is on screen. A state without a bubble, or in which money is moving, has nothing to close."""
    match state:
        case AskingPayee() | ChoosingPayee() | AskingAmount():
            return (Show(state.bubble, say(line("send.cancelled"))),)
        case Confirming():
            return (_payment_cancelled(state.payment),)
        case EnteringPin():
            return (ClosePad(), _payment_cancelled(state.shown.payment))
        case ConfirmingRefund():
            return (_refund_cancelled(state.repayment),)
        case EnteringRefundPin():
            return (ClosePad(), _refund_cancelled(state.repayment))
        case ChoosingPin():
            return (ClosePad(), no_pin_chosen(context, state))
        case ProvingPin():
            return (ClosePad(), Show(state.bubble, say(*_still(state))))
        case _:
            return _leave_setting(state)


def _leave_setting(state: State) -> tuple[Effect, ...]:
    """A question about their own account: what it was about stays as it was."""
    match state:
        case AskingLimit() | ConfirmingLimit():
            return (Show(state.bubble, say(line("limits.still"))),)
        case AskingProfile():
            return (Show(state.bubble, say(line("profile.unchanged"))),)
        case SharingPhone():
            return (Tell(Say((line("phone.not_shared"),), removes_keyboard=True)),)
        case _:
            return ()


def no_pin_chosen(context: Context, state: ChoosingPin, *why: Line) -> Show:
    """The bubble of a pad for a new PIN, once that pad is gone: who they are, and the way back."""
    handle = state.handle
    greeting = () if handle is None else welcome_lines(context, handle)
    button = simple(Action.CHANGE_PIN if context.me.has_pin else Action.CHOOSE_PIN)
    cancelled = line("pin.unchanged") if context.me.has_pin else line("pin.not_chosen")
    return Show(state.bubble, say(*greeting, *(why or (cancelled,)), buttons=((button,),)))


def welcome_lines(context: Context, handle: str) -> tuple[Line, ...]:
    """Who they are here, as a newcomer sees it until the PIN is saved."""
    others = " ".join(code for code in context.me.languages if code != context.me.language)
    elsewise = (line("start.languages", languages=others),) if others else ()
    return (line("start.welcome", name=context.me.name), line("start.handle", handle=handle), *elsewise)


def _payment_cancelled(payment: Payment) -> Show:
    return Show(payment.bubble, say(line("send.cancelled"), paying(payment)))


def _refund_cancelled(repayment: Repayment) -> Show:
    return Show(repayment.bubble, say(line("send.cancelled"), sending_back(repayment)))


def paying(payment: Payment) -> Line:
    """Amount and payee of a payment, on one line."""
    payee = payment.payee
    return line("send.paying", amount=payment.amount, name=payee.name, handle=payee.handle)


def sending_back(repayment: Repayment) -> Line:
    """Amount and person of a refund, on one line."""
    return line("refund.sending", amount=repayment.amount, name=repayment.payer.name)


def _still(state: ProvingPin) -> tuple[Line, ...]:
    """That nothing came of it, and what stays as it was."""
    match state.proof:
        case Proof.UNFREEZE:
            return (line("cancel.done"), line("freeze.still"))
        case Proof.CHANGE_NAME | Proof.CHANGE_HANDLE:
            return (line("profile.unchanged"),)
        case Proof.CHANGE_LIMIT:
            return (line("limits.still"),)
        case Proof.CHANGE_PIN | Proof.EXPORT:
            return (line("cancel.done"),)
