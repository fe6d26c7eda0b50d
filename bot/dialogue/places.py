"""Where in a group something was said, and what. Plain data that events, effects and states share."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GroupMessage:
    """A message in a group; ``thread_id`` is its forum topic, ``None`` where there are none or in General."""

    chat_id: int
    message_id: int
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class SaidInGroup:
    """A person's own new words to the bot in a group: a command, its @name, or a reply to it.

    ``text`` is what is left without the @name. ``called`` when the bot was named or commanded; a reply to one of its
    messages alone may be meant for others. ``replied_person`` and ``mentioned`` are as in a private message;
    ``reply_unclear`` when it replies to a message whose author nobody can tell.
    """

    at: GroupMessage
    text: str = field(repr=False)
    called: bool = True
    replied_person: int | None = None
    reply_unclear: bool = False
    mentioned: tuple[tuple[str, int], ...] = field(default=(), repr=False)
