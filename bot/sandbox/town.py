"""The town: people, their chats with the bot, and what happens when one of them does something.

It stands in for Telegram's own servers. It knows no HTTP: bots reach it through ``bot.sandbox.methods``, the page
through ``bot.sandbox.page_api``, and a test calls it directly. Nothing here waits, except a test for what it expects.
"""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias, TypeVar

from bot.sandbox.chats import Answer, Chat, Message, Tap
from bot.sandbox.entities import clean, tidy
from bot.sandbox.pacing import Pacing, PacingRules
from bot.sandbox.people import PEOPLE, BotUser, Json, Person
from bot.sandbox.updates import UpdateQueue

Who: TypeAlias = Person | int
Clock: TypeAlias = Callable[[], float]  # Unix seconds
Listener: TypeAlias = Callable[[Json], None]
Found = TypeVar("Found")

TEXT_MAX: Final = 4096  # characters after entities parsing: core.telegram.org/bots/api#sendmessage
TAP_LIVES_S: Final = 15.0  # a client waits about so long for answerCallbackQuery; Telegram publishes no figure
_TAPS_KEPT: Final = 1_000


class Town:
    """Everything that Telegram would know. One event loop owns it; no call of it waits on another."""

    def __init__(
        self,
        people: Iterable[Person] = PEOPLE,
        *,
        token: str = "",
        bot: BotUser | None = None,
        clock: Clock = time.time,
        pacing: PacingRules | None = None,
    ) -> None:
        self.bot = bot or BotUser()
        self.token = token or f"{self.bot.id}:{secrets.token_urlsafe(26)}"
        self.clock = clock
        self.pacing = Pacing(pacing or PacingRules())
        self.updates = UpdateQueue()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.taps: dict[str, Tap] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}  # (scope, language) → BotCommand
        self.profile: dict[tuple[str, str], str] = {}  # (name | description | short_description, language)
        self.webhook: Json = {}
        self.files: dict[str, tuple[str, bytes]] = {}  # file_id → name and content
        self.next_message_id = 1  # one row of numbers for all private chats of a bot, as at Telegram
        self._listeners: list[Listener] = []
        for person in people:
            self.add_person(person)

    # People and chats

    def add_person(self, person: Person) -> Person:
        """Somebody moves in. A number that is taken keeps its chat and takes the new names."""
        self.people[person.id] = person
        if person.id not in self.chats:
            self.chats[person.id] = Chat(person.id, instance=str(secrets.randbits(62)))
        self.tell({"kind": "people"})
        return person

    def person(self, who: Who) -> Person:
        """The person; ``KeyError`` when nobody has this number."""
        return self.people[who if isinstance(who, int) else who.id]

    def chat(self, who: Who) -> Chat:
        """A person's private chat with the bot."""
        return self.chats[who if isinstance(who, int) else who.id]

    # What a person does

    def start(self, who: Who, payload: str = "") -> Message:
        """Press Start, perhaps from a link ``t.me/bot?start=payload``. Lifts a block, as pressing Restart does."""
        self.unblock(who)
        return self.say(who, f"/start {payload}".strip())

    def say(self, who: Who, text: str, *, reply_to: int | None = None) -> Message:
        """Send a text. What is longer than a message becomes several, as every client does; the last is answered."""
        rest = clean(text).strip()
        if not rest:
            raise ValueError("a message needs a text")
        while rest:
            part, rest = rest[:TEXT_MAX], rest[TEXT_MAX:].strip()
            plain, entities = tidy(part, [])
            message = self._from(who, text=plain, entities=entities, reply_to=reply_to)
        return message

    def tap(self, who: Who, message_id: int, label: str) -> Tap:
        """Press the button with this label. ``LookupError`` when the message has none."""
        message = self.chat(who).messages[message_id]
        for row, buttons in enumerate(message.keyboard or ()):
            for column, button in enumerate(buttons):
                if button["text"] == label:
                    return self.tap_at(who, message_id, row, column)
        raise LookupError(f"no button {label!r} among {message.labels}")

    def tap_at(self, who: Who, message_id: int, row: int, column: int) -> Tap:
        """Press a button by its place. ``LookupError`` when it is not there or is no callback button."""
        chat = self.chat(who)
        message = chat.messages[message_id]
        data = (message.keyboard or [])[row][column]["callback_data"]
        return self.tap_data(who, message_id, data)

    def tap_data(self, who: Who, message_id: int, data: str) -> Tap:
        """Send a callback with any data, as a forged client can."""
        chat = self.chat(who)
        tap = Tap(str(secrets.randbits(62)), self.person(who).id, message_id, self.clock())
        self.taps[tap.query_id] = tap
        for stale in list(itertools.islice(self.taps, max(len(self.taps) - _TAPS_KEPT, 0))):
            del self.taps[stale]
        query = {
            "id": tap.query_id,
            "from": self.person(who).as_user(),
            "message": self.message_json(chat.messages[message_id]),
            "chat_instance": chat.instance,
            "data": data,
        }
        self.put("callback_query", query, secret=True)
        return tap

    def edit(self, who: Who, message_id: int, text: str) -> Message:
        """Edit one's own message. ``LookupError`` for another's."""
        message = self.chat(who).messages[message_id]
        if message.from_bot:
            raise LookupError("one edits one's own messages")
        message.text, message.entities = tidy(clean(text), [])
        message.edited_at = int(self.clock())
        self.put("edited_message", self.message_json(message), secret=message.is_secret)
        self.show(message)
        return message

    def forward(self, who: Who, message: Message) -> Message:
        """Forward a message, from any chat, to the bot."""
        origin = {"type": "user", "sender_user": message.sender, "date": message.at}
        return self._from(who, text=message.text, entities=message.entities, forwarded=origin, contact=message.contact)

    def share_contact(self, who: Who, contact: Who | None = None) -> Message:
        """Share one's own contact, or somebody else's."""
        return self._from(who, contact=self.person(who if contact is None else contact).as_contact())

    def block(self, who: Who) -> None:
        """Block the bot: it may not write, and is told so."""
        self._set_blocked(who, blocked=True)

    def unblock(self, who: Who) -> None:
        """Lift the block."""
        self._set_blocked(who, blocked=False)

    def delete_message(self, who: Who, message_id: int) -> None:
        """Delete a message for both sides. The bot is not told, as at Telegram."""
        del self.chat(who).messages[message_id]
        self.tell({"kind": "deleted", "chat": self.chat(who).chat_id, "message_id": message_id})

    def delete_chat(self, who: Who) -> None:
        """Delete the chat for both sides; Start has to be pressed again. The bot is not told, as at Telegram."""
        chat = self.chat(who)
        chat.messages.clear()
        chat.reply_keyboard = None
        chat.started = False
        chat.unread = 0
        self.tell({"kind": "chat", "chat": chat.chat_id})

    def read(self, who: Who) -> None:
        """Look at the chat: nothing is unread."""
        chat = self.chat(who)
        if chat.unread:
            chat.unread = 0
            self.tell({"kind": "read", "chat": chat.chat_id})

    def inject(self, kind: str, body: Json) -> None:
        """Queue any update, as a hostile client or a new version of Telegram could."""
        self.put(kind, body)

    # What a test looks at

    def messages(self, who: Who) -> list[Message]:
        """The chat from its beginning."""
        return self.chat(who).newest_first()[::-1]

    def last(self, who: Who) -> Message:
        """The newest message of the chat; ``LookupError`` when it is empty."""
        return self.chat(who).newest_first()[0]

    def transcript(self, who: Who) -> str:
        """The chat as lines, for reading."""
        lines = []
        for message in self.messages(who):
            buttons = " ".join(f"[{label}]" for label in message.labels)
            lines.append(f"{message.message_id:>5} {message.sender['first_name']}: {message.text}  {buttons}".rstrip())
        return "\n".join(lines)

    async def wait_until(
        self, look: Callable[[], Found | None], *, timeout_s: float = 10.0, otherwise: Callable[[], str] = str
    ) -> Found:
        """What ``look`` finds, now or after a change of the town. ``TimeoutError`` says what there is ``otherwise``."""
        changed = asyncio.Event()
        stop = self.listen(lambda _change: changed.set())
        try:
            async with asyncio.timeout(timeout_s):
                while (found := look()) is None:
                    changed.clear()
                    await changed.wait()
                return found
        except TimeoutError:
            raise TimeoutError(f"not within {timeout_s} s; there is:\n{otherwise()}") from None
        finally:
            stop()

    async def wait_for(self, who: Who, wanted: Callable[[Message], bool], *, timeout_s: float = 10.0) -> Message:
        """The newest message that is wanted, as soon as there is one. ``TimeoutError`` with the chat as it stands."""
        return await self.wait_until(
            lambda: next((message for message in self.chat(who).newest_first() if wanted(message)), None),
            timeout_s=timeout_s,
            otherwise=lambda: self.transcript(who),
        )

    async def wait_for_text(self, who: Who, part: str, *, timeout_s: float = 10.0) -> Message:
        """The newest message of the bot with this in its text."""
        return await self.wait_for(who, lambda m: m.from_bot and part in m.text, timeout_s=timeout_s)

    async def wait_for_answer(self, tap: Tap, *, timeout_s: float = 10.0) -> Answer:
        """What the bot answered to a tap."""
        chat = tap.person_id
        return await self.wait_until(lambda: tap.answer, timeout_s=timeout_s, otherwise=lambda: self.transcript(chat))

    # Used by the faces of the town

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Be told of every change; call what is answered to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, change: Json) -> None:
        """Tell every listener."""
        for listener in tuple(self._listeners):
            listener(change)

    def put(self, kind: str, body: Json, *, secret: bool = False) -> None:
        """Queue an update for the bot."""
        if self.updates.put(kind, body, self.clock(), secret=secret) is not None:
            self.tell({"kind": "update"})

    def post(self, message: Message) -> Message:
        """A message arrives in its chat; everybody who looks sees it."""
        chat = self.chats[message.chat_id]
        chat.messages[message.message_id] = message
        chat.unread += message.from_bot
        self.show(message)
        return message

    def show(self, message: Message) -> None:
        """A message looks new or otherwise than before."""
        self.tell({"kind": "message", "chat": message.chat_id, "message": self.message_json(message)})

    def take_message_id(self) -> int:
        """The next number of a message."""
        self.next_message_id += 1
        return self.next_message_id - 1

    def message_json(self, message: Message, *, depth: int = 1) -> Json:
        """The ``Message`` of the Bot API. A reply carries the message replied to, which carries no further one."""
        body: Json = {
            "message_id": message.message_id,
            "from": message.sender,
            "chat": self.chat_json(message.chat_id),
            "date": message.at,
        }
        replied = self.chats[message.chat_id].messages.get(message.reply_to or 0)
        optional = {
            "edit_date": message.edited_at,
            "forward_origin": message.forwarded,
            "via_bot": message.via_bot,
            "reply_to_message": self.message_json(replied, depth=0) if replied and depth else None,
            "contact": message.contact,
            "document": message.document,
            "reply_markup": {"inline_keyboard": message.keyboard} if message.keyboard else None,
        }
        body |= {key: value for key, value in optional.items() if value is not None}
        if message.text:
            text, entities = ("caption", "caption_entities") if message.document else ("text", "entities")
            body |= {text: message.text} | ({entities: message.entities} if message.entities else {})
        return body

    def chat_json(self, chat_id: int) -> Json:
        """The ``Chat`` of the Bot API."""
        if chat_id in self.people:
            return self.people[chat_id].as_chat()
        chat = self.chats[chat_id]
        return {"id": chat_id, "type": chat.kind, "title": chat.title}

    def commands_for(self, who: Who) -> list[Json]:
        """The command menu of a person's private chat: the narrowest scope wins, and in it the person's language.

        Source: core.telegram.org/bots/api#determining-list-of-commands.
        """
        person = self.person(who)
        for scope in (f"chat:{person.id}", "all_private_chats", "default"):
            for language in (person.language_code, ""):
                if commands := self.commands.get((scope, language)):
                    return commands
        return []

    def _from(self, who: Who, *, text: str = "", **fields: Any) -> Message:  # noqa: ANN401  # fields of Message
        chat = self.chat(who)
        self._set_blocked(who, blocked=False)  # no client sends to a bot that it blocks
        chat.started = True
        message = Message(
            message_id=self.take_message_id(),
            chat_id=chat.chat_id,
            sender=self.person(who).as_user(),
            at=int(self.clock()),
            text=text,
            **fields,
        )
        self.post(message)
        replied = chat.messages.get(message.reply_to or 0)
        secret = message.is_secret or (replied is not None and (replied.is_secret or replied.has_pad))
        self.put("message", self.message_json(message), secret=secret)
        return message

    def _set_blocked(self, who: Who, *, blocked: bool) -> None:
        chat, person = self.chat(who), self.person(who)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        self.tell({"kind": "chat", "chat": chat.chat_id})
        member, kicked = ({"user": self.bot.as_user(), "status": "member"}, self._kicked())
        self.put(
            "my_chat_member",
            {
                "chat": person.as_chat(),
                "from": person.as_user(),
                "date": int(self.clock()),
                "old_chat_member": member if blocked else kicked,
                "new_chat_member": kicked if blocked else member,
            },
        )

    def _kicked(self) -> Json:
        return {"user": self.bot.as_user(), "status": "kicked", "until_date": 0}
