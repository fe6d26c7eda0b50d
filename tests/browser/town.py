"""``hundi play`` as a newcomer starts it, its page in Chromium, and what a person does there."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.harness.ports import free_port

ROOT: Final = Path(__file__).parents[2]
PICTURES: Final = ROOT / "docs" / "pictures"
PICTURE_MAX_BYTES: Final = 200_000  # what a reader of the README should have to load
PIN: Final = "274913"


@pytest.fixture
async def town_url(tmp_path: Path) -> AsyncIterator[str]:
    """``hundi play`` in an empty directory."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUNDI_")}
    environment["PYTHONPATH"] = str(ROOT)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "play", "--port", str(port)),
        cwd=tmp_path,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            while f"127.0.0.1:{port}" not in (line := (await process.stdout.readline()).decode()):
                assert line or process.returncode is None, "hundi play ended by itself"
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.send_signal(signal.SIGINT)
        await process.communicate()
    assert process.returncode == 0


@pytest.fixture
async def page(browser: Browser, town_url: str) -> AsyncIterator[Page]:
    """The page of that town, at a desk."""
    async with _opened(browser, town_url) as opened:
        yield opened


@asynccontextmanager
async def _opened(browser: Browser, town_url: str) -> AsyncIterator[Page]:
    errors: list[str] = []
    context = await browser.new_context(viewport={"width": 1200, "height": 780}, device_scale_factor=1)
    opened = await context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    await opened.goto(town_url)
    yield opened
    await context.close()
    assert errors == [], errors


def phone_of(page: Page, name: str) -> Locator:
    """Whose phone it is."""
    return page.get_by_label(f"{name}’s phone")


async def enter_pin(phone: Locator) -> None:
    """Press six digits on the newest pad of this phone."""
    pad = phone.locator(".message", has=phone.page.get_by_role("button", name="⌫")).last
    await expect(pad.get_by_role("button", name="⌫")).to_be_visible()
    for digit in PIN:
        await pad.get_by_role("button", name=digit, exact=True).click()


async def moves_in(page: Page, name: str) -> Locator:
    """Press Start and choose a PIN, twice."""
    phone = phone_of(page, name)
    await phone.get_by_role("button", name="Start").click()
    await enter_pin(phone)
    await expect(phone.get_by_text(re.compile("once more")).last).to_be_visible()
    await expect(phone.get_by_text("○ ○ ○ ○ ○ ○").last).to_be_visible()
    await enter_pin(phone)
    await expect(phone.get_by_text("Your PIN is saved").last).to_be_visible()
    return phone


async def says(phone: Locator, text: str, *, to: str = "the bot") -> None:
    """Write into the chat that is open on this phone."""
    await phone.get_by_label(f"Message to {to}").fill(text)
    await phone.get_by_label(f"Message to {to}").press("Enter")


async def shows(phone: Locator, text: str) -> Locator:
    """The newest message with this text, once it is there."""
    message = phone.locator(".message", has_text=text).last
    await expect(message).to_be_visible()
    return message


async def take_picture(page: Page, name: str) -> None:
    """Always taken, so that a picture that cannot be taken is a failure; kept only when asked for."""
    picture = await page.screenshot(animations="disabled")
    assert 0 < len(picture) <= PICTURE_MAX_BYTES, f"{name} has {len(picture)} bytes"
    if os.environ.get("HUNDI_PICTURES") == "keep":
        (PICTURES / name).write_bytes(picture)
