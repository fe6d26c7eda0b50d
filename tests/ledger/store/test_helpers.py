"""Helpers are processes: what they say is proved, what they leave undone is done, and none outlives who asked."""

import asyncio
import os
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import asyncpg
import psutil
import pytest

from ledger.database.opening import open_database
from ledger.kernel.audit_chain import BadRow, Verdict, Verified
from ledger.store import helpers as helpers_module
from ledger.store.helpers import PROGRAM, Answer, Compare, Helpers, Job, Staff
from ledger.store.verify import new_account_windows, verify
from tests.harness.postgres import PostgresServer
from tests.ledger.store.conftest import BOOK, attack, live
from tests.ledger.store.staff import InThisProcess

ASKS_AND_WAITS = """
import asyncio, sys
from ledger.store.helpers import Helpers
async def main():
    async with Helpers(sys.argv[1], 2).at_work() as staff:
        print(*staff.pids, flush=True)
        await asyncio.sleep(600)
if __name__ == "__main__":
    asyncio.run(main())
"""
SECONDS = 30.0  # far more than a process needs to end


def two(address: Path | str) -> Helpers:
    return Helpers(str(address), 2, from_rows=1, stretch_rows=70)


async def judge(
    address: Path | str, helpers: Helpers | None, progress: Callable[[int, int], None] | None = None
) -> Verdict:
    database = await open_database(address)
    try:
        return await verify(database, None, progress, new_account_windows(BOOK), helpers)
    finally:
        await database.close()


async def until_gone(pids: list[int]) -> None:
    """Wait for processes to end; no child of ours among them, so the kernel must tell."""

    def wait() -> None:
        for pid in pids:
            try:
                handle = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            readable, _, _ = select.select([handle], [], [], SECONDS)
            os.close(handle)
            assert readable, f"process {pid} is still there"

    await asyncio.to_thread(wait)


async def test_helpers_in_processes_of_their_own_say_what_one_alone_says(books_path: Path) -> None:
    alone = await judge(books_path, None)
    told: list[int] = []

    with_helpers = await judge(books_path, two(books_path), lambda seen, _: told.append(seen))

    assert isinstance(alone, Verified)
    assert with_helpers == alone
    assert told == sorted(told)
    assert len(told) > 5
    assert told[-1] == alone.head_seq


async def test_helpers_name_the_row_that_was_changed(books_path: Path) -> None:
    attack(books_path, "UPDATE transfers SET amount_minor = amount_minor + 1 WHERE seq = 222")

    verdict = await judge(books_path, two(books_path))

    assert verdict == BadRow(222, "its content was changed: hash differs")


async def test_what_a_helper_that_was_killed_leaves_undone_is_done(
    books_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of memory, or an impatient operator: the audit takes longer and says the same."""
    ask = Staff.do
    asked = 0

    async def and_kill(staff: Staff, job: Job) -> Answer:
        nonlocal asked
        asked += 1
        if asked == 3:
            for pid in staff.pids:
                os.kill(pid, signal.SIGKILL)
        return await ask(staff, job)

    monkeypatch.setattr(helpers_module.Staff, "do", and_kill)

    assert await judge(books_path, two(books_path)) == await judge(books_path, None)
    assert asked > 5


async def test_nobody_who_lists_processes_reads_where_the_books_are(books_path: Path) -> None:
    """The address of a server may hold a password: a helper hears it through its pipe."""
    async with two(books_path).at_work() as staff:
        await asyncio.gather(*(staff.do(Compare(True, (), 0, 1)) for _ in staff.pids))  # they are at work
        shown = [psutil.Process(pid).cmdline() for pid in staff.pids]

    assert all(PROGRAM in arguments for arguments in shown)
    assert not any(books_path.name in argument for arguments in shown for argument in arguments)


async def test_an_audit_that_is_cancelled_leaves_no_process(books_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pids: list[int] = []
    begun = Staff.__init__

    def remember(staff: Staff, helpers: Helpers) -> None:
        begun(staff, helpers)
        pids.extend(staff.pids)

    monkeypatch.setattr(helpers_module.Staff, "__init__", remember)

    def cancel(_seen: int, _of: int) -> None:
        audit.cancel()

    audit = asyncio.create_task(judge(books_path, two(books_path), cancel))

    with pytest.raises(asyncio.CancelledError):
        await audit

    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
async def test_helpers_end_with_whoever_asked(books_path: Path, how: signal.Signals) -> None:
    """Ctrl-C reaches everybody in the terminal; a kill reaches nobody else. Either way nobody is left."""
    asker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ASKS_AND_WAITS, str(books_path), stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL, start_new_session=True, env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip
    assert asker.stdout is not None
    pids = [int(pid) for pid in (await asker.stdout.readline()).split()]

    if how == signal.SIGINT:
        os.killpg(asker.pid, how)
    else:
        asker.kill()
    await asker.wait()

    assert len(pids) == 2
    await until_gone(pids)


@pytest.mark.slow
async def test_books_on_postgresql_are_proved_with_helpers_too(postgres: PostgresServer) -> None:
    async with postgres.database() as address:
        await live(address, payments=150)
        alone, with_helpers = await judge(address, None), await judge(address, two(address))
        owner = await asyncpg.connect(address)
        await owner.execute("UPDATE known_payees SET first_paid_at = 0 WHERE payer_no = 3")
        await owner.close()
        spoilt, spoilt_with_helpers = await judge(address, None), await judge(address, InThisProcess(address))

    assert isinstance(alone, Verified)
    assert with_helpers == alone
    assert isinstance(spoilt, BadRow)
    assert "did not first pay" in spoilt.why
    assert spoilt_with_helpers == spoilt
