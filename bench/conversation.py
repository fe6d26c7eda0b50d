"""P4: what a conversation costs in processor time, beside the least that a bot on the same library can do.

One process each, the same town in the same run, over the real wire: ``hundi run`` answers "balance" from its books,
with a durable inbox and outbox; the peer is python-telegram-bot's own Application, which sends each text back and keeps
nothing. Rounds are interleaved; a ratio is the median of the rounds' own ratios. Then whole payments: sentence, button,
six digits, receipt and notice; how much of their processor time is Argon2id itself, measured alone in this process (a
million of them are what six digits cost who has database and keys, S6), how many calls of the Bot API they are and how
many commits (counted in SQLite's log, where a commit is marked).
A run in which an answer was missing or the books are wrong gives no figure.
"""

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from bench.processes import Child, echo, hundi, settings_in, town
from bench.residents import PATIENCE_S, PIN, moved_in, payers, prove_paid
from bot.dialogue.events import Secret
from bot.sandbox.chats import Message
from bot.sandbox.people import Person
from bot.sandbox.server import Serving
from bot.vault import hashing

PLAY_MONEY_SHOWN: Final = "₹5,000.00"


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    people: int = 30
    updates: int = 600  # of each contender and round
    payments: int = 60
    rounds: int = 3


@dataclass
class Costs:
    """Processor time in milliseconds: of one update each round, of one whole payment, of one Argon2id."""

    ours: list[float] = field(default_factory=list)
    peers: list[float] = field(default_factory=list)
    payment: float = 0.0
    argon2: float = 0.0
    calls: float = 0.0  # of the Bot API, for one payment
    commits: float = 0.0  # for one payment

    @property
    def ratio(self) -> float:
        """Our update against the peer's, the median of the rounds."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.ours, self.peers, strict=True))


async def measure(sizes: Sizes, folder: Path) -> Costs:
    """Every figure, or an AssertionError."""
    costs = Costs()
    people = payers(sizes.people)
    async with town() as serving:
        settings = settings_in(folder, serving)
        await moved_in(serving, settings, people)
        for _ in range(sizes.rounds):
            async with echo(serving) as child:
                costs.peers.append(await _updates(serving, child, people, sizes.updates))
            async with hundi(settings, serving) as child:
                costs.ours.append(await _updates(serving, child, people, sizes.updates))
        async with hundi(settings, serving) as child:
            commits = commits_in(folder / "hundi.db-wal")
            await _pay_round(serving, people, 1)  # warms up, and is counted while SQLite's log has not begun anew
            costs.commits = (commits_in(folder / "hundi.db-wal") - commits) / len(people)
            calls = _calls(serving)
            costs.payment = await _payments(serving, child, people, sizes.payments)
            costs.calls = (_calls(serving) - calls) / sizes.payments
        assert costs.commits > 1, "the log began anew while commits were counted"
        costs.argon2 = _argon2_ms()
        await prove_paid(settings, sizes.payments + len(people))
    return costs


async def _updates(serving: Serving, child: Child, people: list[Person], count: int) -> float:
    """Milliseconds of processor for one text and its answer. Each is waited for, person by person side by side."""
    await _chats(serving, people, max(count // 10, len(people)))  # warms up
    began = child.cpu_s()
    await _chats(serving, people, count)
    return (child.cpu_s() - began) * 1000 / count


async def _chats(serving: Serving, people: list[Person], count: int) -> None:
    await asyncio.gather(*(_chat(serving, person, count // len(people)) for person in people))


async def _chat(serving: Serving, person: Person, times: int) -> None:
    for _ in range(times):
        answer = await _answer_after(serving, person, serving.town.say(person, "balance").message_id)
        assert answer.text in {"balance", f"You have {PLAY_MONEY_SHOWN}"}, answer.text


async def _answer_after(serving: Serving, person: Person, asked: int) -> Message:
    return await serving.town.wait_for(person, lambda m: m.from_bot and m.message_id > asked, timeout_s=PATIENCE_S)


async def _payments(serving: Serving, child: Child, people: list[Person], count: int) -> float:
    """Milliseconds of processor for one whole payment: three updates and six digits, the receipt and the notice."""
    began = child.cpu_s()
    await _pay_round(serving, people, count // len(people))
    return (child.cpu_s() - began) * 1000 / count


async def _pay_round(serving: Serving, people: list[Person], times: int) -> None:
    """Each pays the next one so many times, side by side, until everybody was told."""
    paid, told = ({one.id: look(serving, one) for one in people} for look in (_paid, _told))
    payees = [*people[1:], people[0]]
    await asyncio.gather(
        *(_pay(serving, one, other, paid[one.id], times) for one, other in zip(people, payees, strict=True))
    )
    await serving.town.wait_until(lambda: all(_told(serving, one) >= told[one.id] + times for one in people) or None)


async def _pay(serving: Serving, payer: Person, payee: Person, before: int, times: int) -> None:
    town = serving.town
    for already in range(times):
        said = town.say(payer, f"send 1 to @{payee.username}").message_id
        question = await town.wait_for(payer, partial(_asks_after, said), timeout_s=PATIENCE_S)
        town.tap(payer, question.message_id, "Pay ₹1.00")
        pad = await town.wait_for(payer, lambda m: m.has_pad, timeout_s=PATIENCE_S)
        for digit in PIN:
            town.tap(payer, pad.message_id, digit)
        await _until_paid(serving, payer, before + already + 1)


def _asks_after(said: int, message: Message) -> bool:
    return message.message_id > said and "Pay ₹1.00" in message.labels


async def _until_paid(serving: Serving, payer: Person, times: int) -> None:
    await serving.town.wait_until(
        lambda: True if _paid(serving, payer) >= times else None,
        timeout_s=PATIENCE_S,
        otherwise=lambda: serving.town.transcript(payer),
    )


def _paid(serving: Serving, payer: Person) -> int:
    return sum(message.text.startswith("Paid ₹1.00") for message in serving.town.messages(payer))


def _told(serving: Serving, payee: Person) -> int:
    return sum(message.from_bot and message.text.startswith("₹1.00 from") for message in serving.town.messages(payee))


def _calls(serving: Serving) -> int:
    return len(serving.calls.kept) + serving.calls.polls


def commits_in(log: Path) -> int:
    """Commits in SQLite's write-ahead log: frames that say how large the database is after them.

    Source: sqlite.org/fileformat2.html, section 4.1. Frames of an earlier round of the log carry another salt.
    """
    written = log.read_bytes() if log.exists() else b""
    page_size, salt = int.from_bytes(written[8:12], "big"), written[16:24]
    frames = (written[at : at + 16] for at in range(32, len(written), 24 + page_size))
    return sum(frame[4:8] != bytes(4) for frame in itertools.takewhile(lambda frame: frame[8:16] == salt, frames))


def _argon2_ms(times: int = 20) -> float:
    """One derivation with the vault's own parameters, alone."""
    began = time.process_time()
    for number in range(times):
        hashing.derive(number, Secret(PIN), b"0123456789abcdef")
    return (time.process_time() - began) * 1000 / times


