"""The methods of the Bot API: what a bot may ask of the town, and the words in which Telegram refuses.

Every method is a function from the town and the parameters to a result. It waits for nothing; getUpdates, which does,
is in ``bot.sandbox.bot_api``.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from bot.sandbox import access
from bot.sandbox import chat_methods as chats
from bot.sandbox import file_methods as files
from bot.sandbox import profile_methods as profile
from bot.sandbox.chats import Answer, Chat, Message
from bot.sandbox.deeds import thread_of
from bot.sandbox.entities import clean, parse_html, tidy, utf16_length
from bot.sandbox.errors import NOT_MODIFIED, QUERY_TOO_OLD, ApiError, bad_request
from bot.sandbox.keyboards import Markup, parse_markup
from bot.sandbox.params import Params
from bot.sandbox.people import Json
from bot.sandbox.town import TAP_LIVES_S, TEXT_MAX, Town

Result: TypeAlias = Json | bool | list[Json] | str | int
Method: TypeAlias = Callable[[Town, Params], Result]

ANSWER_MAX: Final = 200  # core.telegram.org/bots/api#answercallbackquery
CAPTION_MAX: Final = 1024  # core.telegram.org/bots/api#senddocument
DELETABLE_S: Final = 48 * 3600  # core.telegram.org/bots/api#deletemessage


def call(town: Town, method: str, params: Params) -> Result:
    """Carry out one method, named in any case; ``ApiError`` when Telegram would refuse it."""
    found = _METHODS.get(method.lower())
    if found is None:
        raise ApiError(404, "Not Found: method not found")
    return found(town, params)


# Texts and markup


def _text(town: Town, params: Params, name: str = "text", most: int = TEXT_MAX) -> tuple[str, list[Json]]:
    """A text with its entities: from HTML, from a list, or plain."""
    source = clean(params.text(name))
    mode = params.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode in {"", "none"}:
        text, entities = tidy(source, _given_entities(params, "entities" if name == "text" else "caption_entities"))
    elif mode in {"markdown", "markdownv2"}:
        raise bad_request("can't parse entities: Markdown is not imitated by the town; use HTML")
    else:
        raise bad_request("unsupported parse_mode")
    if len(text) > most:
        raise bad_request("message is too long" if name == "text" else "message caption is too long")
    return text, _with_people(town, entities)


def _given_entities(params: Params, name: str) -> list[Json]:
    given = params.json(name) or []
    if not isinstance(given, list):
        raise bad_request(f"can't parse {name} JSON object")
    limit = utf16_length(clean(params.text("text" if name == "entities" else "caption")))
    good = [each for each in given if isinstance(each, dict) and {"type", "offset", "length"} <= each.keys()]
    if any(not 0 <= each["offset"] <= each["offset"] + each["length"] <= limit for each in good):
        raise bad_request("entity beginning or end is out of the text")
    return good


def _with_people(town: Town, entities: list[Json]) -> list[Json]:
    """A mention by number carries the person; one the bot has never met stays plain text, as at Telegram."""
    known = []
    for entity in entities:
        if entity["type"] != "text_mention":
            known.append(entity)
            continue
        number = entity.get("user_id") or entity.get("user", {}).get("id")
        if number in town.people and _has_met(town, number):
            kept = {key: value for key, value in entity.items() if key not in {"user_id", "url"}}
            known.append(kept | {"user": town.people[number].as_user()})
    return known


def _has_met(town: Town, number: int) -> bool:
    """Whether the bot knows this person: from their private chat, or from a group that both are in."""
    groups = (chat for chat in town.groups() if chat.member(town.bot.id).is_present)
    return town.chats[number].started or any(chat.member(number).is_present for chat in groups)


def _reply_to(chat: Chat, params: Params) -> int | None:
    wanted = params.json("reply_parameters") or {}
    number = int(wanted.get("message_id") or params.number("reply_to_message_id"))
    if not number or number in chat.messages:
        return number or None
    if wanted.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _new_message(town: Town, chat: Chat, params: Params) -> Message:
    """An empty message of the bot, in its place: checks where it goes, and takes it from what the pace allows."""
    reply_to, thread_id = _reply_to(chat, params), access.thread(town, chat, params)
    access.spend(town, chat)
    message = Message(town.take_message_id(chat), chat.chat_id, town.bot.as_user(), int(town.clock()))
    message.is_protected = params.flag("protect_content")
    message.reply_to, message.thread_id = reply_to, thread_of(chat, thread_id, reply_to)
    return message


def _markup(chat: Chat, params: Params) -> Markup:
    """The keyboard of a call, as far as it may be shown in this chat."""
    markup = parse_markup(params.values.get("reply_markup"))
    asks = [button for row in (markup.reply or {}).get("keyboard", []) for button in row]
    if chat.kind != "private" and any(button.get("request_contact") for button in asks):
        raise bad_request("phone number can be requested in private chats only")
    return markup


def _post(town: Town, chat: Chat, message: Message, markup: Markup) -> Json:
    if markup.reply is not None or markup.removes_reply:
        chat.reply_keyboard = markup.reply
        town.tell({"kind": "chat", "chat": chat.chat_id})
    message.keyboard = markup.inline or None
    return town.message_json(town.post(message))


# Methods


def _get_me(town: Town, _params: Params) -> Result:
    return town.bot.as_me()


def _send_message(town: Town, params: Params) -> Result:
    chat = access.open_chat(town, params)
    text, entities = _text(town, params)
    if not text:
        raise bad_request("message text is empty")
    markup = _markup(chat, params)
    message = _new_message(town, chat, params)
    message.text, message.entities = text, entities
    return _post(town, chat, message, markup)


def _edit(town: Town, chat: Chat, message: Message, after: tuple[str, list[Json], list[list[Json]] | None]) -> Json:
    if (message.text, message.entities, message.keyboard) == after:
        raise bad_request(NOT_MODIFIED)
    access.spend(town, chat)

    message.text, message.entities, message.keyboard = after
    message.edited_at = int(town.clock())
    town.show(message)
    return town.message_json(message)


def _edit_message_text(town: Town, params: Params) -> Result:
    chat, message = access.own_message(town, params)
    if message.text_is_caption:
        raise bad_request("there is no text in the message to edit")
    text, entities = _text(town, params)
    if not text:
        raise bad_request("message text is empty")
    markup = _markup(chat, params)
    return _edit(town, chat, message, (text, entities, markup.inline or None))


def _edit_message_caption(town: Town, params: Params) -> Result:
    chat, message = access.own_message(town, params)
    if not message.text_is_caption:
        raise bad_request("there is no caption in the message to edit")
    text, entities = _text(town, params, "caption", CAPTION_MAX)
    markup = _markup(chat, params)
    return _edit(town, chat, message, (text, entities, markup.inline or None))


def _edit_message_reply_markup(town: Town, params: Params) -> Result:
    chat, message = access.own_message(town, params)
    markup = _markup(chat, params)
    return _edit(town, chat, message, (message.text, message.entities, markup.inline or None))


def _delete(town: Town, chat: Chat, message: Message) -> None:
    """For 48 hours a bot deletes its own messages; in a private chat the person's too, elsewhere any with the right."""
    if town.clock() - message.at >= DELETABLE_S:
        raise bad_request("message can't be deleted for everyone")
    if not message.from_bot and chat.kind != "private":
        access.need_right(town, chat, "can_delete_messages", "message can't be deleted")
    if (message.service or {}).keys() & {"forum_topic_created", "migrate_from_chat_id"}:
        raise bad_request("message can't be deleted")  # bots/api#deletemessage, "Service messages about … creation"
    del chat.messages[message.message_id]
    town.tell({"kind": "deleted", "chat": chat.chat_id, "message_id": message.message_id})


