"""What a fuzzer sends: updates as JSON, through the loop's own reader, the inbox's form and the dialogue.

An input is a JSON list of updates, so that one which breaks something can be read and kept as it is. It is changed as
what it is: a value here and there becomes another, a field goes, a text is bitten into. The number of an update chooses
the state it arrives in; the data ``tap:7`` of a callback stands for a true button of action 7.
"""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from bot.arrivals import (
    Arrival,
    DigitsInGroup,
    GroupChanged,
    NamelessInGroup,
    Overheard,
    TapArrived,
    dump_arrival,
    load_arrival,
)
from bot.dialogue.effects import Action, AskLedger, Button
from bot.dialogue.events import Event, ForeignArrived, ForeignKind, Tapped
from bot.dialogue.states import State
from bot.dialogue.step import step
from bot.dialogue.stored import dump, load
from bot.pacing import Rate
from bot.transport.telegram.attention import Attention
from bot.transport.telegram.receiving import Receiver
from bot.vault.keys import KeyRing
from bot.vault.pads import is_pad_token
from bot.vault.tokens import ButtonTokens
from ledger.commands import Pay, Refund
from tests.bot.dialogue import examples as ex
from tests.fuzz.conversations import MovedWithoutPinError

ENOUGH: Final = Rate(per_s=1.0, burst=10**9)  # whatever is made up here is read
NOW: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_MOST_UPDATES: Final = 4
_MOST_CHANGES: Final = 4
_TOKENS: Final = ButtonTokens(KeyRing({1: bytes(range(32))}))
_TRUE_BUTTON: Final = "tap:"


# ── read, stored, stepped ────────────────────────────────────────────────────


class _Me:
    """All that the reader asks of a bot."""

    username = "HundiBot"


@cache
def _reader() -> Receiver:
    """The reading of a batch, without a line behind it."""
    reader = Receiver.__new__(Receiver)
    reader._bot, reader._now = _Me(), lambda: NOW  # type: ignore[assignment]  # only the name is asked
    reader._attention = Attention(lambda _sender, _first: None, steady_s=lambda: 0.0, words=ENOUGH, taps=ENOUGH)
    return reader


@cache
def _states() -> tuple[State, ...]:
    return tuple(ex.states())


def take(data: bytes) -> int:
    """One input; how many updates it held. Raises whatever is wrong; what is no JSON is not looked at."""
    try:
        updates = json.loads(data)
    except (ValueError, RecursionError):
        return 0
    if not isinstance(updates, list):
        return 0
    updates = [_with_true_button(update) for update in updates[:_MOST_UPDATES]]
    batch = _reader().read(updates)
    assert len(batch.arrivals) + len(batch.put_aside) <= len(updates)
    for arrival in batch.arrivals:
        if arrival.storable:
            assert load_arrival(dump_arrival(arrival)) == arrival
        if (event := _event_of(arrival)) is not None:
            _step(_states()[arrival.update_id % len(_states())], event)
    return len(updates)


def _step(state: State, event: Event) -> None:
    taken = step(ex.context(), state, event)
    assert load(dump(taken.state)) == taken.state
    for effect in taken.effects:
        if isinstance(effect, AskLedger) and isinstance(effect.command, Pay | Refund):
            raise MovedWithoutPinError(f"{type(state).__name__}, {type(event).__name__}")


def _event_of(arrival: Arrival) -> Event | None:
    """What the runner makes of it, as far as no store is asked."""
    match arrival.happening:
        case TapArrived(token) if is_pad_token(token):
            return None
        case TapArrived(token, _, message_id):
            opened = _TOKENS.open(token, arrival.person_id, arrival.chat_id, NOW)
            if opened is None:
                ours = _TOKENS.is_ours(token)
                kind = ForeignKind.SOMEBODY_ELSES_TAP if ours else ForeignKind.UNREADABLE_TAP
                return ForeignArrived(kind, message_id)
            return Tapped(opened.action, opened.argument, message_id, opened.expired)
        case DigitsInGroup() | GroupChanged() | NamelessInGroup() | Overheard():
            return None
        case event:
            return event


def _with_true_button(update: Any) -> Any:
    """``tap:7`` becomes what a press on a button of ours brings, if it is pressed by somebody somewhere."""
    try:
        query = update["callback_query"]
        data, person, chat = query["data"], query["from"]["id"], query["message"]["chat"]["id"]
        action = Action(int(data.removeprefix(_TRUE_BUTTON)))
        if data.startswith(_TRUE_BUTTON):
            argument = ex.PAYMENT.payment_id.to_bytes()
            query["data"] = _TOKENS.seal(Button(action, argument), person, chat)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return update
    return update


# ── changed ──────────────────────────────────────────────────────────────────

_WORDS: Final = (
    "send 200 to Priya",
    "/start x",
    "@priya",
    "482913",
    "private",
    "supergroup",
    "member",
    "kicked",
    "\u202e",
)
_FIELDS: Final = (
    "message_id", "from", "chat", "date", "text", "entities", "reply_to_message", "contact", "forward_origin",
    "via_bot", "sender_chat", "photo", "dice", "quote", "story", "is_bot", "id", "type", "user_id", "new_chat_member",
    "is_automatic_forward", "migrate_to_chat_id", "message_thread_id", "is_topic_message", "data", "edit_date", "user",
)  # fmt: skip


def mutated(data: bytes, seed: int, bite: Callable[[bytes], bytes]) -> bytes:
    """Another input of the same kind. ``bite`` is the fuzzer's own way with a text."""
    chance = random.Random(seed)
    try:
        updates = json.loads(data)
    except (ValueError, RecursionError):
        updates = []
    if not isinstance(updates, list) or not updates:
        updates = [{"update_id": 1, "message": {}}]
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        places = list(_places(updates))
        node, key = chance.choice(places)
        _change(node, key, places, chance, bite)
    return json.dumps(updates).encode("utf-8", "surrogatepass")


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every container with every key in it."""
    found: list[tuple[Any, Any]] = []
    waiting = [node]
    while waiting:
        container = waiting.pop()
        pairs = container.items() if isinstance(container, dict) else enumerate(container)
        for key, value in pairs:
            found.append((container, key))
            if isinstance(value, dict | list):
                waiting.append(value)
    return found


def _change(
    node: Any, key: Any, places: list[tuple[Any, Any]], chance: random.Random, bite: Callable[[bytes], bytes]
) -> None:
    match chance.randrange(6):
        case 0 if isinstance(node, dict) and len(node) > 1:
            del node[key]
        case 1 if isinstance(node, dict):
            node[chance.choice(_FIELDS)] = _anything(chance)
        case 2:
            other, place = chance.choice(places)
            value = other[place] if isinstance(other, dict) and place in other else _anything(chance)
            node[key] = json.loads(json.dumps(value))
        case 3 | 4 if isinstance(node[key], str):
            node[key] = bite(node[key].encode("utf-8", "surrogatepass"))[:4096].decode("utf-8", "surrogateescape")
        case _:
            node[key] = _anything(chance)


def _anything(chance: random.Random, depth: int = 0) -> Any:
    if depth < 2 and chance.random() < 0.2:
        return {chance.choice(_FIELDS): _anything(chance, depth + 1) for _ in range(2)}
    simple: tuple[Any, ...] = (
        None, True, False, 0, -1, 1001, 2**31, 2**63, -(2**70), 1.5, 1e308, "", "x" * 4096, "\ud800", [], {}, [[]],
        chance.choice(_WORDS), chance.randrange(2**33),
    )  # fmt: skip
    return chance.choice(simple)
