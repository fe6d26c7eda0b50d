"""Which deployment a database is: its keys, its bot, and whether its money is play money.

A database opened with other keys would look damaged row by row; one run by another bot would write to strangers; play
money must never turn into money. Each is found here, at start, and told with its mend.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ledger.database.port import Database, Reader, Session
from ledger.database.queries import Queries
from ledger.kernel.instants import Instant, from_micros, to_micros

CLOCK_BEHIND: Final = timedelta(minutes=1)  # what NTP may take back; more, and locks and limits would be wrong


class DeploymentError(Exception):
    """The database belongs elsewhere. ``mend`` says what to do."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(f"{problem}. {mend}")
        self.problem = problem
        self.mend = mend


class KeysMismatchError(DeploymentError):
    """The keys file is not the one this database was sealed with."""

    def __init__(self, wanted: str, given: str) -> None:
        super().__init__(
            f"the database was sealed with {wanted}, the keys file is {given}",
            "Point HUNDI_KEYS_FILE at the right keys, or HUNDI_DATABASE_URL at the right database",
        )


class BotMismatchError(DeploymentError):
    """Another bot runs on this database."""

    def __init__(self, wanted: int, given: int) -> None:
        super().__init__(
            f"the database belongs to bot {wanted}, the token is of bot {given}",
            "Use the token of that bot, or another database",
        )


class TownMismatchError(DeploymentError):
    """Play money and money never meet."""

    def __init__(self, *, database_is_town: bool) -> None:
        kind = "the town's, with play money" if database_is_town else "a real deployment's"
        super().__init__(f"the database is {kind}", "Point HUNDI_DATABASE_URL at another database")


class BeingFilledError(DeploymentError):
    """A copy is under way, or was stopped halfway: what is here is not a deployment yet."""

    def __init__(self) -> None:
        super().__init__(
            "the database is being filled by `hundi copy`, and not all of it is here yet",
            "Let it end; if it was stopped, the same command goes on where it was",
        )


class ClockBehindError(DeploymentError):
    """This machine's clock stands before a moment that is in the database: locks, limits and expiries would revive."""

    def __init__(self, behind: timedelta) -> None:
        super().__init__(
            f"the clock of this machine is {behind.total_seconds():.0f} s behind the newest moment in the database",
            "Set the clock (NTP). If it is right and was wrong before: `hundi run --clock-is-right`",
        )


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the one row says. ``bot_id`` is set once a bot has run on it; ``whole`` is False while a copy fills it."""

    keys_id: str
    bot_id: int | None
    town: bool
    created_at: Instant
    latest_at: Instant
    whole: bool = True

    def clock_is_behind(self, now: Instant) -> timedelta:
        """How far ``now`` lies before the latest moment seen here; more than a minute or so means a wrong clock."""
        return max(timedelta(), self.latest_at - now)


class Deployments:
    """The one row of this database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/deployment.sql", database.dialect)

    async def find(self, reader: Reader | None = None) -> Deployment | None:
        """What is written, or None in a new database."""
        row = await (reader or self._database).one(self._queries["find_deployment"])
        if row is None:
            return None
        created_at, latest_at = from_micros(row["created_at"]), from_micros(row["latest_at"])
        whole = row["filled_from"] is None
        return Deployment(row["keys_id"], row["bot_id"], bool(row["town"]), created_at, latest_at, whole)

    async def filled_from(self) -> str | None:
        """What a copy that fills this database says of where from."""
        row = await self._database.one(self._queries["filled_from"])
        return None if row is None else row["filled_from"]

    async def filled(self, session: Session) -> None:
        """The copy is whole."""
        await session.execute(self._queries["filled"])

    async def claim(
        self, session: Session, keys_id: str, now: Instant, *, town: bool | None = None, bot_id: int | None = None
    ) -> Deployment:
        """Make this database ours, or find that it is; raises a ``DeploymentError`` if it is somebody else's.

        A command without a bot (``hundi fund``) leaves ``bot_id`` out; one that works on either kind, ``town``.
        """
        await session.execute(
            self._queries["insert_deployment"], {"keys_id": keys_id, "town": bool(town), "now": to_micros(now)}
        )
        if bot_id is not None:
            await session.execute(self._queries["bind_bot"], {"bot_id": bot_id})
        found = await self.find(session)
        if found is None or found.keys_id != keys_id:
            raise KeysMismatchError(found.keys_id if found else "no keys", keys_id)
        if not found.whole:
            raise BeingFilledError
        if town is not None and found.town is not town:
            raise TownMismatchError(database_is_town=found.town)
        if bot_id is not None and found.bot_id is not None and found.bot_id != bot_id:
            raise BotMismatchError(found.bot_id, bot_id)
        return found

    async def check_clock(self, now: Instant) -> None:
        """``ClockBehindError`` where the clock was set back. A town's is moved by hand, and says nothing."""
        found = await self.find()
        if found is not None and not found.town and (behind := found.clock_is_behind(now)) > CLOCK_BEHIND:
            raise ClockBehindError(behind)

    async def believe(self, session: Session, now: Instant) -> None:
        """Somebody vouches for the clock: whatever was seen before, this is the latest moment."""
        await session.execute(self._queries["put_moment"], {"now": to_micros(now)})

    async def see(self, session: Session, now: Instant) -> None:
        """Remember the latest moment, so that a clock that was set back is noticed at the next start."""
        await session.execute(self._queries["see_moment"], {"now": to_micros(now)})
