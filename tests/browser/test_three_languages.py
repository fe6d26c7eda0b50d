"""The minute of a newcomer in Hindi and in French, one on each phone: chosen as the language of their Telegram."""

import re
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.chromium import browser, needs_chromium
from tests.browser.town import enter_pin, page, phone_of, says, shows, take_picture, town_url

__all__ = ["browser", "page", "town_url"]  # the fixtures

pytestmark = needs_chromium
NARROW: Final = 360  # points of a small phone


@dataclass(frozen=True, slots=True)
class Words:
    """What a language says on the main path."""

    called: str
    promise: str
    once_more: str
    saved: str
    sentence: str
    pay: str
    paid: str
    received: str
    balance: str  # as the command menu says it
    answers: tuple[tuple[str, str], ...]


HINDI: Final = Words(
    "हिन्दी",
    "मैसेज में ही पैसे",
    "एक बार और",
    "आपका पिन सेव हो गया",
    "प्रिया को दो सौ रुपये भेजो",
    "₹200.00 भेजें",
    "आपने Priya Sharma को ₹200.00 भेजे",
    "Asha Rao से ₹200.00 मिले",
    "आपके पास कितने पैसे हैं",
    (
        ("/help", "जो चाहिए, बस लिख दें"),
        ("/history", "सबसे नया ऊपर"),
        ("/limits", "आपकी सीमाएँ"),
        ("/statement", "किन दिनों का"),
    ),
)
FRENCH: Final = Words(
    "Français",
    "L’argent dans le message",
    "encore une fois",
    "Votre code PIN est enregistré",
    "envoie 200 à Priya pour le thé",
    "Payer 200,00 ₹",
    "Vous avez payé 200,00 ₹ à Priya Sharma",
    "Asha Rao vous a envoyé 200,00 ₹",
    "Ce que vous avez",
    (
        ("/help", "Écrivez simplement"),
        ("/history", "Vos paiements"),
        ("/limits", "Vos plafonds"),
        ("/statement", "Un relevé"),
    ),
)


@pytest.mark.parametrize(("payer", "payee"), [(HINDI, FRENCH), (FRENCH, HINDI)], ids=["hindi", "french"])
async def test_a_newcomer_pays_in_their_language_and_the_payee_reads_theirs(
    page: Page, payer: Words, payee: Words
) -> None:
    asha, priya = await _moves_in(page, "Asha", payer), await _moves_in(page, "Priya", payee)

    await says(asha, payer.sentence)
    await asha.get_by_role("button", name=payer.pay).click()
    await expect(asha.get_by_role("button", name="⌫")).to_be_visible()
    await enter_pin(asha)

    paid, received = await shows(asha, payer.paid), await shows(priya, payee.received)
    references = [re.findall(r"\b\d{12}\b", await side.inner_text()) for side in (paid, received)]
    assert references[0] == references[1]
    assert len(references[0]) == 1
    await take_picture(page, "two-languages.png")
    await asha.get_by_role("button", name="Menu", exact=True).click()
    await expect(asha.get_by_text(payer.balance)).to_be_visible()
    await asha.get_by_role("button", name="Menu", exact=True).click()
    await page.set_viewport_size({"width": NARROW, "height": 780})
    for command, answer in payer.answers:
        await says(asha, command)
        await shows(asha, answer)
        await _nothing_is_cut_off(asha)


async def _moves_in(page: Page, name: str, words: Words) -> Locator:
    """Set their Telegram to the language, press Start and choose a PIN, twice."""
    phone = phone_of(page, name)
    await phone.get_by_role("button", name=words.called).click()
    await expect(phone.get_by_text(words.promise)).to_be_visible()
    await phone.get_by_role("button", name="Start").click()
    await enter_pin(phone)
    await expect(phone.get_by_text(re.compile(words.once_more)).last).to_be_visible()
    await expect(phone.get_by_text("○ ○ ○ ○ ○ ○").last).to_be_visible()
    await enter_pin(phone)
    await shows(phone, words.saved)
    return phone


async def _nothing_is_cut_off(phone: Locator) -> None:
    """No word of a label is wider than its button, and no button stands outside of the phone."""
    cut = await phone.locator(".keys button").evaluate_all(
        """all => all.filter((one) => {
          one.style.overflowWrap = "normal";
          return one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth;
        }).map((one) => one.textContent)"""
    )
    assert cut == []
