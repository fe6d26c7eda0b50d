"""What the dialogue says, the catalogue has words for: no key missing, none left over, each fact in its place."""

import re

import pytest

from bot.dialogue.keys import KEYS
from bot.dialogue.labels import BUTTON_LABELS, CSV, MENU, NOT_IN_EXPORT, PROFILE
from bot.speech.catalogue import Catalogue, CatalogueError, MissingTextError

_PLAIN: dict[str, tuple[str, ...]] = dict.fromkeys(
    (*(f"menu.{command}" for command in MENU), *PROFILE, *CSV, *NOT_IN_EXPORT), ()
)
SPOKEN = {**KEYS, **{f"button.{label}": facts for label, facts in BUTTON_LABELS.items()}, **_PLAIN}


def test_every_key_of_the_dialogue_has_words_and_no_words_are_left_over(english: Catalogue) -> None:
    assert set(english.templates) == set(SPOKEN)


@pytest.mark.parametrize("key", sorted(SPOKEN))
def test_a_text_uses_exactly_the_facts_that_come_with_its_key(english: Catalogue, key: str) -> None:
    assert english.places(key) == set(SPOKEN[key])


@pytest.mark.parametrize("key", sorted(SPOKEN))
def test_a_text_has_only_markup_that_telegram_takes_and_closes_it(english: Catalogue, key: str) -> None:
    for form in english.templates[key].values():
        text = "".join(piece for piece in form if isinstance(piece, str))
        assert not re.sub(r"<(b|i|code)>[^<]*</\1>", "", text).count("<")
        assert "{" not in text


def test_a_key_without_words_is_an_error(english: Catalogue) -> None:
    with pytest.raises(MissingTextError):
        english.template("send.nonsense", {})


def test_a_catalogue_of_no_language_is_refused() -> None:
    with pytest.raises(CatalogueError):
        Catalogue.from_po('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')


def test_the_number_among_the_facts_chooses_the_form(english: Catalogue) -> None:
    one, two = (english.template("pin.wrong", {"tries": tries}) for tries in (1, 2))

    assert one != two


def test_a_request_for_money_says_that_no_pin_is_needed_to_receive(english: Catalogue) -> None:
    assert english.template("help.pin_never", {}) == ("You never need your PIN to receive money.",)


@pytest.mark.parametrize(("key", "longest"), [("profile.description", 512), ("profile.short_description", 120)])
def test_a_description_is_no_longer_than_telegram_takes(english: Catalogue, key: str, longest: int) -> None:
    assert len(english.plain(key)) <= longest


@pytest.mark.parametrize("command", MENU)
def test_a_menu_line_fits_a_phone(english: Catalogue, command: str) -> None:
    assert len(english.plain(f"menu.{command}")) <= 40
