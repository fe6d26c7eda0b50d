"""People who pay through several processes: how long they do, and what must hold in the end."""

from typing import Final

from tests.kill.books import Books, check_both_sides_told, check_nothing_lost_or_doubled, read_living_books
from tests.kill.crowd import Crowd
from tests.kill.several import Several

LAST_PAYMENTS_S: Final = 90.0
TOLD_WITHIN_S: Final = 30.0


async def until_paid(several: Several, more: int) -> None:
    """Until so many more payments were acknowledged."""
    witness = several.stage.witness
    wanted = len(witness.acknowledged()) + more
    await several.stage.town.wait_until(
        lambda: len(witness.acknowledged()) >= wanted or None, timeout_s=LAST_PAYMENTS_S, otherwise=several.last_words
    )


async def _check_the_end(several: Several, crowd: Crowd) -> Books:
    books = await read_living_books(several.stage.settings)
    check_nothing_lost_or_doubled(several.stage, books)
    check_both_sides_told(several.stage, books)
    granted = {several.stage.witness.reference_of(w.payer.id, w.amount_minor) for w in crowd.granted}
    assert granted == books.references
    _check_order(several, books)
    assert not several.faults(), "\n".join(several.faults())
    return books


def _check_order(several: Several, books: Books) -> None:
    """Each person pays a little more each time, so their own rows of the journal must count up."""
    last: dict[int, int] = {}
    for row in books.payments:
        payer = several.stage.accounts[row.debit_account].id
        assert row.amount_minor > last.get(payer, 0), f"{payer} paid {row.amount_minor} after {last[payer]}"
        last[payer] = row.amount_minor


async def finish(several: Several, crowd: Crowd) -> Books:
    """Open payments are carried to their end, everybody is told, and the books are held against the wishes."""
    await crowd.finish(LAST_PAYMENTS_S)
    await several.stage.until_payees_are_told(TOLD_WITHIN_S)
    return await _check_the_end(several, crowd)
