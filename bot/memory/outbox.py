"""Messages that were promised: written in the commit that caused them, sent until it is known what became of them.

Order within a chat is kept: only the first open message of a chat is handed out. Edits of one bubble coalesce. What is
in doubt (it may have arrived) is repeated if that is harmless (edits) or owed (money), and otherwise left; what stays
in doubt stands in nobody's way. The words are sealed, and go once they are sent. It knows no Telegram and no word of a
message.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bot.dialogue.effects import BubbleId
from bot.memory.departures import Departures
from bot.memory.inbox import Backlog
from bot.memory.outgoing import LIGHT_BYTES, MOST_DOUBTS, PATIENCE, Delivery, Fate, Kind, OutboxId, Place, Told, pause
from bot.memory.sealer import Sealer
from ledger.database.port import Database, Reader, Row, Session, Value
from ledger.database.queries import Queries
from ledger.kernel.instants import Instant, from_micros, to_micros

KEPT: Final = timedelta(days=30)  # evidence of what was told, and where bubbles stand
PRUNED_AT_ONCE: Final = 1_000  # rows: some milliseconds of the writer, for which somebody may be waiting


@dataclass(frozen=True, slots=True)
class _Row:
    """A message about to be written down."""

    chat_id: int
    person_id: int
    kind: Kind
    body: bytes = field(default=b"", repr=False)
    cause: str | None = None
    bubble: BubbleId | None = None
    message_id: int | None = None


class Outbox:
    """Every message on its way."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._queries = Queries.load("bot.memory", "sql/outbox.sql", database.dialect)
        self._sealer = sealer

    # ── promised, in the commit that caused it ───────────────────────────────

    async def tell(
        self,
        session: Session,
        person_id: int,
        body: bytes,
        now: Instant,
        *,
        cause: str | None = None,
        chat_id: int | None = None,
        departures: Departures | None = None,
    ) -> OutboxId:
        """A new message, in the private chat unless another is named.

        With a ``cause`` (the id of a payment, a refund, a funding) it is a notice about money.
        """
        chat_id = person_id if chat_id is None else chat_id
        kind = Kind.PROMPT if cause is None else Kind.NOTICE
        return await self._insert(session, _Row(chat_id, person_id, kind, body, cause), now, departures)

    async def show(
        self,
        session: Session,
        person_id: int,
        bubble: BubbleId,
        body: bytes,
        now: Instant,
        *,
        cause: str | None = None,
        chat_id: int | None = None,
        departures: Departures | None = None,
    ) -> OutboxId:
        """The bubble reads so from now on: sent if it is not there yet, edited if it is. Else as ``tell``."""
        chat_id = person_id if chat_id is None else chat_id
        values: dict[str, Value] = {"bubble": bubble, "chat_id": chat_id}
        found, placed = self._queries["find_waiting_of_bubble"], self._queries["find_placed"]
        waiting, stands = await session.all_of([(found, values), (placed, values)])
        cause = cause or next((row["cause"] for row in waiting if row["cause"]), None)
        await session.later(self._queries["supersede_edits"], values | {"now": to_micros(now)})
        send = Kind.PROMPT if cause is None else Kind.NOTICE
        if unsent := [row for row in waiting if row["kind"] != Kind.EDIT]:
            if departures is not None:
                departures.leave()
            return await self._replace(session, OutboxId(unsent[0]["outbox_id"]), send, body, cause)
        kind = Kind.EDIT if stands else send
        return await self._insert(session, _Row(chat_id, person_id, kind, body, cause, bubble=bubble), now, departures)

    async def erase(
        self, session: Session, person_id: int, message_id: int, now: Instant, *, chat_id: int | None = None
    ) -> OutboxId:
        """A message is to be deleted from the chat."""
        chat_id = person_id if chat_id is None else chat_id
        return await self._insert(session, _Row(chat_id, person_id, Kind.ERASE, message_id=message_id), now)

    async def withdraw(self, session: Session, chat_id: int, person_id: int, now: Instant) -> None:
        """What waits to be answered to this person in a group is answered otherwise now."""
        values: dict[str, Value] = {"chat_id": chat_id, "person_id": person_id, "now": to_micros(now)}
        await session.execute(self._queries["withdraw_prompts"], values)

    async def move_chat(
        self, session: Session, chat_id: int, new_chat_id: int, now: Instant, rewrite: Callable[[bytes], bytes]
    ) -> int:
        """A group has another number now; how many messages follow it, ``rewrite``-d for there.

        What aims at a message of the old number ends: under the new one that number is another message's.
        """
        rows = await session.all(self._queries["find_open_rows_of_chat"], {"chat_id": chat_id})
        for row in rows:
            outbox_id = OutboxId(row["outbox_id"])
            if row["kind"] in _AIMED:
                await self._end(session, outbox_id, Fate.REJECTED, now)
                continue
            body = self._sealer.open("outbox", "sealed_body", outbox_id, row["sealed_body"])
            values: dict[str, Value] = {
                "outbox_id": outbox_id,
                "new_chat_id": new_chat_id,
                "sealed_body": self._sealed(outbox_id, rewrite(body)),
                "now": to_micros(now),
            }
            await session.execute(self._queries["move_outgoing"], values)
        return len(rows)

    async def close_chat(self, session: Session, chat_id: int, now: Instant) -> list[tuple[OutboxId, int]]:
        """Nothing more can be said in this chat: what waited ends and is recorded; which, and about whom."""
        rows = await session.all(self._queries["find_open_rows_of_chat"], {"chat_id": chat_id})
        ended = [(OutboxId(row["outbox_id"]), int(row["person_id"])) for row in rows]
        for outbox_id, _ in ended:
            await self._end(session, outbox_id, Fate.REJECTED, now)
        return ended

    # ── carried out ──────────────────────────────────────────────────────────

    async def claim_due(self, session: Session, now: Instant, most: int = 100) -> list[Delivery]:
        """One message for each chat that has one due, the first that may go; they are under way from now on."""
        values: dict[str, Value] = {"now": to_micros(now), "most": most, "patience": PATIENCE, "light": LIGHT_BYTES}
        turn, due_now = self._queries["wait_for_claims"], self._queries["due_outgoing"]
        _, due = await session.all_of([(turn, {}), (due_now, values)])
        first: dict[int, Row] = {}  # of each chat: behind one that was long in doubt another may go
        for row in due:
            first.setdefault(row["chat_id"], row)
        for row in first.values():
            await session.later(self._queries["start_sending"], {"outbox_id": row["outbox_id"]})
        return [self._delivery(row) for row in first.values()]

    async def body_of(self, delivery: Delivery) -> bytes:
        """What a message says, read now if it was too heavy to wait in memory. Raises what the sealer raises."""
        if not delivery.heavy:
            return delivery.body
        row = await self._database.one(self._queries["find_body"], {"outbox_id": delivery.outbox_id})
        return self._opened(delivery.outbox_id, b"" if row is None else row["sealed_body"] or b"")

    async def delivered(self, session: Session, outbox_id: OutboxId, message_id: int | None, now: Instant) -> None:
        """It stands in the chat. ``message_id`` is the number of a new message, None for an edit or an erasure."""
        if message_id is not None:
            values: dict[str, Value] = {"outbox_id": outbox_id, "message_id": message_id, "now": to_micros(now)}
            await session.later(self._queries["put_bubble_of_outgoing"], values)
        await self._end(session, outbox_id, Fate.SENT, now, message_id)

    async def retry_at(self, session: Session, outbox_id: OutboxId, when: Instant) -> None:
        """It did not arrive, and its chat must wait until then."""
        await self._wait(session, outbox_id, when, doubt=0)

    async def uncertain(
        self, session: Session, outbox_id: OutboxId, now: Instant, *, twice_is_harmless: bool = False
    ) -> Fate:
        """It may have arrived. What becomes of it now: WAITING (to be repeated) or UNCERTAIN (left).

        Where ``twice_is_harmless`` (a file) it is said once more, whatever its kind.
        """
        row = await self._find(session, outbox_id)
        doubts = 0 if row is None else row["doubts"] + 1
        again = row is not None and (await self._is_repeated(session, row) or (twice_is_harmless and doubts == 1))
        if row is None or doubts >= MOST_DOUBTS or not again:
            await self._end(session, outbox_id, Fate.UNCERTAIN, now)
            return Fate.UNCERTAIN
        if doubts >= PATIENCE and row["kind"] == Kind.EDIT:
            await self._become_message(session, row, now, doubt=1)
        else:
            await self._wait(session, outbox_id, now + pause(doubts), doubt=1)
        return Fate.WAITING

    async def hurry(self, session: Session, now: Instant) -> int:
        """The far side answers again after a silence: what is in doubt is tried now. How many messages."""
        return await session.execute(self._queries["hurry"], {"now": to_micros(now)})

    async def blocked(self, session: Session, outbox_id: OutboxId, now: Instant) -> None:
        """They blocked the bot: recorded; if it is about money it is said when they come back."""
        await self._end(session, outbox_id, Fate.BLOCKED, now)

    async def rejected(self, session: Session, outbox_id: OutboxId, now: Instant) -> Fate:
        """It will never be taken as it is. An edit whose bubble is gone becomes a message of its own, once."""
        row = await self._find(session, outbox_id)
        if row is None or row["kind"] != Kind.EDIT:
            await self._end(session, outbox_id, Fate.REJECTED, now)
            return Fate.REJECTED
        await self._become_message(session, row, now, doubt=0)
        return Fate.WAITING

    async def recover(self, session: Session, now: Instant) -> int:
        """At start: whatever was under way when a process died is said again, each time it dies. How many.

        Most of it had not left yet. Heard twice is the lesser evil: a promise that died unsaid is never made good.
        """
        return await session.execute(self._queries["recover_sending"], {"now": to_micros(now)})

    async def requeue_for(self, session: Session, person_id: int, now: Instant) -> int:
        """They are back: say what they were owed about money. How many messages."""
        values: dict[str, Value] = {"person_id": person_id, "now": to_micros(now)}
        return await session.execute(self._queries["requeue_blocked"], values)

    # ── bubbles ──────────────────────────────────────────────────────────────

    async def where(self, bubble: BubbleId, reader: Reader | None = None) -> Place | None:
        """Where a bubble stands, for what is shown in it beside the outbox (the pad)."""
        row = await (reader or self._database.at_once).one(self._queries["find_bubble"], {"bubble": bubble})
        return None if row is None else Place(row["chat_id"], row["message_id"])

    async def stands_at(self, chat_id: int, message_id: int) -> bool:
        """Whether some bubble stands there: what is no bubble's any more is nobody's to change, but to tidy up."""
        values: dict[str, Value] = {"chat_id": chat_id, "message_id": message_id}
        return await self._database.at_once.one(self._queries["find_bubble_at"], values) is not None

    async def place(self, session: Session, bubble: BubbleId, chat_id: int, message_id: int, now: Instant) -> None:
        """A bubble stands there now: sent beside the outbox, or seen by a tap on it."""
        values: dict[str, Value] = {
            "bubble": bubble,
            "chat_id": chat_id,
            "message_id": message_id,
            "now": to_micros(now),
        }
        await session.later(self._queries["put_bubble"], values)

    # ── looked at ────────────────────────────────────────────────────────────

    async def told(self, cause: str) -> list[Told]:
        """Evidence: whom a payment was told to, and what became of each message."""
        rows = await self._database.all(self._queries["find_by_cause"], {"cause": cause})
        return [_told(row) for row in rows]

    async def backlog(self, now: Instant) -> Backlog:
        """How many messages could have gone, and for how long the oldest could have."""
        row = await self._database.one(self._queries["outbox_backlog"], {"now": to_micros(now)})
        if row is None or row["oldest_at"] is None:
            return Backlog(0, timedelta())
        return Backlog(row["waiting"], now - from_micros(row["oldest_at"]))

    async def next_due(self) -> Instant | None:
        """When ``claim_due`` will next have something; None while all that waits stands behind what is under way."""
        row = await self._database.one(self._queries["next_due"], {"patience": PATIENCE})
        return None if row is None or row["due_at"] is None else from_micros(row["due_at"])

    async def is_open(self, chat_id: int) -> bool:
        """Whether something is still to be said in this chat."""
        return await self._database.at_once.one(self._queries["find_open_of_chat"], {"chat_id": chat_id}) is not None

    async def prune(self, session: Session, now: Instant, most: int = PRUNED_AT_ONCE) -> int:
        """Forget what ended long ago, at most so many of each kind; how many. What is owed to somebody stays."""
        before: dict[str, Value] = {"before": to_micros(now - KEPT), "most": most}
        bubbles = await session.execute(self._queries["prune_bubbles"], before)
        return max(bubbles, await session.execute(self._queries["prune_outbox"], before))

    # ── inside ───────────────────────────────────────────────────────────────

    async def _insert(
        self, session: Session, row: _Row, now: Instant, departures: Departures | None = None
    ) -> OutboxId:
        outbox_id = OutboxId.new()
        values: dict[str, Value] = {
            "outbox_id": outbox_id,
            "chat_id": row.chat_id,
            "person_id": row.person_id,
            "bubble": row.bubble,
            "kind": row.kind,
            "sealed_body": self._sealed(outbox_id, row.body),
            "message_id": row.message_id,
            "cause": row.cause,
            "now": to_micros(now),
        }
        if departures is None or not departures.wants(row.chat_id, len(row.body)):
            await session.later(self._queries["insert_outgoing"], values)
        else:
            answer = departures.ask(_first_attempt(outbox_id, row, now))
            await session.later(self._queries["insert_and_claim"], values, answer=answer)
        return outbox_id

    async def _replace(
        self, session: Session, outbox_id: OutboxId, kind: Kind, body: bytes, cause: str | None
    ) -> OutboxId:
        values: dict[str, Value] = {
            "outbox_id": outbox_id,
            "kind": kind,
            "sealed_body": self._sealed(outbox_id, body),
            "cause": cause,
        }
        await session.later(self._queries["replace_unsent"], values)
        return outbox_id

    async def _is_repeated(self, session: Session, row: Row) -> bool:
        """Whether a message in doubt is said again."""
        if row["kind"] == Kind.EDIT and await self.where(BubbleId(row["bubble"]), session) is not None:
            return True
        return row["kind"] == Kind.ERASE or row["cause"] is not None

    async def _become_message(self, session: Session, row: Row, now: Instant, *, doubt: int) -> None:
        """An edit that cannot be made is said as a message of its own, and its bubble stands there from then on."""
        if row["bubble"] is not None:
            await session.later(self._queries["forget_bubble"], {"bubble": row["bubble"]})
        values: dict[str, Value] = {"outbox_id": row["outbox_id"], "now": to_micros(now), "doubt": doubt}
        await session.later(self._queries["become_message"], values)

    async def _find(self, session: Session, outbox_id: OutboxId) -> Row | None:
        return await session.one(self._queries["find_outgoing"], {"outbox_id": outbox_id})

    async def _wait(self, session: Session, outbox_id: OutboxId, when: Instant, *, doubt: int) -> None:
        values: dict[str, Value] = {"outbox_id": outbox_id, "due_at": to_micros(when), "doubt": doubt}
        await session.later(self._queries["wait_again"], values)

    async def _end(
        self, session: Session, outbox_id: OutboxId, fate: Fate, now: Instant, message_id: int | None = None
    ) -> None:
        values: dict[str, Value] = {
            "outbox_id": outbox_id,
            "state": fate,
            "message_id": message_id,
            "now": to_micros(now),
        }
        await session.later(self._queries["end_outgoing"], values)

    def _sealed(self, outbox_id: OutboxId, body: bytes) -> bytes:
        return self._sealer.seal("outbox", "sealed_body", outbox_id, body)

    def _delivery(self, row: Row) -> Delivery:
        kind = Kind(row["kind"])
        return Delivery(
            outbox_id=OutboxId(row["outbox_id"]),
            chat_id=row["chat_id"],
            person_id=row["person_id"],
            kind=kind,
            target=row["message_id"] if kind in _AIMED else None,
            bubble=None if row["bubble"] is None else BubbleId(row["bubble"]),
            cause=row["cause"],
            attempts=row["attempts"] + 1,
            created_at=from_micros(row["created_at"]),
            opened=lambda: self._opened(row["outbox_id"], row["sealed_body"]),
            heavy=bool(row["heavy"]),
        )

    def _opened(self, outbox_id: str, sealed: bytes) -> bytes:
        return self._sealer.open("outbox", "sealed_body", outbox_id, sealed)


def _first_attempt(outbox_id: OutboxId, row: _Row, now: Instant) -> Delivery:
    """A message that may leave as it is written: its words need not be read again."""
    return Delivery(
        outbox_id=outbox_id,
        chat_id=row.chat_id,
        person_id=row.person_id,
        kind=row.kind,
        target=row.message_id,
        bubble=row.bubble,
        cause=row.cause,
        attempts=1,
        created_at=now,
        opened=lambda: row.body,
    )


_AIMED: Final[Sequence[Kind]] = (Kind.EDIT, Kind.ERASE)


def _told(row: Row) -> Told:
    return Told(
        person_id=row["person_id"],
        kind=Kind(row["kind"]),
        fate=Fate(row["state"]),
        message_id=row["message_id"],
        created_at=from_micros(row["created_at"]),
        ended_at=None if row["ended_at"] is None else from_micros(row["ended_at"]),
    )
