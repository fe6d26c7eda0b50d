"""S10: names, handles and usernames that change hands while somebody pays. Money goes to the account that was shown.

Each schedule is one payment through the wire, seeded, with one to three strokes of mischief at moments of chance from
"send 2 to …" to the last digit. What counts is the account behind the name and handle that the payer read last;
paying under a name that the account does not have any more is as wrong as paying another account.
"""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.dialogue.people import Payee
from bot.sandbox.chats import Message, Tap
from bot.sandbox.people import Person
from ledger.database.port import Query
from tests.conftest import FULL_SIZE
from tests.harness.wire import befriend, later, move_in, on_stage, press, quiet
from tests.stories.player import PATIENCE_S, PIN, Stage

SCHEDULES: Final = 1_000 if FULL_SIZE else 36
PAY: Final = "Pay ₹2.00"
LIKELY: Final = 0.7  # of strokes that fall on the one who is being paid
MOMENTS: Final = ("before", "picking", "asked", "pad", 1, 2, 3, 4, 5, "with the last digit")
_ASKED: Final = re.compile(r"Pay ₹2\.00 to (.+) \(@(\w+)\)\?")
_NEWEST: Final = Query(
    "SELECT a.account_id, t.amount_minor FROM transfers AS t JOIN accounts AS a ON a.account_no = t.credit_account_no"
    " WHERE t.kind = 'payment' AND t.seq > :since"
)
_HEAD: Final = Query("SELECT coalesce(max(seq), 0) AS seq FROM transfers")


@dataclass
class Crowd:
    """Asha, who pays; people she knows, and people she does not; and whoever moves in to take a name."""

    stage: Stage
    asha: Person
    payees: list[Person]
    target: Person
    chance: random.Random = field(default_factory=random.Random)
    came: int = 0

    @property
    def victim(self) -> Person:
        """Mostly whoever is being paid."""
        meant = self.target if self.chance.random() < LIKELY else self.chance.choice(self.payees)
        return self.stage.town.person(meant.id)

    def two(self) -> list[Person]:
        """The victim, and another one."""
        one = self.victim
        return [one, self.chance.choice([each for each in self.payees if each.id != one.id])]

    async def meet(self, person: Person) -> Payee:
        payee = await self.stage.house.people.by_person(person.id)
        assert payee is not None
        return payee

    # ── mischief ─────────────────────────────────────────────────────────────

    async def swap_usernames(self) -> None:
        """Two people take each other's Telegram username, and the bot hears of both."""
        one, other = self.two()
        self.stage.town.swap_usernames(one.id, other.id)
        for person in (one, other):
            self.stage.town.say(self.stage.town.person(person.id), "balance")

    async def take_abandoned_username(self) -> None:
        """Somebody gives up a username; a newcomer registers it at Telegram, then here, under their very name."""
        left = self.victim
        username = left.username
        self.came += 1
        self.stage.town.rename(left.id, username="")
        newcomer = Person(500_000 + self.came, left.first_name, left.last_name, username)
        await move_in(self.stage, newcomer, pin=None)
        self.stage.town.say(self.stage.town.person(left.id), "balance")
        self.stage.town.rename(newcomer.id, username="")
        self.stage.town.rename(left.id, username=username)

    async def rename_at_telegram(self) -> None:
        """Telegram's name says nothing here."""
        person = self.stage.town.rename(self.victim.id, self.victim.first_name, "Sharma")
        self.stage.town.say(person, "history")

    async def rename(self) -> None:
        """A name on an account changes, maybe to the one that somebody else has."""
        name = self.chance.choice([(await self.meet(self.victim)).name, "Zoya Khan", "Priya S", "Ravi K"])
        await self._change_name(self.victim, name)

    async def swap_names(self) -> None:
        """Two accounts are called as the other was."""
        one, other = [await self.meet(each) for each in self.two()]
        await self._change_name(self.stage.town.person(one.person_id), other.name)
        await self._change_name(self.stage.town.person(other.person_id), one.name)

    async def pass_handle_on(self) -> None:
        """Somebody takes another handle, and somebody else tries to get the one they left."""
        one, other = self.two()
        left = (await self.meet(one)).handle
        for person, handle in ((one, f"{left[:20]}_{self.chance.randrange(10**6)}"), (other, left)):
            async with self.stage.house.books.database.transaction() as session:
                now = self.stage.hands.clock.now()
                await self.stage.house.renaming.change_handle(session, person.id, handle, now)

    async def _change_name(self, person: Person, name: str) -> None:
        async with self.stage.house.books.database.transaction() as session:
            now = self.stage.hands.clock.now()
            await self.stage.house.renaming.change_name(session, person.id, name, now)

    # ── a payment ────────────────────────────────────────────────────────────

    def last(self) -> Message:
        return self.stage.town.last(self.asha)

    async def shown(self) -> Payee:
        """Whose name and handle stand in the question."""
        found = _ASKED.search(self.last().text)
        assert found, self.last().text
        payee = await self.stage.house.people.by_handle(found[2])
        assert payee is not None
        assert payee.name == found[1]
        return payee


