"""The chat and the message that a call names, found or refused in Telegram's words. Used by every method.

Source: telegram-bot-api/Client.cpp (check_chat_access, check_message) and tdlib's can_send_message; docs/telegram.md.
"""

from bot.sandbox.chats import Chat, Message
from bot.sandbox.errors import ApiError, bad_request, forbidden, too_many_requests
from bot.sandbox.ground import GENERAL
from bot.sandbox.params import Params
from bot.sandbox.town import Town


def find_chat(town: Town, params: Params) -> Chat:
    """The chat that ``chat_id`` names, by number or @username, whether or not the bot may do anything there."""
    given = params.values.get("chat_id")
    if given in (None, ""):
        raise bad_request("chat_id is empty")
    if isinstance(given, str) and given.startswith("@"):
        named = given[1:].lower()
        chat = next((each for each in town.chats.values() if each.username and each.username.lower() == named), None)
    else:
        chat = town.chats.get(params.number("chat_id"))
    if chat is None or (chat.kind != "private" and not chat.started and not chat.username):
        raise bad_request("chat not found")
    return chat


def joined_chat(town: Town, params: Params) -> Chat:
    """A chat the bot is in now, or a private one."""
    chat = find_chat(town, params)
    if chat.kind == "private":
        return chat
    if chat.upgraded_to:
        raise ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to=chat.upgraded_to)
    member = chat.member(town.bot.id)
    if member.status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if not member.is_present:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat


def open_chat(town: Town, params: Params, permission: str = "can_send_messages") -> Chat:
    """A chat the bot may write to now; what it sends needs this ``permission`` in a group."""
    chat = joined_chat(town, params)
    if chat.kind == "private":
        if town.people[chat.chat_id].is_deleted:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat
    member = chat.member(town.bot.id)
    if chat.kind == "channel" and not member.may_do("can_post_messages"):
        raise bad_request("need administrator rights in the channel chat")
    if not member.may_send(permission, chat.permissions):
        what = permission.removeprefix("can_send_").replace("messages", "text messages").replace("_", " ")
        raise bad_request(f"not enough rights to send {what} to the chat")
    return chat


def thread(town: Town, chat: Chat, params: Params) -> int | None:
    """The topic a message goes to: none, or one that is open to the bot."""
    wanted = params.number("message_thread_id")
    if not wanted:
        if chat.is_forum and chat.topics[GENERAL].is_closed:
            _check_open(town, chat, GENERAL)
        return None
    if wanted not in chat.topics or wanted == GENERAL:  # the General topic is written to without a number
        raise bad_request("message thread not found")
    _check_open(town, chat, wanted)
    return wanted


def _check_open(town: Town, chat: Chat, thread_id: int) -> None:
    if chat.topics[thread_id].is_closed and not chat.member(town.bot.id).may_do("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")


def need_right(town: Town, chat: Chat, right: str, otherwise: str) -> None:
    """``ApiError`` 400 with this sentence unless the bot administers the chat with this right."""
    if not chat.member(town.bot.id).may_do(right):
        raise bad_request(otherwise)


def spend(town: Town, chat: Chat) -> None:
    """Take one message from what the pace allows; ``ApiError`` 429 when it is used up."""
    if wait_s := town.pacing.spend(chat.chat_id, town.clock()):
        raise too_many_requests(wait_s)


def message_of(chat: Chat, params: Params, what: str) -> Message:
    """The message that ``message_id`` names; ``what`` is to be done with it ("edit", "delete")."""
    number = params.number("message_id")
    if not number:
        raise bad_request("message identifier is not specified")
    if number not in chat.messages:
        raise bad_request(f"message to {what} not found")
    return chat.messages[number]


def own_message(town: Town, params: Params) -> tuple[Chat, Message]:
    """A message of the bot that it may edit, and its chat. Editing needs no right to send."""
    if params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = joined_chat(town, params)
    if chat.kind == "private":
        open_chat(town, params)
    message = message_of(chat, params, "edit")
    own = message.from_bot or (chat.kind == "channel" and chat.member(town.bot.id).may_do("can_edit_messages"))
    if not own or message.service is not None:
        raise bad_request("message can't be edited")
    return chat, message
