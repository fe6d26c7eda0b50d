"""Debian's Chromium, driven by playwright, which brings no browser of its own here."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or ""
PATIENCE_MS: Final = 30_000  # of everything that is waited for: the machine may do other things as well
_REQUIRED: Final = os.environ.get("CI") == "true" or os.environ.get("HUNDI_REQUIRE_BROWSER") == "1"
_FLAGS: Final = (
    "--no-sandbox",  # tests run as root in CI, and the page is ours
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=PATIENCE_MS)

# Where a browser must have run, a missing one is a failure; elsewhere these tests are skipped, and say so.
needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM and not _REQUIRED, reason="no Chromium on this machine"),
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser of its own for each test."""
    async with _launched() as chromium:
        yield chromium


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_browser() -> AsyncIterator[Browser]:
    """One browser for all tests of a module that run in one loop; each opens a page of its own in it."""
    async with _launched() as chromium:
        yield chromium


@asynccontextmanager
async def _launched() -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield chromium
        await chromium.close()


@asynccontextmanager
async def opened_page(chromium: Browser, url: str, *, width: int = 1280, height: int = 800) -> AsyncIterator[Page]:
    """The page, at a desk, with a memory of its own. A script error or a breach of the content policy is a failure."""
    errors: list[str] = []
    context = await chromium.new_context(viewport={"width": width, "height": height})
    page = await context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    await page.goto(url)
    yield page
    await context.close()
    assert errors == [], errors
