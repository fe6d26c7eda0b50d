"""Whatever comes down the line, the loop goes on, and only a person's own new words come out as words (S1, S12)."""

import copy
from datetime import UTC, datetime
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.arrivals import Arrival, dump_arrival, load_arrival
from bot.dialogue.events import DigitsArrived, TextArrived
from bot.pacing import Rate
from bot.transport.telegram.attention import Attention
from bot.transport.telegram.inbound import read
from bot.transport.telegram.plain import read_plain
from bot.transport.telegram.receiving import Receiver
from tests.conftest import FULL_SIZE

Json: TypeAlias = dict[str, Any]
EXAMPLES = 20_000 if FULL_SIZE else 300
ENOUGH = Rate(per_s=1.0, burst=10**9)  # whatever is made up here is read
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

ASHA: Json = {"id": 1001, "is_bot": False, "first_name": "Asha", "username": "asha"}
PRIVATE: Json = {"id": 1001, "type": "private", "first_name": "Asha"}
MESSAGE: Json = {"message_id": 5, "date": 1_795_521_600, "chat": PRIVATE, "from": ASHA, "text": "send 200 to Priya"}
ORIGIN: Json = {"type": "user", "date": 1, "sender_user": ASHA}
TAP: Json = {"id": "cb", "from": ASHA, "chat_instance": "1", "data": "bAA", "message": MESSAGE}

# What makes a message somebody else's, or no message of a person to us. Each alone is enough.
TAINTS: list[Json] = [
    {"forward_origin": ORIGIN},
    {"forward_origin": {"type": "channel", "date": 1, "chat": {"id": -1, "type": "channel"}, "message_id": 1}},
    {"via_bot": {"id": 9, "is_bot": True, "first_name": "B", "username": "b"}},
    {"sender_chat": {"id": -1, "type": "supergroup", "title": "G"}},
    {"is_automatic_forward": True},
    {"business_connection_id": "b"},
    {"from": ASHA | {"is_bot": True}},
    {"from": ASHA | {"id": 1002}},
    {"chat": {"id": -1, "type": "supergroup", "title": "G"}},
    {"chat": {"id": -1, "type": "channel", "title": "C"}},
]
CARRIERS = ["message", "edited_message", "channel_post", "business_message", "edited_business_message"]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(node: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in an update."""
    found = [so_far] if so_far else []
    if isinstance(node, dict):
        for key, inner in node.items():
            found += paths(inner, (*so_far, key))
    return found


def reader() -> Receiver:
    """The reading of a batch, without a line behind it."""

    class Me:
        username = "HundiBot"

    receiver = Receiver.__new__(Receiver)
    receiver._bot, receiver._now = Me(), lambda: NOW  # type: ignore[assignment]  # only the name is asked
    receiver._attention = Attention(lambda _sender, _first: None, steady_s=lambda: 0.0, words=ENOUGH, taps=ENOUGH)
    return receiver


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_an_update_with_anything_in_any_place_is_read_or_put_aside(data: st.DataObject) -> None:
    update: Json = {"update_id": 9} | copy.deepcopy(
        data.draw(st.sampled_from([{"message": MESSAGE | {"reply_to_message": MESSAGE}}, {"callback_query": TAP}]))
    )
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from([path for path in paths(update) if path != ("update_id",)]))
        node = update
        for step in way:
            node = node[step]
        node[last] = data.draw(JUNK)

    batch, plain = reader().read([update]), read_plain(update, NOW)

    assert batch.next_offset == 10
    assert plain is None or plain == _in_full(update)
    assert len(batch.arrivals) + len(batch.put_aside) <= 1
    for arrival in batch.arrivals:
        _is_whole(arrival)


@settings(max_examples=EXAMPLES, deadline=None)
@given(JUNK)
def test_an_answer_of_anything_never_stops_the_loop(junk: Any) -> None:
    reader().read(junk if isinstance(junk, list) else [junk])


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.sampled_from(CARRIERS),
    st.lists(st.sampled_from(TAINTS), max_size=3),
    st.sampled_from(["send 200 to Priya", "482913", "/send 200 @priya", "confirm"]),
)
def test_a_message_commands_exactly_when_nothing_taints_it(carrier: str, taints: list[Json], text: str) -> None:
    message = MESSAGE | {"text": text}
    for taint in taints:
        message |= taint
    clean = carrier == "message" and not taints

    arrivals = reader().read([{"update_id": 9, carrier: message}]).arrivals

    arrival = arrivals[0] if arrivals else None
    commands = arrival is not None and isinstance(arrival.happening, TextArrived | DigitsArrived)
    assert commands is clean


def _in_full(update: Json) -> Arrival | None:
    """As the library reads it. It builds every field; ours leaves alone what nobody asks for."""
    person = (update.get("message") or update["callback_query"])["from"]
    asked = {
        name: person.get(name) for name in ("id", "is_bot", "first_name", "last_name", "username", "language_code")
    }
    query = update.get("callback_query")
    if query is not None:
        chat = {name: query["message"]["chat"][name] for name in ("id", "type")}
        message = {"message_id": query["message"]["message_id"], "chat": chat, "date": 0}
        update = update | {"callback_query": query | {"from": asked, "message": message}}
    else:
        chat = {name: update["message"]["chat"][name] for name in ("id", "type")}
        update = update | {"message": update["message"] | {"from": asked, "chat": chat}}
    return read(Update.de_json(update), "HundiBot", NOW)


def _is_whole(arrival: Arrival) -> None:
    """Every later room can take it: numbers fit, texts encode, and what is storable comes back."""
    assert all(-(2**63) <= number < 2**63 for number in (arrival.update_id, arrival.person_id, arrival.chat_id))
    arrival.name.encode()
    if arrival.storable:
        assert load_arrival(dump_arrival(arrival)) == arrival
