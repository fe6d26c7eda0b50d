"""Everything kept about a person as one JSON file: what the memory holds, and what the ledger says of their account.

It names nobody who is not named to them in the chat, and holds no PIN and no id of ours.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from bot.dialogue.effects import File
from bot.dialogue.events import ExportMade
from bot.dialogue.labels import NOT_IN_EXPORT
from bot.dialogue.people import Me, Payee
from bot.memory.own_data import Json, moment
from bot.runner.doors import Doors
from bot.runner.statements import MOST_WALKED
from ledger.desk import StatementLine, TooLongWalkError
from ledger.exports.statement_csv import decimal
from ledger.kernel.ids import AccountId, PaymentId
from ledger.kernel.instants import EPOCH, to_micros
from ledger.kernel.money import Money

FORMAT: Final = "hundi own data 1"
MOST_BYTES: Final = 20 * 2**20  # what a bot can fetch again (Bot API, getFile), and more than a phone wants to open


class _TooLargeError(Exception):
    """The file would be too large."""


class OwnExports:
    """Makes the file."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def make(self, me: Me, account: AccountId) -> ExportMade:
        """The file; none when it would be too large."""
        doors, now = self._doors, self._doors.now()
        kept = await doors.own_data.read(me.person_id)
        head: dict[str, Json] = {
            "format": FORMAT,
            "made_at": moment(to_micros(now)),
            "time_zone": str(doors.voice.zone),
            **kept,
            "account": await self._account(account),
            "not_in_this_file": [doors.voice.plain(key, me.language) for key in NOT_IN_EXPORT],
        }
        try:
            payments = await self._payments(me, account)
        except (_TooLargeError, TooLongWalkError):
            return ExportMade(None)
        text = json.dumps(head, ensure_ascii=False, indent=1)
        body = f'{text[:-2]},\n "payments": [\n{",".join(payments)}]\n}}\n'.encode("utf-8", "replace")
        if len(body) > MOST_BYTES:
            return ExportMade(None)
        day = now.astimezone(doors.voice.zone).date()
        return ExportMade(File(f"hundi-data-{day}.json", "application/json", body))

    async def _account(self, account: AccountId) -> dict[str, Json]:
        state = await self._doors.ledger.account(account)
        balance = await self._doors.ledger.balance(account)
        own = state.own
        limits: dict[str, Json] = {}
        if own is not None:
            for name, limit in (("a_payment", own.per_payment), ("a_day", own.per_day), ("a_payee", own.per_payee)):
                limits[name] = None if limit is None else decimal(Money(limit, state.currency))
        return {
            "currency": state.currency,
            "posted": decimal(balance.posted),
            "held": decimal(balance.held),
            "available": decimal(balance.available),
            "frozen": state.is_frozen(to_micros(self._doors.now())),
            "opens_again_at": moment(state.thaws_at),
            "your_own_limits": limits,
        }

    async def _payments(self, me: Me, account: AccountId) -> list[str]:
        """Each posting as a piece of JSON, oldest first."""
        doors = self._doors
        ends_at = doors.now() + timedelta(days=1)
        statement = await doors.ledger.statement(account, EPOCH, ends_at, MOST_WALKED)
        pieces: list[str] = []
        size = 0
        async for page in doors.ledger.statement_pages(statement):
            for piece in await self._page(me, page):
                size += len(piece)
                pieces.append(piece)
            if size > MOST_BYTES:
                raise _TooLargeError
        return pieces

    async def _page(self, me: Me, page: Sequence[StatementLine]) -> list[str]:
        doors, postings = self._doors, [line.posting for line in page]
        people = await doors.people.by_accounts({one.other_account_id for one in postings})
        payments = [one.cause for one in postings if isinstance(one.cause, PaymentId)]
        notes = await doors.notes.read(payments)
        done = await doors.own_data.of_payments(me.person_id, payments)
        return [f"\n  {_payment(line, people, notes, done)}" for line in page]


def _payment(
    line: StatementLine,
    people: Mapping[AccountId, Payee],
    notes: Mapping[PaymentId, str],
    done: Mapping[str, dict[str, Json]],
) -> str:
    posting = line.posting
    other, cause = people.get(posting.other_account_id), posting.cause
    facts: dict[str, Json] = {
        "at": moment(to_micros(posting.at)),
        "kind": str(posting.kind),
        "way": "in" if posting.incoming else "out",
        "amount": decimal(posting.amount),
        "currency": posting.amount.currency,
        "balance_after": decimal(line.balance),
        "name": other.name if other else None,
        "handle": other.handle if other else None,
        "note": notes.get(cause) if isinstance(cause, PaymentId) else None,
        "reference": posting.reference,
    }
    return json.dumps(facts | done.get(cause, {}), ensure_ascii=False)
