"""A payment from the sentence to the receipt."""

from bot.dialogue.effects import AskLedger, AskQuote, OpenPad, Purpose, RememberNote, Show
from bot.dialogue.events import LedgerAnswered, PinChecked, PinVerdict, QuoteArrived
from bot.dialogue.states import Confirming, EnteringPin, Idle, Paying, Quoting
from ledger.commands import Pay
from ledger.kernel.ids import EntryId
from ledger.outcomes import Captured
from tests.bot.dialogue.examples import ASHA, NOW, PRIYA, QUOTED, Talk, inr


def test_a_payment_goes_from_the_sentence_to_the_receipt_in_one_bubble() -> None:
    """Send 200 to Priya · [Pay ₹200.00] · PIN · Paid ₹200.00 to Priya Sharma."""
    talk = Talk()

    talk.says("send 200 to priya for tea")
    assert isinstance(talk.state, Quoting)
    payment = talk.state.payment
    command = Pay(payment.payment_id, ASHA.account_id, PRIYA.account_id, inr("200"), expires_at=payment.expires_at)
    assert talk.effects == (AskQuote(command),)

    talk.hears(QuoteArrived(QUOTED))
    assert isinstance(talk.state, Confirming)
    assert talk.keys == ("send.confirm", "send.note", "send.balance_after", "send.warn_new_payee")

    talk.presses("pay")
    assert isinstance(talk.state, EnteringPin)
    (pad,) = talk.effects
    assert isinstance(pad, OpenPad)
    assert (pad.purpose, pad.bubble) == (Purpose.ENTER, payment.bubble)
    assert talk.keys == ("pin.enter", "send.paying", "send.note")

    talk.hears(PinChecked(PinVerdict.RIGHT))
    assert isinstance(talk.state, Paying)
    assert talk.effects[1:] == (RememberNote(payment.payment_id, "tea"), AskLedger(command))

    captured = Captured(payment.payment_id, EntryId.new(), "632900000017", NOW, inr("200"))
    talk.hears(LedgerAnswered(captured))
    assert talk.state == Idle()
    (shown,) = talk.effects
    assert isinstance(shown, Show)
    assert shown.bubble == payment.bubble
    assert talk.keys == ("send.paid", "send.note", "send.reference")
    assert [button.label for button in talk.buttons] == ["receipt", "problem"]
