"""An account's statement as CSV, for a spreadsheet on a phone or a desk. Pure: rows in, text out; names come with them.

A spreadsheet runs what it reads: a note that says ``=HYPERLINK(…)`` becomes a link, or worse. Every cell that somebody
else wrote is therefore made plain text (``plain_cell``); our own figures stay numbers. Why the file looks as it does:
docs/decisions/statement.md.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from decimal import Decimal
from typing import Final

from ledger.kernel.instants import Instant
from ledger.kernel.money import Money, exponent

BOM: Final = "\ufeff"  # without it Excel reads UTF-8 as an old code page, and every name that is not English is spoilt
_STARTS_FORMULA: Final = frozenset("=+-@＝＋－＠|%")  # OWASP, "CSV Injection", with the full-width twins and DDE's bar
# Where a comma is the decimal sign, Excel parts cells at semicolons.
_BEHIND_SEMICOLON: Final = re.compile(r";\s*([=+\-@＝＋－＠|%])")
_LONGEST_CELL: Final = 1_000  # characters; a note has 140, a name 128


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the file: names of its columns, and what a row can be. A language has its own."""

    at: str = "Date and time"
    zone: str = "Time zone"
    what: str = "Description"
    name: str = "Name"
    handle: str = "Handle"
    note: str = "Note"
    debit: str = "Debit"
    credit: str = "Credit"
    balance: str = "Balance"
    currency: str = "Currency"
    reference: str = "Reference"
    opening: str = "Opening balance"
    closing: str = "Closing balance"
    paid: str = "Paid"
    received: str = "Received"
    sent_back: str = "Sent back"
    returned: str = "Returned"
    added: str = "Added"
    taken_out: str = "Taken out"

    def of(self, kind: str, *, credited: bool) -> str:
        """What a transfer is called on one side of it."""
        match kind, credited:
            case "payment", True:
                return self.received
            case "payment", False:
                return self.paid
            case "refund", True:
                return self.returned
            case "refund", False:
                return self.sent_back
            case _, True:
                return self.added
            case _:
                return self.taken_out


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line: what moved, who was at the other end, and what the account held afterwards."""

    at: Instant
    kind: str  # payment, refund, funding
    credited: bool
    amount: Money
    balance: Money
    reference: str
    name: str = ""
    handle: str = ""
    note: str = ""


class StatementCsv:
    """Writes a statement piece by piece: ``begin``, any number of ``rows``, ``end``. It keeps nothing."""

    def __init__(self, zone: tzinfo, words: Words | None = None) -> None:
        self._zone = zone
        self._words = words or Words()

    def begin(self, at: Instant, opening: Money) -> str:
        """The names of the columns, and what there was."""
        words = self._words
        columns = (
            words.at, words.zone, words.what, words.name, words.handle, words.note, words.debit, words.credit,
            words.balance, words.currency, words.reference,
        )  # fmt: skip
        return _text([columns, self._standing(words.opening, at, opening)])

    def rows(self, rows: Iterable[StatementRow]) -> str:
        """What moved, oldest first."""
        return _text([self._row(row) for row in rows])

    def end(self, at: Instant, closing: Money) -> str:
        """What there is."""
        return _text([self._standing(self._words.closing, at, closing)])

    def _row(self, row: StatementRow) -> tuple[str, ...]:
        amount = decimal(row.amount)
        debit, credit = ("", amount) if row.credited else (amount, "")
        return (
            *self._when(row.at), self._words.of(row.kind, credited=row.credited), plain_cell(row.name),
            plain_cell(row.handle), plain_cell(row.note), debit, credit, decimal(row.balance), row.balance.currency,
            f"ref {row.reference}",
        )  # fmt: skip

    def _standing(self, what: str, at: Instant, money: Money) -> tuple[str, ...]:
        return (*self._when(at), what, "", "", "", "", "", decimal(money), money.currency, "")

    def _when(self, at: Instant) -> tuple[str, str]:
        """Local time as every spreadsheet reads it, and how far it is from UTC: an hour that comes twice differs."""
        local = at.astimezone(self._zone)
        offset = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
        sign, minutes = ("-", -offset) if offset < 0 else ("+", offset)
        return f"{local:%Y-%m-%d %H:%M:%S}", f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def decimal(money: Money) -> str:
    """``1500.00``: no symbol, no grouping, as many decimals as the currency has."""
    return str(Decimal(money.minor_units).scaleb(-exponent(money.currency)))


def plain_cell(text: str) -> str:
    """What somebody wrote, as text that no spreadsheet carries out: one line, nothing invisible, ``'`` where needed."""
    shown = text if text.isascii() and text.isprintable() else _without_hidden(text)
    line = " ".join(shown.split())[:_LONGEST_CELL]
    if ";" in line:
        line = _BEHIND_SEMICOLON.sub(r";'\1", line)
    return f"'{line}" if line[:1] in _STARTS_FORMULA else line


def _without_hidden(text: str) -> str:
    return "".join(" " if character.isspace() else character for character in text if not _is_hidden(character))


def _is_hidden(character: str) -> bool:
    if character.isascii():
        return not (character.isprintable() or character.isspace())
    return unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} or character in _INVISIBLE


# Zero-width signs, turns of direction, the soft hyphen. Joiners stay: Indian scripts are written with them.
_INVISIBLE: Final = frozenset(
    "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


class _Lines(list[str]):
    """What csv.writer writes to."""

    write = list.append


def _text(rows: Iterable[tuple[str, ...]]) -> str:
    lines = _Lines()
    csv.writer(lines).writerows(rows)  # RFC 4180: commas, CRLF, quotes doubled
    return "".join(lines)
