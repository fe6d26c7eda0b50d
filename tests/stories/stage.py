"""Where a story plays: a town that speaks for Telegram, the whole bot polling it, and a clock that is moved by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from bot.clock import SystemClock
from bot.memory.processes import Kind
from bot.sandbox.chats import Chat, Message, Tap
from bot.sandbox.people import Json, Person
from bot.sandbox.server import Serving
from bot.sandbox.town import Town
from bot.settings import Settings
from bot.wiring import House, open_house
from tests.harness.ports import free_port

PIN: Final = "274913"
OTHER_PIN: Final = "836205"
PATIENCE_S: Final = 20.0  # a story waits for what it expects; a slow machine is not a failure


class Hands:
    """A clock that a story moves; it never runs by itself less than real time does."""

    def __init__(self) -> None:
        self._ahead_ns = 0
        real = SystemClock()
        self.clock = SystemClock(
            wall_ns=lambda: int(real.now().timestamp() * 1e9) + self._ahead_ns,
            steady_ns=lambda: int(real.steady_s() * 1e9) + self._ahead_ns,
        )

    def move(self, by: timedelta) -> None:
        """Time passes."""
        self._ahead_ns += int(by.total_seconds() * 1e9)


@dataclass(slots=True)
class Stage:
    """Where a story plays: the town, the bot, and who is who."""

    serving: Serving
    settings: Settings
    hands: Hands
    house: House
    people: dict[str, Person] = field(default_factory=dict)  # by first name in lower case, or handle
    changes: dict[tuple[int, int], int] = field(default_factory=dict)  # (chat, message) → when it last looked new
    now: int = 0  # counts changes of any message
    since: int = 0  # changes after the last thing that somebody did are what a story sees
    reference: str = ""
    speaker: str = ""
    languages: dict[str, str] = field(default_factory=dict)  # by first name: what their Telegram is set to
    pins: dict[str, str] = field(default_factory=dict)  # by name as the story calls them; PIN unless another was chosen
    groups: dict[str, Chat] = field(default_factory=dict)  # by title
    group: Chat | None = None  # where somebody spoke last
    topic: int | None = None  # and in which topic of it
    taps: list[Tap] = field(default_factory=list)  # of the last press
    pressed: dict[str, tuple[int, str]] = field(default_factory=dict)  # label → message and data when it was pressed

    def __post_init__(self) -> None:
        self.serving.town.listen(self._note)

    def _note(self, change: Json) -> None:
        if change["kind"] == "message":
            self.now += 1
            self.changes[change["chat"], change["message"]["message_id"]] = self.now

    def is_new(self, message: Message) -> bool:
        """Whether it came, or changed, since somebody last did something."""
        return self.changes.get((message.chat_id, message.message_id), 0) > self.since

    @property
    def the_group(self) -> Chat:
        """The group that a story speaks of."""
        assert self.group is not None
        return self.group

    @property
    def town(self) -> Town:
        """The town."""
        return self.serving.town


@asynccontextmanager
async def running(settings: Settings, hands: Hands) -> AsyncIterator[House]:
    """The whole bot, serving: by webhook where the settings name one, else by polling."""
    kind = Kind.SERVE if settings.webhook_url else Kind.RUN
    async with open_house(settings, hands.clock, kind=kind) as house:
        serving = asyncio.create_task(house.serve(house.webhook() if settings.webhook_url else None))
        try:
            yield house
        finally:
            house.stop.set()
            await serving


def settings_for(folder: Path, serving: Serving, *, by_webhook: bool = False) -> Settings:
    """Settings of a bot that lives in ``folder`` and speaks to the town; by webhook, the town brings the updates."""
    listen = f"127.0.0.1:{free_port()}"
    return Settings(
        bot_token=SecretStr(serving.town.token),
        telegram_api_url=serving.api_url,
        database_url=f"sqlite:///{folder / 'hundi.db'}",
        keys_file=folder / "hundi.keys",
        webhook_url=f"http://{listen}/hundi" if by_webhook else None,
        webhook_listen=listen,
    )


def is_fresh_pad(message: Message) -> bool:
    """Whether it is a pad in which nothing was pressed."""
    return message.has_pad and "●" not in message.text


def minor_units(figure: str) -> int:
    """``1,500.00`` in paise."""
    return int(figure.replace(",", "").replace(".", ""))
