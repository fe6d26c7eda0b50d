"""A name or a handle is changed by whoever it belongs to, and what it was before is not forgotten too soon.

A handle once given stays with its first owner, so it can only be taken back by them; it changes once a month. A former
name is kept sealed for as long as payers are told of the change, and then deleted. It asks for no PIN; its callers do.
"""

from dataclasses import dataclass

from bot.dialogue.people import FLAGGED_FOR, HANDLE_STAYS_FOR
from bot.memory.sealer import Sealer
from ledger.database.port import Database, Row, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.instants import Instant, from_micros, to_micros


class NobodyError(Exception):
    """Only somebody with an account has a name and a handle to change."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The handle is another person's, or once was."""


@dataclass(frozen=True, slots=True)
class TooSoon:
    """The handle was changed less than a month ago; from ``again_at`` on it can be changed."""

    again_at: Instant


class Renaming:
    """Changes names and handles."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._queries = Queries.load("bot.memory", "sql/renaming.sql", database.dialect)
        self._sealer = sealer

    async def change_name(self, session: Session, person_id: int, name: str, now: Instant) -> None:
        """Call the account so from now on. The name it has already changes nothing, so asking twice is asking once."""
        row = await self._find(session, person_id)
        old = self._sealer.open("people", "sealed_name", person_id, row["sealed_name"])
        new = name.encode("utf-8", "replace")
        if old == new:
            return
        changed_at = max(to_micros(now), (row["name_changed_at"] or 0) + 1)  # two former names never share a moment
        values: dict[str, Value] = {"person_id": person_id, "changed_at": changed_at}
        former = self._sealer.seal("former_names", "sealed_name", f"{person_id}:{changed_at}", old)
        await session.execute(self._queries["keep_former_name"], values | {"sealed_name": former})
        fresh = self._sealer.seal("people", "sealed_name", person_id, new)
        await session.execute(self._queries["change_name"], values | {"sealed_name": fresh})

    async def change_handle(
        self, session: Session, person_id: int, handle: str, now: Instant
    ) -> Taken | TooSoon | None:
        """Be paid by this handle from now on; ``None`` when it is so. The one it has already changes nothing."""
        row = await self._find(session, person_id)
        if row["handle"] == handle:
            return None
        if row["handle_changed_at"] is not None:
            again_at = from_micros(row["handle_changed_at"]) + HANDLE_STAYS_FOR
            if now < again_at:
                return TooSoon(again_at)
        values: dict[str, Value] = {"person_id": person_id, "handle": handle, "now": to_micros(now)}
        await session.execute(self._queries["take_handle"], values)
        if await session.one(self._queries["owns_handle"], {"person_id": person_id, "handle": handle}) is None:
            return Taken()
        await session.execute(self._queries["change_handle"], values)
        return None

    async def is_retired(self, session: Session, handle: str) -> bool:
        """Whether somebody had this handle and has another one now. It leads to nobody, not even to them."""
        return await session.one(self._queries["retired_handle"], {"handle": handle.lower()}) is not None

    async def forget_former_names(self, session: Session, now: Instant) -> int:
        """Delete the names of which no payer is told any more; how many."""
        return await session.execute(
            self._queries["forget_former_names"], {"flagged_since": to_micros(now - FLAGGED_FOR)}
        )

    async def _find(self, session: Session, person_id: int) -> Row:
        row = await session.one(self._queries["find_owner"], {"person_id": person_id})
        if row is None:
            raise NobodyError
        return row
