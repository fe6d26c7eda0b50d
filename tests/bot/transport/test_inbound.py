"""What may command money is decided here: new words, in the private chat, by that person. All else is foreign."""

import json
from datetime import UTC, datetime
from typing import Any, TypeAlias

import pytest
from telegram import Update

from bot.arrivals import Arrival, DigitsInGroup, TapArrived, UnreadableArrivalError, dump_arrival, load_arrival
from bot.dialogue.events import (
    BotBlocked,
    ContactShared,
    DigitsArrived,
    ForeignArrived,
    ForeignKind,
    TextArrived,
)
from bot.dialogue.places import SaidInGroup
from bot.transport.telegram.inbound import read
from bot.transport.telegram.plain import read_plain

Json: TypeAlias = dict[str, Any]

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SENT = 1_795_521_600  # 2026-11-24 12:00:00 UTC
ASHA: Json = {
    "id": 1001,
    "is_bot": False,
    "first_name": "Asha",
    "last_name": "Rao",
    "username": "asha",
    "language_code": "en",
}
PRIYA: Json = {"id": 1002, "is_bot": False, "first_name": "Priya"}
BOT: Json = {"id": 77, "is_bot": True, "first_name": "Hundi", "username": "HundiBot"}
ANONYMOUS_ADMIN: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
PRIVATE: Json = {"id": 1001, "type": "private", "first_name": "Asha"}
GROUP: Json = {"id": -100500, "type": "supergroup", "title": "Flat 12"}
CHANNEL: Json = {"id": -100600, "type": "channel", "title": "News"}


def message(**fields: Any) -> Json:
    """A message of Asha's in her private chat, with these fields instead."""
    return {"message_id": 5, "date": SENT, "chat": PRIVATE, "from": ASHA} | fields


def reading(raw: Json) -> Arrival | None:
    """What we make of an update. Where it is plain enough to be read as it came, that says the same."""
    update = {"update_id": 9} | raw
    full = read(Update.de_json(update), "HundiBot", NOW)
    plain = read_plain(update, NOW)
    assert plain is None or plain == full
    return full


def happening_of(**fields: Any) -> object:
    """What we make of a new message."""
    arrival = reading({"message": message(**fields)})
    return arrival and arrival.happening


def test_words_in_the_private_chat_arrive_with_who_and_when() -> None:
    arrival = reading({"message": message(text="send 200 to Priya")})

    assert arrival == Arrival(
        update_id=9,
        person_id=1001,
        chat_id=1001,
        private=True,
        name="Asha Rao",
        username="asha",
        language_code="en",
        sent_at=NOW,
        happening=TextArrived(5, "send 200 to Priya"),
    )
    assert arrival.storable


MENTION, COMMAND = ({"type": kind, "offset": 0, "length": 5} for kind in ("text_mention", "bot_command"))
TAPPED: Json = {
    "id": "7",
    "from": ASHA,
    "chat_instance": "1",
    "data": "abc",
    "message": {"message_id": 5, "chat": PRIVATE},
}


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ({"message": message(text="send 200 to Priya")}, True),
        ({"message": message(text="482913")}, True),
        ({"message": message(text="/help", entities=[COMMAND])}, True),
        ({"callback_query": TAPPED}, True),
        ({"message": message(text="hi", entities=[MENTION])}, False),
        ({"message": message(text="hi", reply_to_message=message(text="ho"))}, False),
        ({"message": message(text="hi", something_of_next_year=1)}, False),
        ({"message": message(text="hi", chat=GROUP)}, False),
        ({"message": message(text="hi", date=0)}, False),
        ({"message": message(text="hi", **{"from": ASHA | {"is_bot": 0}})}, False),
        ({"callback_query": TAPPED | {"message": {"message_id": 5, "chat": GROUP}}}, False),
        ({"callback_query": TAPPED | {"game_short_name": "g"}}, False),
        ({"edited_message": message(text="hi")}, False),
    ],
)
def test_the_plainest_updates_and_no_others_are_read_as_they_came(raw: Json, plain: bool) -> None:
    """A field that we do not know may mean that these are not the person's own words."""
    assert (read_plain({"update_id": 9} | raw, NOW) is not None) is plain


