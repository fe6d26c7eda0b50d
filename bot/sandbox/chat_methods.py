"""Methods about chats: what the bot may know of one and of who is in it, leaving, and the topics of a forum."""

from bot.sandbox import access
from bot.sandbox.chats import Chat, Topic
from bot.sandbox.errors import bad_request
from bot.sandbox.ground import GENERAL
from bot.sandbox.members import PERMISSIONS
from bot.sandbox.params import Params
from bot.sandbox.people import Json
from bot.sandbox.town import Town

TOPIC_NAME_MAX = 128  # core.telegram.org/bots/api#createforumtopic
_COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)  # bots/api#createforumtopic


def get_chat(town: Town, params: Params) -> Json:
    """The ``ChatFullInfo``."""
    chat = access.joined_chat(town, params)
    if chat.kind == "private" and not chat.started:
        raise bad_request("chat not found")  # the bot has not met this person
    accepted = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    )
    more: Json = {"accent_color_id": abs(chat.chat_id) % 7, "max_reaction_count": 11, "accepted_gift_types": accepted}
    if chat.kind in {"group", "supergroup"}:
        more["permissions"] = {name: name in chat.permissions for name in PERMISSIONS}
    if chat.linked_to:
        more["linked_chat_id"] = chat.linked_to
    return town.chat_json(chat.chat_id) | more


def get_chat_member(town: Town, params: Params) -> Json:
    """The ``ChatMember`` that a user is in a chat."""
    chat = access.joined_chat(town, params)
    number = params.number("user_id")
    if chat.kind == "private":
        if number not in {town.bot.id, chat.chat_id}:
            raise bad_request("user not found")
        return {"user": town.user_json(number), "status": "member"}
    if number not in town.people and number != town.bot.id:
        raise bad_request("user not found")
    return town.member_json(chat, number)


def get_chat_administrators(town: Town, params: Params) -> list[Json]:
    """Every administrator who is no other bot."""
    chat = _group(town, params, "there are no administrators in the private chat")
    return [town.member_json(chat, user_id) for user_id, member in chat.members.items() if member.is_admin]


def get_chat_member_count(town: Town, params: Params) -> int:
    """How many are in the chat, the bot too."""
    chat = access.joined_chat(town, params)
    return 2 if chat.kind == "private" else sum(member.is_present for member in chat.members.values())


def leave_chat(town: Town, params: Params) -> bool:
    """The bot goes."""
    town.bot_leaves(_group(town, params, "chat member status can't be changed in private chats"))
    return True


def create_forum_topic(town: Town, params: Params) -> Json:
    """Open a topic: the ``ForumTopic``."""
    chat = _forum(town, params, "not enough rights to create a topic")
    name, color = params.text("name").strip(), params.number("icon_color", _COLORS[0])
    if not 1 <= len(name) <= TOPIC_NAME_MAX:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_INVALID")
    if color not in _COLORS:
        raise bad_request("invalid icon color specified")
    access.spend(town, chat)
    topic = town.open_topic(town.bot.id, chat, name, icon_color=color)
    return {"message_thread_id": topic.thread_id, "name": topic.name, "icon_color": topic.icon_color}


def edit_forum_topic(town: Town, params: Params) -> bool:
    """Another name for a topic."""
    chat = _forum(town, params, "not enough rights to edit a topic")
    topic, name = _topic(chat, params), params.text("name").strip()
    if name in {"", topic.name}:
        raise bad_request("TOPIC_NOT_MODIFIED")
    town.rename_topic(town.bot.id, chat, topic.thread_id, name)
    return True


def close_forum_topic(town: Town, params: Params) -> bool:
    """Close a topic."""
    chat = _forum(town, params, "not enough rights to close a topic")
    topic = _topic(chat, params)
    if topic.is_closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    town.close_topic(town.bot.id, chat, topic.thread_id)
    return True


def reopen_forum_topic(town: Town, params: Params) -> bool:
    """Open a closed topic again."""
    chat = _forum(town, params, "not enough rights to reopen a topic")
    topic = _topic(chat, params)
    if not topic.is_closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    town.reopen_topic(town.bot.id, chat, topic.thread_id)
    return True


def _group(town: Town, params: Params, otherwise: str) -> Chat:
    chat = access.joined_chat(town, params)
    if chat.kind == "private":
        raise bad_request(otherwise)
    return chat


def _forum(town: Town, params: Params, otherwise: str) -> Chat:
    chat = access.joined_chat(town, params)
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    access.need_right(town, chat, "can_manage_topics", otherwise)
    return chat


def _topic(chat: Chat, params: Params) -> Topic:
    number = params.number("message_thread_id")
    if number not in chat.topics or number == GENERAL:
        raise bad_request("TOPIC_ID_INVALID")
    return chat.topics[number]