def report(costs: Costs, sizes: Sizes) -> None:
    """The table, and the figures as a script reads them."""
    ours, peers = statistics.median(costs.ours), statistics.median(costs.peers)
    share = costs.argon2 / costs.payment * 100
    print(f"{sizes.rounds} interleaved rounds of {sizes.updates} updates from {sizes.people} people; processor time")
    print(f"  python-telegram-bot, an echo, nothing kept      {peers:6.2f} ms an update")
    print(f"  hundi run, “balance”, inbox and outbox on disk  {ours:6.2f} ms an update, {costs.ratio:.2f} ×")
    print(f"  hundi run, a whole payment, both sides told     {costs.payment:6.2f} ms")
    print(f"  of which Argon2id                               {costs.argon2:6.2f} ms, {share:.0f} %")
    print(f"  calls of the Bot API for a payment              {costs.calls:6.2f}")
    print(f"  commits for a payment                           {costs.commits:6.2f}")
    print(f"figure P4.update_ratio {costs.ratio:.2f} x")
    print(f"figure P4.argon2_share {share:.0f} %")
    print(f"figure S6.core_hours_of_six_digits {costs.argon2 * 1_000_000 / 3_600_000:.1f} h")
    print(f"figure P4.calls_per_payment {costs.calls:.2f} calls")
    print(f"figure P4.commits_per_payment {costs.commits:.2f} commits")


def main(arguments: list[str]) -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench conversation", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    asked = parser.parse_args(arguments)
    sizes = Sizes(people=10, updates=60, payments=10, rounds=1) if asked.quick else Sizes()
    with tempfile.TemporaryDirectory(prefix="hundi-bench-") as folder:
        costs = asyncio.run(measure(sizes, Path(folder)))
    report(costs, sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
