"""The minute of a newcomer: ``hundi play``, a page, two people, a PIN, and ₹200.00 from Asha to Priya."""

import re

from playwright.async_api import Page, expect

from tests.browser.chromium import browser, needs_chromium
from tests.browser.town import enter_pin, moves_in, page, says, shows, take_picture, town_url

__all__ = ["browser", "page", "town_url"]  # the fixtures

pytestmark = needs_chromium


async def test_a_newcomer_sends_200_from_asha_to_priya(page: Page) -> None:
    """One page, no token: both sides see the same payment under the same reference."""
    asha = await moves_in(page, "Asha")
    priya = await moves_in(page, "Priya")

    await says(asha, "send 200 to Priya for chai ☕")
    await asha.get_by_role("button", name="Pay ₹200.00").click()
    await expect(asha.get_by_text("Enter your PIN")).to_be_visible()
    await take_picture(page, "pin-pad.png")
    await enter_pin(asha)

    paid = await shows(asha, "Paid ₹200.00 to Priya Sharma")
    received = await shows(priya, "₹200.00 from Asha Rao")
    references = [re.findall(r"\b\d{12}\b", await side.inner_text()) for side in (paid, received)]
    assert references[0] == references[1]
    assert len(references[0]) == 1
    await expect(received).to_contain_text("chai ☕")
    await take_picture(page, "first-payment.png")


async def test_it_works_on_a_phone_and_from_the_keyboard(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.emulate_media(color_scheme="dark")

    asha = await moves_in(page, "Asha")
    await says(asha, "balance")

    await shows(asha, "You have ₹5,000.00")
    await take_picture(page, "phone-dark.png")