def _delete_message(town: Town, params: Params) -> Result:
    chat = access.joined_chat(town, params)
    _delete(town, chat, access.message_of(chat, params, "delete"))
    return True


def _delete_messages(town: Town, params: Params) -> Result:
    chat = access.joined_chat(town, params)
    numbers = params.json("message_ids")
    if not isinstance(numbers, list) or not numbers:
        raise bad_request("message identifiers are not specified")
    for number in numbers:
        if number in chat.messages:  # those that cannot be found are skipped: bots/api#deletemessages
            _delete(town, chat, chat.messages[number])
    return True


def _answer_callback_query(town: Town, params: Params) -> Result:
    text = params.text("text")
    if len(text) > ANSWER_MAX:
        raise bad_request("MESSAGE_TOO_LONG")
    tap = town.taps.get(params.text("callback_query_id"))
    if tap is None or town.clock() - tap.at > TAP_LIVES_S:
        raise bad_request(QUERY_TOO_OLD)
    if tap.answer is None:
        tap.answer = Answer(text, params.flag("show_alert"))
        answer = {"text": text, "alert": tap.answer.is_alert, "person": tap.person_id}
        town.tell({"kind": "answer", "chat": tap.chat_id, "query_id": tap.query_id} | answer)
    return True


def _send_chat_action(town: Town, params: Params) -> Result:
    chat = access.open_chat(town, params)
    if not params.text("action"):
        raise bad_request("wrong parameter action in request")
    town.tell({"kind": "typing", "chat": chat.chat_id})
    return True


