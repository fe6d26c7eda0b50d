"""Whom an operator means by USER: a Telegram id, a handle, or an account of the ledger."""

import re
from typing import Final

from bot.cli.books import OpenBooks
from bot.cli.console import ExitCode, stop
from bot.memory.people import People
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from bot.wiring import Books, languages
from ledger.commands import OpenAccount
from ledger.kernel.accounts import AccountKind
from ledger.kernel.ids import AccountId

LARGEST_ID: Final = 2**52 - 1  # core.telegram.org/bots/api: a user id has at most 52 significant bits
_PERSON_ID: Final = re.compile(r"[1-9][0-9]{0,15}")


def person_id_of(user: str) -> int | None:
    """The Telegram id that USER is, or ``None``."""
    return int(user) if _PERSON_ID.fullmatch(user) and int(user) <= LARGEST_ID else None


async def account_of(user: str, books: Books, people: People) -> AccountId:
    """The open account of a Telegram id, made if there is none, or of a handle."""
    person_id = person_id_of(user)
    if person_id is None:
        return await _account_of_handle(user, people)
    async with books.database.transaction() as session:
        account_id = await people.account_for(session, person_id, books.clock.now())
    await books.ledger.ask(OpenAccount(account_id, AccountKind.WALLET, books.policy.currency))
    return account_id


async def known_account_of(user: str, opened: OpenBooks) -> AccountId:
    """The account that is there already. Only an ``acc_…`` id needs no keys."""
    try:
        return AccountId.parse(user)
    except ValueError:
        people = people_in(opened)
    person_id = person_id_of(user)
    if person_id is None:
        return await _account_of_handle(user, people)
    person = await people.person(person_id)
    if person is None or person.account_id is None:
        return stop(f"{user} has no account", mend=f"`hundi fund {user} AMOUNT` makes one.")
    return person.account_id


def people_in(opened: OpenBooks) -> People:
    """The people of books that are only read. ``KeysError`` without the keys: names are sealed."""
    keys = Keys.load(opened.settings.keys_file)
    sealer = Sealer(keys.field_keys, keys.index_key)
    return People(opened.database, sealer, languages=languages(), currency=opened.settings.currency)


async def _account_of_handle(user: str, people: People) -> AccountId:
    if not user.startswith("@"):
        stop(
            f"{user!r} is nobody", "USER is a Telegram id or an @handle", "For example 1001 or @priya.", ExitCode.USAGE
        )
    payee = await people.by_handle(user.removeprefix("@"))
    if payee is None:
        stop(f"nobody has the handle {user}", mend="Use the Telegram id: it works before somebody starts the bot, too.")
    return payee.account_id
