"""Whatever people and the bot do, in whatever order: the town refuses or does it, and every update stays Telegram's."""

from collections.abc import Callable
from random import Random
from typing import Final

import pytest

from bot.sandbox.calls import Asked, Calls
from bot.sandbox.chats import Chat
from bot.sandbox.errors import ApiError
from bot.sandbox.methods import call
from bot.sandbox.pacing import NO_PACING
from bot.sandbox.params import Params
from bot.sandbox.people import Json, Person
from bot.sandbox.snapshot import capture, restore
from bot.sandbox.town import Town
from tests.harness.judges import Judges

STEPS: Final = 400
WORDS: Final = ("hello", "/send@hundi_bot 200", "@hundi_bot", "274913", "/x@other_bot", "😀 /balance", "#tag a@b.co")
METHODS: Final = (
    *("editMessageText", "deleteMessage", "getChat", "getChatMember", "getChatAdministrators", "getChatMemberCount"),
    *("createForumTopic", "closeForumTopic", "reopenForumTopic", "editForumTopic", "leaveChat", "sendChatAction"),
)
RIGHTS: Final = ("can_delete_messages", "can_manage_topics", "can_post_messages", "can_pin_messages")


class Life:
    """One town, and chance."""

    def __init__(self, seed: int) -> None:
        self.town = Town(pacing=NO_PACING)
        self.town.open_group("Flat 4B", list(self.town.people))
        self.chance = Random(seed)
        self.calls = Calls()

    def who(self) -> Person:
        return self.chance.choice(list(self.town.people.values()))

    def place(self) -> Chat:
        return self.chance.choice(list(self.town.chats.values()))

    def group(self) -> Chat:
        return self.chance.choice([chat for chat in self.town.chats.values() if chat.kind != "private"])

    def number(self, place: Chat) -> int:
        return self.chance.choice([*place.messages, 4711])

    def topic(self, place: Chat) -> int | None:
        return self.chance.choice([*place.topics, None, None])

    def word(self) -> str:
        return self.chance.choice(WORDS)

    def ask(self, method: str, **values: object) -> None:
        """As over the wire: everything is text."""
        params = Params({name: str(value) for name, value in values.items() if value is not None})
        asked = Asked(method, params)
        try:
            asked.result = call(self.town, method, params)
        except ApiError as error:
            asked.refused(error)
        self.calls.add(asked.as_call(0.0))


def _says(life: Life) -> None:
    where = life.chance.choice([None, life.place()])
    reply = life.number(where) if where and life.chance.random() < 0.4 else None
    name = life.chance.choice([None, None, life.group()])
    topic = life.topic(where) if where else None
    life.town.say(life.who(), life.word(), chat=where, reply_to=reply, topic=topic, in_name_of=name)


def _edits(life: Life) -> None:
    place = life.place()
    life.town.edit(life.who(), life.number(place), life.word(), chat=place)


def _forwards(life: Life) -> None:
    source, target = life.place(), life.chance.choice([None, life.group()])
    life.town.forward(life.who(), source.messages[life.number(source)], chat=target)


def _sends(life: Life) -> None:
    where = life.chance.choice([None, life.group()])
    kind = life.chance.choice(["photo", "document", "voice", "sticker", "location", "contact", "card"])
    match kind:
        case "photo":
            life.town.send_photo(life.who(), caption=life.word(), chat=where)
        case "document":
            life.town.send_document(life.who(), "a.csv", b"1", chat=where)
        case "location":
            life.town.send_location(life.who(), 12.5, 77.5, chat=where)
        case "contact":
            life.town.share_contact(life.who(), life.who(), chat=where)
        case "card":
            life.town.share_card(life.who(), "Plumber", "+919999900000", chat=where)
        case "voice":
            life.town.send_voice(life.who(), chat=where)
        case _:
            life.town.send_sticker(life.who(), chat=where)


def _taps(life: Life) -> None:
    place = life.place()
    life.town.tap_data(life.who(), life.number(place), "x", chat=place)


def _comes_or_goes(life: Life) -> None:
    deed = life.chance.choice([life.town.join, life.town.leave, life.town.remove, life.town.demote])
    deed(life.who(), life.group())


def _gets_rights(life: Life) -> None:
    who, group = life.who(), life.group()
    if group.member(who.id).status == "creator":
        life.town.hide_creator(group, hidden=life.chance.random() < 0.5)
    elif life.chance.random() < 0.5:
        life.town.promote(who, group, life.chance.choice(RIGHTS), anonymous=life.chance.random() < 0.5)
    else:
        life.town.restrict(who, group, "can_send_messages")


