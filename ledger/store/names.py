"""Ids and currencies of accounts by number, 37 bytes each: a row is stored with numbers and hashed with ids.

Looking them up in the database costs two searches a row, a third of the work of an audit. So they are read once, and
lie in a file where several processes share them.
"""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_WIDTH: Final = 36  # characters of an account's id: "acc_" and 32 digits
_ONE: Final = 2  # entries of the list of currencies when there is one: the first stands for none
_MOST_CURRENCIES: Final = 255  # ISO 4217 has fewer; a code of 0 says that there is no account


@dataclass(frozen=True, slots=True)
class NamesFile:
    """Names on disk, for whoever can open the file."""

    path: Path
    accounts: int
    currencies: tuple[str, ...]
    odd: tuple[tuple[int, str], ...]

    def read(self) -> "Names":
        """The names as they lie there."""
        with self.path.open("rb") as file:
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        cut = _WIDTH * (self.accounts + 1)
        return Names(whole[:cut], bytes(whole[cut:]), list(self.currencies), dict(self.odd))


class Names:
    """Ids and currencies by number, from 1 without a gap."""

    def __init__(
        self,
        ids: "memoryview | bytearray | None" = None,
        codes: "bytes | bytearray | None" = None,
        currencies: list[str] | None = None,
        odd: dict[int, str] | None = None,
    ) -> None:
        self._ids = bytearray(_WIDTH) if ids is None else ids
        self._codes = bytearray(1) if codes is None else codes
        self._currencies = [""] if currencies is None else currencies
        self._odd: dict[int, str] = {} if odd is None else odd  # ids of another form

    @property
    def accounts(self) -> int:
        """The number of the last account."""
        return len(self._codes) - 1

    def add(self, ids: Sequence[str], currencies: Sequence[str]) -> None:
        """The next accounts, in order of their numbers."""
        if not isinstance(self._ids, bytearray) or not isinstance(self._codes, bytearray):
            raise TypeError("names in a file take no more")
        for place, account_id in enumerate(ids, start=self.accounts + 1):
            if len(account_id) != _WIDTH or not account_id.isascii():
                self._odd[place] = account_id
        self._ids += "".join(i if len(i) == _WIDTH and i.isascii() else " " * _WIDTH for i in ids).encode()
        self._codes += bytes([self._code(currency) for currency in currencies])

    def _code(self, currency: str) -> int:
        if currency not in self._currencies:
            if len(self._currencies) > _MOST_CURRENCIES:
                return 0
            self._currencies.append(currency)
        return self._currencies.index(currency)

    def of(self, numbers: Sequence[int], currencies: Sequence[str]) -> list[str] | None:
        """The accounts' ids; ``None`` where there is no such account, or not in that currency."""
        if min(numbers) <= 0 or max(numbers) > self.accounts:
            return None
        codes, known = self._codes, self._currencies
        if len(known) == _ONE:  # nearly always: then no account can be in another
            if currencies.count(known[-1]) != len(currencies):
                return None
        elif [known[codes[number]] for number in numbers] != list(currencies):
            return None
        ids = self._ids
        found = [str(ids[number * _WIDTH : (number + 1) * _WIDTH], "ascii") for number in numbers]
        if self._odd and not self._odd.keys().isdisjoint(numbers):
            return [self._odd.get(number, name) for number, name in zip(numbers, found, strict=True)]
        return found

    def id_of(self, number: int) -> str:
        """The id of an account there is."""
        return self._odd.get(number) or str(self._ids[number * _WIDTH : (number + 1) * _WIDTH], "ascii")

    def write(self, path: Path) -> NamesFile:
        """Put them into a file."""
        with path.open("wb") as file:
            file.write(self._ids)
            file.write(self._codes)
        return NamesFile(path, self.accounts, tuple(self._currencies), tuple(self._odd.items()))
