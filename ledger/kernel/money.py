"""Money: an integer of minor units and its currency. Never negative: direction lives in debit and credit."""

from dataclasses import dataclass
from typing import Self

# ISO 4217 minor-unit exponents that are not 2. Source: ISO 4217 list one (six-currencies.org), 2024-06-25.
_EXPONENTS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
    "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip

MAX_MINOR_UNITS = 2**63 - 1  # what a BIGINT holds; a larger amount is refused where it is read


def exponent(currency: str) -> int:
    """How many decimal digits the minor unit has: 2 for INR, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


class CurrencyMismatchError(ValueError):
    """Two currencies never mix silently."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """``minor_units`` (paise, cents; 0 … 2^63-1) of an ISO 4217 ``currency``.

    ``ValueError`` outside that range; ``CurrencyMismatchError`` when two currencies meet.
    """

    minor_units: int
    currency: str

    def __post_init__(self) -> None:
        if not 0 <= self.minor_units <= MAX_MINOR_UNITS:
            raise ValueError("money is between 0 and 2^63-1 minor units")

    def __add__(self, other: Self) -> Self:
        self._check(other)
        return type(self)(self.minor_units + other.minor_units, self.currency)

    def __sub__(self, other: Self) -> Self:
        self._check(other)
        return type(self)(self.minor_units - other.minor_units, self.currency)

    def __lt__(self, other: Self) -> bool:
        self._check(other)
        return self.minor_units < other.minor_units

    def __le__(self, other: Self) -> bool:
        self._check(other)
        return self.minor_units <= other.minor_units

    def __gt__(self, other: Self) -> bool:
        self._check(other)
        return self.minor_units > other.minor_units

    def __ge__(self, other: Self) -> bool:
        self._check(other)
        return self.minor_units >= other.minor_units

    def __bool__(self) -> bool:
        return self.minor_units > 0

    def _check(self, other: Self) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self.currency} meets {other.currency}")