def _the_bot_changes(life: Life) -> None:
    town, group = life.town, life.group()
    match life.chance.choice(["add", "remove", "promote", "demote", "restrict"]):
        case "add":
            town.add_bot(group)
        case "remove":
            town.remove_bot(group)
        case "promote":
            town.promote_bot(group, *life.chance.sample(RIGHTS, 2))
        case "demote":
            town.demote_bot(group)
        case _:
            town.restrict_bot(group)


def _opens(life: Life) -> None:
    town, some = life.town, life.chance.sample(list(life.town.people), 2)
    match life.chance.choice(["group", "basic", "forum", "channel", "topic", "closed", "reopened", "upgrade"]):
        case "group":
            town.open_group("New", some)
        case "basic":
            town.open_group("Old", some, basic=True)
        case "forum":
            town.open_group("Support", some, forum=True, rights=["can_manage_topics"])
        case "channel":
            town.open_channel("News", some[0], discussed_in=life.group())
        case "topic":
            town.open_topic(life.who(), life.group(), "Case")
        case "upgrade":
            town.upgrade(life.group())
        case how:
            forum = life.group()
            deed = town.close_topic if how == "closed" else town.reopen_topic
            deed(life.who(), forum, life.topic(forum) or 4711)


def _becomes(life: Life) -> None:
    town, who = life.town, life.who()
    match life.chance.choice(["rename", "swap", "hide", "block", "start", "new", "delete", "clear", "post"]):
        case "rename":
            town.rename(who, "Asha", username=life.chance.choice(["asha", "", "priya"]))
        case "swap":
            town.swap_usernames(who, life.who())
        case "hide":
            town.hide_forwards(who)
        case "block":
            town.block(who)
        case "start":
            town.start(who, "x")
        case "new":
            town.add_person(Person(max(town.people) + 1, "Asha", "Rao"))
        case "delete" if len(town.people) > 4:  # a few are left
            town.delete_account(who)
        case "clear":
            town.delete_chat(who)
        case _:
            town.post_in_channel(life.group(), "news")


def _the_bot_speaks(life: Life) -> None:
    place = life.place()
    markup = life.chance.choice([None, '{"inline_keyboard": [[{"text": "Pay", "callback_data": "x"}]]}'])
    reply = life.chance.choice([None, f'{{"message_id": {life.number(place)}}}'])
    where = {"chat_id": place.chat_id, "message_thread_id": life.topic(place)}
    life.ask("sendMessage", text=life.word(), reply_markup=markup, reply_parameters=reply, **where)


def _the_bot_acts(life: Life) -> None:
    place = life.place()
    method = life.chance.choice(METHODS)
    needs: dict[str, Json] = {
        "editMessageText": {"message_id": life.number(place), "text": life.word()},
        "deleteMessage": {"message_id": life.number(place)},
        "getChatMember": {"user_id": life.chance.choice([*life.town.people, life.town.bot.id, 4711])},
        "createForumTopic": {"name": life.word()},
        "editForumTopic": {"name": life.word(), "message_thread_id": life.topic(place) or 4711},
        "closeForumTopic": {"message_thread_id": life.topic(place) or 4711},
        "reopenForumTopic": {"message_thread_id": life.topic(place) or 4711},
        "sendChatAction": {"action": "typing"},
    }
    topic = (
        {"message_thread_id": life.topic(place) or 4711} if method in {"closeForumTopic", "reopenForumTopic"} else {}
    )
    life.ask(method, chat_id=place.chat_id, **needs.get(method, topic))


DEEDS: Final[tuple[Callable[[Life], None], ...]] = (
    *(_says, _says, _edits, _forwards, _sends, _taps, _comes_or_goes, _gets_rights, _the_bot_changes, _opens, _becomes),
    *(_the_bot_speaks, _the_bot_speaks, _the_bot_acts, _the_bot_acts),
)


@pytest.mark.parametrize("seed", range(3))
def test_anything_goes_and_stays_telegrams(seed: int) -> None:
    """Four hundred deeds: each is done, or refused with a sentence; libraries know every field that comes of them."""
    life = Life(seed)
    judges = Judges(life.town)

    refused = 0
    for _ in range(STEPS):
        try:
            life.chance.choice(DEEDS)(life)
        except (LookupError, ValueError):
            refused += 1  # an app would not offer it

    assert refused < STEPS / 2
    assert judges.complaints(life.calls) == []
    again = Town(pacing=NO_PACING)
    restore(again, capture(life.town))
    kept = {
        chat_id: {number for number, m in chat.messages.items() if not m.is_secret}
        for chat_id, chat in life.town.chats.items()
    }
    assert {chat_id: set(chat.messages) for chat_id, chat in again.chats.items()} == kept
