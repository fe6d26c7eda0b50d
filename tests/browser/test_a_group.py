"""Paying in a group: typed where all read, confirmed in private, shown to the group because the payer says so."""

from playwright.async_api import Page, expect

from tests.browser.chromium import browser, needs_chromium
from tests.browser.town import enter_pin, moves_in, page, phone_of, says, shows, take_picture, town_url

__all__ = ["browser", "page", "town_url"]  # the fixtures

pytestmark = needs_chromium


async def test_a_payment_begins_in_a_group_goes_on_in_private_and_is_shown_in_the_group(page: Page) -> None:
    asha, priya = await moves_in(page, "Asha"), phone_of(page, "Priya")
    await priya.get_by_role("button", name="Start").click()
    await priya.get_by_role("tab", name="Flat 4B").click()
    await says(priya, "I got the milk, 200", to="Flat 4B")
    await asha.get_by_role("tab", name="Flat 4B").click()
    await says(asha, "/send 200 @priya for milk", to="Flat 4B")

    await asha.get_by_role("button", name="Continue in private").click()
    await expect(asha.get_by_role("tab", name="Hundi")).to_have_attribute("aria-selected", "true")
    await asha.get_by_role("button", name="Pay ₹200.00").click()
    await enter_pin(asha)
    await shows(asha, "Paid ₹200.00 to Priya Sharma")
    await expect(priya.get_by_text("₹200.00")).to_have_count(0)  # the group has seen no amount so far
    await asha.get_by_role("button", name="Show in the group").click()
    await asha.get_by_role("button", name="Show with the amount").click()

    await shows(priya, "Asha Rao paid Priya Sharma ₹200.00")
    await expect(priya.get_by_role("tab", name="Hundi").locator(".dot")).to_be_visible()
    await take_picture(page, "paying-in-a-group.png")
    await priya.get_by_role("tab", name="Hundi").click()
    await shows(priya, "₹200.00 from Asha Rao")
