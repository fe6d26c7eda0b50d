"""A payment through the desk: once, with every rule on, and told the same each time it is asked."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.commands import Freeze, Fund, OpenAccount, Pay, Refund, Unfreeze
from ledger.desk import Ledger
from ledger.kernel.accounts import AccountKind
from ledger.kernel.errors import (
    ContractError,
    IdempotencyConflictError,
    UnavailableError,
    UnknownAccountError,
    UnknownPaymentError,
)
from ledger.kernel.ids import AccountId, FundingId, PaymentId, RefundId
from ledger.kernel.policy import Policy
from ledger.outcomes import Captured, FreezeChanged, Funded, Opened, Quoted, Refunded, RefusalCode, Refused
from tests.ledger.books import inr
from tests.ledger.desk.conftest import Clock, open_wallet


async def test_a_payment_moves_money_once_and_both_sides_see_it(
    ledger: Ledger, asha: AccountId, priya: AccountId
) -> None:
    """Asha sends Priya two hundred rupees."""
    captured = await ledger.ask(Pay(PaymentId.new(), asha, priya, inr("200.00")))

    assert isinstance(captured, Captured)
    assert (await ledger.balance(asha)).available == inr("300.00")
    assert (await ledger.balance(priya)).available == inr("200.00")
    (sent, funded), (received,) = (await ledger.history(asha)).postings, (await ledger.history(priya)).postings
    assert (sent.incoming, sent.other_account_id, sent.reference) == (False, priya, captured.reference)
    assert (received.incoming, received.other_account_id, received.reference) == (True, asha, captured.reference)
    assert funded.incoming
    assert (await ledger.trial_balance()).differences == {"INR": 0}


async def test_asked_again_with_the_same_id_it_is_the_same_payment(
    ledger: Ledger, asha: AccountId, priya: AccountId, clock: Clock
) -> None:
    pay = Pay(PaymentId.new(), asha, priya, inr("200.00"))

    first = await ledger.ask(pay)
    clock.forward(timedelta(days=2))
    again = await ledger.ask(pay)

    assert first == again
    assert (await ledger.balance(asha)).posted == inr("300.00")


async def test_the_same_id_twice_in_one_batch_is_one_payment_and_one_answer(
    ledger: Ledger, asha: AccountId, priya: AccountId
) -> None:
    pay = Pay(PaymentId.new(), asha, priya, inr("200.00"))

    answers = await asyncio.gather(*(ledger.ask(pay) for _ in range(10)))

    assert len(set(answers)) == 1
    assert (await ledger.balance(priya)).posted == inr("200.00")


@pytest.mark.parametrize("field", ["payer", "payee", "amount", "note_digest"])
async def test_the_same_id_with_another_body_is_an_error_that_names_the_field(
    ledger: Ledger, asha: AccountId, priya: AccountId, field: str
) -> None:
    pay = Pay(PaymentId.new(), asha, priya, inr("200.00"))
    await ledger.ask(pay)
    other = await open_wallet(ledger)
    body = {"payer": other, "payee": other, "amount": inr("200.01"), "note_digest": bytes(32)}

    with pytest.raises(IdempotencyConflictError) as caught:
        await ledger.ask(replace(pay, **{field: body[field]}))  # type: ignore[arg-type]  # the table holds each field's own type

    assert caught.value.field == field


async def test_a_broken_contract_fails_its_own_asker_and_nobody_else(
    ledger: Ledger, asha: AccountId, priya: AccountId
) -> None:
    stranger = AccountId.new()

    answers = await asyncio.gather(
        ledger.ask(Pay(PaymentId.new(), asha, stranger, inr("1.00"))),
        ledger.ask(Pay(PaymentId.new(), asha, priya, inr("1.00"))),
        ledger.ask(Refund(RefundId.new(), PaymentId.new(), priya, inr("1.00"))),
        ledger.ask(Fund(FundingId.new(), priya, replace(inr("1.00"), currency="₹"))),
        ledger.ask(Pay(PaymentId("x" * 300), asha, priya, inr("1.00"))),
        ledger.ask(Pay(PaymentId.new(), asha, priya, inr("1.00"))),
        return_exceptions=True,
    )

    assert isinstance(answers[0], UnknownAccountError)
    assert isinstance(answers[1], Captured)
    assert isinstance(answers[2], UnknownPaymentError)
    assert isinstance(answers[3], Exception | Refused)
    assert isinstance(answers[4], Exception)
    assert isinstance(answers[5], Captured)
    assert ledger.stopped_by is None
    assert (await ledger.balance(priya)).posted == inr("2.00")


async def test_a_refusal_has_written_nothing(ledger: Ledger, asha: AccountId, priya: AccountId) -> None:
    before = await ledger.head()

    refused = await ledger.ask(Pay(PaymentId.new(), priya, asha, inr("0.01")))

    assert refused == Refused(RefusalCode.INSUFFICIENT_FUNDS, {"available": inr("0.00")})
    assert await ledger.head() == before


async def test_what_is_not_a_command_is_turned_away(ledger: Ledger) -> None:
    with pytest.raises(ContractError):
        await ledger.ask("send 200 to Priya")  # type: ignore[call-overload]  # that is the point


async def test_a_quote_says_what_the_payment_would_do_and_writes_nothing(
    ledger: Ledger, asha: AccountId, priya: AccountId
) -> None:
    before = await ledger.head()

    first = await ledger.quote(Pay(PaymentId.new(), asha, priya, inr("200.00")))
    assert await ledger.head() == before
    await ledger.ask(Pay(PaymentId.new(), asha, priya, inr("100.00")))
    second = await ledger.quote(Pay(PaymentId.new(), asha, priya, inr("200.00")))

    assert first == Quoted(inr("0.00"), inr("300.00"), first_payment_to_payee=True)
    assert second == Quoted(inr("0.00"), inr("200.00"), first_payment_to_payee=False)


async def test_a_refund_gives_back_once_and_never_more_than_was_paid(
    ledger: Ledger, asha: AccountId, priya: AccountId
) -> None:
    payment_id = PaymentId.new()
    await ledger.ask(Pay(payment_id, asha, priya, inr("200.00")))
    part = Refund(RefundId.new(), payment_id, priya, inr("150.00"))

    refunded = await ledger.ask(part)
    again = await ledger.ask(part)
    too_much = await ledger.ask(Refund(RefundId.new(), payment_id, priya, inr("50.00")))
    more = await ledger.ask(Refund(RefundId.new(), payment_id, priya, inr("0.01")))

    assert isinstance(refunded, Refunded)
    assert refunded == again
    assert isinstance(too_much, Refunded)
    assert more == Refused(RefusalCode.INSUFFICIENT_FUNDS, {"available": inr("0.00")})
    payment = await ledger.payment(payment_id)
    assert payment is not None
    assert (payment.refunded, payment.refundable) == (inr("200.00"), inr("0.00"))


async def test_a_payment_and_its_refund_in_one_batch_both_stand(
    ledger: Ledger, asha: AccountId, priya: AccountId
) -> None:
    payment_id = PaymentId.new()

    _, refunded = await asyncio.gather(
        ledger.ask(Pay(payment_id, asha, priya, inr("200.00"))),
        ledger.ask(Refund(RefundId.new(), payment_id, priya, inr("200.00"))),
    )

    assert isinstance(refunded, Refunded)
    assert (await ledger.balance(asha)).posted == inr("500.00")


async def test_the_same_funding_id_funds_once(ledger: Ledger, priya: AccountId) -> None:
    fund = Fund(FundingId.new(), priya, inr("100.00"))

    first, again = await ledger.ask(fund), await ledger.ask(fund)

    assert isinstance(first, Funded)
    assert first == again
    assert (await ledger.balance(priya)).posted == inr("100.00")


async def test_opening_twice_is_opening_once(ledger: Ledger) -> None:
    command = OpenAccount(AccountId.new(), AccountKind.WALLET, "INR")

    answers = [await ledger.ask(command), *await asyncio.gather(ledger.ask(command), ledger.ask(command))]

    assert answers == [Opened(command.account_id)] * 3
    with pytest.raises(IdempotencyConflictError):
        await ledger.ask(replace(command, currency="USD"))


async def test_a_frozen_account_pays_nothing_out_and_thaws_after_the_delay(
    ledger: Ledger, asha: AccountId, priya: AccountId, clock: Clock, policy: Policy
) -> None:
    def pay() -> Pay:
        return Pay(PaymentId.new(), asha, priya, inr("1.00"))

    assert await ledger.ask(Freeze(asha)) == FreezeChanged(asha, frozen=True, thaws_at=None)
    assert await ledger.ask(pay()) == Refused(RefusalCode.ACCOUNT_FROZEN)

    thaws_at = clock.now + policy.unfreeze_delay
    assert await ledger.ask(Unfreeze(asha)) == FreezeChanged(asha, frozen=True, thaws_at=thaws_at)
    clock.forward(policy.unfreeze_delay - timedelta(microseconds=1))
    assert await ledger.ask(pay()) == Refused(RefusalCode.ACCOUNT_FROZEN, {"thaws_at": thaws_at})
    clock.forward(timedelta(microseconds=1))
    assert isinstance(await ledger.ask(pay()), Captured)


async def test_limits_count_across_batches_and_reset_with_the_day(
    ledger: Ledger, asha: AccountId, priya: AccountId, clock: Clock
) -> None:
    """Five payments a day in this policy; the sixth waits until midnight in India."""
    for _ in range(5):
        assert isinstance(await ledger.ask(Pay(PaymentId.new(), asha, priya, inr("1.00"))), Captured)

    sixth = await ledger.ask(Pay(PaymentId.new(), asha, priya, inr("1.00")))
    assert isinstance(sixth, Refused)
    assert sixth.code is RefusalCode.DAILY_COUNT_LIMIT
    assert {line.name: line.left for line in await ledger.limits(asha)}[RefusalCode.DAILY_COUNT_LIMIT] == 0

    clock.forward(timedelta(hours=12))
    assert isinstance(await ledger.ask(Pay(PaymentId.new(), asha, priya, inr("1.00"))), Captured)


async def test_a_payment_is_found_by_its_id_and_by_its_reference(
    ledger: Ledger, asha: AccountId, priya: AccountId
) -> None:
    pay = Pay(PaymentId.new(), asha, priya, inr("200.00"), note_digest=bytes(range(32)))
    captured = await ledger.ask(pay)
    assert isinstance(captured, Captured)

    by_id, by_reference = await ledger.payment(pay.payment_id), await ledger.payment_by_reference(captured.reference)

    assert by_id == by_reference
    assert by_id is not None
    assert (by_id.payer, by_id.payee, by_id.amount, by_id.note_digest) == (asha, priya, pay.amount, pay.note_digest)
    assert await ledger.payment(PaymentId.new()) is None
    assert await ledger.payment_by_reference("000000000000") is None


async def test_history_turns_pages_by_its_cursor_and_shows_each_posting_once(
    ledger: Ledger, asha: AccountId, priya: AccountId
) -> None:
    for _ in range(5):
        await ledger.ask(Pay(PaymentId.new(), asha, priya, inr("1.00")))

    first = await ledger.history(asha, limit=2)
    second = await ledger.history(asha, before=first.next_cursor, limit=2)
    third = await ledger.history(asha, before=second.next_cursor, limit=2)

    seqs = [posting.seq for page in (first, second, third) for posting in page.postings]
    assert seqs == sorted(set(seqs), reverse=True)
    assert len(seqs) == 6
    assert third.next_cursor is None


async def test_a_cursor_of_somebody_elses_row_shows_nothing(ledger: Ledger, asha: AccountId, priya: AccountId) -> None:
    await ledger.ask(Pay(PaymentId.new(), asha, priya, inr("1.00")))
    stranger = await open_wallet(ledger, "1.00")

    page = await ledger.history(stranger, before=1)

    assert page.postings == ()


async def test_a_cursor_over_the_journal_reads_each_row_once(ledger: Ledger, asha: AccountId, priya: AccountId) -> None:
    await ledger.ask(Pay(PaymentId.new(), asha, priya, inr("1.00")))

    rows = await ledger.transfers_after(0)

    assert [row.seq for row in rows] == [1, 2]
    assert [row async for row in ledger.transfers()] == rows
    assert await ledger.transfers_after(2) == []


async def test_a_closed_desk_says_so(ledger: Ledger, asha: AccountId, priya: AccountId) -> None:
    await ledger.close()

    with pytest.raises(UnavailableError):
        await ledger.ask(Pay(PaymentId.new(), asha, priya, inr("1.00")))
