"""``hundi policy …``: the rules with numbers, as they hold now and as a file would have them."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot import settings as configuration
from bot.cli.amounts import written
from bot.cli.console import ExitCode, answer_json, note, say, show_table, stop
from bot.cli.program import app
from ledger.kernel.money import Money
from ledger.kernel.policy import Policy
from ledger.policies.policy import PolicyBook, PolicyError

policy = typer.Typer(help="The rules with numbers, each with the date from which it holds.", no_args_is_help=True)
app.add_typer(policy, name="policy")

Json = Annotated[bool, typer.Option("--json", help="One JSON object on one line; amounts in minor units.")]


@policy.command()
def show(*, as_json: Json = False) -> None:
    """The rules that hold now, and how many versions the file has."""
    settings = configuration.read()
    book = _read(configuration.policy_text(settings.policy), settings.policy)
    rules = book.at(datetime.now(UTC))
    if as_json:
        answer_json({**{name: _plain(value) for name, value in asdict(rules).items()}, "versions": len(book.versions)})
        return
    show_table(["rule", book.name], list(_rows(rules)))
    note(f"Version {rules.version} of {len(book.versions)}, in force since {rules.holds_from:%Y-%m-%d %H:%M} UTC.")


@policy.command()
def check(file: Annotated[Path, typer.Argument(metavar="FILE", help="A .toml file.")]) -> None:
    """Whether a file can be used as it is; every problem is named."""
    settings = configuration.read()
    book = _read(configuration.policy_text(str(file)), str(file))
    if book.currency != settings.currency:
        stop(
            f"{file} cannot be used here",
            f"its amounts are in {book.currency} and HUNDI_CURRENCY is {settings.currency}",
            "Change one of the two.",
        )
    say(f"{file} can be used: {book.name}, {len(book.versions)} version(s), amounts in {book.currency}.")


def _read(text: str, source: str) -> PolicyBook:
    try:
        return PolicyBook.read(text)
    except PolicyError as error:
        why = "; ".join(error.problems)
        stop(f"{source} is not a policy", why, "Compare it with the policy `play`.", ExitCode.FALSE)


def _rows(rules: Policy) -> Iterator[tuple[str, str]]:
    def money(minor_units: int | None) -> str:
        return "no limit" if minor_units is None else written(Money(minor_units, rules.currency))

    yield "PIN", f"{rules.pin.digits} digits, {rules.pin.attempts} wrong in a row lock it for {_span(rules.pin.lock)}"
    yield "one payment, at most", money(rules.per_payment)
    yield "a day, at most", money(rules.per_day)
    yield "payments a day", "no limit" if rules.count_per_day is None else str(rules.count_per_day)
    yield "a new account", f"{money(rules.new_account_total)} in the first {_span(rules.new_account_window)}"
    yield "a new payee, at most", money(rules.new_payee_cap)
    yield "a new payee is warned of", "yes" if rules.warn_new_payee else "no"
    yield "balance, at most", money(rules.balance_cap)
    yield "a confirmation expires after", _span(rules.confirm_expires_after)
    yield "an unfreeze waits", _span(rules.unfreeze_delay)


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60} h" if minutes and minutes % 60 == 0 else f"{minutes} min"


def _plain(value: object) -> object:
    """What JSON can hold: seconds for a span, ISO 8601 for an instant."""
    match value:
        case timedelta():
            return int(value.total_seconds())
        case datetime():
            return value.isoformat()
        case dict():
            return {name: _plain(inner) for name, inner in value.items()}
        case _:
            return value
