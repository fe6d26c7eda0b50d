"""What is heard in a group: words to the bot by one person whom Telegram names. Of all else, who was seen."""

from typing import Any

import pytest

from bot.arrivals import Arrival, DigitsInGroup, GroupChange, GroupChanged, NamelessInGroup, Overheard, dump_arrival
from bot.arrivals import load_arrival as load
from bot.dialogue.places import GroupMessage, SaidInGroup
from tests.bot.transport.test_inbound import (
    ANONYMOUS_ADMIN,
    ASHA,
    BOT,
    CHANNEL,
    GROUP,
    ORIGIN,
    PRIYA,
    SEND,
    SENT,
    Json,
    happening_of,
    message,
    reading,
)

HERE = int(GROUP["id"])
AT = GroupMessage(HERE, 5)
FORUM: Json = GROUP | {"is_forum": True}
CHANNEL_BOT: Json = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
TO_US = {"text": "/send@hundibot 200", "entities": [{"type": "bot_command", "offset": 0, "length": 14}]}


def command(text: str, **fields: Any) -> Json:
    """Words that open with a command, as Telegram marks them."""
    return {
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}],
    } | fields


def heard(**fields: Any) -> object:
    """What we make of a message in the group."""
    return happening_of(**({"chat": GROUP} | fields))


def arrived(**fields: Any) -> Arrival:
    """The whole arrival of a message in the group."""
    arrival = reading({"message": message(**({"chat": GROUP} | fields))})
    assert arrival is not None
    return arrival


def said(text: str, *, called: bool = True, **fields: Any) -> SaidInGroup:
    """Words to the bot, as they should be read."""
    return SaidInGroup(AT, text, called, **fields)


# ── who is called ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        (command("/send 200 @priya"), said("/send 200 @priya", called=False)),  # may be another bot's: no complaint
        (TO_US, said("/send 200")),
        (
            {"text": "@HundiBot send 200 to Priya", "entities": [{"type": "mention", "offset": 0, "length": 9}]},
            said("send 200 to Priya"),
        ),
        (
            {"text": "send 200 to Priya @HUNDIBOT", "entities": [{"type": "mention", "offset": 18, "length": 9}]},
            said("send 200 to Priya", called=False),
        ),
        (
            {"text": "💸 @HundiBot send 2", "entities": [{"type": "mention", "offset": 3, "length": 9}]},
            said("💸 send 2", called=False),
        ),
        (
            {"text": "send 200", "reply_to_message": message(chat=GROUP, text="Hello", **{"from": BOT})},
            said("send 200", called=False),
        ),
    ],
)  # fmt: skip
def test_words_to_the_bot_are_heard_without_its_name(fields: Json, wanted: SaidInGroup) -> None:
    assert heard(**fields) == wanted