ORIGIN = {"type": "user", "date": SENT, "sender_user": PRIYA}
SEND = "send 200 to Priya"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"text": SEND, "forward_origin": ORIGIN}, ForeignKind.FORWARDED),
        (
            {"text": SEND, "forward_origin": {"type": "hidden_user", "date": SENT, "sender_user_name": "x"}},
            ForeignKind.FORWARDED,
        ),
        ({"text": "123456", "forward_origin": ORIGIN}, ForeignKind.FORWARDED),
        ({"text": SEND, "forward_date": SENT, "forward_from": PRIYA}, ForeignKind.FORWARDED),  # a server before 7.0
        ({"text": SEND, "via_bot": BOT}, ForeignKind.VIA_BOT),
        (
            {"caption": SEND, "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
            ForeignKind.NOT_TEXT,
        ),
        ({"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}}, ForeignKind.NOT_TEXT),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, ForeignKind.NOT_TEXT),
        ({"dice": {"emoji": "🎲", "value": 3}}, ForeignKind.NOT_TEXT),
    ],
)
def test_a_message_that_is_not_the_persons_own_new_words_commands_nothing(fields: Json, kind: ForeignKind) -> None:
    """I forwarded a friend's "send 200 to Priya": nothing is paid."""
    assert happening_of(**fields) == ForeignArrived(kind, 5)


@pytest.mark.parametrize(
    "raw",
    [
        {"message": message(text=SEND, **{"from": BOT})},
        {"message": message(text=SEND, chat=GROUP, **{"from": ANONYMOUS_ADMIN}, sender_chat=GROUP)},
        {"message": message(text=SEND, sender_chat=CHANNEL)},
        {"message": message(text=SEND, chat=GROUP, is_automatic_forward=True)},
        {"message": message(text=SEND, business_connection_id="b")},
        {"message": message(text=SEND, chat=PRIVATE | {"id": 1002})},
        {"channel_post": {"message_id": 5, "date": SENT, "chat": CHANNEL, "text": SEND}},
        {"edited_channel_post": {"message_id": 5, "date": SENT, "edit_date": SENT, "chat": CHANNEL, "text": SEND}},
        {"business_message": message(text=SEND, business_connection_id="b")},
        {"edited_business_message": message(text=SEND, edit_date=SENT)},
        {"edited_message": message(text=SEND, chat=GROUP, edit_date=SENT)},
        {"message": message(pinned_message=message(text=SEND))},
        {"inline_query": {"id": "1", "from": ASHA, "query": SEND, "offset": ""}},
        {"poll": {"id": "1", "question": SEND, "options": [], "total_voter_count": 0, "is_closed": False,
                  "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                  "allows_revoting": True, "members_only": False}},
    ],
)  # fmt: skip
def test_what_no_single_person_wrote_to_the_bot_is_nothing_at_all(raw: Json) -> None:
    assert reading(raw) is None


def test_an_edited_command_is_not_run_again() -> None:
    """I corrected a typo in an old "send": it does not pay a second time."""
    arrival = reading({"edited_message": message(text=SEND, edit_date=SENT + 60)})

    assert arrival is not None
    assert arrival.happening == ForeignArrived(ForeignKind.EDITED, 5)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("1234", "1234"),
        ("12345678", "12345678"),
        ("  482913\n", "482913"),
        ("\u200e482913\u200f", "482913"),
        ("४८२९१३", "482913"),
        ("٤٨٢٩١٣", "482913"),
    ],
)
def test_digits_alone_reach_no_disk(text: str, digits: str) -> None:
    arrival = reading({"message": message(text=text)})

    assert arrival is not None
    assert isinstance(arrival.happening, DigitsArrived)
    assert arrival.happening.digits.reveal() == digits
    assert not arrival.storable
    assert digits not in repr(arrival)
    with pytest.raises(ValueError, match="must not be written down"):
        dump_arrival(arrival)


@pytest.mark.parametrize("text", ["123", "123456789", "12²45", "1234a", "+1234", "12.34", "1 2 3 4 5 6"])
def test_anything_but_4_to_8_plain_digits_is_words(text: str) -> None:
    assert happening_of(text=text) == TextArrived(5, text)


def test_a_spaced_out_pin_is_words_but_reaches_no_disk() -> None:
    """I typed 1 2 3 4 5 6: it is not understood, and nobody keeps it."""
    arrival = reading({"message": message(text="1 2 3-4 5.6")})

    assert arrival is not None
    assert not arrival.storable


def test_the_author_of_the_message_replied_to_is_named() -> None:
    replied = message(message_id=4, text="dinner was 200", **{"from": PRIYA})

    assert happening_of(text="send 200", reply_to_message=replied) == TextArrived(5, "send 200", replied_person=1002)


@pytest.mark.parametrize(
    "replied",
    [
        message(text="x"),
        message(text="x", **{"from": BOT}),
        message(text="x", sender_chat=GROUP, **{"from": PRIYA}),
        message(text="x", forward_origin=ORIGIN | {"sender_user": ASHA}),
        message(text="x", forward_origin=ORIGIN | {"sender_user": BOT}),
        message(text="x", forward_origin={"type": "hidden_user", "date": SENT, "sender_user_name": "Priya"}),
        message(text=None, contact={"phone_number": "+919000001002", "first_name": "Priya"}),
        message(text=None, contact={"phone_number": "+919000001001", "first_name": "Asha", "user_id": ASHA["id"]}),
        message(text="x", forward_date=SENT, **{"from": PRIYA}),
    ],
)
def test_a_reply_to_oneself_a_bot_a_channel_or_a_nameless_forward_names_nobody(replied: Json) -> None:
    assert happening_of(text="send 200", reply_to_message=replied) == TextArrived(5, "send 200")


@pytest.mark.parametrize(
    "pointed_at",
    [
        {"reply_to_message": message(text="I paid", forward_origin=ORIGIN | {"sender_user": PRIYA})},
        {"reply_to_message": message(text=None, contact={"phone_number": "", "first_name": "P", "user_id": 1002})},
        {"external_reply": {"origin": ORIGIN | {"sender_user": PRIYA}}},
    ],
)
def test_a_reply_to_forwarded_words_to_a_card_or_into_another_chat_names_whose_they_are(pointed_at: Json) -> None:
    """Nobody but oneself writes in a private chat with a bot, so this is how a reply there says who is meant."""
    assert happening_of(text="send 200", **pointed_at) == TextArrived(5, "send 200", replied_person=1002)


MENTION_OF_PRIYA: Json = {"type": "text_mention", "offset": 13, "length": 5, "user": PRIYA}


def test_a_mention_without_a_username_resolves_by_numeric_id() -> None:
    """Telegram counts in UTF-16 units, so a mention after an emoji is still the right word."""
    arrived = happening_of(text="💸 send 2 to Priya", entities=[MENTION_OF_PRIYA])

    assert arrived == TextArrived(5, "💸 send 2 to Priya", mentioned=(("Priya", 1002),))


@pytest.mark.parametrize(
    ("user_id", "own"), [(1001, True), (1002, False), (None, False)], ids=["own", "another's", "not on Telegram"]
)
def test_a_contact_is_own_only_when_its_id_is_the_senders(user_id: int | None, own: bool) -> None:
    """I shared my friend's card: the bot must not think their number is mine."""
    card = {"phone_number": "+919876543210", "first_name": "Asha"} | ({"user_id": user_id} if user_id else {})

    assert happening_of(contact=card) == ContactShared(5, user_id, own, phone="+919876543210", name="Asha")


def tap(data: str | None, **fields: Any) -> Json:
    """Asha presses a key."""
    raw: Json = {"id": "cb1", "from": ASHA, "chat_instance": "1", "data": data, "message": message(text="Pay?")}
    return {"callback_query": raw | fields}


def test_a_tap_is_a_token_that_is_opened_later() -> None:
    arrival = reading(tap("k.AAECAw"))

    assert arrival is not None
    assert arrival.happening == TapArrived("k.AAECAw", "cb1", 5)
    assert arrival.storable
    assert arrival.sent_at == NOW


def test_a_tap_on_the_pin_pad_reaches_no_disk() -> None:
    arrival = reading(tap("p.AAECAw"))

    assert arrival is not None
    assert arrival.happening == TapArrived("p.AAECAw", "cb1", 5)
    assert not arrival.storable


def test_a_key_under_a_message_too_old_to_show_is_still_a_tap() -> None:
    arrival = reading(tap("k.x", message={"message_id": 5, "date": 0, "chat": PRIVATE}))

    assert arrival is not None
    assert arrival.happening == TapArrived("k.x", "cb1", 5)


def test_a_tap_in_a_group_is_not_private() -> None:
    arrival = reading(tap("k.x", message=message(chat=GROUP, text="Pay?")))

    assert arrival is not None
    assert not arrival.private
    assert (arrival.person_id, arrival.chat_id) == (1001, -100500)


def test_data_longer_than_telegram_allows_opens_nothing() -> None:
    arrival = reading(tap("k" * 65))

    assert arrival is not None
    assert arrival.happening == TapArrived("", "cb1", 5)


@pytest.mark.parametrize(
    "fields", [{"from": BOT}, {"message": None, "inline_message_id": "i"}, {"game_short_name": "g"}]
)
def test_a_tap_by_a_bot_on_an_inline_message_or_on_a_game_is_nothing(fields: Json) -> None:
    data = None if "game_short_name" in fields else "k.x"

    assert reading(tap(data, **fields)) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "/send 200 @priya", "entities": [{"type": "bot_command", "offset": 0, "length": 5}]},
        {"text": "/send@hundibot 200", "entities": [{"type": "bot_command", "offset": 0, "length": 14}]},
        {"text": "@HundiBot send 200", "entities": [{"type": "mention", "offset": 0, "length": 9}]},
        {"text": "send 200", "reply_to_message": message(chat=GROUP, text="Hello", **{"from": BOT})},
    ],
)
def test_in_a_group_words_to_the_bot_are_no_words_of_the_private_chat(fields: Json) -> None:
    """More of it in test_groups.py."""
    assert isinstance(happening_of(chat=GROUP, **fields), SaidInGroup)


