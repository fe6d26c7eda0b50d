"""Who people are: the account and the handle behind a Telegram id, their name, and whom they know.

A person is found by numeric id; a username is only a last-seen alias. Names are sealed. It knows no money and no PIN:
``Me.frozen``, ``Me.has_pin`` and ``Me.pin_digits`` are filled in by who does.
"""

import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from bot.dialogue.people import Me, Payee
from bot.memory.few import FEW, reader_for
from bot.memory.handles import Chance, candidates
from bot.memory.sealer import Sealer
from ledger.database.port import Database, Reader, Row, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.ids import AccountId
from ledger.kernel.instants import Instant, from_micros, to_micros

_log = structlog.get_logger(__name__)

MOST_ACQUAINTANCES: Final = 1_000  # the newest; a name beyond them is found by handle
_REMEMBERED: Final = 100_000  # people who know many; about 6 MiB
RECENT_PAYEES: Final = 5  # what fits under "To whom?" without scrolling
MAX_NAME: Final = 128  # Telegram allows 64 + 64; what is longer did not come from there


# What is neither did not come from Telegram; a database may not even be able to keep it (U+0000, a lone surrogate).
_USERNAME: Final = re.compile(r"[A-Za-z0-9_]{1,64}")
_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z0-9-]{1,35}")  # RFC 5646, section 4.4.1


class NotRegisteredError(Exception):
    """Registering needs an account id that was stored before the ledger was asked to open it."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is remembered of one person. ``account_id`` is set from the moment it was minted, registered or not."""

    person_id: int
    account_id: AccountId | None
    handle: str | None
    name: str
    registered: bool
    blocked_bot_at: Instant | None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose account it is, what they are called and what they read."""

    person_id: int
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What Telegram says of somebody now. ``language_hint`` is the tag their Telegram is set to ("en-IN")."""

    name: str
    username: str | None = None
    language_hint: str | None = None


