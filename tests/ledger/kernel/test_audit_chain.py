"""The chain: whatever was changed is found, and the first bad row is named."""

import random
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.commands import Pay
from ledger.kernel.audit_chain import (
    GENESIS,
    BadRow,
    Verified,
    canonical_bytes,
    chain_hash,
    hash_of,
    head_statement,
    verify_rows,
)
from ledger.kernel.ids import AccountId, EntryId, PaymentId
from ledger.kernel.journal import Transfer, TransferKind
from tests.ledger.books import NOON, UNLIMITED, Books, inr
from tests.ledger.laws import FULL_SIZE, LAW

TAMPERINGS: Final = 10_000 if FULL_SIZE else 1_000  # R16 asks for 1,000
SIZE: Final = 60


@cache
def a_journal(size: int = SIZE) -> tuple[Transfer, ...]:
    """Cash-ins, payments with and without a note, and refunds."""
    books, chance = Books(policy=UNLIMITED), random.Random(7)
    people = [books.wallet("1000000.00") for _ in range(5)]
    while len(books.rows) < size:
        payer, payee = chance.sample(people, 2)
        note = chance.choice([None, chance.randbytes(32)])
        amount = inr(f"{chance.randint(1, 99)}.00")
        books.ask(Pay(PaymentId.new(), payer.account_id, payee.account_id, amount, note))
        if chance.random() < 0.3:
            books.give_back(PaymentId(books.rows[-1].cause), payee, inr("1.00"))
    return tuple(books.rows[:size])


def found(rows: tuple[Transfer, ...], heads: dict[int, bytes] | None = None) -> BadRow:
    verdict = verify_rows(rows, heads)
    assert isinstance(verdict, BadRow), verdict
    return verdict


def test_a_whole_journal_verifies_and_names_its_head() -> None:
    rows = a_journal()

    assert {row.kind for row in rows} == set(TransferKind)
    assert verify_rows(iter(rows)) == Verified(SIZE, SIZE, rows[-1].hash)
    assert verify_rows(rows, {row.seq: row.hash for row in rows}) == Verified(SIZE, SIZE, rows[-1].hash)


def test_an_empty_journal_is_whole() -> None:
    assert verify_rows(()) == Verified(0, 0, GENESIS)


def test_a_verdict_can_be_continued_from_where_it_ended() -> None:
    rows = a_journal()
    verdict = verify_rows(rows[:20])
    assert isinstance(verdict, Verified)

    assert verify_rows(rows[20:], start_seq=20, start_hash=verdict.head_hash) == Verified(40, SIZE, rows[-1].hash)


# ── R16: each kind of tampering ──────────────────────────────────────────────


def flipped(value: Any, chance: random.Random) -> Any:
    """The value with one bit of it flipped."""
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(63))
    if isinstance(value, bytes):
        raw = bytearray(value)
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        return bytes(raw)
    letters = list(str(value))
    place = chance.randrange(len(letters))
    letters[place] = chr(ord(letters[place]) ^ (1 << chance.randrange(7)))
    return "".join(letters)


def test_any_bit_flipped_in_any_column_is_found_in_its_row() -> None:
    """R16. Every column, the pointers and the reference too."""
    chance, rows = random.Random(16), a_journal()
    columns = set()
    for _ in range(TAMPERINGS):
        place, column = chance.randrange(SIZE), chance.choice(Transfer._fields)
        row = rows[place]
        if getattr(row, column) is None:
            continue
        columns.add(column)
        bad = row._replace(**{column: flipped(getattr(row, column), chance)})

        verdict = found((*rows[:place], bad, *rows[place + 1 :]))

        assert verdict.seq == row.seq or (column == "seq" and verdict.seq <= row.seq), (column, verdict)
    assert columns == set(Transfer._fields)


