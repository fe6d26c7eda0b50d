"""Groups the bot is in: who was seen there, links that lead into the private chat, payments that were begun there.

Of what people say to each other nothing is kept; what was said to the bot is sealed, for a quarter of an hour and for
whoever said it. It knows no Telegram and no word of a message.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.dialogue.codec import Codec
from bot.dialogue.events import LinkFate, LinkOpened
from bot.dialogue.people import Payee
from bot.dialogue.places import GroupMessage, SaidInGroup
from bot.memory.inbox import PRUNED_AT_ONCE
from bot.memory.people import People
from bot.memory.sealer import Sealer
from ledger.database.port import Database, Reader, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.ids import PaymentId
from ledger.kernel.instants import Instant, from_micros, to_micros

MOST_MEMBERS: Final = 1_000  # the latest seen; a name beyond them is found by handle
MEMBERS_KEPT: Final = timedelta(days=90)  # since they were last seen
PAYMENTS_KEPT: Final = timedelta(days=30)  # as long as the bubble that carries the button can be edited
LINKS_KEPT: Final = timedelta(days=1)  # so that a late press is told it was late
LATELY: Final = timedelta(days=1)  # a group hears the same about itself once a day
_SEEN_OFTEN: Final = timedelta(hours=1)
_MOST_MOVES: Final = 8  # a group moves once; a chain of moves is somebody's mistake
_CODEC: Final = Codec((SaidInGroup, GroupMessage))


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a payment was begun, and whether it was shown there."""

    origin: GroupMessage
    shown: bool