def test_digits_alone_in_a_group_are_never_an_amount_and_never_stored() -> None:
    """I typed my PIN into the family group by mistake."""
    arrival = reading({"message": message(chat=GROUP, text="482913")})

    assert arrival is not None
    assert arrival.happening == DigitsInGroup(5, 6)
    assert not arrival.private
    assert b"482913" not in dump_arrival(arrival)


@pytest.mark.parametrize(("status", "blocked"), [("kicked", True), ("member", False)])
def test_blocking_and_unblocking_the_bot_is_noticed(status: str, blocked: bool) -> None:
    extra = {"until_date": 0} if status == "kicked" else {}
    change = {
        "chat": PRIVATE,
        "from": ASHA,
        "date": SENT,
        "old_chat_member": {"user": BOT, "status": "left"},
        "new_chat_member": {"user": BOT, "status": status} | extra,
    }

    arrival = reading({"my_chat_member": change})

    assert arrival is not None
    assert arrival.happening == BotBlocked(blocked)


def test_half_characters_are_replaced_so_that_every_text_can_be_written() -> None:
    arrival = reading({"message": json.loads(json.dumps(message(text="hi \ud800 there")))})

    assert arrival is not None
    assert isinstance(arrival.happening, TextArrived)
    assert arrival.happening.text.encode() == "hi \ufffd there".encode()


