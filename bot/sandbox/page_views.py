"""The town as the page shows it: people, the chats on their phones, and each chat whole. Reads only."""

from typing import Final

from bot.sandbox.chats import Chat
from bot.sandbox.people import Json, Person
from bot.sandbox.town import Town

_PICTURES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


def person_json(town: Town, person: Person) -> Json:
    """Somebody, with the chats on their phone and what is unread in each; the private one comes first."""
    groups = [chat for chat in town.groups() if chat.member(person.id).is_present and chat.kind != "channel"]
    unread = {person.id: town.chat(person).unread} | {chat.chat_id: chat.member(person.id).unread for chat in groups}
    gone = {"first_name": "Deleted account", "name": "Deleted account"} if person.is_deleted else {"name": person.name}
    return person.as_user() | {
        **gone,
        "phone_number": person.phone_number,
        "is_deleted": person.is_deleted,
        "hides_forwards": person.hides_forwards,
        "chats": [{"id": chat_id, "unread": count} for chat_id, count in unread.items()],
    }


def group_json(town: Town, chat: Chat) -> Json:
    """A group: who is in it, and its topics."""
    members = [user_id for user_id, member in chat.members.items() if member.is_present]
    topics = [{"id": each.thread_id, "name": each.name, "closed": each.is_closed} for each in chat.topics.values()]
    return town.chat_json(chat.chat_id) | {
        "members": [user_id for user_id in members if user_id in town.people],
        "has_bot": town.bot.id in members,
        "topics": topics,
    }


def chat_json(town: Town, person: Person, chat: Chat) -> Json:
    """One chat as one person sees it, whole."""
    return {
        "id": chat.chat_id,
        "kind": chat.kind,
        "gone": person.is_deleted,
        "started": chat.started or chat.kind != "private",
        "blocked": chat.blocked,
        "reply_keyboard": chat.reply_keyboard,
        "commands": town.commands_for(person, chat),
        "description": town.description_for(person),
        "messages": [town.message_json(message) for message in town.messages(chat)],
    }


def picture_kind(content: bytes) -> str:
    """The type of a picture that a browser may show, known by its first bytes; empty for anything else."""
    return next((kind for magic, kind in _PICTURES.items() if content.startswith(magic)), "")
