"""How much of one person is read, and what is always read."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.town import Town
from bot.transport.telegram.attention import TAPS, WORDS, Attention, Sender, sender_of
from bot.transport.telegram.urgency import Urgency

ASHA, PRIYA, GROUP, GROUP_ANONYMOUS_BOT = 1001, 1002, -1001234, 1087968824


@dataclass
class Desk:
    """Attention with a clock in the hand, and what it said of whom."""

    now_s: float = 0.0
    number: int = 0
    unread: list[tuple[int, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        urgency = Urgency({"freeze my account"}, lambda token, person_id: (token, person_id) == ("red button", ASHA))
        self.attention = Attention(self._note, steady_s=lambda: self.now_s, is_urgent=urgency)

    def _note(self, sender: Sender, first: bool) -> None:
        self.unread.append((sender.number, first))

    def reads(self, update: dict[str, Any]) -> bool:
        """Whether this is read, as a new update."""
        self.number += 1
        return self.attention.reads(self.number, update)

    def read_of(self, count: int, update: dict[str, Any]) -> int:
        """How many of so many at once."""
        return sum(self.reads(update) for _ in range(count))


def words(person: int, chat: int | None = None, **more: Any) -> dict[str, Any]:
    """A raw text."""
    chat_id = person if chat is None else chat
    return {"message": {"message_id": 1, "from": {"id": person}, "chat": {"id": chat_id}, "text": "hello", **more}}


def tap(person: int) -> dict[str, Any]:
    """A raw tap."""
    return {"callback_query": {"id": "77", "from": {"id": person}, "message": {}, "data": "x"}}


def test_forty_messages_at_once_are_read_and_no_more() -> None:
    desk = Desk()

    assert desk.read_of(100, words(ASHA)) == WORDS.burst == 40


def test_then_one_message_a_second_is_read() -> None:
    desk = Desk()
    desk.read_of(100, words(ASHA))

    desk.now_s = 0.999
    too_soon = desk.reads(words(ASHA))
    desk.now_s = 1.0

    assert (too_soon, desk.reads(words(ASHA)), desk.reads(words(ASHA))) == (False, True, False)


def test_nobody_else_is_read_less_for_it() -> None:
    desk = Desk()
    desk.read_of(1_000, words(ASHA))

    assert desk.read_of(10, words(PRIYA)) == 10


def test_taps_have_an_allowance_of_their_own() -> None:
    """Somebody who flooded the chat can still finish the PIN that is open."""
    desk = Desk()
    desk.read_of(1_000, words(ASHA))

    assert desk.read_of(100, tap(ASHA)) == TAPS.burst


OWN: dict[str, Any] = {"message": {"message_id": 1, "chat": {"id": ASHA}}, "data": "red button"}


@pytest.mark.parametrize(
    ("update", "read"),
    [
        (words(ASHA, text="/freeze"), 1),
        (words(ASHA, text="/FREEZE@HundiBot now"), 1),
        (words(ASHA, text=" Freeze my  account!"), 1),
        (tap(ASHA) | {"callback_query": tap(ASHA)["callback_query"] | OWN}, 1),
        (words(ASHA, text="/unfreeze"), 0),
        (words(ASHA, text="/freezer"), 0),
        (words(ASHA, text="freeze my account" + " " * 100), 0),
        (words(ASHA, text=5), 0),
        (words(ASHA, chat=GROUP, text="/freeze"), 0),
        (tap(ASHA) | {"callback_query": tap(ASHA)["callback_query"] | OWN | {"data": "another"}}, 0),
        (tap(ASHA) | {"callback_query": tap(ASHA)["callback_query"] | {"data": "red button"}}, 0),
    ],
)
def test_a_freeze_is_read_once_a_second_whatever_else_was_sent(update: dict[str, Any], read: int) -> None:
    """No way round for anything else: what it asks for can be done once."""
    desk = Desk()
    desk.read_of(200, words(ASHA))
    desk.read_of(200, tap(ASHA))

    assert desk.read_of(10, update) == read
    desk.now_s = 0.199  # no tap and no word has an allowance again
    assert desk.read_of(10, update) == 0
    assert desk.read_of(10, words(PRIYA, text="/freeze")) == 10


def test_a_second_freeze_is_read_a_second_later() -> None:
    desk = Desk()
    desk.read_of(200, words(ASHA))
    desk.reads(words(ASHA, text="/freeze"))
    desk.read_of(1, words(ASHA))

    desk.now_s = 0.999
    too_soon = desk.reads(words(ASHA, text="/freeze"))
    desk.now_s = 1.0

    assert (too_soon, desk.read_of(3, words(ASHA, text="/freeze"))) == (
        False,
        2,
    )  # a word's allowance, and the urgent one


def test_it_is_news_once_until_they_have_been_quiet() -> None:
    desk = Desk()
    desk.read_of(WORDS.burst + 3, words(ASHA))
    desk.now_s = 2 * WORDS.burst
    desk.read_of(WORDS.burst + 2, words(ASHA))

    assert desk.unread == [(ASHA, True), (ASHA, False), (ASHA, False), (ASHA, True), (ASHA, False)]


def test_an_update_that_was_read_is_read_again_when_it_comes_again() -> None:
    """It could not be stored, so Telegram brings it once more: that is not the person's haste."""
    desk = Desk()
    desk.read_of(WORDS.burst, words(ASHA))

    assert all(desk.attention.reads(number, words(ASHA)) for number in range(1, WORDS.burst + 1))
    assert not desk.unread


@pytest.mark.parametrize(
    "update",
    [
        {"my_chat_member": {"from": {"id": ASHA}, "chat": {"id": ASHA}}},
        words(ASHA, GROUP, migrate_to_chat_id=-100987),
        words(ASHA, GROUP, new_chat_members=[{"id": PRIYA}]),
        words(ASHA, GROUP, left_chat_member={"id": PRIYA}),
        {"message": "not an object"},
        {"callback_query": {"from": {"id": ASHA}}},
        {},
    ],
)
def test_what_is_no_message_of_theirs_is_always_read(update: dict[str, Any]) -> None:
    """That somebody blocked the bot, or that a group moved, is not lost in a flood."""
    desk = Desk()
    desk.read_of(1_000, words(ASHA))

    assert desk.read_of(1_000, update) == 1_000


def test_who_writes_in_a_groups_name_uses_the_groups_allowance() -> None:
    nameless = words(GROUP_ANONYMOUS_BOT, GROUP)
    nameless["message"]["from"]["is_bot"] = True
    desk = Desk()

    desk.read_of(1_000, nameless)

    assert sender_of(nameless) == Sender(GROUP)
    assert not Sender(GROUP).is_person
    assert desk.read_of(10, words(ASHA, GROUP)) == 10


def test_whoever_has_been_quiet_is_forgotten() -> None:
    """A million strangers who write once cost no memory."""
    desk = Desk()
    for stranger in range(30_000):
        desk.now_s += 0.01
        desk.reads(words(stranger + 1))

    assert len(desk.attention) <= 10_000


async def test_what_the_town_sends_is_whose_it_is() -> None:
    """The fields that are looked at are those of real updates, the town's being judged by others."""
    asha = Person(ASHA, "Asha", "Rao", "asha")
    async with serve(Town(people=(asha,))) as serving:
        serving.town.start(asha)
        serving.town.say(asha, "balance")

        senders = {sender_of(update.as_json()) for update in serving.town.updates}

    assert senders == {Sender(ASHA)}