def test_a_note_or_a_cause_that_appears_or_vanishes_is_found() -> None:
    rows = a_journal()
    for row in rows:
        for column, value in [("note_digest", bytes(32)), ("note_digest", b""), ("note_digest", None), ("related", ""),
                              ("related", "pay_x"), ("related", None)]:  # fmt: skip
            if getattr(row, column) != value:
                place = row.seq - 1
                bad = (*rows[:place], row._replace(**{column: value}), *rows[place + 1 :])  # type: ignore[arg-type]  # tampered on purpose

                assert found(bad).seq == row.seq


def test_any_row_dropped_is_found() -> None:
    rows = a_journal()
    for place in range(SIZE - 1):
        assert found((*rows[:place], *rows[place + 1 :])) == BadRow(
            place + 1, f"row {place + 1} is missing: after {place} comes {place + 2}"
        )


def test_any_row_dropped_and_the_rest_renumbered_is_found() -> None:
    rows = a_journal()
    for place in range(SIZE - 1):
        renumbered = tuple(row._replace(seq=row.seq - 1) for row in rows[place + 1 :])
        assert found((*rows[:place], *renumbered)).seq == place + 1


def test_any_two_rows_swapped_are_found() -> None:
    """Where they lie, and with their numbers exchanged."""
    rows = a_journal()
    for place in range(SIZE - 1):
        one, two = rows[place], rows[place + 1]
        assert found((*rows[:place], two, one, *rows[place + 2 :])).seq == place + 1
        as_if = (two._replace(seq=one.seq), one._replace(seq=two.seq))
        assert found((*rows[:place], *as_if, *rows[place + 2 :])).seq == place + 1


def test_any_row_inserted_is_found() -> None:
    """A forged row, even one with a right hash of its own, breaks the row after it."""
    rows = a_journal()
    for place in range(SIZE):
        before = rows[place - 1].hash if place else GENESIS
        forged = rows[place]._replace(cause=PaymentId.new(), prev_hash=before)
        forged = forged._replace(hash=hash_of(forged))
        later = tuple(row._replace(seq=row.seq + 1) for row in rows[place:])

        assert found((*rows[:place], forged, *later)).seq == place + 2


def test_any_cut_of_the_tail_is_found_against_the_last_signed_head() -> None:
    rows = a_journal()
    heads = {SIZE: rows[-1].hash}
    for kept in range(SIZE):
        verdict = found(rows[:kept], heads)

        assert verdict.seq == kept + 1
        assert "the tail is cut" in verdict.why


def test_a_chain_rebuilt_from_a_changed_row_on_is_found_against_a_signed_head() -> None:
    """Whoever can write the database can recompute every hash, and cannot sign."""
    rows = a_journal()
    heads = {30: rows[29].hash}
    for place in range(30):
        rebuilt, previous = list(rows[:place]), rows[place - 1].hash if place else GENESIS
        for row in rows[place:]:
            changed = row._replace(prev_hash=previous, amount_minor=row.amount_minor + (row.seq == place + 1))
            rebuilt.append(changed._replace(hash=hash_of(changed)))
            previous = rebuilt[-1].hash

        assert isinstance(verify_rows(rebuilt), Verified)
        assert found(tuple(rebuilt), heads) == BadRow(30, "the chain was rebuilt: another hash was signed here")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda row: row._replace(credit_account=row.debit_account), "debits and credits the same account"),
        (lambda row: row._replace(amount_minor=0), "amount is not positive"),
        (lambda row: row._replace(amount_minor=-5), "amount is not positive"),
        (lambda row: row._replace(amount_minor=2**64), "no canonical form"),
        (lambda row: row._replace(cause="x" * 256), "no canonical form"),
        (lambda row: row._replace(cause="\ud800"), "no canonical form"),
    ],
)
def test_a_row_that_could_never_have_been_posted_is_found_even_with_a_hash(
    change: Callable[[Transfer], Transfer], why: str
) -> None:
    row = change(a_journal()[0])

    assert why in found((row,)).why


# ── the bytes ────────────────────────────────────────────────────────────────


