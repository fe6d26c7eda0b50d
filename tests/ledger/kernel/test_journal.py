"""Posting: the one place where money moves."""

import pytest

from ledger.kernel.accounts import AccountKind, AccountState
from ledger.kernel.audit_chain import GENESIS, Verified, verify_rows
from ledger.kernel.errors import InvariantError
from ledger.kernel.ids import AccountId, FundingId, PaymentId
from ledger.kernel.journal import Head, JournalEntry, Transfer, TransferKind, post_transfer, totals
from ledger.kernel.moments import Moment
from ledger.kernel.money import MAX_MINOR_UNITS
from tests.ledger.books import INDIA, NOON, Books, inr

MOMENT = Moment.of(NOON, INDIA)


def wallet(balance: int = 0, currency: str = "INR") -> AccountState:
    return AccountState(0, AccountId.new(), AccountKind.WALLET, currency, posted_credits=balance)


def post(debit: AccountState, credit: AccountState, amount: int, head: Head | None = None) -> Transfer:
    return post_transfer(head or Head(), MOMENT, TransferKind.PAYMENT, PaymentId.new(), debit, credit, amount)


def test_a_row_takes_the_next_number_and_both_accounts_point_to_it() -> None:
    asha, priya, ravi, head = wallet(500), wallet(), wallet(), Head()

    first, second = post(asha, priya, 200, head), post(asha, ravi, 100, head)

    assert (first.seq, first.debit_previous, first.credit_previous, first.prev_hash) == (1, 0, 0, GENESIS)
    assert (second.seq, second.debit_previous, second.credit_previous, second.prev_hash) == (2, 1, 0, first.hash)
    assert (asha.last_seq, priya.last_seq, ravi.last_seq) == (2, 1, 2)
    assert (head.seq, head.hash) == (2, second.hash)


def test_history_is_walked_by_pointers_alone() -> None:
    """Every row of an account is met from its newest one backwards, without an index."""
    books = Books()
    asha, priya, ravi = books.wallet("500.00", old=True), books.wallet(), books.wallet()
    for payee in (priya, ravi, priya, ravi, ravi):
        books.pay(asha, payee, inr("10.00"))
    by_seq = {row.seq: row for row in books.rows}

    met, seq = [], ravi.last_seq
    while seq:
        row = by_seq[seq]
        met.append(seq)
        seq = row.credit_previous if row.credit_account == ravi.account_id else row.debit_previous

    assert met == [row.seq for row in reversed(books.rows) if row.credit_account == ravi.account_id]


@pytest.mark.parametrize("amount", [0, -1])
def test_a_transfer_moves_a_positive_amount(amount: int) -> None:
    with pytest.raises(InvariantError, match="positive"):
        post(wallet(500), wallet(), amount)


def test_a_transfer_has_two_accounts() -> None:
    asha = wallet(500)

    with pytest.raises(InvariantError, match="two accounts"):
        post(asha, asha, 1)


def test_a_transfer_has_one_currency() -> None:
    with pytest.raises(InvariantError, match="one currency"):
        post(wallet(500), wallet(currency="USD"), 1)


@pytest.mark.parametrize(("amount", "fits"), [(499, True), (500, True), (501, False)])
def test_posting_never_takes_more_than_is_available(amount: int, *, fits: bool) -> None:
    asha, priya = wallet(500), wallet()

    if fits:
        post(asha, priya, amount)
    else:
        with pytest.raises(InvariantError, match="negative"):
            post(asha, priya, amount)
    assert asha.available + priya.available == 500


@pytest.mark.parametrize(("amount", "fits"), [(499, True), (500, True), (501, False)])
def test_cash_is_never_given_out_that_was_not_taken_in(amount: int, *, fits: bool) -> None:
    cash = AccountState(0, AccountId.new(), AccountKind.CASH, "INR", posted_debits=500)

    if fits:
        post(wallet(600), cash, amount)
    else:
        with pytest.raises(InvariantError, match="negative"):
            post(wallet(600), cash, amount)
    assert cash.available == 500 - (amount if fits else 0)


@pytest.mark.parametrize(("amount", "fits"), [(9, True), (10, True), (11, False)])
@pytest.mark.parametrize("side", ["debit", "credit"])
def test_a_total_that_does_not_fit_changes_nothing(side: str, amount: int, *, fits: bool) -> None:
    """On either side: what the till took in, and what a person was ever paid."""
    cash, priya, head = AccountState(0, AccountId.new(), AccountKind.CASH, "INR"), wallet(), Head()
    if side == "debit":
        cash.posted_debits = MAX_MINOR_UNITS - 10
    else:
        priya.posted_credits = MAX_MINOR_UNITS - 10

    if fits:
        post(cash, priya, amount, head)
    else:
        with pytest.raises(InvariantError, match="BIGINT"):
            post(cash, priya, amount, head)
    assert (head.seq, cash.last_seq, priya.last_seq) == ((1, 1, 1) if fits else (0, 0, 0))


def test_an_entry_of_several_transfers_shares_its_id_and_follows_itself() -> None:
    """A payment of 200 with a fee of 2: two rows, one entry."""
    asha, priya, fees, head = wallet(500), wallet(), wallet(), Head()
    cause = PaymentId.new()

    first = post_transfer(head, MOMENT, TransferKind.PAYMENT, cause, asha, priya, 200)
    second = post_transfer(head, MOMENT, TransferKind.PAYMENT, cause, asha, fees, 2, entry_id=first.entry_id)
    entry = JournalEntry.of(first, second)

    assert (entry.entry_id, entry.cause) == (first.entry_id, cause)
    assert verify_rows(entry.transfers) == Verified(2, 2, head.hash)


def test_what_does_not_belong_together_is_no_entry() -> None:
    asha, priya, head = wallet(500), wallet(), Head()
    first, second = post(asha, priya, 1, head), post(asha, priya, 1, head)

    for rows, why in [((), "at least one"), ((first, second), "share"), ((first, first), "follow")]:
        with pytest.raises(ValueError, match=why):
            JournalEntry(rows)


def test_a_replay_of_the_journal_gives_the_totals_of_every_account() -> None:
    books = Books()
    asha, priya = books.wallet("500.00", old=True), books.wallet()
    books.pay(asha, priya, inr("200.00"))
    books.pay(priya, asha, inr("50.00"))

    assert totals(books.rows) == {
        account.account_id: (account.posted_debits, account.posted_credits) for account in books.accounts.values()
    }


def test_the_same_operations_give_the_same_books() -> None:
    """Ids of entries and references come from the row, so two ledgers that did the same are equal byte by byte."""
    cause, one, other = FundingId.new(), wallet(), AccountState(0, AccountId.new(), AccountKind.CASH, "INR")
    rows = [
        post_transfer(
            Head(), MOMENT, TransferKind.FUNDING, cause,
            AccountState(0, other.account_id, AccountKind.CASH, "INR"),
            AccountState(0, one.account_id, AccountKind.WALLET, "INR"), 500,
        )
        for _ in range(2)
    ]  # fmt: skip

    assert rows[0] == rows[1]
