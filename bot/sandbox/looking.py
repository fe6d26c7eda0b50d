"""What a test, a story or a page looks at: chats as lines, and waiting for what will be said."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.sandbox.chats import Answer, Message, Tap
from bot.sandbox.ground import Ground, Place

Found = TypeVar("Found")


class Looking(Ground):
    """Reads the town; changes nothing."""

    def messages(self, place: Place) -> list[Message]:
        """The chat from its beginning."""
        return self.chat(place).newest_first()[::-1]

    def last(self, place: Place) -> Message:
        """The newest message of the chat; ``LookupError`` when it is empty."""
        return self.chat(place).newest_first()[0]

    def transcript(self, place: Place) -> str:
        """The chat as lines, for reading."""
        lines = []
        for message in self.messages(place):
            buttons = " ".join(f"[{label}]" for label in message.labels)
            said = message.text or ("· " + ", ".join(message.service) if message.service else "")
            name = message.sender.get("first_name", "")
            lines.append(f"{message.message_id:>5} {name}: {said}  {buttons}".rstrip())
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

    async def wait_for(self, place: Place, wanted: Callable[[Message], bool], *, timeout_s: float = 10.0) -> Message:
        """The newest message that is wanted, as soon as there is one. ``TimeoutError`` with the chat as it stands."""
        return await self.wait_until(
            lambda: next((message for message in self.chat(place).newest_first() if wanted(message)), None),
            timeout_s=timeout_s,
            otherwise=lambda: self.transcript(place),
        )

    async def wait_for_text(self, place: Place, part: str, *, timeout_s: float = 10.0) -> Message:
        """The newest message of the bot with this in its text."""
        return await self.wait_for(place, lambda m: m.from_bot and part in m.text, timeout_s=timeout_s)

    async def wait_for_answer(self, tap: Tap, *, timeout_s: float = 10.0) -> Answer:
        """What the bot answered to a tap."""
        place = tap.chat_id or tap.person_id
        return await self.wait_until(lambda: tap.answer, timeout_s=timeout_s, otherwise=lambda: self.transcript(place))
