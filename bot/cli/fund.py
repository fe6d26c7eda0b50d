"""``hundi fund``: the operator's cash-in. The same ``--id`` funds once, so a command one is unsure of is run again."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Annotated, Final

import typer

from bot import settings as configuration
from bot.cli.amounts import read_exactly, written
from bot.cli.console import ExitCode, answer_json, say, stop
from bot.cli.program import app
from bot.cli.users import account_of
from bot.settings import Settings
from bot.wiring import Books, open_books, people_of
from ledger.commands import Fund
from ledger.desk.views import AccountBalance
from ledger.kernel.errors import IdempotencyConflictError
from ledger.kernel.ids import AccountId, FundingId
from ledger.kernel.money import Money
from ledger.outcomes import Funded, Refused

LONGEST_RECEIPT: Final = 128  # characters of --id; a receipt number fits


@dataclass(frozen=True, slots=True)
class CashIn:
    """What a cash-in did, and what the account holds now."""

    funded: Funded
    balance: AccountBalance


@app.command()
def fund(
    user: Annotated[str, typer.Argument(help="A Telegram id, or the @handle of somebody who has started the bot.")],
    amount: Annotated[str, typer.Argument(help="An exact amount in the currency of the books: 500.00.")],
    *,
    receipt: Annotated[str | None, typer.Option("--id", help="Your receipt number. The same one funds once.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on one line.")] = False,
) -> None:
    """Book cash that you took in. Somebody who has not started the bot finds the money at /start."""
    settings = configuration.read()
    money = read_exactly(amount, settings.currency)
    if receipt is not None and not 1 <= len(receipt) <= LONGEST_RECEIPT:
        stop("this --id cannot be used", f"it has 1 to {LONGEST_RECEIPT} characters", code=ExitCode.USAGE)
    done = asyncio.run(_fund(settings, user, money, funding_id_of(receipt)))
    if as_json:
        answer_json(_plain(done))
        return
    say(f"Funded {written(done.funded.amount)} for {user}. Reference {done.funded.reference}.")
    say(f"The account holds {written(done.balance.posted)}.")


def funding_id_of(receipt: str | None) -> FundingId:
    """The id behind an operator's own number; a new one if there is none. One of ours is taken as it is."""
    if receipt is None:
        return FundingId.new()
    try:
        return FundingId.parse(receipt)
    except ValueError:
        return FundingId.from_bytes(hashlib.sha256(b"hundi fund 1\0" + receipt.encode()).digest()[:16])


async def _fund(settings: Settings, user: str, amount: Money, funding_id: FundingId) -> CashIn:
    async with open_books(settings) as books:
        account_id = await account_of(user, books, people_of(books, settings))
        return await cash_in(books, account_id, amount, funding_id)


async def cash_in(books: Books, account_id: AccountId, amount: Money, funding_id: FundingId) -> CashIn:
    """Fund, and read what the account holds now."""
    try:
        answer = await books.ledger.ask(Fund(funding_id, account_id, amount))
    except IdempotencyConflictError as conflict:
        why = f"this --id was used before with another {conflict.field.replace('_', ' ')}"
        stop("nothing was funded", why, "Use a new --id, or repeat exactly what you asked then.")
    match answer:
        case Funded():
            return CashIn(answer, await books.ledger.balance(account_id))
        case Refused(code):
            return stop("nothing was funded", code.value.replace("_", " "))


def _plain(done: CashIn) -> dict[str, object]:
    return {
        "funding_id": done.funded.funding_id,
        "account": done.balance.account_id,
        "amount_minor": done.funded.amount.minor_units,
        "currency": done.funded.amount.currency,
        "reference": done.funded.reference,
        "posted_minor": done.balance.posted.minor_units,
        "held_minor": done.balance.held.minor_units,
        "available_minor": done.balance.available.minor_units,
    }
