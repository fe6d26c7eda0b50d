"""S1 against the whole bot: whatever several people send, tap, edit, forward and forge, nothing breaks or moves.

The language alone is fuzzed in tests/bot/language/test_laws.py, the reading of updates in tests/bot/transport. Here a
seeded stream of both meets every flow; nobody enters a right PIN, so no money may move.
"""

import io
import json
import random
from pathlib import Path
from typing import Any, Final

import pytest

from bot.sandbox.people import Json, Person
from tests.conftest import FULL_SIZE
from tests.harness.wire import (
    as_said,
    assert_books_untouched,
    befriend,
    household,
    later,
    logging_to,
    on_stage,
    open_group,
    pressable,
    quiet,
    rows_in_journal,
)
from tests.stories.player import PIN, Stage

STREAMS = 100 if FULL_SIZE else 5
ACTS = 2_000 if FULL_SIZE else 400  # 200,000 updates; at CI size 2,000
PEOPLE = 6
_A_ROUND: Final = 40  # acts between two looks

WORDS = [
    *(
        "send",
        "pay",
        "200",
        "₹50",
        "1.5k",
        "to",
        "priya",
        "@priya",
        "@asha1",
        "me",
        "for",
        "lunch",
        "please",
        "Rs",
        "0",
    ),
    *("balance", "history", "help", "cancel", "yes", "no", "-5", "1e9", "٢٠٠", "²", "\u202e", "\u200b", "<b>", "\x00"),
    *("request", "split", "everybody", "20", "/send", "/pay", "@nobody", "💸", "NaN", "प्रिया", "को", "दो", "सौ"),
]
COMMANDS = [
    *("/start", "/send", "/pay", "/balance", "/history", "/contacts", "/limits", "/pin", "/freeze", "/unfreeze"),
    *("/dispute", "/language", "/help", "/cancel", "/request", "/split", "/shop", "/nonsense", "/send@hundi_bot"),
    *(
        "/start x",
        "/contacts @priya",
        "/contacts @nobody",
        "/send 20 @priya",
        "/SEND 20 @PRIYA",
        "/",
        "//",
        "/pin 123456",
    ),
]
SENTENCES = [
    "send 20 to priya",
    "pay asha1 30 rupees for tea",
    "send money",
    "send 5",
    "send to priya",
    "add @priya",
    "75",
]


