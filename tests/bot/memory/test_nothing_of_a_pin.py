"""Sentinel PINs through the pad, the inbox and the vault: nothing on disk holds one or lets anybody derive one (S7)."""

import base64
import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.arrivals import PAD_MARKER, Arrival, DigitsInGroup, Happening, TapArrived, dump_arrival
from bot.dialogue.effects import BubbleId, Line, Purpose, Say
from bot.dialogue.events import ChoiceVerdict, DigitsArrived, PinVerdict, Secret
from bot.memory.inbox import InboxKey, NewUpdate
from bot.vault import pads as pads_module
from bot.vault.keys import Keys
from bot.vault.pads import Pads
from bot.vault.pins import MIGRATIONS, PinVault
from bot.vault.weak_pins import is_weak
from ledger.database.migrate import migrate
from ledger.database.port import Query
from ledger.kernel.instants import Instant
from ledger.kernel.policy import PinRules
from tests.bot.memory.rooms import Memory
from tests.conftest import FULL_SIZE
from tests.harness.tables import everything_stored

PINS = 10_000 if FULL_SIZE else 100  # GOALS S7; the smaller one is CI size
BOT = 7


def _sentinels() -> list[str]:
    chance = random.Random(7)
    found: dict[str, None] = {}
    while len(found) < PINS:
        pin = f"{chance.randrange(1_000_000):06d}"
        if not is_weak(pin):
            found[pin] = None
    return list(found)


class _Chat:
    """One person's updates on their way into the inbox, exactly as they would be stored."""

    def __init__(self, memory: Memory, now: Instant) -> None:
        self._memory = memory
        self._now = now
        self._number = 0

    async def arrive(self, happenings: Sequence[Happening], *, handled: bool) -> None:
        updates = [self._update(happening) for happening in happenings]
        async with self._memory.database.transaction() as session:
            await self._memory.inbox.store(session, BOT, updates, self._now)
            for update in updates if handled else ():
                if update.body is None:
                    continue  # it waits for nobody
                await self._memory.inbox.handled(session, InboxKey(BOT, update.update_id), self._now)

    def _update(self, happening: Happening) -> NewUpdate:
        self._number += 1
        arrival = Arrival(self._number, 1001, 1001, True, "Asha", None, None, self._now, happening)
        return NewUpdate(self._number, 1001, "update", dump_arrival(arrival) if arrival.storable else None)


def _spellings(secret: str) -> list[bytes]:
    raw = secret.encode()
    return [raw, secret.encode("utf-16-le"), raw.hex().encode(), base64.b64encode(raw), raw[::-1]]


def test_the_pads_marker_is_the_one_that_nobody_stores() -> None:
    assert pads_module.MARKER == PAD_MARKER


async def test_no_file_holds_a_pin_or_the_taps_that_made_it(memory: Memory, keys: Keys, now: Instant) -> None:
    """Half of the updates were never answered, as if the process had been killed between tap and answer."""
    await migrate(memory.database, [MIGRATIONS], now)
    vault = await PinVault.open(memory.database, keys, PinRules(6, 3, timedelta(hours=24)), lambda: now)
    pads, chat = Pads(lambda: 0.0), _Chat(memory, now)
    tokens: list[str] = []

    for at, pin in enumerate(_sentinels()):
        pad = pads.open(1001, Purpose.CHOOSE, BubbleId.new(), Say((Line("pin.choose"),)), 6)
        keys_by_face = {key.face: key.token for row in pad.rows for key in row}
        taps = [keys_by_face[digit] for digit in pin]
        entered = [pads.press(1001, token) for token in taps][-1].digits
        typed: list[Happening] = [DigitsArrived(6, Secret(pin)), DigitsInGroup(7, len(pin))]
        tapped: list[Happening] = [TapArrived(token, "callback", 5) for token in taps]
        await chat.arrive([*tapped, *typed], handled=at % 2 == 0)
        tokens += taps
        assert entered is not None
        if at < 5:  # each takes four hashes
            assert await vault.set(1001, entered) is ChoiceVerdict.SAVED
            assert (await vault.check(1001, entered)).verdict is PinVerdict.RIGHT
    vault.close()

    stored = await everything_stored(memory.database)
    numbers = await memory.database.one(Query("SELECT count(*) AS n FROM inbox WHERE sealed_body IS NULL"))
    assert numbers is not None
    assert numbers["n"] == PINS * 7 + PINS // 2, "of what was typed in a group, the number of digits waits for its turn"
    assert not [token for token in tokens if token.encode() in stored]
    assert not [pin for pin in _sentinels() for spelling in _spellings(pin) if spelling in stored]


async def test_a_pad_tap_or_typed_digits_cannot_be_written_down_by_mistake(now: Instant) -> None:
    for happening in (TapArrived("p.AAAA", "callback", 5), DigitsArrived(6, Secret("739184"))):
        arrival = Arrival(1, 1001, 1001, True, "Asha", None, None, now, happening)

        with pytest.raises(ValueError, match="must not be written down"):
            dump_arrival(arrival)