def test_the_canonical_bytes_are_as_documented() -> None:
    """Written out by hand: an auditor can compute a hash without our code."""
    content = canonical_bytes(
        1, EntryId("ent_1"), "payment", "pay_22", 1_000_000, "acc_333", "acc_4444", 20_000, "INR", b"\xaa" * 32,
        "632800000001", "", 5, 6,
    )  # fmt: skip

    by_hand = bytes.fromhex(
        "01"  # version
        "0000000000000001"  # seq
        "00000000000f4240"  # at
        "0000000000004e20"  # amount
        "0000000000000005"  # previous row of the debited account
        "0000000000000006"  # previous row of the credited account
        "07 05 06 07 08 03 0c 00 20"  # lengths
    )
    by_hand += b"paymentent_1pay_22acc_333acc_4444INR632800000001" + b"\xaa" * 32
    assert content == by_hand
    assert chain_hash(GENESIS, content) == sha256(bytes(32) + by_hand).digest()


TEXTS = st.text(st.sampled_from("ab_01é"), max_size=4)
DIGESTS = st.none() | st.binary(min_size=32, max_size=32)
RELATED = st.none() | st.text(st.sampled_from("ab"), min_size=1, max_size=3).map(PaymentId)
ROWS = st.builds(
    Transfer,
    seq=st.integers(1, 3), entry_id=TEXTS.map(EntryId), kind=st.sampled_from(TransferKind), cause=TEXTS.map(PaymentId),
    at=st.integers(-2, 2), debit_account=TEXTS.map(AccountId), credit_account=TEXTS.map(AccountId),
    amount_minor=st.integers(0, 3), currency=TEXTS, note_digest=DIGESTS,
    reference=TEXTS, related=RELATED,
    debit_previous=st.integers(0, 3), credit_previous=st.integers(0, 3), prev_hash=st.just(GENESIS), hash=st.just(b""),
)  # fmt: skip


@LAW
@given(ROWS, ROWS)
def test_two_different_rows_never_give_the_same_bytes(one: Transfer, other: Transfer) -> None:
    """Text that moves from one column into the next is another row."""
    assert (hash_of(one) == hash_of(other)) is (one == other)


@LAW
@given(TEXTS, TEXTS, TEXTS)
def test_letters_that_move_between_neighbouring_columns_change_the_hash(left: str, middle: str, right: str) -> None:
    row = a_journal()[-1]
    one = row._replace(cause=PaymentId(left + middle), debit_account=AccountId(right))
    other = row._replace(cause=PaymentId(left), debit_account=AccountId(middle + right))

    assert (hash_of(one) == hash_of(other)) is (middle == "")


def test_the_chain_holds_no_name_and_no_note() -> None:
    """Opaque ids and a digest: a person can be erased and the chain still verifies."""
    fields = set(Transfer._fields)

    assert {"note_digest", "debit_account", "credit_account"} <= fields
    assert not {"note", "name", "handle", "phone"} & fields


def test_what_is_signed_says_which_row_had_which_hash_and_when() -> None:
    statement = head_statement(7, b"\x01" * 32, NOON)

    assert statement.startswith(b"hundi head 1\n")
    assert len({statement, head_statement(8, b"\x01" * 32, NOON), head_statement(7, b"\x02" * 32, NOON)}) == 3
    assert len(statement) == 13 + 8 + 32 + 8
    with pytest.raises(ValueError, match="32 bytes"):
        head_statement(7, b"short", NOON)


def test_a_row_read_back_as_plain_text_and_numbers_verifies_all_the_same() -> None:
    """A database and an export know no types of ours."""
    plain = [Transfer(*(str(value) if isinstance(value, str) else value for value in row)) for row in a_journal()]  # type: ignore[arg-type]  # that is the claim

    assert {type(value) for value in plain[0] if isinstance(value, str)} == {str}
    assert isinstance(verify_rows(plain), Verified)
