"""What the dialogue says, each catalogue has words for: no key missing, none left over, each fact in its place."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

import pytest
from babel import Locale

from bot.dialogue.keys import KEYS
from bot.dialogue.labels import BUTTON_LABELS, CSV, MENU, NOT_IN_EXPORT, PROFILE
from bot.speech.catalogue import Catalogue, CatalogueError, MissingTextError, Place, Template
from tests.bot.speech.conftest import LANGUAGES

_PLAIN: dict[str, tuple[str, ...]] = dict.fromkeys(
    (*(f"menu.{command}" for command in MENU), *PROFILE, *CSV, *NOT_IN_EXPORT), ()
)
SPOKEN = {**KEYS, **{f"button.{label}": facts for label, facts in BUTTON_LABELS.items()}, **_PLAIN}
OTHERS: Final = tuple(code for code in LANGUAGES if code != "en")

# Texts that may be letter for letter the English one, and why.
SAME_BECAUSE: Final[Mapping[str, str]] = {
    "button.contacts_page": "« Contacts » is French too",
    "button.topic_contacts": "« Contacts » is French too",
    "contacts.page": "« Page » is French too; Hindi has a word of its own",
}
_WORDS: Final = re.compile(r"[^\W\d_]{2,}")  # what is only places, signs and digits has nothing to translate


def written(template: Template) -> str:
    """A form as the translator wrote it."""
    return "".join(piece if isinstance(piece, str) else f"{{{piece.fact}}}" for piece in template)


def forms(catalogue: Catalogue, key: str) -> Iterator[str]:
    return (written(form) for form in catalogue.templates[key].values())


def test_there_are_three_languages() -> None:
    assert set(LANGUAGES) >= {"en", "fr", "hi"}


def test_every_key_of_the_dialogue_has_words_and_no_words_are_left_over(catalogue: Catalogue) -> None:
    assert set(catalogue.templates) == set(SPOKEN)


def test_every_form_uses_exactly_the_facts_that_come_with_its_key(catalogue: Catalogue) -> None:
    for key, facts in SPOKEN.items():
        for form in catalogue.templates[key].values():
            assert Counter(piece.fact for piece in form if isinstance(piece, Place)) == Counter(facts), key


def test_a_text_has_only_markup_that_telegram_takes_and_closes_it(catalogue: Catalogue) -> None:
    for key in SPOKEN:
        for form in catalogue.templates[key].values():
            text = "".join(piece for piece in form if isinstance(piece, str))
            assert not re.sub(r"<(b|i|code)>[^<]*</\1>", "", text).count("<"), key
            assert "{" not in text, key


def test_every_language_marks_the_facts_that_english_marks(catalogues: Mapping[str, Catalogue]) -> None:
    """A bold amount is bold, a handle that can be copied is so, in each language and each plural form."""
    for code in OTHERS:
        for key in SPOKEN:
            wanted = _marks(next(iter(catalogues["en"].templates[key].values())))
            for form in catalogues[code].templates[key].values():
                assert _marks(form) == wanted, (code, key)


def _marks(template: Template) -> tuple[Counter[str], Counter[str]]:
    """The tags, and in which of them each fact stands."""
    tags = Counter(re.findall(r"<[a-z]+>", written(template)))
    return tags, Counter(f"{piece.inside}:{piece.fact}" for piece in template if isinstance(piece, Place))


def test_every_language_names_the_commands_that_english_names(catalogues: Mapping[str, Catalogue]) -> None:
    """What can be pressed in a text is the same everywhere, and so is a line that stands apart."""
    for code in OTHERS:
        for key in SPOKEN:
            (english, *_), said = forms(catalogues["en"], key), list(forms(catalogues[code], key))
            for text in said:
                assert re.findall(r"(?<![<\w])/[a-z]+", text) == re.findall(r"(?<![<\w])/[a-z]+", english), (code, key)
                assert text.startswith("\n") == english.startswith("\n"), (code, key)
                assert ("⚠️" in text) == ("⚠️" in english), (code, key)


def test_nothing_is_left_in_english(catalogues: Mapping[str, Catalogue]) -> None:
    for code in OTHERS:
        for key in set(SPOKEN) - set(SAME_BECAUSE):
            for text in forms(catalogues[code], key):
                bare = re.sub(r"\{\w+\}|<[^>]+>|/[a-z]+", "", text)
                if _WORDS.search(bare):
                    assert text not in set(forms(catalogues["en"], key)), (code, key)


def test_a_text_with_a_number_has_a_form_for_each_plural_category_of_its_language(
    catalogues: Mapping[str, Catalogue],
) -> None:
    """The categories are those of the Unicode CLDR: Hindi has two, French three."""
    counted = {key for key, found in catalogues["en"].templates.items() if len(found) > 1}
    assert counted
    for catalogue in catalogues.values():
        wanted = {*Locale.parse(str(catalogue.locale)).plural_form.tags, "other"}
        for key, found in catalogue.templates.items():
            assert set(found) == (wanted if key in counted else {"other"}), (str(catalogue.locale), key)


def test_a_key_without_words_is_an_error(catalogue: Catalogue) -> None:
    with pytest.raises(MissingTextError):
        catalogue.template("send.nonsense", {})


def test_a_catalogue_of_no_language_is_refused() -> None:
    with pytest.raises(CatalogueError):
        Catalogue.from_po('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')


@pytest.mark.parametrize(
    ("language", "numbers"), [("en", (1, 2)), ("hi", (1, 2)), ("fr", (1, 2)), ("fr", (2, 1_000_000))]
)
def test_the_number_among_the_facts_chooses_the_form(
    catalogues: Mapping[str, Catalogue], language: str, numbers: tuple[int, int]
) -> None:
    one, two = (catalogues[language].template("pin.wrong", {"tries": tries}) for tries in numbers)

    assert one != two


def test_none_is_one_in_hindi_and_french_and_several_in_english(catalogues: Mapping[str, Catalogue]) -> None:
    for code, same in (("en", False), ("hi", True), ("fr", True)):
        none, one = (catalogues[code].template("statement.count", {"count": count}) for count in (0, 1))
        assert (none == one) is same


def test_a_request_for_money_says_that_no_pin_is_needed_to_receive(english: Catalogue) -> None:
    assert english.template("help.pin_never", {}) == ("You never need your PIN to receive money.",)


# ── what a phone and Telegram have room for ──────────────────────────────────

IN_THREES: Final = ("only_sent", "only_received", "everything", "find")
IN_PAIRS: Final = (
    *("thank", "send_back", "problem", "older", "newest", "back", "more"),
    *("cancel", "receipt", "freeze", "unfreeze", "not_now", "this_month", "last_month", "this_year", "last_year"),
    *(label for label in BUTTON_LABELS if label.startswith("topic_")),
    *("change_name", "change_handle", "choose_pin", "change_pin", "forgot_pin", "block", "remove_contact"),
)
WIDEST: Final = {**dict.fromkeys(BUTTON_LABELS, 32), **dict.fromkeys(IN_PAIRS, 22), **dict.fromkeys(IN_THREES, 9)}


def signs(text: str) -> int:
    """How many signs stand side by side: vowel signs above and below a letter take no room."""
    return sum(unicodedata.category(sign) not in {"Mn", "Me", "Cf"} for sign in unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("label", BUTTON_LABELS)
def test_a_label_fits_on_its_button(catalogues: Mapping[str, Catalogue], label: str) -> None:
    """A phone of 360 points has room for about 9, 22 or 40 signs, with three, two or one button in a row."""
    for code, catalogue in catalogues.items():
        for text in forms(catalogue, f"button.{label}"):
            assert signs(re.sub(r"\{\w+\}", "", text)) <= WIDEST[label], (code, text)


@pytest.mark.parametrize(("key", "longest"), [("profile.description", 512), ("profile.short_description", 120)])
def test_a_description_is_no_longer_than_telegram_takes(catalogue: Catalogue, key: str, longest: int) -> None:
    assert len(catalogue.plain(key)) <= longest


@pytest.mark.parametrize("command", MENU)
def test_a_menu_line_fits_a_phone(catalogue: Catalogue, command: str) -> None:
    assert signs(catalogue.plain(f"menu.{command}")) <= 40


# ── how each language is written ─────────────────────────────────────────────

_TYPED: Final = re.compile(r"<code>.*?</code>|https?://\S+")  # is copied and typed, so it is written as people type


def test_french_signs_stand_behind_a_narrow_space_that_does_not_break(catalogues: Mapping[str, Catalogue]) -> None:
    for key in SPOKEN:
        for text in forms(catalogues["fr"], key):
            said = _TYPED.sub("", text)
            assert not re.search("(?<!\u202f)[?!;:»]", said), key
            assert not re.search("«(?!\u202f)", said), key
            assert "'" not in text, key
            assert '"' not in text, key


def test_french_says_vous(catalogues: Mapping[str, Catalogue]) -> None:
    for key in SPOKEN:
        for text in forms(catalogues["fr"], key):
            assert not re.search(r"\b(?:tu|toi|ton|ta|tes)\b", text.casefold()), key


def test_hindi_is_devanagari_says_aap_and_ends_its_sentences_with_a_danda(catalogues: Mapping[str, Catalogue]) -> None:
    for key in SPOKEN:
        for text in forms(catalogues["hi"], key):
            said = re.sub(r"\{\w+\}|<[^>]+>|/[a-z]+", "", _TYPED.sub("", text))
            assert unicodedata.normalize("NFC", text) == text, key
            assert not re.search("[०-९]", text), key
            assert not re.search(r"(?<!\w)(?:तुम|तुम्हें|तुम्हारा|तू|तेरा|तेरी)(?!\w)", said), key
            assert not re.search(r"[\u0900-\u097f]\.(?:\s|$)", said), key
            assert set(re.findall("[A-Za-z]{3,}", said)) <= {"Hundi", "Telegram"}, key
