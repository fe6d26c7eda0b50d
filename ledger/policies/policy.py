"""Reads a policy file: checks every number, and answers which rules hold at a moment.

It opens no file: the caller hands the text in. It knows what a rule is worth, not what it does (``ledger.plans``).
"""

import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ledger.kernel.instants import Instant
from ledger.kernel.money import MAX_MINOR_UNITS, exponent, is_currency
from ledger.kernel.policy import PinRules, Policy

NONE: Final = "none"  # how a file says that there is no such limit

Count: TypeAlias = Annotated[int, Field(ge=1, le=1_000_000)]
Minutes: TypeAlias = Annotated[int, Field(ge=0, le=10_080)]  # up to a week
Hours: TypeAlias = Annotated[int, Field(ge=1, le=8_760)]  # up to a year
Amount: TypeAlias = Annotated[str, Field(max_length=32)]  # "100000.00" or "none"


class PolicyError(ValueError):
    """A policy that cannot be used. ``problems`` has one sentence each, with the place in the file."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Pin(_Table):
    digits: Literal[4, 6]
    wrong_attempts: Annotated[int, Field(ge=1, le=10)]
    lock_hours: Hours


class _Payment(_Table):
    person_to_person: bool
    per_payment: Amount
    per_day: Amount
    count_per_day: Count | Literal["none"]
    confirm_expires_minutes: Annotated[int, Field(ge=1, le=60)]


class _NewAccount(_Table):
    total: Amount
    window_hours: Hours


class _NewPayee(_Table):
    warn: bool
    cap: Amount


class _BalanceRules(_Table):
    cap: Amount


class _Freeze(_Table):
    unfreeze_delay_minutes: Minutes


class _Rules(_Table):
    version: Annotated[int, Field(ge=1)]
    holds_from: AwareDatetime
    pin: _Pin
    payment: _Payment
    new_account: _NewAccount
    new_payee: _NewPayee
    balance: _BalanceRules
    freeze: _Freeze


class _File(_Table):
    format: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
    currency: str
    rules: Annotated[list[_Rules], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """Every version of a policy, oldest first."""

    name: str
    currency: str
    versions: tuple[Policy, ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """The policy in this TOML text. ``PolicyError`` names every problem it can see at once."""
        try:
            file = _File.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise PolicyError((f"not TOML: {error}",)) from error
        except ValidationError as error:
            raise PolicyError(tuple(_sentences(error))) from error
        if not is_currency(file.currency):
            raise PolicyError((f"currency: ISO 4217 has no {file.currency}",))
        problems = [*_problems_of_order(file), *(said for rules in file.rules for said in _problems_of(rules, file))]
        if problems:
            raise PolicyError(tuple(problems))
        return cls(file.name, file.currency, tuple(_policy(rules, file) for rules in file.rules))

    def at(self, now: Instant) -> Policy:
        """The rules that hold at ``now``: a version holds *from* its moment on. ``PolicyError`` before the first."""
        place = bisect_right(self.versions, now, key=lambda version: version.holds_from)
        if place == 0:
            raise PolicyError((f"no rules of {self.name} hold at {now:%Y-%m-%d %H:%M} UTC",))
        return self.versions[place - 1]

    def check_currency(self, currency: str) -> None:
        """``PolicyError`` when the deployment keeps its books in another currency than these amounts are in."""
        if currency != self.currency:
            mend = f"set HUNDI_POLICY to a file in {currency}"
            raise PolicyError(
                (f"the policy {self.name} is in {self.currency} and HUNDI_CURRENCY is {currency}: {mend}",)
            )


def _sentences(error: ValidationError) -> list[str]:
    """Pydantic's findings with the place as a person counts: ``rules 2, pin.digits: …``."""
    return [f"{_place(found['loc'])}: {found['msg']}" for found in error.errors()]


