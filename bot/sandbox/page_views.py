"""The town as the page shows it: people, the chats on their phones, and each chat whole. Reads only."""

from bot.sandbox.chats import Chat
from bot.sandbox.people import Json, Person
from bot.sandbox.town import Town


def person_json(town: Town, person: Person) -> Json:
    """Somebody, with the chats on their phone and what is unread in each; the private one comes first."""
    groups = [chat for chat in town.groups() if chat.member(person.id).is_present and chat.kind != "channel"]
    unread = {person.id: town.chat(person).unread} | {chat.chat_id: chat.member(person.id).unread for chat in groups}
    return person.as_user() | {
        "name": person.name,
        "phone_number": person.phone_number,
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
        "started": chat.started or chat.kind != "private",
        "blocked": chat.blocked,
        "reply_keyboard": chat.reply_keyboard,
        "commands": town.commands_for(person, chat),
        "messages": [town.message_json(message) for message in town.messages(chat)],
    }
