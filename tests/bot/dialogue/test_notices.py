"""What the other side is told."""

from bot.dialogue.notices import MoneyIn, cash_in, payment_received, refund_received
from tests.bot.dialogue.examples import NOW, inr, payment_id

CAME = MoneyIn(payment_id(1), "Asha Rao", inr("200"), "632900000017", NOW, note="tea")


def test_the_payee_sees_payer_note_and_reference_and_three_buttons() -> None:
    """₹200.00 from Asha Rao · tea · the same reference · Thank, Send back, Problem?."""
    told = payment_received(CAME)

    assert [line.key for line in told.lines] == ["notice.received", "send.note", "notice.reference"]
    assert told.lines[2].facts["reference"] == "632900000017"
    assert [button.label for row in told.buttons for button in row] == ["thank", "send_back", "problem"]
    assert {button.argument for row in told.buttons for button in row} == {CAME.payment_id.to_bytes()}


def test_a_payment_without_a_note_has_no_line_for_it() -> None:
    told = payment_received(MoneyIn(payment_id(1), "Asha Rao", inr("200"), "632900000017", NOW))

    assert [line.key for line in told.lines] == ["notice.received", "notice.reference"]


def test_who_gets_money_back_can_ask_about_it() -> None:
    told = refund_received(CAME)

    assert told.lines[0].key == "notice.returned"
    assert [button.label for row in told.buttons for button in row] == ["receipt", "problem"]


def test_cash_that_was_added_is_told_with_its_reference() -> None:
    told = cash_in(inr("500"), "632900000033", NOW)

    assert [line.key for line in told.lines] == ["notice.added", "notice.reference"]
