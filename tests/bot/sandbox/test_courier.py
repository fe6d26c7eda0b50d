"""The town brings updates to a webhook as telegram-bot-api does: in order, again until taken, with the secret."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import BadRequest, Conflict

from bot.sandbox.courier import SECRET_HEADER
from bot.sandbox.faults import FaultKind
from bot.sandbox.people import PEOPLE
from bot.sandbox.server import Serving
from bot.transport.http.serving import serving as listening
from tests.harness.judges import Judges

ASHA, PRIYA = PEOPLE[0], PEOPLE[1]
SECRET = "S" * 40


@dataclass
class Hook:
    """A bot's end of it: answers what a test tells it, 200 when it tells nothing."""

    answers: list[Response] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    two_are_here: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: int = 0
    most_at_once: int = 0
    url: str = ""

    async def take(self, request: Request) -> Response:
        self.secrets.append(request.headers.get(SECRET_HEADER))
        self.heard.append(await request.json())
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        if self.under_way > 1:
            self.two_are_here.set()
        try:
            await self.gate.wait()
        finally:
            self.under_way -= 1
        return self.answers.pop(0) if self.answers else Response()

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.heard if "text" in update.get("message", {})]


@asynccontextmanager
async def hooked() -> AsyncIterator[Hook]:
    hook = Hook()
    hook.gate.set()
    app = Starlette(routes=[Route("/hook", hook.take, methods=["POST"])])
    async with listening(app, "127.0.0.1", 0) as port:
        hook.url = f"http://127.0.0.1:{port}/hook"
        yield hook
        hook.gate.set()


@pytest.fixture
async def hook(serving: Serving) -> AsyncIterator[Hook]:
    serving.courier.unit_s = 0.01
    async with hooked() as hook:
        yield hook


async def until_taken(serving: Serving) -> None:
    await serving.town.wait_until(lambda: None if len(serving.town.updates) else True)


async def test_an_update_comes_with_the_secret_and_is_forgotten_once_taken(
    bot: Bot, serving: Serving, hook: Hook
) -> None:
    await bot.set_webhook(hook.url, secret_token=SECRET)

    serving.town.say(ASHA, "hello")
    await until_taken(serving)

    assert hook.texts == ["hello"]
    assert hook.secrets == [SECRET]
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.last_error_date) == (hook.url, 0, None)


async def test_what_waited_before_comes_too_unless_it_is_to_be_dropped(bot: Bot, serving: Serving, hook: Hook) -> None:
    serving.town.say(ASHA, "early")
    await bot.set_webhook(hook.url, drop_pending_updates=True)
    await bot.delete_webhook()
    serving.town.say(ASHA, "late")

    await bot.set_webhook(hook.url)
    await until_taken(serving)

    assert hook.texts == ["late"]


