"""``hundi ledger …``: the books. Everything here works while the bot runs, and after a crash."""

import asyncio
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot import settings as configuration
from bot.cli.amounts import written
from bot.cli.books import now, reading
from bot.cli.console import ExitCode, answer_json, note, progress, say, show_table, stop, warn
from bot.cli.program import app
from bot.cli.users import known_account_of
from bot.settings import Settings
from bot.vault.keys import Keys, KeysError
from bot.wiring import MIGRATIONS
from ledger.database.migrate import Migration, grant, migrate
from ledger.database.opening import open_database
from ledger.desk.views import AccountBalance, TrialBalance
from ledger.heads import HeadsFile
from ledger.kernel.accounts import AccountKind
from ledger.kernel.audit_chain import BadRow, Verdict
from ledger.kernel.money import Money
from ledger.policies.policy import PolicyBook
from ledger.store.helpers import Helpers
from ledger.store.verify import new_account_windows
from ledger.store.verify import verify as verify_books

books = typer.Typer(help="The books: prove them, read them, take them along.", no_args_is_help=True)
app.add_typer(books, name="ledger")

Json = Annotated[bool, typer.Option("--json", help="One JSON object on one line; amounts in minor units.")]


@books.command("migrate")
def migrate_command(
    grant_to: Annotated[
        str | None, typer.Option(metavar="ROLE", help="PostgreSQL: give this role just what a bot needs.")
    ] = None,
) -> None:
    """Make the database, or bring it up to date. On PostgreSQL the owner does it, and a bot is another role."""
    settings = configuration.read()
    if grant_to is not None and settings.database_file is not None:
        stop("a file has no roles", f"{settings.database_said} is SQLite's", "Leave --grant-to out.")
    applied = asyncio.run(_migrate(settings, grant_to))
    for step in applied:
        say(f"{step.room} {step.number:04d} {step.title.replace('_', ' ')}")
    say(f"{len(applied)} step(s) applied." if applied else "Nothing to do: the database is up to date.")
    if grant_to is not None:
        say(f"{grant_to} may do what a bot does: add to the journal, never change it.")


async def _migrate(settings: Settings, grant_to: str | None) -> tuple[Migration, ...]:
    database = await open_database(settings.database_url)
    try:
        applied = await migrate(database, MIGRATIONS, now())
        if grant_to is not None:
            await grant(database, grant_to)
        return applied
    finally:
        await database.close()


@books.command()
def verify(
    *,
    heads: Annotated[Path | None, typer.Option(help="Signed heads to check against; those beside the keys.")] = None,
    as_json: Json = False,
) -> None:
    """Prove the books. Every row, balance and signed head is checked; the first bad row is named, and why."""
    settings = configuration.read()
    witnessed = signed_heads(settings, heads or settings.heads_file)
    verdict = asyncio.run(_verify(settings, witnessed))
    if isinstance(verdict, BadRow):
        _tell_bad_row(verdict, as_json=as_json)
    if as_json:
        answer_json({"verified": True, "entries": verdict.entries, "head": verdict.head_hash.hex()})
    else:
        say(f"verified {verdict.entries} entries, head {verdict.head_hash.hex()}")


def signed_heads(settings: Settings, path: Path) -> dict[int, bytes]:
    """What was signed; a warning when that cannot be known, for then a cut tail would not show."""
    try:
        key = Keys.load(settings.keys_file).signing_key.public_key()
    except KeysError as missing:
        warn(f"The signed heads are not checked ({missing.problem}): a tail that was cut would not show.")
        return {}
    witnessed = HeadsFile(path).read(key)
    if not witnessed:
        warn(f"No head is signed in {path} yet: a tail that was cut would not show.")
    return witnessed


async def _verify(settings: Settings, heads: dict[int, bytes]) -> Verdict:
    async with reading(settings) as opened:
        with progress("verifying") as counter:
            windows = new_account_windows(PolicyBook.read(configuration.policy_text(settings.policy)))
            helpers = Helpers(settings.database_url)
            return await verify_books(opened.database, heads, counter.reach, windows, helpers)


