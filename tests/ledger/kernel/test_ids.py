"""Ids: typed, ordered in time, and the same after every trip."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kernel import ids
from ledger.kernel.ids import AccountId, EntryId, Id, PaymentId
from tests.ledger.laws import LAW

KINDS: list[type[Id]] = [
    ids.AccountId, ids.PaymentId, ids.RefundId, ids.FundingId, ids.HoldId, ids.EntryId, ids.DisputeId,
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_tells_its_kind_and_survives_every_trip(kind: type[Id]) -> None:
    made = kind.new()

    assert made.startswith(f"{kind.PREFIX}_")
    assert kind.parse(made) == made
    assert kind.from_bytes(made.to_bytes()) == made
    assert type(kind.parse(made)) is kind
    assert len(made.to_bytes()) == 16


def test_no_two_kinds_share_a_prefix() -> None:
    assert len({kind.PREFIX for kind in KINDS}) == len(KINDS)


def test_an_account_is_not_a_payment() -> None:
    with pytest.raises(ValueError, match="not a pay id"):
        PaymentId.parse(AccountId.new())


@LAW
@given(st.binary(min_size=16, max_size=16))
def test_any_sixteen_bytes_come_back(raw: bytes) -> None:
    assert PaymentId.from_bytes(raw).to_bytes() == raw


@LAW
@given(st.one_of(st.text(max_size=40), st.text("0123456789abcdefABCDEF_-٣", max_size=40).map("pay_".__add__)))
def test_what_is_read_is_exactly_what_an_id_prints(text: str) -> None:
    """No upper case, no dashes, no other digits, nothing before or after."""
    try:
        read = PaymentId.parse(text)
    except ValueError:
        return
    assert read == text
    assert PaymentId.from_bytes(read.to_bytes()) == text


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_other_lengths_of_bytes_are_no_id(length: int) -> None:
    with pytest.raises(ValueError, match="not a pay id"):
        PaymentId.from_bytes(bytes(length))


def test_ids_come_in_the_order_they_were_made() -> None:
    made = [PaymentId.new() for _ in range(1_000)]

    assert all(earlier < later for earlier, later in itertools.pairwise(made))


@LAW
@given(st.integers(0, 2**48 * 1000 - 1), st.integers(1, 2**62 - 1))
def test_an_entry_id_is_a_uuid_7_of_its_time_and_its_row(micros: int, seq: int) -> None:
    made = EntryId.of(EntryId.prefix_at(micros), seq)
    raw = made.to_bytes()

    assert EntryId.parse(made) == made
    assert int.from_bytes(raw[:6]) == micros // 1000
    assert raw[6] >> 4 == 7  # version
    assert raw[8] >> 6 == 0b10  # variant
    assert int.from_bytes(raw[8:]) & (2**62 - 1) == seq


@LAW
@given(st.integers(0, 2**50), st.integers(0, 10**9), st.integers(1, 2**40), st.integers(1, 10**6))
def test_later_entries_have_later_ids(micros: int, later: int, seq: int, further: int) -> None:
    assert EntryId.of(EntryId.prefix_at(micros), seq) < EntryId.of(EntryId.prefix_at(micros + later), seq + further)