def _place(location: tuple[int | str, ...]) -> str:
    match location:
        case ("rules", int(index), *rest):
            return f"rules {index + 1}, " + ".".join(str(part) for part in rest)
        case _:
            return ".".join(str(part) for part in location)


def _problems_of_order(file: _File) -> list[str]:
    problems = []
    for earlier, later in pairwise(file.rules):
        if later.version <= earlier.version:
            problems.append(
                f"rules version {later.version}: comes after version {earlier.version}, so it must be larger"
            )
        if later.holds_from <= earlier.holds_from:
            problems.append(f"rules version {later.version}: holds_from must be later than that of {earlier.version}")
    return problems


def _problems_of(rules: _Rules, file: _File) -> list[str]:
    """What one version says that cannot be: amounts that are none, and rules nothing enforces."""
    problems, amounts = [], {}
    for name, text in _amounts_of(rules).items():
        try:
            amounts[name] = _minor_units(text, file.currency)
        except ValueError as error:
            problems.append(f"rules version {rules.version}, {name}: {error}")
    per_payment, per_day = amounts.get("payment.per_payment"), amounts.get("payment.per_day")
    if per_payment is not None and per_day is not None and per_payment > per_day:
        problems.append(f"rules version {rules.version}, payment.per_payment: is more than payment.per_day allows")
    if not rules.payment.person_to_person:
        problems.append(
            f"rules version {rules.version}, payment.person_to_person: false leaves nobody to pay until this version"
            " of Hundi knows shops"
        )
    return problems


def _amounts_of(rules: _Rules) -> dict[str, str]:
    return {
        "payment.per_payment": rules.payment.per_payment,
        "payment.per_day": rules.payment.per_day,
        "new_account.total": rules.new_account.total,
        "new_payee.cap": rules.new_payee.cap,
        "balance.cap": rules.balance.cap,
    }


def _minor_units(text: str, currency: str) -> int | None:
    """``"100000.00"`` as 10000000 paise; ``None`` for "none". ``ValueError`` with a sentence for anything else.

    This is a number in a file that an operator wrote, not what a person typed: that is read in ``bot.language``.
    """
    if text == NONE:
        return None
    plain = text.isascii() and text.replace(".", "", 1).isdigit() and text[0] != "." and text[-1] != "."
    if not plain:
        raise ValueError(f'"{text}" is not an amount: write digits and a point, like "100000.00", or "none"')
    try:
        scaled = Decimal(text).scaleb(exponent(currency))
    except InvalidOperation as error:
        raise ValueError(f'"{text}" is not an amount') from error
    if scaled != scaled.to_integral_value():
        raise ValueError(f'"{text}" has more decimals than {currency} has ({exponent(currency)})')
    if not 0 < scaled <= MAX_MINOR_UNITS:
        raise ValueError(f'"{text}" must be more than nothing and fit the books; "none" means no limit')
    return int(scaled)


def _policy(rules: _Rules, file: _File) -> Policy:
    payment, currency = rules.payment, file.currency
    return Policy(
        name=file.name,
        version=rules.version,
        holds_from=rules.holds_from.astimezone(UTC),
        currency=currency,
        pin=PinRules(rules.pin.digits, rules.pin.wrong_attempts, timedelta(hours=rules.pin.lock_hours)),
        confirm_expires_after=timedelta(minutes=payment.confirm_expires_minutes),
        unfreeze_delay=timedelta(minutes=rules.freeze.unfreeze_delay_minutes),
        per_payment=_minor_units(payment.per_payment, currency),
        per_day=_minor_units(payment.per_day, currency),
        count_per_day=None if payment.count_per_day == NONE else payment.count_per_day,
        new_account_total=_minor_units(rules.new_account.total, currency),
        new_account_window=timedelta(hours=rules.new_account.window_hours),
        new_payee_cap=_minor_units(rules.new_payee.cap, currency),
        warn_new_payee=rules.new_payee.warn,
        balance_cap=_minor_units(rules.balance.cap, currency),
    )