@pytest.mark.parametrize(
    "raw",
    [
        {"message": message(text=SEND, reply_to_message=message(text="x", **{"from": PRIYA}))},
        {"message": message(text="💸 send 2 to Priya", entities=[MENTION_OF_PRIYA])},
        {"message": message(contact={"phone_number": "1", "first_name": "P", "user_id": 1002})},
        {"message": message(text=SEND, forward_origin=ORIGIN)},
        tap("k.AAECAw"),
    ],
)  # fmt: skip
def test_what_is_stored_comes_back_as_it_was(raw: Json) -> None:
    arrival = reading(raw)

    assert arrival is not None
    assert load_arrival(dump_arrival(arrival)) == arrival


def test_no_keyboard_is_in_what_is_stored() -> None:
    """One row must not tell which key of a keyboard was pressed."""
    keyboard = {"inline_keyboard": [[{"text": "Pay", "callback_data": "k.secret"}]]}
    pressed = reading(tap("k.AAECAw", message=message(text="Pay?", reply_markup=keyboard)))

    assert pressed is not None
    stored = dump_arrival(pressed)

    assert b"secret" not in stored
    assert b"Pay" not in stored


def test_a_shared_number_shows_in_no_log_line_of_its_arrival() -> None:
    """The row it waits in is sealed; what is printed of it says nothing."""
    card = {"phone_number": "+919876543210", "first_name": "Pinku", "user_id": 2}

    shared = reading({"message": message(contact=card)})

    assert shared is not None
    assert isinstance(shared.happening, ContactShared)
    assert shared.happening.phone == "+919876543210"
    assert "9876543210" not in repr(shared)
    assert "Pinku" not in repr(shared)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"v":2}', b'{"v":1,"kind":"digits"}'])
def test_a_stored_row_of_another_version_is_refused_not_guessed_at(raw: bytes) -> None:
    with pytest.raises(UnreadableArrivalError):
        load_arrival(raw)
