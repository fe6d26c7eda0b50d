"""Groups on the page: who says what, what a link and a button open, and what people pass on."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox.chats import Chat
from bot.sandbox.people import ASHA, PRIYA, RAVI
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from tests.browser.chromium import needs_chromium, opened_page, shared_browser

__all__ = ["shared_browser"]  # the fixture

pytestmark = [*needs_chromium, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture
def flat(town: Town) -> Chat:
    flat = town.open_group("Flat 4B", [ASHA, PRIYA, RAVI])
    for person in (ASHA, PRIYA, RAVI):
        town.read(person, chat=flat)
    return flat


@pytest_asyncio.fixture(loop_scope="module")
async def serving(town: Town) -> AsyncIterator[Serving]:
    async with serve(town) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def bot(serving: Serving) -> AsyncIterator[Bot]:
    async with Bot(serving.town.token, base_url=f"{serving.api_url}/bot") as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def page(shared_browser: Browser, serving: Serving, flat: Chat) -> AsyncIterator[Page]:
    assert flat.chat_id in serving.town.chats
    async with opened_page(shared_browser, serving.page_url) as opened:
        yield opened


def _link(label: str, url: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, url=url)]])


async def test_people_write_in_a_group_and_everybody_sees_who_said_it(page: Page, town: Town, flat: Chat) -> None:
    asha, priya = page.get_by_label("Asha’s phone"), page.get_by_label("Priya’s phone")
    await asha.get_by_role("tab", name="Flat 4B").click()
    await expect(asha.locator(".service")).to_have_text("Asha added Hundi")

    await asha.get_by_label("Message to Flat 4B").fill("dinner?")
    await page.keyboard.press("Enter")

    await expect(priya.get_by_role("tab", name="Flat 4B").locator(".dot")).to_be_visible()
    await expect(
        page.get_by_label("People of the town").get_by_role("button", name="Ravi").locator(".dot")
    ).to_be_visible()
    await priya.get_by_role("tab", name="Flat 4B").click()
    said = priya.locator(".message", has_text="dinner?")
    await expect(said.locator(".author")).to_have_text("Asha")
    await expect(asha.locator(".message.mine", has_text="dinner?")).to_be_visible()
    await town.wait_until(lambda: flat.members[PRIYA.id].unread == 0 or None)
    assert town.messages(PRIYA) == []


async def test_a_start_button_in_a_group_opens_the_private_chat_with_its_code(
    page: Page, bot: Bot, town: Town, flat: Chat
) -> None:
    asha = page.get_by_label("Asha’s phone")
    await asha.get_by_role("tab", name="Flat 4B").click()
    url = "https://t.me/hundi_bot?start=pay_42"
    await bot.send_message(flat.chat_id, "Pay in private", reply_markup=_link("Continue", url))

    await asha.get_by_role("button", name="Continue").click()

    started = await town.wait_for(ASHA, lambda message: message.text == "/start pay_42")
    assert started.chat_id == ASHA.id
    await expect(asha.get_by_role("tab", name="Hundi")).to_have_attribute("aria-selected", "true")
    await expect(asha.locator(".message.mine", has_text="/start pay_42")).to_be_visible()


async def test_a_link_is_passed_on_to_a_group_or_to_a_person_who_opens_it(
    page: Page, bot: Bot, town: Town, flat: Chat
) -> None:
    asha, priya = page.get_by_label("Asha’s phone"), page.get_by_label("Priya’s phone")
    town.start(ASHA)
    url = "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fhundi_bot%3Fstart%3Dinv_7&text=Join+me"
    await bot.send_message(ASHA.id, "Invite them", reply_markup=_link("Invite", url))

    await asha.get_by_role("button", name="Invite").click()
    await page.get_by_role("dialog").get_by_role("button", name="Flat 4B").click()
    shared = await town.wait_for(flat, lambda message: "inv_7" in message.text)
    await asha.get_by_role("button", name="Invite").click()
    await page.get_by_role("dialog").get_by_role("button", name="Priya Sharma").click()
    await priya.get_by_role("button", name="Open").click()

    assert shared.text == "Join me\nhttps://t.me/hundi_bot?start=inv_7"
    await town.wait_for(PRIYA, lambda message: message.text == "/start inv_7")
    await expect(priya.locator(".letter")).to_have_count(0)


async def test_any_message_is_forwarded_and_ones_own_deleted(page: Page, bot: Bot, town: Town, flat: Chat) -> None:
    asha = page.get_by_label("Asha’s phone")
    town.start(ASHA)
    await bot.send_message(ASHA.id, "A receipt")
    receipt = asha.locator(".message", has_text="A receipt")
    await receipt.hover()
    await receipt.get_by_role("button", name="Forward or delete").click()
    await asha.get_by_role("button", name="Forward to Flat 4B").click()
    forwarded = await town.wait_for(flat, lambda message: message.text == "A receipt")

    await asha.get_by_role("tab", name="Flat 4B").click()
    copy = asha.locator(".message", has_text="A receipt")
    await expect(copy.locator(".origin")).to_have_text("Forwarded from Hundi")
    await copy.hover()
    await copy.get_by_role("button", name="Forward or delete").click()
    await asha.get_by_role("button", name="Delete for everybody").click()

    await expect(asha.locator(".message", has_text="A receipt")).to_have_count(0)
    assert forwarded.message_id not in flat.messages


async def test_a_person_has_another_name_and_leaves_a_group(page: Page, town: Town, flat: Chat) -> None:
    asha = page.get_by_label("Asha’s phone")
    await asha.get_by_role("button", name="More for this chat").click()
    await asha.get_by_role("button", name="Change my name or username").click()
    dialog = page.get_by_label("Another name on Telegram")
    await dialog.get_by_label("First name").fill("Aasha")
    await dialog.get_by_label("Username").fill("@aasha_rao")
    await dialog.get_by_role("button", name="Change").click()
    aasha = page.get_by_label("Aasha’s phone")
    await expect(aasha).to_be_visible()

    await aasha.get_by_role("tab", name="Flat 4B").click()
    await aasha.get_by_role("button", name="More for this chat").click()
    await aasha.get_by_role("button", name="Leave Flat 4B").click()

    await expect(aasha.get_by_role("tab")).to_have_count(0)
    assert town.person(ASHA.id).username == "aasha_rao"
    assert not flat.member(ASHA.id).is_present
    await aasha.get_by_role("button", name="More for this chat").click()
    await aasha.get_by_role("button", name="Join Flat 4B").click()
    await expect(aasha.get_by_role("tab", name="Flat 4B")).to_be_visible()


async def test_a_person_sends_a_picture_and_leaves_telegram(page: Page, town: Town) -> None:
    asha = page.get_by_label("Asha’s phone")
    town.start(ASHA)
    await asha.get_by_role("button", name="More for this chat").click()
    await asha.get_by_role("button", name="Send a picture").click()
    picture = asha.get_by_alt_text("A picture")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 640)

    await asha.get_by_role("button", name="More for this chat").click()
    await asha.get_by_role("button", name="Leave Telegram for good").click()

    await expect(page.get_by_text("This account was deleted.")).to_be_visible()
    assert town.person(ASHA.id).is_deleted


async def test_a_forum_shows_one_topic_at_a_time(page: Page, town: Town) -> None:
    await page.get_by_role("button", name="Try a bad day").click()
    await page.get_by_role("button", name="Open a new group").click()
    dialog = page.get_by_label("A new group with the bot")
    await dialog.get_by_label("Name").fill("Society")
    await dialog.get_by_label("With topics").check()
    await dialog.get_by_role("button", name="Open it").click()
    asha = page.get_by_label("Asha’s phone")
    await asha.get_by_role("tab", name="Society").click()
    society = next(chat for chat in town.groups() if chat.title == "Society")
    topic = town.open_topic(ASHA, society, "Repairs")

    await asha.get_by_role("button", name="Repairs").click()
    await asha.get_by_label("Message to Society").fill("the lift again")
    await page.keyboard.press("Enter")
    await expect(asha.get_by_text("the lift again")).to_be_visible()
    await asha.get_by_role("button", name="General").click()

    await expect(asha.get_by_text("the lift again")).to_have_count(0)
    assert town.last(society).thread_id == topic.thread_id
