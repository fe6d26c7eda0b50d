"""Topics of a forum: opened, closed and opened again, by people and by the bot."""

from typing import Final

from bot.sandbox.chats import Chat, Message, Topic
from bot.sandbox.ground import Ground, Place, Who
from bot.sandbox.people import Json

_BLUE: Final = 0x6FB9F0  # icon_color as apps choose it first; one of the six of bots/api#createforumtopic


class Topics(Ground):
    """The verbs of topics; ``who`` may be the bot's own number."""

    def open_topic(self, who: Who, chat: Place, name: str, *, icon_color: int = _BLUE) -> Topic:
        """A new topic. Its number is that of the service message that says so. ``ValueError`` where there are none."""
        place = self.chat(chat)
        if not place.is_forum:
            raise ValueError(f"{place.title} has no topics")
        opened = {"forum_topic_created": {"name": name, "icon_color": icon_color}}
        message = self._service(who, place, self.take_message_id(place), opened)
        topic = place.topics[message.message_id] = Topic(message.message_id, name, icon_color)
        self._announce(message)
        return topic

    def rename_topic(self, who: Who, chat: Place, thread_id: int, name: str) -> None:
        """Another name."""
        place = self.chat(chat)
        place.topics[thread_id].name = name
        self._happens(who, place, thread_id, {"forum_topic_edited": {"name": name}})

    def close_topic(self, who: Who, chat: Place, thread_id: int) -> None:
        """Nobody but admins writes in it any more."""
        self._set_closed(who, self.chat(chat), thread_id, closed=True)

    def reopen_topic(self, who: Who, chat: Place, thread_id: int) -> None:
        """Everybody writes in it again."""
        self._set_closed(who, self.chat(chat), thread_id, closed=False)

    def _set_closed(self, who: Who, place: Chat, thread_id: int, *, closed: bool) -> None:
        if place.topics[thread_id].is_closed == closed:
            return
        place.topics[thread_id].is_closed = closed
        self._happens(who, place, thread_id, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})

    def _happens(self, who: Who, place: Chat, thread_id: int, happened: Json) -> None:
        message = self._service(who, place, self.take_message_id(place), happened)
        message.thread_id = thread_id
        self._announce(message)

    def _service(self, who: Who, place: Chat, message_id: int, happened: Json) -> Message:
        sender = self.user_json(who if isinstance(who, int) else who.id)
        message = Message(message_id, place.chat_id, sender, int(self.clock()), service=happened)
        message.thread_id = message_id
        return message

    def _announce(self, message: Message) -> None:
        self.post(message)
        if message.sender["id"] != self.bot.id:
            self.deliver(message)
        self.tell({"kind": "group", "chat": message.chat_id})
