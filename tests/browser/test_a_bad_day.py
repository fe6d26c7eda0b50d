"""A day with Telegram failing: a storm, and the bot killed while somebody pays. Money moves once, and both are told."""

import re
from typing import Final

from playwright.async_api import Locator, Page, expect

from tests.browser.chromium import browser, needs_chromium
from tests.browser.town import enter_pin, moves_in, page, phone_of, says, shows, take_picture, town_url

__all__ = ["browser", "page", "town_url"]  # the fixtures

pytestmark = needs_chromium
PAID: Final = "Paid ₹200.00 to Priya Sharma"
PAY: Final = "Pay ₹200.00"


async def test_a_storm_and_a_kill_in_the_middle_of_a_payment_pay_once_and_tell_both(page: Page) -> None:
    asha, priya = await moves_in(page, "Asha"), phone_of(page, "Priya")
    await priya.get_by_role("button", name="Start").click()
    await says(asha, "send 200 to Priya")
    await asha.get_by_role("button", name=PAY).click()
    await expect(asha.get_by_role("button", name="⌫")).to_be_visible()
    await page.get_by_role("button", name="Try a bad day").click()

    await page.get_by_role("switch", name="Storm").click()
    await enter_pin(asha)
    await page.get_by_role("button", name="Kill it now").click()
    await expect(page.get_by_role("status")).to_contain_text("The bot was killed.")
    await take_picture(page, "bad-day.png")
    await page.get_by_role("status").get_by_role("button", name="Start it again").click()
    await page.get_by_role("status").get_by_role("button", name="All well again").click()
    await _goes_on(asha)

    await shows(priya, "₹200.00 from Asha Rao")
    await says(asha, "balance")
    await shows(asha, "You have ₹4,800.00")
    told = [*await _references(asha, PAID), *await _references(priya, "₹200.00 from Asha Rao")]
    assert len(told) >= 2
    assert len(set(told)) == 1


async def _goes_on(asha: Locator) -> None:
    """What died before the last digit was read is asked for again, as the bot says; what was paid is only shown."""
    paid, again = asha.locator(".message", has_text=PAID), asha.get_by_role("button", name=PAY)
    await expect(paid.or_(again).last).to_be_visible()
    if not await paid.count():
        await again.last.click()
        await enter_pin(asha)
    await shows(asha, PAID)


async def _references(phone: Locator, text: str) -> list[str]:
    said = await phone.locator(".message", has_text=text).all_inner_texts()
    return [reference for words in said for reference in re.findall(r"\b\d{12}\b", words)]