@dataclass
class Schedule:
    """One payment and what happens in between; ``fate`` says how it ended."""

    crowd: Crowd
    plan: list[tuple[object, Callable[[], Awaitable[None]]]]
    shown: Payee | None = None
    asked: int = 0

    async def strike(self, moment: object) -> None:
        for each in [each for each in self.plan if each[0] == moment]:
            self.plan.remove(each)
            await each[1]()

    async def play(self, words: str) -> str:
        crowd, stage = self.crowd, self.crowd.stage
        await self.strike("before")
        stage.town.say(crowd.asha, f"send 2 to {words}")
        await quiet(stage)
        for _ in range(8):
            labels = crowd.last().labels
            if PAY in labels:
                await self._agree()
            elif crowd.last().has_pad:
                await self._enter()
            elif any("(@" in label for label in labels):
                await self.strike("picking")
                await press(stage, crowd.asha, crowd.chance.choice([one for one in labels if "(@" in one]))
            else:
                break
            await quiet(stage)
        return "asked again" if self.asked > 1 else "asked once" if self.asked else "not asked"

    async def _agree(self) -> None:
        self.shown = await self.crowd.shown()
        self.asked += 1
        await self.strike("asked")
        await press(self.crowd.stage, self.crowd.asha, PAY)

    async def _enter(self) -> None:
        stage, asha, pad = self.crowd.stage, self.crowd.asha, self.crowd.last()
        await self.strike("pad")
        taps: list[Tap] = []
        for at, digit in enumerate(PIN, 1):
            taps.append(stage.town.tap(asha, pad.message_id, digit))
            if any(moment == at for moment, _ in self.plan):
                await _answered(stage, taps)
                await self.strike(at)
        await asyncio.gather(self.strike("with the last digit"), _answered(stage, taps))


async def _answered(stage: Stage, taps: list[Tap]) -> None:
    for tap in taps:
        await stage.town.wait_for_answer(tap, timeout_s=PATIENCE_S)


async def crowd_of(stage: Stage) -> Crowd:
    asha = await move_in(stage, Person(2001, "Asha", "Rao", "asha"), paise=500_000)
    names = (("Priya", "Sharma"), ("Ravi", "Kumar"), ("Meera", "Iyer"), ("Kabir", "Das"))
    people = [Person(1001 + n, *name, name[0].lower()) for n, name in enumerate(names)]
    payees = [await move_in(stage, person, pin=None) for person in people]
    await befriend(stage, asha, *payees[:2])
    return Crowd(stage, asha, payees, payees[0])


async def test_no_payment_goes_where_it_was_not_shown_to_go(tmp_path: Path) -> None:
    """0 misdirected, of 1,000 schedules at full size; and those that are not paid are asked about again."""
    async with on_stage(tmp_path) as stage:
        crowd = await crowd_of(stage)
        mischief = (
            crowd.swap_usernames,
            crowd.take_abandoned_username,
            crowd.rename_at_telegram,
            crowd.rename,
            crowd.swap_names,
            crowd.pass_handle_on,
        )
        fates = Counter[str]()
        for number in range(SCHEDULES):
            crowd.chance = chance = random.Random(f"S10 {number}")
            later(stage, days=31)
            plan = [(chance.choice(MOMENTS), chance.choice(mischief)) for _ in range(chance.randint(1, 3))]
            raced = any(moment == MOMENTS[-1] for moment, _ in plan)
            crowd.target = chance.choice(crowd.payees)
            payee = await crowd.meet(crowd.target)
            schedule = Schedule(crowd, list(plan))
            head = await stage.house.books.database.one(_HEAD)
            assert head is not None

            fate = await schedule.play(chance.choice([f"@{payee.handle}", payee.name]))

            rows = await stage.house.books.database.all(_NEWEST, {"since": head["seq"]})
            told = f"schedule {number}: {[(moment, each.__name__) for moment, each in plan]}, rows {list(rows)}"
            assert len(rows) <= 1, told
            if rows:
                assert schedule.shown is not None, told
                assert (rows[0]["account_id"], rows[0]["amount_minor"]) == (schedule.shown.account_id, 200), told
                now = await crowd.meet(stage.town.person(schedule.shown.person_id))
                assert raced or now.looks_as(schedule.shown), told
            fates[f"{fate}, {'paid' if rows else 'not paid'}"] += 1

        assert fates["asked again, paid"] >= SCHEDULES // 20, fates
        assert fates["asked once, paid"] >= SCHEDULES // 4, fates
        assert (await stage.house.books.ledger.trial_balance()).balanced
