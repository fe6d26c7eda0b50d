"""PINs: counted before they are judged, hashed off the event loop, and useless to whoever has the database alone.

A verifier is the Argon2id tag of the digits under a salt and the person, sealed with a key that is in no database. With
the database alone it says nothing; with the key too, six digits cost nine core-hours. It knows no pad and no payment.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from cryptography.hazmat.primitives import constant_time

from bot.dialogue.events import ChoiceVerdict, PinChecked, PinVerdict, Secret
from bot.vault import hashing
from bot.vault.fields import Sealer
from bot.vault.keys import Keys
from bot.vault.weak_pins import is_weak, stands_in
from ledger.database.migrate import MigrationSet
from ledger.database.port import Database, Row, Value
from ledger.database.queries import Queries
from ledger.kernel.instants import Instant, from_micros, to_micros
from ledger.kernel.policy import PinRules

MIGRATIONS: Final = MigrationSet("vault", "bot.vault")

FORMER_KEPT: Final = 2  # with the PIN in force the last three are no new ones; each costs one hash, only at a change
SEEN_EVERY: Final = timedelta(seconds=1)  # it is one row: with every try, all processes would queue for it
HASHERS: Final = 2  # 35 ms and 19 MiB each; more would starve the event loop of a small machine


@dataclass(frozen=True, slots=True)
class Standing:
    """A PIN that is set. ``digits`` may differ from the rule, which may have changed since it was chosen."""

    digits: int
    locked_until: Instant | None


class _ReplacedError(Exception):
    """Another PIN was set while this one was judged."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A try that was counted, and what it will be compared with."""

    left: int
    locked_until: Instant | None
    row: Row


