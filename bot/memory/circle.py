"""Whom a person knows: contacts, who they paid or were paid by, whom they block, and looking up strangers.

A look-up answers the same for "nobody" and "they blocked you". Strangers are counted, so that nobody can read the
directory handle by handle; people one knows are free.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.dialogue.people import Card, Payee
from bot.memory.people import People
from bot.memory.phones import INDEX_KIND
from bot.memory.sealer import Sealer
from ledger.database.port import Database, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.ids import AccountId
from ledger.kernel.instants import Instant, from_micros, to_micros

STRANGERS_PER_WINDOW: Final = 20  # plenty for a person, a year for 10,000 handles; our choice
WINDOW: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Too many strangers were looked up; another one is free at ``again_at``."""

    again_at: Instant


class Circle:
    """Who knows whom."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        people: People,
        *,
        strangers: int = STRANGERS_PER_WINDOW,
        window: timedelta = WINDOW,
    ) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/people.sql", database.dialect)
        self._sealer = sealer
        self._people = people
        self._strangers = strangers
        self._window = window

    async def find_handle(self, session: Session, asker_id: int, handle: str, now: Instant) -> Payee | Exhausted | None:
        """Exact look-up in the whole directory by handle, on behalf of a person."""
        return await self._look_up(session, asker_id, "look_up_handle", {"handle": handle.lower()}, now)

    async def find_person(
        self, session: Session, asker_id: int, person_id: int, now: Instant
    ) -> Payee | Exhausted | None:
        """Look-up by numeric id (a mention, a reply, a shared contact), on behalf of a person."""
        return await self._look_up(session, asker_id, "look_up_person", {"person_id": person_id}, now)

    async def find_phone(self, session: Session, asker_id: int, number: str, now: Instant) -> Payee | Exhausted | None:
        """Look-up by a phone number in E.164, on behalf of a person."""
        index = self._sealer.index(INDEX_KIND, number)
        return await self._look_up(session, asker_id, "look_up_phone", {"phone_index": index}, now)

    async def add_contact(
        self, session: Session, owner_id: int, contact_id: int, now: Instant, nickname: str | None = None
    ) -> Payee | None:
        """Remember a contact, under the nickname the owner's phone has for them; None if there is nobody to add."""
        payee = await self._people.by_person(contact_id, session)
        if payee is None or contact_id == owner_id or await self._is_blocked(session, contact_id, owner_id):
            return None
        place = f"{owner_id}:{contact_id}"
        sealed = self._sealer.seal("contacts", "sealed_nickname", place, nickname.encode()) if nickname else None
        values: dict[str, Value] = {
            "owner_id": owner_id,
            "contact_id": contact_id,
            "sealed_nickname": sealed,
            "now": to_micros(now),
        }
        await session.execute(self._queries["put_contact"], values)
        return payee

    async def introduce(self, session: Session, one_id: int, other_id: int, now: Instant) -> None:
        """Let two people know each other before either has an account: they are contacts once they do."""
        await self._introduce(session, one_id, other_id, now)

    async def befriend(
        self, session: Session, inviter_id: int, guest_id: int, now: Instant
    ) -> tuple[Payee | None, bool]:
        """Whoever came by an invitation and whoever made it are contacts of each other, unless one blocks the other.

        The inviter, and whether the two were not contacts before; nobody for oneself and for who is not here.
        """
        inviter = await self._people.by_person(inviter_id, session)
        blocked = [await self._is_blocked(session, *pair) for pair in ((inviter_id, guest_id), (guest_id, inviter_id))]
        if inviter is None or inviter_id == guest_id or any(blocked):
            return None, False
        return inviter, guest_id in await self._introduce(session, inviter_id, guest_id, now)

    async def remove_contact(self, session: Session, owner_id: int, contact_id: int) -> None:
        """Forget somebody: no name of the owner's means them any more, until they are added or pay each other again."""
        values: dict[str, Value] = {"owner_id": owner_id, "contact_id": contact_id}
        await session.execute(self._queries["remove_contact"], values)
        await session.execute(self._queries["forget_acquaintance"], values)

    async def card(self, owner_id: int, person_id: int, *, hidden: bool = True) -> Card | None:
        """One person as the owner may see them. ``hidden``: whoever blocks the owner is nobody, as in a look-up.

        The id came from a button of ours, so it is somebody the owner was shown before.
        """
        values: dict[str, Value] = {"owner_id": owner_id, "person_id": person_id}
        row = await self._database.at_once.one(self._queries["find_card"], values)
        if row is None or (hidden and row["blocks_owner"]):
            return None
        added_at, met_at = (None if at is None else from_micros(at) for at in (row["added_at"], row["met_at"]))
        return Card(self._people.payee(row), added_at, met_at)

    async def blocked(self, owner_id: int) -> list[Payee]:
        """Whom the owner blocks, the latest first."""
        rows = await self._database.all(self._queries["find_blocked"], {"owner_id": owner_id})
        return [self._people.payee(row) for row in rows]

    async def refuses(self, payer_id: int, account_id: AccountId) -> bool:
        """Whether the owner of an account blocks the payer: to them it is nobody's."""
        values: dict[str, Value] = {"payer_id": payer_id, "account_id": account_id}
        return await self._database.at_once.one(self._queries["refuses_payer"], values) is not None

    async def has_blocked(self, session: Session, owner_id: int, other_id: int) -> bool:
        """Whether the owner wants nothing of the other."""
        return await self._is_blocked(session, owner_id, other_id)

    async def block(self, session: Session, owner_id: int, blocked_id: int, now: Instant) -> None:
        """To the blocked one, the owner is nobody from now on."""
        values: dict[str, Value] = {"owner_id": owner_id, "blocked_id": blocked_id, "now": to_micros(now)}
        await session.execute(self._queries["put_block"], values)

    async def unblock(self, session: Session, owner_id: int, blocked_id: int) -> None:
        """Take a block back."""
        await session.execute(self._queries["remove_block"], {"owner_id": owner_id, "blocked_id": blocked_id})

    async def paid(self, session: Session, payer_id: int, payee_id: int, at: Instant) -> None:
        """They know each other from now on, because one paid the other. Told twice is the same."""
        if payer_id == payee_id:
            return
        met_at = to_micros(at)
        rows: dict[int, dict[str, Value]] = {
            payer_id: {"person_id": payer_id, "other_id": payee_id, "met_at": met_at, "paid_at": met_at},
            payee_id: {"person_id": payee_id, "other_id": payer_id, "met_at": met_at, "paid_at": None},
        }
        in_order = [rows[person_id] for person_id in sorted(rows)]  # two who pay each other never wait for each other
        for row in in_order:
            await session.later(self._queries["put_acquaintance"], row)

    async def _look_up(
        self, session: Session, asker_id: int, query: str, values: dict[str, Value], now: Instant
    ) -> Payee | Exhausted | None:
        """Two statements for everybody who is not free, whether they exist, block the asker, or neither.

        A name is opened only when it is the answer, so a person who blocks costs what nobody costs.
        """
        row = await session.one(self._queries[query], {**values, "asker_id": asker_id})
        if row is not None and not row["blocks_asker"] and (row["known"] or row["person_id"] == asker_id):
            return self._people.payee(row)
        if not await self._count(session, asker_id, now):
            return Exhausted(await self._again_at(session, asker_id, now))
        return None if row is None or row["blocks_asker"] else self._people.payee(row)

    async def _introduce(self, session: Session, one_id: int, other_id: int, now: Instant) -> set[int]:
        """For whom of the two the other is a new contact. In one order, whoever introduces them at the same time."""
        low, high = sorted((one_id, other_id))
        new: set[int] = set()
        for owner_id, contact_id in ((low, high), (high, low)):
            values: dict[str, Value] = {"owner_id": owner_id, "contact_id": contact_id, "now": to_micros(now)}
            if await session.execute(self._queries["introduce"], values):
                new.add(owner_id)
        return new

    async def _is_blocked(self, session: Session, owner_id: int, other_id: int) -> bool:
        values: dict[str, Value] = {"owner_id": owner_id, "blocked_id": other_id}
        return await session.one(self._queries["has_blocked"], values) is not None

    async def _count(self, session: Session, asker_id: int, now: Instant) -> bool:
        values: dict[str, Value] = {
            "person_id": asker_id,
            "now": to_micros(now),
            "window_over": to_micros(now - self._window),
            "most": self._strangers,
        }
        return await session.one(self._queries["count_lookup"], values) is not None

    async def _again_at(self, session: Session, asker_id: int, now: Instant) -> Instant:
        row = await session.one(self._queries["find_lookups"], {"person_id": asker_id})
        return now if row is None else from_micros(row["window_at"]) + self._window
