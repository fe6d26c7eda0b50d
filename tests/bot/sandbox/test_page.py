"""The page in a real browser, with the least bot there is at the other end."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request, Route, expect
from telegram import Bot

from bot.sandbox.people import ASHA, PRIYA, RAVI
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from tests.bot.sandbox.echo import EchoBot, keys
from tests.browser.chromium import needs_chromium, opened_page, shared_browser

__all__ = ["shared_browser"]  # the fixture

pytestmark = [*needs_chromium, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def serving(town: Town) -> AsyncIterator[Serving]:
    async with serve(town) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def bot(serving: Serving) -> AsyncIterator[Bot]:
    async with Bot(serving.town.token, base_url=f"{serving.api_url}/bot") as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def echo(bot: Bot) -> AsyncIterator[EchoBot]:
    echo = EchoBot(bot)
    running = asyncio.create_task(echo.run())
    yield echo
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest_asyncio.fixture(loop_scope="module")
async def page(shared_browser: Browser, serving: Serving) -> AsyncIterator[Page]:
    async with opened_page(shared_browser, serving.page_url) as opened:
        yield opened


@pytest.mark.usefixtures("echo")
async def test_a_newcomer_presses_start_types_and_taps(page: Page, town: Town) -> None:
    """Two phones lie side by side; what Asha does shows on hers alone, as it happens."""
    asha = page.get_by_label("Asha’s phone")
    await asha.get_by_role("button", name="Start").click()
    await expect(asha.get_by_text("Welcome, friend")).to_be_visible()
    await expect(asha.locator(".message b", has_text="friend")).to_be_visible()

    await asha.get_by_role("button", name="Cancel").click()
    await expect(asha.locator(".toast")).to_have_text("Cancelled")

    await asha.get_by_label("Message to the bot").fill("send 200 to <b>Priya</b> & co")
    await page.keyboard.press("Enter")
    await expect(asha.get_by_text("You said send 200 to <b>Priya</b> & co")).to_be_visible()

    assert town.messages(PRIYA) == []
    await expect(page.get_by_label("Priya’s phone").get_by_role("button", name="Start")).to_be_visible()


async def test_a_pin_is_entered_from_the_keyboard_and_the_bubble_changes_in_place(page: Page, echo: EchoBot) -> None:
    asha = page.get_by_label("Asha’s phone")
    await asha.get_by_role("button", name="Start").click()
    pay = asha.get_by_role("button", name="Pay ₹200.00")
    await pay.focus()
    await page.keyboard.press("Enter")
    await expect(asha.get_by_text("Enter your PIN")).to_be_visible()

    for digit, dots in (("9", "●○○○"), ("2", "●●○○"), ("4", "●●●○")):
        await page.keyboard.press(digit)
        await expect(asha.get_by_text(f"Enter your PIN {dots}")).to_be_visible()
    await page.keyboard.press("5")

    await expect(asha.get_by_text("Paid ₹200.00")).to_be_visible()
    await expect(asha.locator(".keys:visible")).to_have_count(0)
    await expect(asha.locator(".message")).to_have_count(2)
    assert echo.entered == "9245"


async def test_digits_typed_faster_than_the_bot_answers_keep_their_order(page: Page, echo: EchoBot) -> None:
    asha = page.get_by_label("Asha’s phone")
    await asha.get_by_role("button", name="Start").click()
    await asha.get_by_role("button", name="Pay ₹200.00").press("Enter")
    await expect(asha.get_by_text("Enter your PIN")).to_be_visible()

    await page.keyboard.type("9124")

    await expect(asha.get_by_text("Paid ₹200.00")).to_be_visible()
    assert echo.entered == "9124"


@pytest.mark.usefixtures("echo")
async def test_arrow_keys_move_among_the_buttons(page: Page) -> None:
    asha = page.get_by_label("Asha’s phone")
    await asha.get_by_role("button", name="Start").click()
    await asha.get_by_role("button", name="Pay ₹200.00").focus()

    await page.keyboard.press("ArrowRight")

    await expect(asha.get_by_role("button", name="Cancel")).to_be_focused()


@pytest.mark.usefixtures("echo")
async def test_what_the_bot_deletes_disappears(page: Page, town: Town) -> None:
    asha = page.get_by_label("Asha’s phone")
    told: list[str] = []
    town.listen(lambda change: told.append(change["kind"]))
    town.start(ASHA)
    await expect(asha.get_by_text("Welcome, friend")).to_be_visible()

    await asha.get_by_label("Message to the bot").fill("forget 924517")
    await page.keyboard.press("Enter")

    await town.wait_until(lambda: "deleted" in told or None)
    await expect(asha.get_by_text("forget 924517")).to_have_count(0)
    assert len(town.messages(ASHA)) == 2


@pytest.mark.usefixtures("echo")
async def test_a_slash_offers_the_commands_of_the_menu(page: Page, bot: Bot, town: Town) -> None:
    await bot.set_my_commands([("send", "Send money"), ("balance", "What you have")])
    town.start(ASHA)
    asha = page.get_by_label("Asha’s phone")

    await asha.get_by_label("Message to the bot").fill("/ba")
    await expect(asha.locator(".popup button")).to_have_text(["/balanceWhat you have"])
    await page.keyboard.press("Enter")

    await expect(asha.get_by_text("You said /balance")).to_be_visible()


async def test_news_that_overtake_the_reading_of_everybody_keep_their_dot(page: Page, bot: Bot, town: Town) -> None:
    """The stream tells of a message while an older answer is still on its way to the page."""
    ravi = page.get_by_label("People of the town").get_by_role("button", name="Ravi")
    town.start(RAVI)
    asked = 0

    def begins_anew(request: Request) -> None:
        nonlocal asked
        if request.is_navigation_request():
            asked = 0  # what the page before it was still asking does not count

    async def overtaken(route: Route) -> None:
        nonlocal asked
        asked += 1
        response = await route.fetch()
        if asked == 2:  # the first is the page's own, the second follows the opening of the stream
            await bot.send_message(RAVI.id, "hello")
            await expect(ravi.locator(".dot")).to_be_visible()
        await route.fulfill(response=response)

    page.on("request", begins_anew)
    await page.route("**/town/state", overtaken)
    async with page.expect_response(lambda response: response.url.endswith("/town/state") and asked >= 3):
        await page.reload()

    await expect(ravi.locator(".dot")).to_be_visible()


@pytest.mark.usefixtures("echo")
async def test_on_a_small_screen_one_phone_shows_and_people_are_switched_on_top(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.get_by_label("Asha’s phone")).to_be_visible()
    await expect(page.get_by_label("Priya’s phone")).to_be_hidden()

    await page.get_by_label("People of the town").get_by_role("button", name="Priya").click()

    await expect(page.get_by_label("Priya’s phone")).to_be_visible()
    await expect(page.get_by_label("Asha’s phone")).to_be_hidden()
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == 390


@pytest.mark.usefixtures("echo")
async def test_somebody_new_moves_in_and_shares_a_contact(page: Page, town: Town) -> None:
    await page.get_by_role("button", name="New person").click()
    await page.get_by_label("Somebody new moves in").get_by_label("First name").fill("Meera")
    await page.get_by_role("button", name="Move in").click()
    meera = page.get_by_label("Meera’s phone")
    await meera.get_by_role("button", name="Start").click()
    await expect(meera.get_by_text("Welcome, friend")).to_be_visible()

    await meera.get_by_role("button", name="More for this chat").click()
    await meera.get_by_role("button", name="Share my contact").click()

    await expect(meera.locator(".message .card b")).to_have_text("Meera Iyer")
    shared = town.last(1004)
    assert shared.contact is not None
    assert shared.contact["user_id"] == 1004


async def test_a_page_that_lost_the_town_catches_up_when_it_is_back(shared_browser: Browser, town: Town) -> None:
    """The operator restarts the town; nobody has to reload the page."""
    page = await shared_browser.new_page()
    async with serve(town) as before:
        await page.goto(before.page_url)
        await expect(page.get_by_label("Asha’s phone")).to_be_visible()
    await expect(page.get_by_role("status").filter(has_text="The town has stopped")).to_be_visible()
    town.say(ASHA, "said while nobody looked")

    async with serve(town, port=before.port):
        await expect(page.get_by_label("Asha’s phone").get_by_text("said while nobody looked")).to_be_visible()
        await expect(page.get_by_text("The town has stopped")).to_be_hidden()
        await page.close()


async def test_who_has_news_and_is_not_looked_at_gets_a_dot(page: Page, bot: Bot, town: Town) -> None:
    ravi = page.get_by_label("People of the town").get_by_role("button", name="Ravi")
    town.start(RAVI)
    await bot.send_message(RAVI.id, "hello")
    await expect(ravi.locator(".dot")).to_be_visible()

    await ravi.click()

    await expect(page.get_by_label("Ravi’s phone").get_by_text("hello")).to_be_visible()
    await expect(ravi.locator(".dot")).to_have_count(0)
    await town.wait_until(lambda: town.chat(RAVI).unread == 0 or None)


async def test_an_alert_is_closed_by_hand_and_a_block_is_lifted_by_restart(page: Page, bot: Bot, town: Town) -> None:
    asha = page.get_by_label("Asha’s phone")
    town.start(ASHA)
    await bot.send_message(ASHA.id, "Sure?", reply_markup=keys(("Yes", "No")))
    await asha.get_by_role("button", name="Yes").click()
    await town.wait_until(lambda: town.taps or None)
    await expect(asha.locator(".waiting")).to_have_count(1)

    await bot.answer_callback_query(next(iter(town.taps)), "Your account is frozen", show_alert=True)
    await expect(asha.locator(".waiting")).to_have_count(0)
    await asha.get_by_role("dialog").get_by_role("button", name="OK").click()
    await expect(asha.get_by_role("dialog")).to_be_hidden()

    await asha.get_by_role("button", name="More for this chat").click()
    await asha.get_by_role("button", name="Block the bot").click()
    await expect(asha.get_by_role("button", name="Restart")).to_be_visible()
    assert town.chat(ASHA).blocked
    await asha.get_by_role("button", name="Restart").click()
    await expect(asha.get_by_label("Message to the bot")).to_be_focused()
    assert not town.chat(ASHA).blocked


async def test_an_answer_that_overtakes_the_number_of_its_tap_ends_the_waiting(
    page: Page, bot: Bot, town: Town
) -> None:
    """A quick bot answers before the town has told the page which tap it was: no button spins for that."""
    asha = page.get_by_label("Asha’s phone")
    town.start(ASHA)
    await bot.send_message(ASHA.id, "Sure?", reply_markup=keys(("Yes", "No")))

    async def overtaken(route: Route) -> None:
        response = await route.fetch()
        await bot.answer_callback_query(next(iter(town.taps)), "Done")
        await expect(asha.locator(".toast")).to_have_text("Done")
        await route.fulfill(response=response)

    await page.route("**/tap", overtaken)
    await asha.get_by_role("button", name="Yes").click()

    await expect(asha.locator(".toast")).to_have_text("Done")
    await expect(asha.locator(".waiting")).to_have_count(0)


async def test_a_start_that_takes_long_leaves_the_focus_where_somebody_writes_by_then(page: Page, town: Town) -> None:
    """I press Start for Priya and go on as Asha: my Enter sends what Asha wrote."""
    town.start(ASHA)
    asha, priya = page.get_by_label("Asha’s phone"), page.get_by_label("Priya’s phone")

    async def late(route: Route) -> None:
        await asha.get_by_label("Message to the bot").fill("send 200 to Priya")
        await route.continue_()

    await page.route("**/town/chats/*/start", late)
    await priya.get_by_role("button", name="Start").click()
    await expect(priya.get_by_label("Message to the bot")).to_be_visible()
    await page.keyboard.press("Enter")

    await town.wait_for(ASHA, lambda message: message.text == "send 200 to Priya")


async def test_a_start_link_of_the_bot_starts_it_with_its_code(page: Page, bot: Bot, town: Town) -> None:
    town.start(ASHA)
    await bot.send_message(ASHA.id, "Join: https://t.me/hundi_bot?start=invite_42 or javascript:alert(1)")

    await page.get_by_label("Asha’s phone").get_by_role("link", name="t.me").click()

    await town.wait_for(ASHA, lambda message: message.text == "/start invite_42")


async def test_ones_own_message_is_edited_and_the_bots_is_replied_to(page: Page, bot: Bot, town: Town) -> None:
    asha = page.get_by_label("Asha’s phone")
    said = town.say(ASHA, "send 20 to priya")
    asked = await bot.send_message(ASHA.id, "How much?")

    await asha.get_by_role("button", name="Edit").click()
    await expect(asha.get_by_label("Message to the bot")).to_have_value("send 20 to priya")
    await asha.get_by_label("Message to the bot").fill("send 30 to priya")
    await page.keyboard.press("Enter")
    await expect(asha.get_by_text("send 30 to priya")).to_be_visible()
    assert town.chat(ASHA).messages[said.message_id].edited_at

    await asha.locator(".message", has_text="How much?").get_by_role("button", name="Reply").click()
    await asha.get_by_label("Message to the bot").fill("200")
    await page.keyboard.press("Enter")
    replied = await town.wait_for(ASHA, lambda message: message.text == "200")
    assert replied.reply_to == asked.message_id
    await expect(asha.locator(".quote")).to_have_text("How much?")
