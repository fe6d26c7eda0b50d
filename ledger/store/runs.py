"""Sorted runs: columns of whole numbers under a key, in key order, kept in memory while they are few and on disk after.

What limits are judged by (who paid how much on which day, who paid whom first when) has a key of two numbers and may
be as large as the journal itself. A stretch of the journal leaves a run of it; all runs together, joined key by key a
page at a time, are compared with what the database stores. So the memory of an audit does not grow with the books.
"""

import mmap
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from array import array

KEY_BITS: Final = 32  # of the second number in a key; the first has 31. Also in the SQL.
BELOW: Final = (1 << KEY_BITS) - 1
MOST_ACCOUNTS: Final = (1 << 31) - 1  # 2,147,483,647: then a key of two of them no longer fits a BIGINT
FIRST_KEY: Final = 0
LAST_KEY: Final = (1 << 63) - 1
KEPT_ENTRIES: Final = 1_000_000  # of one kind in memory, some 24 MB; more goes to a temporary file
SAMPLES: Final = 64  # keys looked at for each piece that is cut

Columns: TypeAlias = "Sequence[memoryview | array[int]]"
Kept: TypeAlias = int | tuple[int, ...]  # what is kept under a key: of one column the number, of more a tuple
Found: TypeAlias = dict[int, Kept]
Join: TypeAlias = Callable[[Kept, Kept], Kept]


def first_of(earlier: Kept, _later: Kept) -> Kept:
    """The earlier run knows better: who paid whom when *first*."""
    return earlier


def sum_of(earlier: Kept, later: Kept) -> Kept:
    """Both count: what was paid on a day."""
    if not isinstance(earlier, tuple) or not isinstance(later, tuple):
        raise TypeError("a day's counter has two columns")
    return tuple(map(add, earlier, later))


@dataclass(frozen=True, slots=True)
class Run:
    """Keys in order, and a column for each number kept under them."""

    keys: "memoryview | array[int]"
    columns: Columns

    def between(self, after: int, until: int) -> Found:
        """What is kept under the keys after ``after`` up to ``until``."""
        start, end = bisect_right(self.keys, after), bisect_right(self.keys, until)
        if start == end:
            return {}
        cut = [column[start:end] for column in self.columns]
        return dict(zip(self.keys[start:end], cut[0] if len(cut) == 1 else zip(*cut, strict=True), strict=True))


@dataclass(frozen=True, slots=True)
class RunFile:
    """A run on disk, for whoever can open the file."""

    path: Path
    entries: int
    columns: int

    def read(self) -> Run:
        """The run as it lies there: pages come from the disk when they are looked at."""
        with self.path.open("rb") as file:
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)).cast("q")
        cuts = [whole[start : start + self.entries] for start in range(0, len(whole), self.entries)]
        return Run(cuts[0], cuts[1:])


class Runs:
    """All runs of one kind, in the order of their stretches."""

    def __init__(self, join: Join) -> None:
        self._join = join
        self._kept: list[Run] = []
        self._entries = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._files: list[RunFile] = []
        self._runs: list[Run] = []

    def add(self, run: Run) -> None:
        """The run of the next stretch."""
        if not run.keys:
            return
        self._kept.append(run)
        self._entries += len(run.keys)
        if self._entries > KEPT_ENTRIES:
            self.to_disk()

    def to_disk(self) -> "list[RunFile]":
        """Put what is in memory into files; all files there are."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="hundi-verify-")
        for run in self._kept:
            path = Path(self._folder.name) / f"{len(self._files):06d}"
            with path.open("xb") as file:
                for column in (run.keys, *run.columns):
                    file.write(column)
            self._files.append(RunFile(path, len(run.keys), len(run.columns)))
            self._runs.append(self._files[-1].read())
        self._kept, self._entries = [], 0
        return self._files

    @classmethod
    def of_files(cls, files: "Sequence[RunFile]", join: Join) -> "Runs":
        """What another process put on disk."""
        runs = cls(join)
        runs._runs = [file.read() for file in files]
        return runs

    def between(self, after: int, until: int) -> Found:
        """All runs joined, for the keys after ``after`` up to ``until``."""
        joined: Found = {}
        join = self._join
        for run in (*self._runs, *self._kept):
            part = run.between(after, until)
            for key in joined.keys() & part.keys():
                part[key] = join(joined[key], part[key])
            joined |= part
        return joined

    def cuts(self, pieces: int) -> list[int]:
        """Keys that cut everything into about equal pieces, the last one ``LAST_KEY``."""
        runs = (*self._runs, *self._kept)
        step = max(1, sum(len(run.keys) for run in runs) // (pieces * SAMPLES))
        sampled = sorted(key for run in runs for key in run.keys[::step])
        places = (len(sampled) * place // pieces for place in range(1, pieces))
        return [*sorted({sampled[place] for place in places if sampled}), LAST_KEY]

    def close(self) -> None:
        """Drop everything, the files too."""
        self._runs, self._kept, self._files = [], [], []
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