class People:
    """Everybody the bot knows."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        *,
        languages: Sequence[str],
        currency: str,
        chance: Chance | None = None,
    ) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/people.sql", database.dialect)
        self._sealer = sealer
        self._languages = tuple(languages)
        self._currency = currency
        self._know_many: set[int] = set()  # people whose acquaintances are not read on the event loop again
        self._chance: Chance = random.SystemRandom() if chance is None else chance

    # ── who somebody is ──────────────────────────────────────────────────────

    async def load_me(self, person_id: int, reader: Reader | None = None, *, with_known: bool = True) -> Me:
        """The person as the dialogue sees them; somebody never seen is a newcomer without a name.

        A tap on the PIN pad and a message to them need none of the people they know: up to a thousand names for a shop.
        """
        row = await (reader or self._database.at_once).one(self._queries["find_person"], {"person_id": person_id})
        if row is None:
            return Me(person_id, "", None, self._languages[0], self._languages, self._currency, reads_language=False)
        registered = row["registered_at"] is not None
        language = self._language(row)
        known = await self._known(person_id, reader) if registered and with_known else []
        return Me(
            person_id=person_id,
            name=self._text(row, "sealed_name"),
            username=self._text(row, "sealed_username") or None,
            language=language or self._languages[0],
            languages=self._languages,
            currency=self._currency,
            account_id=AccountId(row["account_id"]) if registered else None,
            handle=row["handle"],
            phone_bound=bool(row["phone_bound"]),
            blocks_somebody=bool(row["blocks_somebody"]),
            known=tuple(payee for _, payee in known),
            recent=_recent(known),
            registered_at=_moment(row["registered_at"]),
            renamed_at=_moment(row["name_changed_at"]),
            handle_changed_at=_moment(row["handle_changed_at"]),
            reads_language=language is not None,
            reachable=row["blocked_bot_at"] is None,
        )

    async def person(self, person_id: int, reader: Reader | None = None) -> Person | None:
        """The plain facts, for the command line and the notifier."""
        row = await (reader or self._database.at_once).one(self._queries["find_person"], {"person_id": person_id})
        if row is None:
            return None
        return Person(
            person_id=person_id,
            account_id=AccountId(row["account_id"]) if row["account_id"] else None,
            handle=row["handle"],
            name=self._text(row, "sealed_name"),
            registered=row["registered_at"] is not None,
            blocked_bot_at=_moment(row["blocked_bot_at"]),
        )

    async def by_person(self, person_id: int, reader: Reader | None = None) -> Payee | None:
        """Somebody who can be paid, by numeric id. Asks nobody's leave: for look-ups by people see ``Circle``."""
        row = await (reader or self._database.at_once).one(self._queries["find_registered"], {"person_id": person_id})
        return None if row is None else self.payee(row)

    async def by_handle(self, handle: str, reader: Reader | None = None) -> Payee | None:
        """Somebody who can be paid, by the handle they have now (no @). Asks nobody's leave, as ``by_person``."""
        values: dict[str, Value] = {"handle": handle.lower()}
        row = await (reader or self._database.at_once).one(self._queries["find_registered_by_handle"], values)
        return None if row is None else self.payee(row)

    def payee(self, row: Row) -> Payee:
        """Somebody who can be paid, of a row with their id, account, handle and sealed name."""
        return _payee_called(self._text(row, "sealed_name"), row, ())

    async def by_accounts(self, account_ids: Iterable[str], reader: Reader | None = None) -> dict[AccountId, Payee]:
        """The registered people behind accounts, in one query."""
        ids = sorted(set(account_ids))
        values: dict[str, Value] = {"account_ids": json.dumps(ids)}
        reader = reader or reader_for(self._database, ids)
        rows = await reader.all(self._queries["find_registered_by_accounts"], values)
        return {payee.account_id: payee for row in rows if (payee := self._payee_or_none(row)) is not None}

    async def by_persons(self, person_ids: Iterable[int], reader: Reader | None = None) -> list[Payee]:
        """Those of these people who can be paid, in one query. Asks nobody's leave, as ``by_person``."""
        ids = sorted(set(person_ids))
        values: dict[str, Value] = {"person_ids": json.dumps(ids)}
        reader = reader or reader_for(self._database, ids)
        rows = await reader.all(self._queries["find_registered_by_persons"], values)
        return [payee for row in rows if (payee := self._payee_or_none(row)) is not None]

    async def owners(self, account_ids: Iterable[str], reader: Reader | None = None) -> dict[AccountId, Owner]:
        """Whom to tell about accounts, in one query: also somebody who was funded before they started the bot."""
        ids = sorted(set(account_ids))
        values: dict[str, Value] = {"account_ids": json.dumps(ids)}
        rows = await (reader or reader_for(self._database, ids)).all(self._queries["find_owners"], values)
        return {AccountId(row["account_id"]): self._owner(row) for row in rows}

    # ── what changes ─────────────────────────────────────────────────────────

    async def see(self, session: Session, person_id: int, seen: Seen, now: Instant) -> None:
        """Telegram says they are called so now. The name on an open account does not change by that."""
        await session.later(self._queries["insert_person"], {"person_id": person_id, "now": to_micros(now)})
        username = seen.username if seen.username and _USERNAME.fullmatch(seen.username) else None
        index = self._sealer.index("username", username.lower()) if username else None
        hint = seen.language_hint or ""
        values: dict[str, Value] = {
            "person_id": person_id,
            "sealed_name": self._sealed("sealed_name", person_id, seen.name[:MAX_NAME]),
            "sealed_username": self._sealed("sealed_username", person_id, username) if username else None,
            "username_index": index,
            "language_hint": hint if _LANGUAGE_TAG.fullmatch(hint) else None,
        }
        await session.later(self._queries["see_person"], values)
        if index is not None:
            others: dict[str, Value] = {"person_id": person_id, "username_index": index}
            await session.later(self._queries["forget_username_of_others"], others)

    async def account_for(self, session: Session, person_id: int, now: Instant) -> AccountId:
        """The person's account id, minted and stored now if there is none: before the ledger is asked to open it.

        This is also how money can wait for somebody who has not started the bot (``hundi fund``).
        """
        await session.execute(self._queries["insert_person"], {"person_id": person_id, "now": to_micros(now)})
        fresh: dict[str, Value] = {"person_id": person_id, "account_id": AccountId.new()}
        await session.execute(self._queries["give_account"], fresh)
        row = await session.one(self._queries["find_person"], {"person_id": person_id})
        if row is None:
            raise NotRegisteredError
        return AccountId(row["account_id"])

    async def register(self, session: Session, person_id: int, language: str, now: Instant) -> str:
        """Let them pay and be paid under a handle of their own, and give it. Asked again: the handle they have.

        The ledger has opened ``account_for`` before. The name is the one last seen.
        """
        row = await session.one(self._queries["person_to_register"], {"person_id": person_id})
        if row is None or row["account_id"] is None:
            raise NotRegisteredError
        if row["registered_at"] is not None:
            return str(row["handle"])
        name = self._text(row, "sealed_name")
        handle = await self._give_handle(session, person_id, self._text(row, "sealed_username") or None, name, now)
        values: dict[str, Value] = {
            "person_id": person_id,
            "handle": handle,
            "language": language,
            "sealed_name": self._sealed("sealed_name", person_id, name or f"@{handle}"),
            "now": to_micros(now),
        }
        await session.execute(self._queries["register_person"], values)
        return handle

    async def set_language(self, session: Session, person_id: int, language: str) -> None:
        """Remember the language they chose."""
        await session.execute(self._queries["set_language"], {"person_id": person_id, "language": language})

    async def set_blocked(self, session: Session, person_id: int, blocked_at: Instant | None) -> None:
        """They blocked the bot at a moment, or (None) take its messages again."""
        values: dict[str, Value] = {
            "person_id": person_id,
            "blocked_at": None if blocked_at is None else to_micros(blocked_at),
        }
        await session.execute(self._queries["set_blocked"], values)

    # ── inside ───────────────────────────────────────────────────────────────

    async def _give_handle(
        self, session: Session, person_id: int, username: str | None, name: str, now: Instant
    ) -> str:
        for handle in candidates(username, name, self._chance):
            values: dict[str, Value] = {"handle": handle, "person_id": person_id, "now": to_micros(now)}
            if await session.execute(self._queries["give_handle"], values):
                return handle
        raise NotRegisteredError

    async def _known(self, person_id: int, reader: Reader | None) -> list[tuple[Row, Payee]]:
        values: dict[str, Value] = {"person_id": person_id, "most": MOST_ACQUAINTANCES}
        if reader is None:
            reader = self._database if person_id in self._know_many else self._database.at_once
        rows = await reader.all(self._queries["find_known"], values)
        if len(rows) > FEW and len(self._know_many) < _REMEMBERED:
            self._know_many.add(person_id)
        found = [(row, self._payee_or_none(row, self._nicknames(person_id, row))) for row in rows]
        return [(row, self._with_former_name(row, payee)) for row, payee in found if payee is not None]

    def _with_former_name(self, row: Row, payee: Payee) -> Payee:
        """The name by which they knew them, while it is kept. A damaged one leaves them without it, not the reader."""
        if row["sealed_former_name"] is None:
            return payee
        place = f"{payee.person_id}:{row['former_until']}"
        try:
            former = self._sealer.open("former_names", "sealed_name", place, row["sealed_former_name"]).decode()
        except Exception as damaged:  # noqa: BLE001 - memory does not know the sealer's errors; each means the same
            _log.error("people.name_does_not_open", person=payee.person_id, error=type(damaged).__name__)
            return payee
        return payee if former == payee.name else replace(payee, former_name=former)

    def _nicknames(self, owner_id: int, row: Row) -> tuple[str, ...]:
        if row["sealed_nickname"] is None:
            return ()
        place = f"{owner_id}:{row['person_id']}"
        return (self._sealer.open("contacts", "sealed_nickname", place, row["sealed_nickname"]).decode(),)

    def _owner(self, row: Row) -> Owner:
        language = self._language(row) or self._languages[0]
        return Owner(row["person_id"], self._name_or_none(row) or "", language)

    def _payee_or_none(self, row: Row, nicknames: tuple[str, ...] = ()) -> Payee | None:
        """One of many people: whose name does not open cannot be shown, so they are not there to be paid."""
        name = self._name_or_none(row)
        return None if name is None else _payee_called(name, row, nicknames)

    def _name_or_none(self, row: Row) -> str | None:
        try:
            return self._text(row, "sealed_name")
        except Exception as damaged:  # noqa: BLE001 - memory does not know the sealer's errors; each means the same
            _log.error("people.name_does_not_open", person=row["person_id"], error=type(damaged).__name__)
            return None

    def _text(self, row: Row, column: str) -> str:
        sealed = row[column]
        return "" if sealed is None else self._sealer.open("people", column, row["person_id"], sealed).decode()

    def _sealed(self, column: str, person_id: int, text: str) -> bytes:
        return self._sealer.seal("people", column, person_id, text.encode("utf-8", "replace"))

    def _language(self, row: Row) -> str | None:
        """What they chose; else what their Telegram is set to, if we speak it."""
        hint = (row["language_hint"] or "").partition("-")[0].lower()
        for language in (row["language"], hint):
            if language in self._languages:
                return str(language)
        return None


def _payee_called(name: str, row: Row, nicknames: tuple[str, ...]) -> Payee:
    account_id, renamed_at = AccountId(row["account_id"]), _moment(row["name_changed_at"])
    return Payee(row["person_id"], account_id, name, row["handle"], nicknames, renamed_at)


def _moment(micros: int | None) -> Instant | None:
    return None if micros is None else from_micros(micros)


def _recent(known: Sequence[tuple[Row, Payee]]) -> tuple[Payee, ...]:
    """Whom they paid last, newest first."""
    paid = [(row["paid_at"], payee) for row, payee in known if row["paid_at"] is not None]
    paid.sort(key=lambda each: each[0], reverse=True)
    return tuple(payee for _, payee in paid[:RECENT_PAYEES])
