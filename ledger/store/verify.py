"""Proves the books: every row follows the one before, and what is stored of accounts is what the rows add up to.

It trusts nothing the database holds twice: balances, pointers, refund totals and the figures that limits are judged by
are all computed anew. It reads while others write: the journal in stretches up to where it ended, then the rest and the
accounts as of one moment. Freezes and own limits are not in the journal, so nothing here can prove them.

With helpers (``ledger.store.helpers``) the stretches are computed by other processes; what they say is proved here as
they are joined. Only this process says what is wrong, and it says it of one row after having proved all before it: so
the answer is the same with helpers and without (docs/decisions/verify-in-parallel.md).
"""

import asyncio
import tempfile
from bisect import bisect
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias

from ledger.database.port import Database, Reader, Values
from ledger.database.queries import Queries
from ledger.kernel.audit_chain import BadRow, Verdict
from ledger.kernel.instants import to_micros
from ledger.policies.policy import PolicyBook
from ledger.store.figures import (
    BEFORE_ALL,
    DAYS,
    IMPOSSIBLE,
    PAIRS,
    Figure,
    differing,
    stored_at,
    wrong_day,
    wrong_pair,
)
from ledger.store.helpers import STRETCH_ROWS, AddUp, Answer, Compare, Helpers, Staff
from ledger.store.names import NamesFile
from ledger.store.runs import FIRST_KEY, Runs
from ledger.store.stretch import NotProvedError, Stretch
from ledger.store.stretches import UNREADABLE, hash_at, read_rows, read_stretch
from ledger.store.tally import Tally, Windows

PAGE_ROWS: Final = 2_000
NAMED_AT_ONCE: Final = 20_000
AHEAD: Final = 2  # stretches for each helper that are asked for before the first of them is joined
PIECES: Final = 8  # of the figures, for each helper
MOST_CAME_IN: Final = 20_000  # keys that payments touched while we looked, each looked up by itself
_MILESTONE: Final = "what account number {} is said to have had at its milestones is not what its rows add up to"
_UNMARKED: Final = "whether it has limits of its own is not what it says"

Progress: TypeAlias = Callable[[int, int], None]  # rows seen, rows there are


async def verify(
    database: Database,
    heads: Mapping[int, bytes] | None = None,
    progress: Progress | None = None,
    windows: Windows | None = None,
    helpers: Helpers | None = None,
) -> Verdict:
    """Prove all of it, or name the first bad row and why.

    ``heads`` were read with ``HeadsFile.read``, ``windows`` are ``new_account_windows`` of the policy.
    """
    tally = Tally(heads or {}, windows)
    try:
        return await _Audit(database, tally, progress).run(helpers)
    finally:
        tally.close()