class PinVault:
    """Checks and keeps PINs. Make one with ``open``; ``close`` stops its threads."""

    def __init__(
        self, database: Database, keys: Keys, rules: PinRules, now: Callable[[], Instant], ahead: timedelta
    ) -> None:
        self._database = database
        self._queries = Queries.load("bot.vault", "sql/queries.sql", database.dialect)
        self._sealer = Sealer(keys.pin_keys, keys.index_key)
        self._rules = rules
        self._wall_now = now
        self._ahead = ahead
        self._seen_at: Instant | None = None  # the moment we last wrote down
        self._hashers = ThreadPoolExecutor(HASHERS, thread_name_prefix="argon2")

    @classmethod
    async def open(cls, database: Database, keys: Keys, rules: PinRules, now: Callable[[], Instant]) -> Self:
        """A vault over a migrated database.

        ``now`` must not step while this process lives (bot.clock.SystemClock). Where it stands behind what an earlier
        process saw, the vault goes on from there instead: a lock may last longer, never shorter.
        """
        vault = cls(database, keys, rules, now, timedelta())
        row = await database.one(vault._queries["latest_moment"])
        latest = from_micros(int(row["latest_at"])) if row is not None else now()
        vault._ahead = max(timedelta(), latest - now())
        return vault

    @property
    def rules(self) -> PinRules:
        """The rules in force."""
        return self._rules

    async def has_pin(self, person_id: int) -> bool:
        """Whether the person has chosen a PIN."""
        return await self._find(person_id) is not None

    async def standing(self, person_id: int) -> Standing | None:
        """How long the PIN is and whether it is locked, so that its pad fits, or is not opened; None without a PIN."""
        row = await self._find(person_id)
        if row is None:
            return None
        return Standing(int(row["digits"]), self._standing(row).locked_until)

    async def check(self, person_id: int, digits: Secret) -> PinChecked:
        """Judge an entered PIN. The try is counted, durably, before anything is hashed.

        Digits of another length cannot be right: they are WRONG, and cost no try since they tell nobody anything.
        """
        row = await self._find(person_id)
        if row is None:
            return PinChecked(PinVerdict.UNSET)
        if len(digits) != row["digits"] or not _are_digits(digits):
            return self._standing(row)
        attempt = await self._count(person_id)
        if not isinstance(attempt, _Attempt):
            return attempt
        if await self._matches(person_id, digits, attempt.row) and await self._clear(person_id, attempt.row, digits):
            return PinChecked(PinVerdict.RIGHT, self._rules.attempts)
        verdict = PinVerdict.WRONG if attempt.locked_until is None else PinVerdict.LOCKED
        return PinChecked(verdict, attempt.left, attempt.locked_until)

    async def choose(self, person_id: int, digits: Secret, own_numbers: Sequence[str] = ()) -> ChoiceVerdict:
        """Judge a first entry of a new PIN. ``own_numbers`` are digits that others know of the person: a phone number.

        Ask only somebody who has just entered the old one or never had any: REUSED tells a guesser of their luck.
        """
        if len(digits) != self._rules.digits or not _are_digits(digits):
            return ChoiceVerdict.WRONG_LENGTH
        if is_weak(digits.reveal()) or stands_in(digits.reveal(), own_numbers):
            return ChoiceVerdict.WEAK
        row = await self._find(person_id)
        if row is not None and await self._matches(person_id, digits, row):
            return ChoiceVerdict.REUSED
        if await self._was_had_before(person_id, digits):
            return ChoiceVerdict.REUSED
        return ChoiceVerdict.ACCEPTED

    async def set(self, person_id: int, digits: Secret, own_numbers: Sequence[str] = ()) -> ChoiceVerdict:
        """Keep a new PIN → SAVED; it holds when this returns. What ``choose`` refuses is refused here too."""
        verdict = await self.choose(person_id, digits, own_numbers)
        if verdict is not ChoiceVerdict.ACCEPTED:
            return verdict
        former = self._as_former(person_id, await self._find(person_id))
        values = await self._cells(person_id, digits) | {"digits": len(digits), "now": to_micros(self._now())}
        async with self._database.transaction() as session:
            if former is not None:
                await session.execute(self._queries["keep_former_pin"], former)
            kept: dict[str, Value] = {"person_id": person_id, "kept": FORMER_KEPT}
            await session.execute(self._queries["forget_older_pins"], kept)
            await session.execute(self._queries["put_pin"], values)
        return ChoiceVerdict.SAVED

    def close(self) -> None:
        """Let the hashes under way end, and stop the threads."""
        self._hashers.shutdown(wait=True)

    def _now(self) -> Instant:
        return self._wall_now() + self._ahead

    async def _find(self, person_id: int) -> Row | None:
        return await self._database.at_once.one(self._queries["find_pin"], {"person_id": person_id})

    async def _count(self, person_id: int) -> _Attempt | PinChecked:
        """Take one try, or say why there is none."""
        now = self._now()
        values: dict[str, Value] = {
            "person_id": person_id,
            "attempts": self._rules.attempts,
            "now": to_micros(now),
            "locked_until": to_micros(now + self._rules.lock),
        }
        counted: list[Row] = []
        async with self._database.transaction() as session:
            await session.later(self._queries["count_attempt"], values, answer=counted)
            seen = self._seen_at is None or now - self._seen_at >= SEEN_EVERY
            if seen:
                await session.later(self._queries["see_moment"], {"now": to_micros(now)})
        if seen:
            self._seen_at = now
        for row in counted:
            return _Attempt(self._left(row), self._locked_until(row), row)
        locked = await self._find(person_id)
        return PinChecked(PinVerdict.UNSET) if locked is None else self._standing(locked)

    async def _clear(self, person_id: int, row: Row, digits: Secret) -> bool:
        """The PIN of this row was right: the count starts anew. False if another PIN was set while it was judged.

        One that was kept when guessing was cheaper is kept again as dearly as a new one.
        """
        values: dict[str, Value] = {"person_id": person_id, "changed_at": int(row["changed_at"])}
        dearer = None
        if row["scheme"] != hashing.SCHEME:
            dearer = await self._cells(person_id, digits) | {"changed_at": values["changed_at"]}
        try:
            async with self._database.transaction() as session:
                if dearer is not None:
                    await session.execute(self._queries["keep_dearer"], dearer)
                await session.later(self._queries["clear_attempts"], values, otherwise=_ReplacedError)
        except _ReplacedError:
            return False
        return True

    def _standing(self, row: Row) -> PinChecked:
        """What is said of a try that was not judged."""
        if row["locked_until"] is None:
            return PinChecked(PinVerdict.WRONG, self._left(row))
        if row["locked_until"] <= to_micros(self._now()):
            return PinChecked(PinVerdict.WRONG, self._rules.attempts)
        return PinChecked(PinVerdict.LOCKED, 0, self._locked_until(row))

    def _left(self, row: Row) -> int:
        return max(0, self._rules.attempts - int(row["wrong_count"]))

    def _locked_until(self, row: Row) -> Instant | None:
        """When the lock ends by the clock on the person's wall."""
        return None if row["locked_until"] is None else from_micros(row["locked_until"]) - self._ahead

    async def _matches(self, person_id: int, digits: Secret, row: Row) -> bool:
        """Whether the digits are the PIN of a row. Raises ``SealBrokenError``, ``UnknownSchemeError``."""
        tag = self._sealer.open("pins", "sealed_tag", person_id, bytes(row["sealed_tag"]))
        return constant_time.bytes_eq(tag, await self._hash(person_id, digits, bytes(row["salt"]), row["scheme"]))

    async def _was_had_before(self, person_id: int, digits: Secret) -> bool:
        """Whether it is one of the PINs before the one in force. One of another length cannot be."""
        values: dict[str, Value] = {"person_id": person_id, "kept": FORMER_KEPT}
        for row in await self._database.all(self._queries["former_pins"], values):
            if row["digits"] != len(digits):
                continue
            place = _former_place(person_id, row["chosen_at"])
            tag = self._sealer.open("former_pins", "sealed_tag", place, bytes(row["sealed_tag"]))
            if constant_time.bytes_eq(tag, await self._hash(person_id, digits, bytes(row["salt"]), row["scheme"])):
                return True
        return False

    def _as_former(self, person_id: int, row: Row | None) -> dict[str, Value] | None:
        """The PIN in force as it is kept once it is not any more: sealed anew, for its new place."""
        if row is None:
            return None
        chosen_at = int(row["changed_at"])
        tag = self._sealer.open("pins", "sealed_tag", person_id, bytes(row["sealed_tag"]))
        sealed = self._sealer.seal("former_pins", "sealed_tag", _former_place(person_id, chosen_at), tag)
        return {
            "person_id": person_id,
            "chosen_at": chosen_at,
            "scheme": row["scheme"],
            "salt": bytes(row["salt"]),
            "sealed_tag": sealed,
            "digits": row["digits"],
        }

    async def _cells(self, person_id: int, digits: Secret) -> dict[str, Value]:
        """A PIN as it is kept from now on, under a salt of its own."""
        salt = os.urandom(hashing.SALT_BYTES)
        tag = await self._hash(person_id, digits, salt, hashing.SCHEME)
        sealed = self._sealer.seal("pins", "sealed_tag", person_id, tag)
        return {"person_id": person_id, "scheme": hashing.SCHEME, "salt": salt, "sealed_tag": sealed}

    async def _hash(self, person_id: int, digits: Secret, salt: bytes, scheme: int) -> bytes:
        """The tag, from a thread of ours: two at most work at a time, however many wait or are cancelled."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._hashers, hashing.derive, person_id, digits, salt, scheme)


def _former_place(person_id: int, chosen_at: int) -> str:
    """Where a former PIN lies: whose it is, and which."""
    return f"{person_id} {chosen_at}"


def _are_digits(digits: Secret) -> bool:
    return digits.isascii() and digits.isdecimal()
