"""What of the town survives a restart, as one JSON file that is replaced whole.

People, chats, menus, documents, and the updates that still wait are kept; numbers go on where they were. Taps are not,
nor is a text that may be a PIN, nor the buttons of a pad: nothing on the disk tells which digit was pressed or typed.
"""

import asyncio
import base64
import json
import logging
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

from bot.sandbox.chats import Chat, Message, Topic
from bot.sandbox.members import Member
from bot.sandbox.people import Json, Person
from bot.sandbox.town import Town
from bot.sandbox.updates import Update

VERSION: Final = 1
_DEBOUNCE_S: Final = 0.5  # changes come in bursts; a kill in between costs the page half a second of its chats
# Said to listeners, of no interest to the file.
_NO_CHANGE: Final = frozenset(
    {"poll", "delivered", "saved", "typing", "answer", "tap", "process", "faults", "letters", "story"}
)
_LOG = logging.getLogger(__name__)


class SnapshotError(Exception):
    """The town's file cannot be read; without it the town begins afresh."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not a snapshot of a town that this version can read")
        self.path = path


def capture(town: Town) -> Json:
    """The town as plain JSON, without secrets."""
    return {
        "version": VERSION,
        "token": town.token,
        "ahead_s": town.ahead_s,
        "next_message_id": town.next_message_id,
        "next_update_id": town.updates.next_id,
        "people": [asdict(person) for person in town.people.values()],
        "chats": [_chat_out(chat) for chat in town.chats.values()],
        "commands": [[*key, commands] for key, commands in town.commands.items()],
        "profile": [[*key, text] for key, text in town.profile.items()],
        "webhook": town.webhook,
        "allowed": town.updates.allowed,
        "updates": [_update_out(update) for update in town.updates if not update.secret],
        "files": {name: [title, base64.b64encode(data).decode()] for name, (title, data) in town.files.items()},
    }


def restore(town: Town, saved: Json) -> None:
    """Bring back what ``capture`` gave; people the town already has stay beside those."""
    town.token = saved["token"]
    town.ahead_s = max(town.ahead_s, saved.get("ahead_s", 0.0))  # back to now would put what happened into the future
    for person in saved["people"]:
        town.add_person(Person(**person))
    for chat in saved["chats"]:
        town.chats[chat["chat_id"]] = _chat_in(chat)
    town.commands = {(scope, language): commands for scope, language, commands in saved["commands"]}
    town.profile = {(field, language): text for field, language, text in saved["profile"]}
    town.webhook = saved["webhook"]
    town.files = {name: (title, base64.b64decode(data)) for name, (title, data) in saved["files"].items()}
    town.updates.allow(saved["allowed"])
    for update in saved["updates"]:
        town.updates.restore(Update(**update))
    town.next_message_id = max(town.next_message_id, saved["next_message_id"])
    town.updates.next_id = max(town.updates.next_id, saved["next_update_id"])


@asynccontextmanager
async def keeping(town: Town, path: Path) -> AsyncIterator[None]:
    """Bring the town back from ``path`` if there is one, and keep the file up to date until the block ends."""
    _load(town, path)
    changed = asyncio.Event()
    stop = town.listen(lambda change: None if change["kind"] in _NO_CHANGE else changed.set())
    follower = asyncio.create_task(_follow(town, path, changed))
    try:
        yield
    finally:
        stop()
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)
        write(path, capture(town))


def write(path: Path, saved: Json) -> None:
    """Replace the file in one step; only its owner may read it. ``OSError`` when the disk refuses."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:  # 0600
        try:
            json.dump(saved, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            Path(file.name).unlink()
            raise
    Path(file.name).replace(path)


def _load(town: Town, path: Path) -> None:
    if not path.exists():
        return
    try:
        saved = json.loads(path.read_text())
        if saved["version"] != VERSION:
            raise SnapshotError(path)
        restore(town, saved)
    except (ValueError, KeyError, TypeError) as error:
        raise SnapshotError(path) from error


async def _follow(town: Town, path: Path, changed: asyncio.Event) -> None:
    while True:
        await changed.wait()
        await asyncio.sleep(_DEBOUNCE_S)
        changed.clear()
        try:
            await asyncio.to_thread(write, path, capture(town))
        except OSError as error:
            _LOG.warning("the town could not be written to %s: %s", path, error)  # tried again at the next change
        else:
            town.tell({"kind": "saved"})


def _chat_out(chat: Chat) -> Json:
    kept = asdict(chat)
    kept["messages"] = [_message_out(message) for message in chat.messages.values() if not message.is_secret]
    return kept


def _chat_in(saved: Json) -> Chat:
    """A chat as ``_chat_out`` wrote it; what an older version did not know is as in a new chat."""
    messages = [Message(**message) for message in saved.pop("messages")]
    members = [(int(user_id), _member_in(member)) for user_id, member in saved.pop("members", {}).items()]
    topics = [Topic(**topic) for topic in saved.pop("topics", {}).values()]
    chat = Chat(**saved)
    chat.permissions = tuple(chat.permissions)
    chat.messages = {message.message_id: message for message in messages}
    chat.members, chat.topics = dict(members), {topic.thread_id: topic for topic in topics}
    return chat


def _member_in(saved: Json) -> Member:
    return Member(**saved | {"may": tuple(saved["may"])})


def _message_out(message: Message) -> Json:
    return asdict(message) | ({"keyboard": None} if message.has_pad else {})


def _update_out(update: Update) -> Json:
    return {"update_id": update.update_id, "at": update.at, "kind": update.kind, "body": update.body}