@pytest.mark.parametrize(
    "fields",
    [
        {"text": SEND},
        command("/send@OtherBot 200 @priya"),
        command("/weather"),
        {"text": "ask @OtherBot", "entities": [{"type": "mention", "offset": 4, "length": 9}]},
        {"text": "yes", "reply_to_message": message(chat=GROUP, text="Hi", **{"from": PRIYA})},
        {"caption": "/send 200", "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
        TO_US | {"forward_origin": ORIGIN},
        TO_US | {"forward_date": SENT, "forward_from": PRIYA},
        TO_US | {"via_bot": BOT},
    ],
)
def test_what_is_not_for_us_leaves_who_was_seen_and_no_word(fields: Json) -> None:
    """People talk, forward, and ask other bots; none of it is kept."""
    arrival = arrived(**fields)

    assert arrival.happening == Overheard()
    assert not arrival.storable
    assert not arrival.asked_again
    assert (arrival.person_id, arrival.name, arrival.username) == (HERE, "", None)
    assert ASHA["id"] in arrival.members


@pytest.mark.parametrize(
    "raw",
    [
        {"message": message(chat=GROUP, **TO_US, **{"from": BOT | {"id": 4242, "username": "other_bot"}})},
        {"message": message(chat=GROUP, **TO_US, is_automatic_forward=True, sender_chat=CHANNEL, **{"from": TELEGRAM})},
        {"message": message(chat=GROUP, **TO_US, business_connection_id="b")},
        {"edited_message": message(chat=GROUP, **TO_US, edit_date=SENT)},
        {"channel_post": {"message_id": 5, "date": SENT, "chat": CHANNEL} | TO_US},
        {"business_message": message(chat=GROUP, **TO_US, business_connection_id="b")},
        {"message": message(chat=GROUP, new_chat_title="Flat")},
    ],
)  # fmt: skip
def test_what_no_single_person_wrote_in_the_group_is_no_words_of_anybody(raw: Json) -> None:
    """S12 in a group: a bot, a linked channel, a business account, an edit, a channel."""
    arrival = reading(raw)

    assert arrival is None or arrival.happening == Overheard()


@pytest.mark.parametrize(
    "sender",
    [
        {"from": ANONYMOUS_ADMIN, "sender_chat": GROUP},
        {"from": CHANNEL_BOT, "sender_chat": CHANNEL},
        {"sender_chat": CHANNEL},
    ],
)
def test_a_nameless_writer_who_calls_the_bot_is_nobody(sender: Json) -> None:
    """Behind the group's name stand several people; one of them may not spend another's money."""
    arrival = arrived(**TO_US, **sender)

    assert arrival.happening == NamelessInGroup(AT)
    assert arrival.person_id == HERE
    assert arrival.members == ()
    assert heard(text="hello", **sender) is None
    assert heard(**TO_US, **sender, forward_origin=ORIGIN) is None
    assert load(dump_arrival(arrival)) == arrival


# ── replies and mentions ─────────────────────────────────────────────────────


def reply_to(**fields: Any) -> Json:
    """A message that is replied to."""
    return {"reply_to_message": message(chat=GROUP, message_id=4, **({"text": "Hi"} | fields))}


def test_a_reply_means_its_author_by_number() -> None:
    assert heard(**TO_US, **reply_to(**{"from": PRIYA})) == said("/send 200", replied_person=1002)


@pytest.mark.parametrize(
    "replied",
    [
        reply_to(**{"from": ANONYMOUS_ADMIN}, sender_chat=GROUP),
        reply_to(**{"from": CHANNEL_BOT}, sender_chat=CHANNEL),
        reply_to(**{"from": TELEGRAM}, sender_chat=CHANNEL, is_automatic_forward=True),
        reply_to(**{"from": {"id": 4242, "is_bot": True, "first_name": "Other", "username": "other_bot"}}),
        reply_to(**{"from": PRIYA}, forward_origin=ORIGIN),
        reply_to(text=None, new_chat_members=[PRIYA], **{"from": PRIYA}),
        {"external_reply": {"origin": ORIGIN}},
    ],
)
def test_a_reply_whose_author_nobody_can_tell_names_nobody(replied: Json) -> None:
    """An anonymous admin, a channel, another bot, forwarded words, "Asha added Priya": it is asked to whom."""
    assert heard(**TO_US, **replied) == said("/send 200", reply_unclear=True)


def test_a_reply_to_oneself_or_to_the_bot_names_nobody_and_is_no_riddle() -> None:
    assert heard(**TO_US, **reply_to(**{"from": ASHA})) == said("/send 200")
    assert heard(**TO_US, **reply_to(**{"from": BOT})) == said("/send 200")


def test_a_mention_without_a_username_means_them_by_number() -> None:
    mention = {"type": "text_mention", "offset": 15, "length": 5, "user": PRIYA}
    entities = [{"type": "bot_command", "offset": 0, "length": 14}, mention]

    heard_words = heard(text="/send@hundibot Priya 200", entities=entities)

    assert heard_words == said("/send Priya 200", mentioned=(("Priya", 1002),))


# ── topics ───────────────────────────────────────────────────────────────────

OPENED = {"forum_topic_created": {"name": "Rent", "icon_color": 7322096}, "text": None}
IN_TOPIC = {"chat": FORUM, "message_thread_id": 3, "is_topic_message": True}


def test_in_a_topic_the_message_that_opened_it_is_no_reply() -> None:
    """In a forum everything hangs on the topic's first message: /send 200 there must not pay whoever opened it."""
    opening = message(chat=FORUM, message_id=3, **OPENED, **{"from": PRIYA})
    at = GroupMessage(HERE, 5, 3)

    assert heard(**TO_US, **IN_TOPIC, reply_to_message=opening) == SaidInGroup(at, "/send 200")


def test_in_a_topic_a_reply_is_a_reply() -> None:
    hers = message(chat=FORUM, message_id=4, text="Hi", **{"from": PRIYA})
    at = GroupMessage(HERE, 5, 3)

    assert heard(**TO_US, **IN_TOPIC, reply_to_message=hers) == SaidInGroup(at, "/send 200", replied_person=1002)


@pytest.mark.parametrize("fields", [{"message_thread_id": 1, "is_topic_message": True}, {"message_thread_id": 9}, {}])
def test_general_and_a_thread_of_replies_are_no_topic(fields: Json) -> None:
    """The General topic's number is not taken back, and outside forums a thread is only who replied to what."""
    assert heard(**TO_US, **fields) == said("/send 200")


# ── digits ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "482913"},
        {"text": "4 8 2 9 1 3"},
        {"text": "@HundiBot 482913", "entities": [{"type": "mention", "offset": 0, "length": 9}]},
        command("/pin 482913"),
        command("/pin@hundibot 482913"),
        {"text": "482913", "reply_to_message": message(chat=GROUP, text="PIN?", **{"from": BOT})},
    ],
)
def test_of_digits_that_may_be_a_pin_nothing_is_kept_but_how_many_they_are(fields: Json) -> None:
    """So it may wait on the disk until it is deleted in the group, whatever happens to the process meanwhile."""
    arrival = arrived(**fields)

    assert arrival.happening == DigitsInGroup(5, 6)
    assert "482913" not in repr(arrival)
    assert b"482913" not in dump_arrival(arrival)
    assert load(dump_arrival(arrival)) == arrival


