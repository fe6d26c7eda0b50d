"""The program as an operator meets it: arguments, a directory, an environment; an exit code and two streams back."""

import asyncio
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from bot.__main__ import run
from bot.cli import app
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


class Hundi(Protocol):
    """Run ``hundi`` with these arguments."""

    def __call__(self, *arguments: str) -> Done: ...


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, and no setting from outside."""
    for name in list(os.environ):
        if name.upper().startswith("HUNDI_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def hundi(home: Path, capfd: pytest.CaptureFixture[str]) -> Hundi:
    def command(*arguments: str) -> Done:
        assert home.exists()
        capfd.readouterr()
        code = run(lambda: app(list(arguments), prog_name="hundi"))
        told = capfd.readouterr()
        return Done(code, told.out, told.err)

    return command


@pytest.fixture
def town(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    """A Bot API server that settings point at, in a thread: the command under test has a loop of its own."""
    opened, close = threading.Event(), threading.Event()
    serving: list[Serving] = []

    async def stay() -> None:
        async with serve(Town()) as open_town:
            serving.append(open_town)
            opened.set()
            await asyncio.to_thread(close.wait)

    thread = threading.Thread(target=asyncio.run, args=(stay(),))
    thread.start()
    opened.wait(10)
    assert home.exists()
    monkeypatch.setenv("HUNDI_BOT_TOKEN", serving[0].town.token)
    monkeypatch.setenv("HUNDI_TELEGRAM_API_URL", serving[0].api_url)
    try:
        yield serving[0]
    finally:
        close.set()
        thread.join(10)