class Fuzz:
    """One stream of acts by people who never enter the right PIN."""

    def __init__(self, stage: Stage, people: list[Person], seed: int) -> None:
        self.stage, self.people = stage, people
        self.chance = random.Random(seed)
        self.group = open_group(stage, people[0])
        self.acts = [
            *[self.says] * 6,
            *[self.taps] * 8,
            self.edits,
            self.forwards,
            self.shares,
            self.blocks,
            self.forges,
            self.deletes,
            self.in_group,
            self.injects,
        ]

    def go(self) -> None:
        self.chance.choice(self.acts)(self.chance.choice(self.people))

    def text(self) -> str:
        match self.chance.randrange(6):
            case 0:
                return self.chance.choice(COMMANDS)
            case 1 | 2:
                return self.chance.choice(SENTENCES)
            case 3:
                digits = "".join(self.chance.choices("0123456789", k=self.chance.randrange(1, 10)))
                return digits if digits != PIN else "1"
            case 4:
                letters = "".join(chr(self.chance.randrange(1, 0xD800)) for _ in range(self.chance.randrange(1, 60)))
                return letters if letters.strip() else "x"
            case _:
                return " ".join(self.chance.choices(WORDS, k=self.chance.randrange(1, 8)))

    def says(self, person: Person) -> None:
        text = self.text().replace("\x00", "").strip() or "?"
        replied = self.stage.town.last(person).message_id if self.chance.random() < 0.1 else None
        self.stage.town.say(person, text, reply_to=replied)

    def taps(self, person: Person) -> None:
        with_buttons = [m for m in self.stage.town.chat(person).newest_first() if pressable(m)][:3]
        if with_buttons:
            message = self.chance.choice(with_buttons)
            button = self.chance.choice(pressable(message))
            self.stage.town.tap_data(person, message.message_id, str(button["callback_data"]))

    def edits(self, person: Person) -> None:
        mine = [m for m in self.stage.town.messages(person) if not m.from_bot]
        if mine:
            self.stage.town.edit(person, self.chance.choice(mine).message_id, self.text().replace("\x00", "") or "?")

    def forwards(self, person: Person) -> None:
        other = self.chance.choice(self.people)
        self.stage.town.forward(person, self.chance.choice(self.stage.town.messages(other)))

    def shares(self, person: Person) -> None:
        self.stage.town.share_contact(person, self.chance.choice(self.people))

    def blocks(self, person: Person) -> None:
        (self.stage.town.block if self.chance.random() < 0.5 else self.stage.town.start)(person)

    def forges(self, person: Person) -> None:
        other = self.chance.choice(self.people)
        tokens = [b["callback_data"] for m in self.stage.town.messages(other) for b in pressable(m)] or ["b"]
        data = str(self.chance.choice([*tokens, "p.x", "b", "x" * 64]))
        self.stage.town.tap_data(person, self.stage.town.last(person).message_id, data)

    def deletes(self, person: Person) -> None:
        bubbles = [m for m in self.stage.town.messages(person) if m.from_bot]
        if len(bubbles) > 1:
            self.stage.town.delete_message(person, self.chance.choice(bubbles).message_id)

    def in_group(self, person: Person) -> None:
        self.stage.town.inject("message", as_said(self.stage, person, self.text() or "?", chat=self.group))

    def injects(self, person: Person) -> None:
        """A message with some of its fields replaced by anything that JSON can hold, or gone."""
        body = as_said(self.stage, person, self.text() or "?")
        for _ in range(self.chance.randrange(1, 4)):
            self._spoil(body)
        kind = self.chance.choice(["message", "edited_message", "callback_query", "my_chat_member", "message"])
        if kind == "callback_query":
            body = {"id": "1", "from": body.get("from"), "message": body, "data": self.anything(), "chat_instance": "1"}
        self.stage.town.inject(kind, body)

    def _spoil(self, body: Json) -> None:
        fields = [
            "message_id",
            "from",
            "chat",
            "date",
            "text",
            "entities",
            "reply_to_message",
            "contact",
            "forward_origin",
        ]
        fields += ["via_bot", "sender_chat", "photo", "new_chat_members", "pinned_message", "dice", "quote", "story"]
        field = self.chance.choice(fields)
        if self.chance.random() < 0.2:
            body.pop(field, None)
        else:
            body[field] = self.anything()

    def anything(self, depth: int = 0) -> Any:
        simple: list[Any] = [None, True, 0, -1, 2**63, 2**70, 1.5, "", "x", "1" * 5000, [], {}, [[]], {"id": "x"}]
        if depth < 2 and self.chance.random() < 0.3:
            return {self.chance.choice(["id", "type", "is_bot", "text"]): self.anything(depth + 1) for _ in range(2)}
        return self.chance.choice(simple)


def _is_their_own_doing(line: Json) -> bool:
    """An update that nobody can read is put aside; a bubble that its person deleted can be edited no more."""
    told = (line["event"], line.get("why"))
    return told in {("delivery.rejected", "message to edit not found"), ("telegram.update_put_aside", None)}


@pytest.mark.parametrize("seed", range(STREAMS))
async def test_whatever_is_sent_nothing_breaks_and_nothing_moves_without_a_pin(seed: int, tmp_path: Path) -> None:
    log = io.StringIO()
    async with on_stage(tmp_path) as stage:
        payers, priya = await household(stage, PEOPLE - 1)
        for payer in payers:
            await befriend(stage, payer, *(other for other in payers if other is not payer))
        rows = await rows_in_journal(stage)
        fuzz = Fuzz(stage, [*payers, priya], seed)
        with logging_to(log, as_json=True):
            for _ in range(ACTS // _A_ROUND):
                for _ in range(_A_ROUND):
                    fuzz.go()
                if fuzz.chance.random() < 0.3:
                    later(stage, minutes=fuzz.chance.choice([1, 2, 6, 60]))
                await quiet(stage)

        said = [line for line in map(json.loads, log.getvalue().splitlines()) if line["level"] in ("error", "critical")]
        assert not [line for line in said if not _is_their_own_doing(line)]
        for person in (*payers, priya):
            assert "went wrong" not in stage.town.transcript(person)
        await assert_books_untouched(stage, rows)
