"""The drawer of the page: a clock that moves, a Telegram that fails, a bot that dies, and the calls to read."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from telegram import Bot

from bot.sandbox.people import ASHA
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from tests.bot.sandbox.test_tools import KOLKATA, FakeProcess
from tests.browser.chromium import needs_chromium, opened_page, shared_browser

__all__ = ["shared_browser"]  # the fixture

DRAWER = "Tools of the town"
pytestmark = [*needs_chromium, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def serving(town: Town) -> AsyncIterator[Serving]:
    async with serve(town, zone=KOLKATA, process=FakeProcess()) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def bot(serving: Serving) -> AsyncIterator[Bot]:
    async with Bot(serving.town.token, base_url=f"{serving.api_url}/bot") as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def page(shared_browser: Browser, serving: Serving) -> AsyncIterator[Page]:
    """The page with its drawer open."""
    async with opened_page(shared_browser, serving.page_url) as opened:
        await opened.get_by_role("button", name="Try a bad day").click()
        yield opened


async def test_the_drawer_opens_and_closes_from_the_keyboard(page: Page) -> None:
    drawer = page.get_by_label(DRAWER)
    await expect(drawer.get_by_role("tab", name="Bad day")).to_be_focused()

    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(drawer.get_by_role("tabpanel", name="Calls")).to_be_visible()
    await page.keyboard.press("Escape")

    await expect(drawer).to_be_hidden()
    await expect(page.get_by_role("button", name="Try a bad day")).to_be_focused()


async def test_the_clock_moves_and_the_page_says_by_how_much(page: Page, town: Town) -> None:
    before = town.clock()
    await page.get_by_role("button", name="+1 hour").click()
    await expect(page.get_by_text("1 h ahead")).to_be_visible()
    await page.get_by_role("button", name="+1 day").click()

    await expect(page.get_by_text("1 day 1 h ahead")).to_be_visible()
    await expect(page.locator("#town-time")).to_be_visible()
    assert town.clock() == before + 90_000


async def test_a_bad_day_goes_on_and_off_and_a_banner_says_so(page: Page, serving: Serving) -> None:
    slow, lost = page.get_by_role("switch", name="Slow"), page.get_by_role("switch", name="Lost answers")
    await slow.focus()
    await page.keyboard.press("Space")
    await lost.click()
    await expect(slow).to_have_attribute("aria-checked", "true")
    await expect(page.get_by_role("status")).to_contain_text("Telegram has a bad day: slow, lost answers.")
    assert {fault.kind for fault in serving.faults.waiting} == {"slow", "lost"}

    await slow.click()
    await expect(page.get_by_role("status")).to_contain_text("Telegram has a bad day: lost answers.")
    await page.get_by_label(DRAWER).get_by_role("button", name="All well again").click()

    await expect(page.get_by_text("Telegram has a bad day")).to_have_count(0)
    assert serving.faults.waiting == []


async def test_every_switch_is_a_misfortune_that_the_town_knows(page: Page, serving: Serving) -> None:
    switches = page.get_by_role("switch")
    names = await switches.locator("b").all_inner_texts()
    for name in names:
        await page.get_by_role("switch", name=name).click()
        await expect(page.get_by_role("switch", name=name)).to_have_attribute("aria-checked", "true")

    assert len(names) == len(serving.faults.waiting) + 1  # the storm waits for no call
    assert serving.faults.storm is not None


async def test_a_killed_bot_is_told_with_what_waits_and_started_again(page: Page, town: Town) -> None:
    await page.get_by_role("button", name="Kill it now").click()
    await expect(page.get_by_role("status")).to_contain_text("The bot was killed.")
    await expect(page.get_by_label("Asha’s phone")).to_contain_text("bot · not running")
    town.say(ASHA, "send 200 to priya")
    await expect(page.get_by_role("status")).to_contain_text("1 update waits for it.")
    await expect(page.get_by_role("button", name="Stop the bot politely")).to_be_disabled()

    await page.get_by_role("status").get_by_role("button", name="Start it again").click()
    await expect(page.get_by_role("status")).to_contain_text("The bot is starting…")
    town.tell({"kind": "poll"})

    await expect(page.locator("#banner-bot")).to_be_hidden()


async def test_a_banner_that_takes_room_away_does_not_hide_the_end_of_a_chat(page: Page, town: Town) -> None:
    asha = page.get_by_label("Asha’s phone")
    for number in range(30):
        town.say(ASHA, f"line {number}")
    await expect(asha.get_by_text("line 29")).to_be_in_viewport()

    await page.get_by_role("switch", name="Slow").click()
    await expect(page.get_by_role("status")).to_contain_text("bad day")

    await expect(asha.get_by_text("line 29")).to_be_in_viewport(ratio=1)


async def test_the_calls_can_be_read_filtered_and_held_still(page: Page, bot: Bot, town: Town) -> None:
    town.start(ASHA)
    await bot.send_message(ASHA.id, "Paid ₹200.00")
    await page.get_by_role("tab", name="Calls").click()
    calls = page.get_by_label("Calls of the bot")
    await expect(calls.locator("li", has_text="Paid ₹200.00")).to_contain_text("Asha")
    await page.get_by_role("button", name="Pause").click()
    await bot.send_message(ASHA.id, "And another")
    await page.get_by_label("Show only calls with this").fill("nobody said this")
    await expect(calls).to_have_text("No call has this in it.")

    await page.get_by_label("Show only calls with this").fill("")
    await expect(calls.locator("li", has_text="And another")).to_have_count(0)
    await page.get_by_role("button", name="Go on").click()
    await expect(calls.locator("li").first).to_contain_text("And another")


async def test_a_story_is_recorded_and_downloaded(page: Page) -> None:
    await page.get_by_role("tab", name="Story").click()
    await page.get_by_role("button", name="Record a story").click()
    await page.get_by_label("Asha’s phone").get_by_role("button", name="Start").click()
    await expect(page.get_by_label("The story so far")).to_contain_text("asha starts")

    await page.get_by_role("button", name="Stop").click()
    async with page.expect_download() as loading:
        await page.get_by_role("link", name="Download").click()

    saved = await loading.value
    assert saved.suggested_filename == "recorded.story"
    assert (await saved.path()).read_text("utf-8").splitlines()[-1] == "asha starts"


async def test_a_process_that_is_not_ours_is_not_ended_from_the_page(shared_browser: Browser, town: Town) -> None:
    async with serve(town) as serving, opened_page(shared_browser, serving.page_url) as page:
        await page.get_by_role("button", name="Try a bad day").click()
        await expect(page.get_by_role("button", name="+1 min")).to_be_visible()

        await expect(page.get_by_role("button", name="Kill it now")).to_be_hidden()


async def test_on_a_phone_the_drawer_lies_over_the_chat(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})

    box = await page.get_by_label(DRAWER).bounding_box()

    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (390, 844)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