def _send_file(town: Town, params: Params, permission: str, read: Callable[[Town, Params], Json]) -> Result:
    """A document or a picture, with a caption."""
    chat = access.open_chat(town, params, permission)
    media = read(town, params)
    caption, entities = _text(town, params, "caption", CAPTION_MAX)
    markup = _markup(chat, params)
    message = _new_message(town, chat, params)
    message.text, message.entities = caption, entities
    message.document, message.media = media.get("document"), {"photo": media["photo"]} if "photo" in media else None
    return _post(town, chat, message, markup)


def _true(_town: Town, _params: Params) -> Result:
    return True


_METHODS: dict[str, Method] = {
    "getme": _get_me,
    "sendmessage": _send_message,
    "editmessagetext": _edit_message_text,
    "editmessagecaption": _edit_message_caption,
    "editmessagereplymarkup": _edit_message_reply_markup,
    "deletemessage": _delete_message,
    "deletemessages": _delete_messages,
    "answercallbackquery": _answer_callback_query,
    "sendchataction": _send_chat_action,
    "senddocument": partial(_send_file, permission="can_send_documents", read=files.given_document),
    "sendphoto": partial(_send_file, permission="can_send_photos", read=files.given_photo),
    "getfile": files.get_file,
    "getchat": chats.get_chat,
    "getchatmember": chats.get_chat_member,
    "getchatadministrators": chats.get_chat_administrators,
    "getchatmembercount": chats.get_chat_member_count,
    "getchatmemberscount": chats.get_chat_member_count,  # its name before Bot API 5.3
    "leavechat": chats.leave_chat,
    "createforumtopic": chats.create_forum_topic,
    "editforumtopic": chats.edit_forum_topic,
    "closeforumtopic": chats.close_forum_topic,
    "reopenforumtopic": chats.reopen_forum_topic,
    "setmycommands": profile.set_my_commands,
    "getmycommands": profile.get_my_commands,
    "deletemycommands": profile.delete_my_commands,
    "setmyname": partial(profile.set_profile, field="name"),
    "getmyname": partial(profile.get_profile, field="name"),
    "setmydescription": partial(profile.set_profile, field="description"),
    "getmydescription": partial(profile.get_profile, field="description"),
    "setmyshortdescription": partial(profile.set_profile, field="short_description"),
    "getmyshortdescription": partial(profile.get_profile, field="short_description"),
    "setchatmenubutton": profile.set_menu_button,
    "getchatmenubutton": profile.get_menu_button,
    "setwebhook": profile.set_webhook,
    "deletewebhook": profile.delete_webhook,
    "getwebhookinfo": profile.get_webhook_info,
    "logout": _true,
    "close": _true,
}