def test_digits_of_somebody_nameless_are_nobodys_pin() -> None:
    assert heard(text="482913", **{"from": ANONYMOUS_ADMIN}, sender_chat=GROUP) is None


# ── who is there ─────────────────────────────────────────────────────────────


def test_members_are_those_who_wrote_were_answered_joined_or_were_named() -> None:
    meera = {"id": 1003, "is_bot": False, "first_name": "Meera"}
    named = {"type": "text_mention", "offset": 0, "length": 5, "user": meera}
    other_bot = {"id": 4242, "is_bot": True, "first_name": "Other"}

    talk = arrived(text="Meera!", entities=[named], **reply_to(**{"from": PRIYA}))
    joined = arrived(new_chat_members=[PRIYA, other_bot])
    left = arrived(left_chat_member=PRIYA)

    assert talk.members == (1001, 1002, 1003)
    assert joined.members == (1001, 1002)
    assert (left.gone, left.happening) == (1002, Overheard())


def test_an_author_of_forwarded_words_was_not_seen_there() -> None:
    arrival = arrived(text="hi", **reply_to(**{"from": PRIYA}, forward_origin=ORIGIN))

    assert arrival.members == (1001,)


# ── what becomes of the bot and of the group ─────────────────────────────────

LEFT: Json = {"user": BOT, "status": "left"}
KICKED: Json = {"user": BOT, "status": "kicked", "until_date": 0}
MEMBER: Json = {"user": BOT, "status": "member"}
RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip
PERMISSIONS = (
    "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics", "can_send_messages",
    "can_send_polls", "can_send_other_messages", "can_add_web_page_previews", "can_send_audios", "can_send_documents",
    "can_send_photos", "can_send_videos", "can_send_video_notes", "can_send_voice_notes",
    "can_edit_tag", "can_react_to_messages",
)  # fmt: skip


def admin(*rights: str) -> Json:
    """The bot as an administrator."""
    return {"user": BOT, "status": "administrator"} | {right: right in rights for right in RIGHTS}


def restricted(*permissions: str, is_member: bool = True) -> Json:
    """The bot with some permissions."""
    may = {each: each in permissions for each in PERMISSIONS}
    return {"user": BOT, "status": "restricted", "is_member": is_member, "until_date": 0} | may


@pytest.mark.parametrize(
    ("was", "now", "wanted"),
    [
        (LEFT, MEMBER, GroupChanged(GroupChange.ADDED, HERE)),
        (KICKED, admin(), GroupChanged(GroupChange.ADDED, HERE, sees_all=True)),
        (
            LEFT,
            admin("can_delete_messages"),
            GroupChanged(GroupChange.ADDED, HERE, sees_all=True, may_delete=True),
        ),
        (MEMBER, KICKED, GroupChanged(GroupChange.REMOVED, HERE)),
        (MEMBER, LEFT, GroupChanged(GroupChange.REMOVED, HERE)),
        (MEMBER, restricted(is_member=False), GroupChanged(GroupChange.REMOVED, HERE)),
        (MEMBER, restricted("can_send_polls"), GroupChanged(GroupChange.SILENCED, HERE)),
    ],
)
def test_what_became_of_the_bot_in_the_group(was: Json, now: Json, wanted: GroupChanged) -> None:
    change = {"chat": GROUP, "from": ASHA, "date": SENT, "old_chat_member": was, "new_chat_member": now}

    arrival = reading({"my_chat_member": change})

    assert arrival is not None
    assert arrival.happening == wanted
    assert arrival.person_id == HERE
    assert arrival.storable is (wanted.change is GroupChange.ADDED)


@pytest.mark.parametrize(
    ("chat", "was", "now"), [(GROUP, MEMBER, admin()), (GROUP, admin(), MEMBER), (CHANNEL, LEFT, admin())]
)
def test_other_rights_and_channels_change_nothing(chat: Json, was: Json, now: Json) -> None:
    change = {"chat": chat, "from": ASHA, "date": SENT, "old_chat_member": was, "new_chat_member": now}

    assert reading({"my_chat_member": change}) is None


@pytest.mark.parametrize(
    ("here", "fields"),
    [(-4005, {"migrate_to_chat_id": HERE}), (HERE, {"migrate_from_chat_id": -4005})],
)
@pytest.mark.parametrize("sender", [{}, {"from": ANONYMOUS_ADMIN, "sender_chat": GROUP}, {"from": None}])
def test_a_group_that_becomes_a_supergroup_moves_whoever_says_so(here: int, fields: Json, sender: Json) -> None:
    chat = GROUP | {"id": here, "type": "group" if here == -4005 else "supergroup"}
    raw = {key: value for key, value in message(chat=chat, **fields, **sender).items() if value is not None}

    arrival = reading({"message": raw})

    assert arrival is not None
    assert arrival.happening == GroupChanged(GroupChange.MOVED, -4005, HERE)


def test_words_in_a_group_come_back_from_the_disk_as_they_were() -> None:
    arrival = arrived(**TO_US, **reply_to(**{"from": PRIYA}))

    assert arrival.storable
    assert load(dump_arrival(arrival)) == arrival
    assert not arrival.asked_again