class Groups:
    """Every group, as far as people speak with the bot there."""

    def __init__(self, database: Database, sealer: Sealer, people: People) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/groups.sql", database.dialect)
        self._sealer, self._people = sealer, people

    # ── who is there ─────────────────────────────────────────────────────────

    async def saw(self, session: Session, chat_id: int, person_ids: Collection[int], now: Instant) -> None:
        """These people are in the group."""
        often = int(_SEEN_OFTEN / timedelta(microseconds=1))
        rows: list[dict[str, Value]] = [
            {"chat_id": chat_id, "person_id": person_id, "now": to_micros(now), "often": often}
            for person_id in sorted(person_ids)  # two who see the same people never wait for each other
        ]
        if rows:
            await session.execute_many(self._queries["put_member"], rows)

    async def left(self, session: Session, chat_id: int, person_id: int) -> None:
        """They are not in the group any more."""
        await session.execute(self._queries["forget_member"], {"chat_id": chat_id, "person_id": person_id})

    async def members(self, chat_id: int, asker_id: int, reader: Reader | None = None) -> tuple[Payee, ...]:
        """Whom a name may mean to somebody in this group: members with an account, less those who block the asker."""
        reader = reader or self._database
        place = await self.place_now(chat_id, reader)
        values: dict[str, Value] = {"chat_id": place, "asker_id": asker_id, "most": MOST_MEMBERS}
        rows = await reader.all(self._queries["find_members"], values)
        return tuple(await self._people.by_persons([row["person_id"] for row in rows], reader))

    # ── the group itself ─────────────────────────────────────────────────────

    async def moved(self, session: Session, chat_id: int, new_chat_id: int) -> None:
        """The group became a supergroup under another number. Told twice is the same."""
        if chat_id == new_chat_id:
            return
        values: dict[str, Value] = {"chat_id": chat_id, "new_chat_id": new_chat_id}
        for each in (chat_id, new_chat_id):
            await session.execute(self._queries["put_group"], {"chat_id": each})
        await session.execute(self._queries["move_group"], values)
        await session.execute(self._queries["greet_moved"], values)
        await session.execute(self._queries["copy_members"], values)
        await session.execute(self._queries["forget_members"], {"chat_id": chat_id})
        await session.execute(self._queries["move_payments"], values)

    async def closed(self, session: Session, chat_id: int) -> None:
        """The bot was removed: who is there, it will not know."""
        await session.execute(self._queries["forget_members"], {"chat_id": chat_id})

    async def place_now(self, chat_id: int, reader: Reader | None = None) -> int:
        """The number a group has now."""
        reader = reader or self._database.at_once
        for _ in range(_MOST_MOVES):
            row = await reader.one(self._queries["find_group"], {"chat_id": chat_id})
            if row is None or row["moved_to"] is None:
                return chat_id
            chat_id = row["moved_to"]
        return chat_id

    async def greets(self, session: Session, chat_id: int, now: Instant) -> bool:
        """Whether the group is to be greeted now: once a day at most."""
        return await self._once_a_day(session, "greet", chat_id, now)

    async def tells_nameless(self, session: Session, chat_id: int, now: Instant) -> bool:
        """Whether the group is to be told now that a nameless writer is nobody: once a day at most."""
        return await self._once_a_day(session, "tell_nameless", chat_id, now)

    async def _once_a_day(self, session: Session, what: str, chat_id: int, now: Instant) -> bool:
        await session.execute(self._queries["put_group"], {"chat_id": chat_id})
        values: dict[str, Value] = {"chat_id": chat_id, "now": to_micros(now), "lately": to_micros(now - LATELY)}
        return await session.execute(self._queries[what], values) == 1

    # ── links into the private chat ──────────────────────────────────────────

    async def keep_link(
        self, session: Session, person_id: int, link: str, said: SaidInGroup, expires_at: Instant, *, used: bool
    ) -> None:
        """Remember what was said, for whoever said it."""
        index = self._index(link)
        sealed = self._sealer.seal("group_links", "sealed_said", index.hex(), _dump(said))
        values: dict[str, Value] = {
            "link_index": index,
            "person_id": person_id,
            "sealed_said": sealed,
            "expires_at": to_micros(expires_at),
            "used": int(used),
        }
        await session.execute(self._queries["put_link"], values)

    async def open_link(self, person_id: int, link: str, now: Instant, reader: Reader | None = None) -> LinkOpened:
        """What the link is to this person. It says what was said only to whoever said it, while its time lasts."""
        index = self._index(link)
        row = await (reader or self._database.at_once).one(self._queries["find_link"], {"link_index": index})
        if row is None:
            return LinkOpened(link, LinkFate.UNKNOWN)
        if row["person_id"] != person_id:
            return LinkOpened(link, LinkFate.FOREIGN)
        if now >= from_micros(row["expires_at"]):
            return LinkOpened(link, LinkFate.EXPIRED)
        said = _load(self._sealer.open("group_links", "sealed_said", index.hex(), row["sealed_said"]))
        return LinkOpened(link, LinkFate.USED if row["used"] else LinkFate.NEW, said)

    async def use_link(self, session: Session, person_id: int, link: str) -> bool:
        """It has begun what was said; False if it had before."""
        values: dict[str, Value] = {"link_index": self._index(link), "person_id": person_id}
        return await session.execute(self._queries["use_link"], values) == 1

    def _index(self, link: str) -> bytes:
        return self._sealer.index("group_link", link)

    # ── payments that were begun there ───────────────────────────────────────

    async def remember(self, session: Session, payment_id: PaymentId, origin: GroupMessage, now: Instant) -> None:
        """Where this payment was begun."""
        values: dict[str, Value] = {
            "payment_id": payment_id,
            "chat_id": origin.chat_id,
            "thread_id": origin.thread_id,
            "message_id": origin.message_id,
            "now": to_micros(now),
        }
        await session.execute(self._queries["put_payment"], values)

    async def begun(self, payment_id: PaymentId, reader: Reader | None = None) -> Begun | None:
        """Where this payment was begun, if that was in a group."""
        row = await (reader or self._database.at_once).one(self._queries["find_payment"], {"payment_id": payment_id})
        if row is None:
            return None
        origin = GroupMessage(row["chat_id"], row["message_id"], row["thread_id"])
        return Begun(origin, row["outbox_id"] is not None)

    async def show(self, session: Session, payment_id: PaymentId, outbox_id: str) -> bool:
        """It is shown by this message; False if it was shown before, or not begun in a group."""
        values: dict[str, Value] = {"payment_id": payment_id, "outbox_id": outbox_id}
        return await session.execute(self._queries["show_payment"], values) == 1

    async def shows(self, session: Session, outbox_id: str) -> bool:
        """Whether this message shows a payment."""
        return await session.one(self._queries["find_shown"], {"outbox_id": outbox_id}) is not None

    async def unshow(self, session: Session, outbox_id: str) -> bool:
        """The message was not taken, so it may be tried again; False if it showed no payment."""
        return await session.execute(self._queries["unshow_payment"], {"outbox_id": outbox_id}) == 1

    async def prune(self, session: Session, now: Instant, most: int = PRUNED_AT_ONCE) -> int:
        """Forget what is of no use any more, at most so many of each kind; how many rows of the kind with most."""
        kept = {"prune_members": MEMBERS_KEPT, "prune_links": LINKS_KEPT, "prune_payments": PAYMENTS_KEPT}
        forgotten: list[int] = []
        for query, age in kept.items():
            before: dict[str, Value] = {"before": to_micros(now - age), "most": most}
            forgotten.append(await session.execute(self._queries[query], before))
        return max(forgotten)


def _dump(said: SaidInGroup) -> bytes:
    return json.dumps(_CODEC.encode(said), separators=(",", ":")).encode()


def _load(raw: bytes) -> SaidInGroup:
    said = _CODEC.decode(json.loads(raw))
    if not isinstance(said, SaidInGroup):
        raise TypeError("not what was said in a group")
    return said
