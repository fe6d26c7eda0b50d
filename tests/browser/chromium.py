"""Debian's Chromium, driven by playwright, which brings no browser of its own here."""

import os
import shutil
from collections.abc import AsyncIterator
from typing import Final

import pytest
from playwright.async_api import Browser, async_playwright

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or ""
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

# Where a browser must have run, a missing one is a failure; elsewhere these tests are skipped, and say so.
needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM and not _REQUIRED, reason="no Chromium on this machine"),
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser of its own for each test."""
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield chromium
        await chromium.close()