async def test_an_update_that_is_refused_comes_again_and_what_is_behind_it_waits(
    bot: Bot, serving: Serving, hook: Hook
) -> None:
    hook.answers = [Response(status_code=503), Response(status_code=500), Response(status_code=404)]
    await bot.set_webhook(hook.url)

    serving.town.say(ASHA, "one")
    serving.town.say(ASHA, "two")
    await until_taken(serving)

    assert hook.texts == ["one", "one", "one", "one", "two"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 404 Not Found"


async def test_one_chat_after_another_and_chats_side_by_side(bot: Bot, serving: Serving, hook: Hook) -> None:
    hook.gate.clear()
    await bot.set_webhook(hook.url)

    for text in ("a", "b"):
        serving.town.say(ASHA, text)
        serving.town.say(PRIYA, text)
    async with asyncio.timeout(10):
        await hook.two_are_here.wait()

    assert sorted(hook.texts) == ["a", "a"]
    hook.gate.set()
    await until_taken(serving)
    assert sorted(hook.texts[2:]) == ["b", "b"]


async def test_never_more_at_once_than_the_bot_allows(bot: Bot, serving: Serving, hook: Hook) -> None:
    await bot.set_webhook(hook.url, max_connections=1)

    for person in PEOPLE:
        serving.town.say(person, "hello")
    await until_taken(serving)

    assert hook.most_at_once == 1
    assert len(hook.heard) == len(PEOPLE)


async def test_only_kinds_that_were_asked_for_come(bot: Bot, serving: Serving, hook: Hook) -> None:
    await bot.set_webhook(hook.url, allowed_updates=["message"])

    serving.town.start(ASHA)
    serving.town.block(ASHA)
    serving.town.say(PRIYA, "hello")
    await until_taken(serving)

    assert all("message" in update for update in hook.heard)
    assert "hello" in hook.texts


@pytest.mark.parametrize("kind", [FaultKind.LOST_RESPONSE, FaultKind.LOST_CONFIRMATION])
async def test_an_update_whose_answer_was_lost_comes_twice(
    bot: Bot, serving: Serving, hook: Hook, kind: FaultKind
) -> None:
    await bot.set_webhook(hook.url)
    serving.faults.add(kind, "webhook")

    serving.town.say(ASHA, "hello")
    await until_taken(serving)

    assert hook.texts == ["hello", "hello"]


async def test_a_bot_that_is_away_gets_everything_once_it_is_back(bot: Bot, serving: Serving, hook: Hook) -> None:
    async with hooked() as gone:
        await bot.set_webhook(gone.url)
    serving.town.say(ASHA, "hello")
    await serving.town.wait_until(lambda: serving.town.webhook.get("last_error_message"))

    assert (await bot.get_webhook_info()).last_error_message == "Connection refused"
    serving.courier.balance(hook.url)
    await until_taken(serving)

    assert hook.texts == ["hello"]


async def test_several_processes_get_updates_in_turn_and_a_dead_one_gets_none(
    bot: Bot, serving: Serving, hook: Hook
) -> None:
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(hooked())
        await bot.set_webhook(hook.url)
        serving.courier.balance(hook.url, other.url, "http://127.0.0.1:1/hook")

        for number in range(9):
            serving.town.say(ASHA, str(number))
        await until_taken(serving)

        assert min(len(hook.heard), len(other.heard)) >= 3
        assert sorted(hook.texts + other.texts) == [str(number) for number in range(9)]


async def test_an_answer_may_carry_a_method(bot: Bot, serving: Serving, hook: Hook) -> None:
    """The Bot API allows it; a method that would change the webhook, or reads, is not carried out."""
    serving.town.start(ASHA)
    await bot.set_webhook(hook.url)
    await until_taken(serving)
    reply = {"method": "sendMessage", "chat_id": ASHA.id, "text": "heard"}
    hook.answers = [JSONResponse(reply), JSONResponse({"method": "deleteWebhook"}), JSONResponse(reply | {"text": ""})]

    for text in ("one", "two", "three"):
        serving.town.say(ASHA, text)
    await until_taken(serving)

    assert [m.text for m in serving.town.messages(ASHA) if m.from_bot] == ["heard"]
    assert (await bot.get_webhook_info()).url == hook.url


async def test_polls_are_a_conflict_until_it_is_deleted(bot: Bot, serving: Serving, hook: Hook) -> None:
    await bot.set_webhook(hook.url)
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()

    await bot.delete_webhook()
    serving.town.say(ASHA, "hello")

    assert [update.message.text for update in await bot.get_updates() if update.message] == ["hello"]
    assert hook.heard == []


@pytest.mark.parametrize(
    ("url", "secret", "words"),
    [
        ("http://example.org/hook", None, "An HTTPS URL must be provided for webhook"),
        ("http://127.0.0.1:1/hook", "no spaces here", "unallowed characters"),
        ("http://127.0.0.1:1/hook", "S" * 257, "too long"),
    ],
)
async def test_a_webhook_that_telegram_would_refuse(bot: Bot, url: str, secret: str | None, words: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await bot.set_webhook(url, secret_token=secret)

    assert (await bot.get_webhook_info()).url == ""


async def test_aiogram_reads_what_is_asked_and_answered(bot: Bot, serving: Serving, hook: Hook) -> None:
    judges = Judges(serving.town)
    hook.answers = [Response(status_code=500)]

    await bot.set_webhook(hook.url, secret_token=SECRET, allowed_updates=["message"], max_connections=7)
    serving.town.say(ASHA, "hello")
    await until_taken(serving)
    await bot.get_webhook_info()
    await bot.delete_webhook(drop_pending_updates=True)

    assert judges.complaints(serving.calls) == []
    (info,) = [call.result for call in serving.calls if call.method == "getwebhookinfo"]
    assert "secret_token" not in info
