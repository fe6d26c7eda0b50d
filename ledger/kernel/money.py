"""Money: an integer of minor units and its currency. Never negative: direction lives in debit and credit."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self, assert_never

# ISO 4217 list one (six-currencies.org), as amended to 2026-01-01: what an account can be kept in. Metals, bond units
# and test codes (XAU, XBA, XDR, XTS …) are on the list too but have no minor unit, so no account is kept in them.
_CODES: Final = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
    CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
    HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
    USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - a hundred and seventy quoted strings would hide the list
)

# The minor-unit exponents that are not 2. Source: the same list.
_EXPONENTS: Final = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
    "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip

MAX_MINOR_UNITS = 2**63 - 1  # what a BIGINT holds; a larger amount is refused where it is read


class UnknownCurrencyError(ValueError):
    """ISO 4217 has no such currency."""


def is_currency(code: str) -> bool:
    """Whether an account can be kept in it: an active ISO 4217 code, upper case, that has a minor unit."""
    return code in _CODES


def currencies() -> tuple[str, ...]:
    """Every code that ``is_currency``, in alphabetical order."""
    return tuple(sorted(_CODES))


def exponent(currency: str) -> int:
    """How many decimal digits the minor unit has: 2 for INR, 0 for JPY, 3 for KWD. ``UnknownCurrencyError``."""
    if currency not in _CODES:
        raise UnknownCurrencyError(currency)
    return _EXPONENTS.get(currency, 2)


class CurrencyMismatchError(ValueError):
    """Two currencies never mix silently."""


class Rounding(StrEnum):
    """What becomes of a fraction of a minor unit."""

    HALF_EVEN = "half_even"  # to the nearest, a half to the even neighbour: no drift over many
    HALF_UP = "half_up"  # to the nearest, a half away from zero
    DOWN = "down"  # the fraction is dropped
    UP = "up"  # any fraction counts as one


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

    def split(self, parts: int) -> tuple[Self, ...]:
        """``parts`` amounts that differ by at most one minor unit and lose none; the larger ones come first."""
        if parts < 1:
            raise ValueError("money is split into at least one part")
        each, left_over = divmod(self.minor_units, parts)
        return tuple(type(self)(each + (place < left_over), self.currency) for place in range(parts))

    def share(self, numerator: int, denominator: int, *, rounding: Rounding) -> Self:
        """``numerator/denominator`` of it: ``share(18, 1000, …)`` is 1.8 %. Who gains a fraction is always said.

        ``ValueError`` for a negative share or a denominator that is not positive.
        """
        if numerator < 0 or denominator <= 0:
            raise ValueError("a share is a fraction that is not negative")
        return type(self)(_rounded(self.minor_units * numerator, denominator, rounding), self.currency)

    def _check(self, other: Self) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self.currency} meets {other.currency}")


def _rounded(numerator: int, denominator: int, rounding: Rounding) -> int:
    whole, rest = divmod(numerator, denominator)
    match rounding:
        case Rounding.HALF_EVEN:
            return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))
        case Rounding.HALF_UP:
            return whole + (2 * rest >= denominator)
        case Rounding.DOWN:
            return whole
        case Rounding.UP:
            return whole + (rest > 0)
        case _:
            assert_never(rounding)