def _tell_bad_row(bad: BadRow, *, as_json: bool) -> NoReturn:
    if as_json:
        answer_json({"verified": False, "seq": bad.seq, "why": bad.why})
    else:
        say(f"bad seq {bad.seq}: {bad.why}", style="red")
        note("Stop the bot and read docs/runbook.md, “hundi ledger verify fails”.")
    raise typer.Exit(ExitCode.FALSE)


@books.command()
def balance(
    user: Annotated[
        str | None, typer.Argument(help="A Telegram id, an @handle or an acc_… id; without: everybody.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """What an account holds. Without USER: what is owed to everybody together."""
    settings = configuration.read()
    found = asyncio.run(_balance(settings, user))
    if as_json:
        answer_json(found)
        return
    for label, key in (("posted", "posted_minor"), ("held", "held_minor"), ("available", "available_minor")):
        say(f"{label:<10} {written(Money(int(str(found[key])), str(found['currency']))):>20}")


async def _balance(settings: Settings, user: str | None) -> dict[str, object]:
    async with reading(settings) as opened:
        if user is None:
            return _owed(await opened.ledger.trial_balance(), settings.currency)
        account_id = await known_account_of(user, opened)
        return _plain(await opened.ledger.balance(account_id))


def _plain(balance: AccountBalance) -> dict[str, object]:
    return {
        "account": balance.account_id,
        "posted_minor": balance.posted.minor_units,
        "held_minor": balance.held.minor_units,
        "available_minor": balance.available.minor_units,
        "currency": balance.posted.currency,
    }


def _owed(trial: TrialBalance, currency: str) -> dict[str, object]:
    wallets = [line for line in trial.lines if line.kind is AccountKind.WALLET and line.currency == currency]
    posted = sum(line.posted_credits - line.posted_debits for line in wallets)
    held = sum(line.held for line in wallets)
    figures = {"posted_minor": posted, "held_minor": held, "available_minor": posted - held}
    return {"account": "all wallets", **figures, "currency": currency}


@books.command("trial-balance")
def trial_balance(*, as_json: Json = False) -> None:
    """All accounts added up. Debits and credits must be the same."""
    trial = asyncio.run(_trial_balance(configuration.read()))
    if as_json:
        answer_json(_plain_trial(trial))
    else:
        _show_trial(trial)
    if not trial.balanced:
        off = ", ".join(f"{currency} by {by}" for currency, by in trial.differences.items() if by)
        stop("the books do not balance", f"minor units off: {off}", "Stop the bot and read docs/runbook.md.")


async def _trial_balance(settings: Settings) -> TrialBalance:
    async with reading(settings) as opened:
        return await opened.ledger.trial_balance()


def _plain_trial(trial: TrialBalance) -> dict[str, object]:
    lines = [
        {
            "kind": line.kind.value,
            "currency": line.currency,
            "accounts": line.accounts,
            "posted_debits_minor": line.posted_debits,
            "posted_credits_minor": line.posted_credits,
            "held_minor": line.held,
        }
        for line in trial.lines
    ]
    return {"balanced": trial.balanced, "differences_minor": trial.differences, "lines": lines}


def _show_trial(trial: TrialBalance) -> None:
    rows = [
        (
            line.kind.value,
            str(line.accounts),
            written(Money(line.posted_debits, line.currency)),
            written(Money(line.posted_credits, line.currency)),
            written(Money(line.held, line.currency)),
        )
        for line in trial.lines
    ]
    for currency in trial.differences:
        of_currency = [line for line in trial.lines if line.currency == currency]
        debits = Money(sum(line.posted_debits for line in of_currency), currency)
        credits_ = Money(sum(line.posted_credits for line in of_currency), currency)
        rows.append(("total", str(sum(line.accounts for line in of_currency)), written(debits), written(credits_), ""))
    show_table(("account", "how many", "debits", "credits", "held"), rows, right=(1, 2, 3, 4))
