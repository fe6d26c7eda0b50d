"""Freezing: nothing goes out, the PIN opens the account again, and an hour later by the town's clock it pays."""

from playwright.async_api import Page

from tests.browser.chromium import browser, needs_chromium
from tests.browser.town import enter_pin, moves_in, page, phone_of, says, shows, take_picture, town_url

__all__ = ["browser", "page", "town_url"]  # the fixtures

pytestmark = needs_chromium


async def test_a_frozen_account_pays_again_an_hour_after_its_pin(page: Page) -> None:
    asha, priya = await moves_in(page, "Asha"), phone_of(page, "Priya")
    await priya.get_by_role("button", name="Start").click()
    await says(asha, "/freeze")
    await shows(asha, "Your account is frozen")
    await says(asha, "send 200 to Priya")
    await shows(asha, "Unfreeze it first")

    await says(asha, "/unfreeze")
    await enter_pin(asha)
    await shows(asha, "opens again")
    await page.get_by_role("button", name="Try a bad day").click()
    await page.get_by_role("button", name="+1 hour").click()
    await page.get_by_role("button", name="+1 min").click()
    await says(asha, "send 200 to Priya")
    await asha.get_by_role("button", name="Pay ₹200.00").click()
    await enter_pin(asha)

    await shows(asha, "Paid ₹200.00 to Priya Sharma")
    await shows(priya, "₹200.00 from Asha Rao")
    await take_picture(page, "freezing.png")