def new_account_windows(policy: PolicyBook) -> Windows:
    """How long an account is new, and from when that holds; microseconds."""
    return [
        (to_micros(version.holds_from), version.new_account_window // timedelta(microseconds=1))
        for version in policy.versions
    ]


class _Audit:
    """One audit of one database."""

    def __init__(self, database: Database, tally: Tally, progress: Progress | None) -> None:
        self._database = database
        self._queries = Queries.load("ledger.store", "sql/queries.sql", database.dialect)
        self._tally = tally
        self._progress = progress
        self._compared = False  # whether the figures were held against the rows up to here
        self._open_keys: dict[
            str, set[int] | None
        ] = {}  # by table: keys that differed or were touched since; None: any

    async def run(self, helpers: Helpers | None) -> Verdict:
        """All of it."""
        bad = await self._walk_with(helpers) if helpers is not None else None
        bad = bad or await self._walk(self._database)
        if bad is not None:
            return bad
        async with self._database.snapshot() as snapshot:
            bad = await self._walk(snapshot)
            bad = bad or self._tally.lost_tail() or await self._accounts(snapshot)
            bad = bad or await self._refunds(snapshot) or await self._milestones(snapshot)
            bad = bad or await self._figures(snapshot)
            return bad or self._tally.verdict()

    # ── the journal ──────────────────────────────────────────────────────────

    async def _begin(self, reader: Reader | Database) -> int | BadRow:
        """How far the journal goes now. Accounts come with the rows that name them, so they are counted after."""
        head = await reader.one(self._queries["head"])
        bad = self._tally.make_room(await reader.one(self._queries["account_numbers"]))
        return bad or await self._name_accounts(reader) or (0 if head is None else int(head["seq"]))

    async def _name_accounts(self, reader: Reader | Database) -> BadRow | None:
        """Learn the ids of the accounts that are new since the last time."""
        names = self._tally.names
        while names.accounts < self._tally.accounts:
            page: Values = {"after": names.accounts, "limit": NAMED_AT_ONCE}
            rows = await reader.all(self._queries["account_names_after"], page)
            numbers, ids, currencies = zip(*rows, strict=True) if rows else ((), (), ())
            if not rows or numbers != tuple(range(names.accounts + 1, names.accounts + 1 + len(rows))):
                return BadRow(self._tally.seq + 1, f"account number {names.accounts + 1} or one after it is missing")
            names.add(ids, currencies)
        return None

    async def _walk(self, reader: Reader | Database) -> BadRow | None:
        """The rows from where the tally stands up to the head as it is now."""
        up_to = await self._begin(reader)
        if isinstance(up_to, BadRow):
            return up_to
        while self._tally.seq < up_to:
            bad = await self._prove(reader, min(self._tally.seq + STRETCH_ROWS, up_to), up_to)
            if bad is not None:
                return bad
            self._tell(up_to)
        return None

    async def _walk_with(self, helpers: Helpers) -> BadRow | None:
        """The same, the rows hashed by helpers; then the figures, compared by them."""
        up_to = await self._begin(self._database)
        if isinstance(up_to, BadRow):
            return up_to
        if up_to < helpers.from_rows:
            return None
        with tempfile.TemporaryDirectory(prefix="hundi-verify-") as folder:
            names = self._tally.names.write(Path(folder) / "names")
            async with helpers.at_work() as staff:
                bad = await self._take_all(self._added_up(staff, names, up_to, helpers.stretch_rows), up_to)
                if bad is None:
                    await self._compare_with(staff)
                return bad

    async def _take_all(self, stretches: AsyncGenerator[tuple[int, Answer], None], up_to: int) -> BadRow | None:
        async with aclosing(stretches):
            async for until, stretch in stretches:
                bad = await self._take(stretch, until, up_to)
                if bad is not None:
                    return bad
                self._tell(up_to)
        return None

    async def _added_up(
        self, staff: Staff, names: NamesFile, up_to: int, rows: int
    ) -> AsyncGenerator[tuple[int, Answer], None]:
        """Where each stretch ends and what a helper made of it, in order; a few are under way at once."""
        heads = sorted(self._tally.heads)
        waiting: deque[tuple[int, asyncio.Task[Answer]]] = deque()
        try:
            for after in range(self._tally.seq, up_to, rows):
                until = min(after + rows, up_to)
                signed = {seq: self._tally.heads[seq] for seq in heads[bisect(heads, after) : bisect(heads, until)]}
                job = AddUp(after, until, signed, names)
                waiting.append((until, asyncio.create_task(staff.do(job))))
                if len(waiting) > staff.count * AHEAD:
                    ends, task = waiting.popleft()
                    yield ends, await task
            while waiting:
                ends, task = waiting.popleft()
                yield ends, await task
        finally:
            for _, task in waiting:
                task.cancel()
            await asyncio.gather(*(task for _, task in waiting), return_exceptions=True)

    async def _take(self, stretch: Answer, until: int, up_to: int) -> BadRow | None:
        """Go on by what a helper says, if it says that all is well; otherwise look here."""
        if not isinstance(stretch, Stretch) or not self._tally.is_followed_by(stretch):
            return await self._prove(self._database, until, up_to)
        return None if self._join(stretch) else await self._judge_within(self._database, up_to)

    async def _prove(self, reader: Reader | Database, until: int, up_to: int) -> BadRow | None:
        """Go on to ``until``, or find the first bad row: halves are tried until one row is left, which says why."""
        tally = self._tally
        heads = {seq: hash_ for seq, hash_ in tally.heads.items() if tally.seq < seq <= until}
        stretch = await read_stretch(reader, self._queries, (tally.seq, tally.hash), until, heads, tally.names)
        if stretch is not None:
            return None if self._join(stretch) else await self._judge_within(reader, up_to)
        if until - tally.seq == 1:
            return await self._judge(reader, up_to)
        middle = (tally.seq + until) // 2
        return await self._prove(reader, middle, up_to) or await self._prove(reader, until, up_to)

    async def _judge_within(self, reader: Reader | Database, up_to: int) -> BadRow:
        """What is wrong with a row of a stretch whose hashes are right; the tally stands before it."""
        self._tally.hash = await hash_at(reader, self._queries, self._tally.seq) or self._tally.hash
        return await self._judge(reader, up_to)

    async def _judge(self, reader: Reader | Database, up_to: int) -> BadRow:
        """What is wrong with the row after the tally's."""
        seq = self._tally.seq
        try:
            bad = self._tally.bad_row(await read_rows(reader, self._queries, seq, up_to, 1))
        except (NotProvedError, *UNREADABLE):
            return BadRow(seq + 1, "it cannot be read: the file is damaged here")
        return bad or BadRow(seq + 1, "it changed while it was read")

    def _join(self, stretch: Stretch) -> bool:
        joined = self._tally.join(stretch)
        if joined and self._compared:
            for figure, run in ((DAYS, stretch.days), (PAIRS, stretch.pairs)):
                if (keys := self._open_keys[figure.page]) is not None:
                    keys.update(run.keys)
        return joined

    def _tell(self, up_to: int) -> None:
        if self._progress is not None:
            self._progress(self._tally.seq, up_to)

    # ── what is stored of accounts and payments ──────────────────────────────

    async def _accounts(self, snapshot: Reader) -> BadRow | None:
        """Every account must stand where its rows leave it."""
        after = 0
        while rows := await snapshot.all(self._queries["accounts_after"], {"after": after, "limit": PAGE_ROWS}):
            bad = self._tally.bad_account(rows)
            if bad is not None:
                return bad
            after = int(rows[-1]["account_no"])
        unmarked = await snapshot.one(self._queries["wrongly_marked_account"])
        return None if unmarked is None else self._tally.blame(unmarked["account_no"], _UNMARKED)

    async def _refunds(self, snapshot: Reader) -> BadRow | None:
        """What is stored as given back of each payment must be the sum of the refunds that name it."""
        left, after = dict(self._tally.refunded), 0
        while rows := await snapshot.all(self._queries["refund_totals_after"], {"after": after, "limit": PAGE_ROWS}):
            for row in rows:
                if left.pop(row["cause"], 0) != row["refunded_minor"]:
                    return BadRow(row["payment_seq"], "its refunds do not add up to what is stored as given back")
            after = int(rows[-1]["payment_seq"])
        if left:
            return BadRow(self._tally.seq, f"no total is stored for the refunds of {next(iter(left))}")
        return None

    async def _milestones(self, snapshot: Reader) -> BadRow | None:
        """They must be the ones that the rows chose, with what their accounts had then."""
        seen = self._tally.milestones.seen()
        after: Values = {"account_no": BEFORE_ALL, "seq": BEFORE_ALL, "limit": PAGE_ROWS}
        while rows := await snapshot.all(self._queries["milestones_after"], after):
            for account_no, *standing in rows:
                if not seen.next(account_no, standing):
                    return self._tally.blame(account_no, _MILESTONE.format(account_no))
            after = {"account_no": rows[-1]["account_no"], "seq": rows[-1]["seq"], "limit": PAGE_ROWS}
        wrong = seen.first_wrong()
        return None if wrong is None else self._tally.blame(wrong, _MILESTONE.format(wrong))

    # ── what limits are judged by ────────────────────────────────────────────

    async def _figures(self, snapshot: Reader) -> BadRow | None:
        """Day counters and known payees must be what the rows say."""
        for figure, runs, blame in ((DAYS, self._tally.days, wrong_day), (PAIRS, self._tally.pairs, wrong_pair)):
            if await self._settled(snapshot, figure, runs):
                continue
            async for one in differing(snapshot, self._queries, figure, runs):
                return self._tally.blame(*blame(one))
        return None

    async def _compare_with(self, staff: Staff) -> None:
        """Hold the figures against the rows so far; what differs is looked at again when nothing moves any more."""
        self._compared = True
        for figure, runs in ((DAYS, self._tally.days), (PAIRS, self._tally.pairs)):
            files, after, jobs = tuple(runs.to_disk()), FIRST_KEY, []
            for until in runs.cuts(staff.count * PIECES):
                jobs.append(staff.do(Compare(figure is DAYS, files, after, until)))
                after = until
            answers = await asyncio.gather(*jobs)
            keys = [answer for answer in answers if isinstance(answer, list)]
            self._open_keys[figure.page] = {key for each in keys for key in each} if len(keys) == len(answers) else None

    async def _settled(self, snapshot: Reader, figure: Figure, runs: Runs) -> bool:
        """Whether helpers found all figures right but those that payments touched meanwhile, which are right now."""
        keys = self._open_keys.get(figure.page)
        if keys is None or IMPOSSIBLE in keys or len(keys) > MOST_CAME_IN:
            return False
        for key in keys:
            if await stored_at(snapshot, self._queries, figure, key) != runs.between(key - 1, key).get(key):
                return False
        return True
