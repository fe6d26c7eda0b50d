"""The minute of a newcomer: ``hundi play``, a page, two people, a PIN, and ₹200.00 from Asha to Priya."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.chromium import browser, needs_chromium

__all__ = ["browser"]  # the fixture

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
PIN = "274913"
PATIENCE_MS = 30_000

pytestmark = needs_chromium


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def town_url(tmp_path: Path) -> AsyncIterator[str]:
    """``hundi play`` as a newcomer starts it, in an empty directory."""
    port = _free_port()
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
    errors: list[str] = []
    context = await browser.new_context(viewport={"width": 1280, "height": 860}, device_scale_factor=2)
    opened = await context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    await opened.goto(town_url)
    yield opened
    assert errors == []


async def _enter_pin(phone: Locator) -> None:
    pad = phone.locator(".message", has=phone.page.get_by_role("button", name="⌫")).last
    await expect(pad.get_by_role("button", name="⌫")).to_be_visible(timeout=PATIENCE_MS)
    for digit in PIN:
        await pad.get_by_role("button", name=digit, exact=True).click()


async def _moves_in(page: Page, name: str) -> Locator:
    """Press Start and choose a PIN, twice."""
    phone = page.get_by_label(f"{name}’s phone")
    await phone.get_by_role("button", name="Start").click()
    await _enter_pin(phone)
    await expect(phone.get_by_text(re.compile("once more")).last).to_be_visible(timeout=PATIENCE_MS)
    await expect(phone.get_by_text("○ ○ ○ ○ ○ ○").last).to_be_visible(timeout=PATIENCE_MS)
    await _enter_pin(phone)
    await expect(phone.get_by_text(re.compile("send 200 to", re.IGNORECASE)).last).to_be_visible(timeout=PATIENCE_MS)
    return phone


async def test_a_newcomer_sends_200_from_asha_to_priya(page: Page) -> None:
    """One page, no token: both sides see the same payment under the same reference."""
    asha = await _moves_in(page, "Asha")
    priya = await _moves_in(page, "Priya")

    await asha.get_by_label("Message to the bot").fill("send 200 to Priya for chai ☕")
    await page.keyboard.press("Enter")
    await asha.get_by_role("button", name="Pay ₹200.00").click()
    await expect(asha.get_by_text("Enter your PIN")).to_be_visible(timeout=PATIENCE_MS)
    await _take_picture(page, "pin-pad.png")
    await _enter_pin(asha)

    paid = asha.locator(".message", has_text="Paid ₹200.00 to Priya Sharma")
    await expect(paid).to_be_visible(timeout=PATIENCE_MS)
    received = priya.locator(".message", has_text="₹200.00 from Asha Rao")
    await expect(received).to_be_visible(timeout=PATIENCE_MS)
    references = [re.findall(r"\b\d{12}\b", await side.inner_text()) for side in (paid, received)]
    assert references[0] == references[1]
    assert len(references[0]) == 1
    await expect(received).to_contain_text("chai ☕")
    await _take_picture(page, "first-payment.png")


async def test_it_works_on_a_phone_and_from_the_keyboard(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.emulate_media(color_scheme="dark")

    asha = await _moves_in(page, "Asha")
    await asha.get_by_label("Message to the bot").fill("balance")
    await page.keyboard.press("Enter")

    await expect(asha.locator(".message", has_text="You have ₹5,000.00")).to_be_visible(timeout=PATIENCE_MS)
    await _take_picture(page, "phone-dark.png")


async def _take_picture(page: Page, name: str) -> None:
    """Always taken, so that a picture that cannot be taken is a failure; kept only when asked for."""
    picture = await page.screenshot(animations="disabled")
    assert picture
    if os.environ.get("HUNDI_PICTURES") == "keep":
        (PICTURES / name).write_bytes(picture)
