"""What the books say, read from a copy of the files that a kill left behind, so that reading mends nothing.

The bot that starts next must recover by itself; whoever looks must not do it first.
"""

import shutil
from collections import Counter
from dataclasses import dataclass
from typing import Final

from bot.settings import Settings, policy_text
from bot.vault.keys import Keys
from ledger.database.opening import open_database
from ledger.database.port import Database
from ledger.database.sqlite import SqliteDatabase
from ledger.desk import Ledger
from ledger.heads import HeadsFile
from ledger.kernel.audit_chain import Verified
from ledger.kernel.journal import Transfer, TransferKind
from ledger.policies.policy import PolicyBook
from ledger.store.verify import verify
from tests.harness.books_file import books_file
from tests.kill.bot_process import run_command
from tests.kill.crowd import Crowd
from tests.kill.stage import Stage

STOPS_WITHIN_S: Final = 10.0
_PARTS: Final = ("", "-wal")  # the shared memory beside them is made anew from these


@dataclass(frozen=True, slots=True)
class Books:
    """The journal as it stood, proved."""

    payments: tuple[Transfer, ...]

    @property
    def references(self) -> set[str]:
        """Of every payment."""
        return {row.reference for row in self.payments}


async def read_books(stage: Stage) -> Books:
    """Prove the books and read them. The bot must be dead or stopped."""
    copy = stage.folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    file = books_file(stage.settings)
    for part in _PARTS:
        source = file.with_name(file.name + part)
        if source.exists():
            shutil.copyfile(source, copy / source.name)
    database = await SqliteDatabase.open(copy / file.name, readers=1)
    try:
        return await _proved(database, stage.settings)
    finally:
        await database.close()


async def read_living_books(settings: Settings) -> Books:
    """Prove and read them where they are, on a server that nobody killed."""
    database = await open_database(settings.database_url)
    try:
        return await _proved(database, settings)
    finally:
        await database.close()


async def _proved(database: Database, settings: Settings) -> Books:
    key = Keys.load(settings.keys_file).signing_key.public_key()
    verdict = await verify(database, HeadsFile(settings.heads_file).read(key))
    assert isinstance(verdict, Verified), verdict
    ledger = Ledger(database, policy=PolicyBook.read(policy_text(settings.policy)))
    trial = await ledger.trial_balance()
    assert trial.balanced, trial
    rows = [row async for row in ledger.transfers()]
    assert len(rows) == verdict.entries
    return Books(tuple(row for row in rows if row.kind is TransferKind.PAYMENT))


def check_nothing_lost_or_doubled(stage: Stage, books: Books) -> None:
    """Every acknowledged payment is in the journal, every wish at most once, and nothing was told that is not there."""
    by_reference = {row.reference: row for row in books.payments}
    assert len(by_reference) == len(books.payments), "two payments carry one reference"
    causes = Counter(row.cause for row in books.payments)
    assert len(causes) == len(books.payments), f"posted twice: {[c for c, n in causes.items() if n > 1]}"
    wishes = Counter((stage.accounts[row.debit_account].id, row.amount_minor) for row in books.payments)
    doubled = [wish for wish, times in wishes.items() if times > 1]
    assert not doubled, f"one wish, paid twice: {doubled}"
    for told in stage.witness.paid.values():
        row = by_reference.get(told.reference)
        assert row is not None, f"acknowledged and lost: {told}"
        ends = (stage.accounts[row.debit_account].id, stage.accounts[row.credit_account].name, row.amount_minor)
        assert ends == (told.person_id, told.name, told.amount_minor), f"{told} is not what was posted: {row}"
    for told in stage.witness.notices.values():
        row = by_reference.get(told.reference)
        assert row is not None, f"a notice of money that is not there: {told}"
        ends = (stage.accounts[row.credit_account].id, stage.accounts[row.debit_account].name, row.amount_minor)
        assert ends == (told.person_id, told.name, told.amount_minor), f"{told} is not what was posted: {row}"


def check_both_sides_told(stage: Stage, books: Books) -> None:
    """Every payment in the journal was told to its payer and to its payee, under one reference."""
    untold = books.references - stage.witness.acknowledged()
    assert not untold, f"their payers were never told: {sorted(untold)}"
    untold = books.references - stage.witness.noticed()
    assert not untold, f"their payees were never told: {sorted(untold)}"


async def check_the_end(stage: Stage, crowd: Crowd) -> Books:
    """The bot stops politely; what it told, what its books hold and what everybody wished is the same."""
    assert await stage.bot.terminate(STOPS_WITHIN_S) == 0, stage.bot.last_words()
    books = await read_books(stage)
    check_nothing_lost_or_doubled(stage, books)
    check_both_sides_told(stage, books)
    assert {stage.witness.reference_of(w.payer.id, w.amount_minor) for w in crowd.granted} == books.references
    assert not stage.bot.faults(), "\n".join(stage.bot.faults())
    code, said = await run_command(stage.settings, stage.folder, "ledger", "verify")
    assert (code, said.startswith("verified ")) == (0, True), said
    return books
