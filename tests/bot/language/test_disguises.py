"""A name made to look like another one is told, and an honest name is not accused. GOALS.md, S11."""

import random

import pytest

from bot.language.disguises import _ALIKE, is_deceptive, looks_like

HONEST = [
    "Priya Sharma", "Anne-Marie D'Souza", "José Núñez", "Nguyễn Thị Hồng", "प्रिया शर्मा", "Priya प्रिया",
    "Анна Петрова", "王小明",
    "محمد علي", "Ραλλού", "K. S. Rao", "Ravi 2", "Łukasz", "Øystein", "तरुण क्\u200dष", "山田 たろう", "Zoë",
]  # fmt: skip
TARGETS = ["Priya Sharma", "Rahul Kapoor", "Amit Verma", "Sunil Rao", "Meera Iyer", "Zoya Khan"]
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\u00ad\u061c\u180e"


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_name_is_not_accused(name: str) -> None:
    assert not is_deceptive(name)


def test_one_letter_of_another_script_is_told() -> None:
    """Every sign of the table, put into every name where it passes for a letter: more than 500 names."""
    disguised = [
        (target, target[:at] + sign + target[at + 1 :])
        for target in TARGETS
        for at, letter in enumerate(target)
        for sign in _ALIKE.get(letter.casefold(), "")
        if sign.casefold() != letter.casefold()
    ]

    missed = [name for target, name in disguised if not looks_like(name, target)]
    assert len(disguised) > 500
    assert missed == []


def test_a_name_wholly_in_letters_of_another_script_is_told() -> None:
    assert looks_like("Аѕһа", "Asha")
    assert looks_like("ꓑꓣꓲꓬꓮ", "PRIYA")


@pytest.mark.parametrize("sign", INVISIBLE, ids=[f"U+{ord(sign):04X}" for sign in INVISIBLE])
def test_an_invisible_sign_or_a_turned_direction_is_told(sign: str) -> None:
    chance = random.Random(11)
    for target in TARGETS:
        at = chance.randrange(len(target))
        name = target[:at] + sign + target[at:]
        assert is_deceptive(name)
        assert looks_like(name, target)


@pytest.mark.parametrize(
    "name",
    ["𝗣𝗿𝗶𝘆𝗮", "Ｐｒｉｙａ", "Ⓟriya", "ᴘʀɪʏᴀ", "Pr1ya", "Рriya", "Priyа Sharma", "P̷r̷i̷y̷a̷", "P\u0301\u0301\u0301riya"],
)
def test_styled_mixed_and_struck_letters_are_told(name: str) -> None:
    assert is_deceptive(name)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Priya Sharrna", "Priya Sharma"),
        ("MiIa", "Mila"),
        ("PriyaSharma", "Priya Sharma"),
        ("priya_", "priya"),
        ("r0hit", "rohit"),
    ],
)
def test_what_is_drawn_alike_is_told(name: str, other: str) -> None:
    assert looks_like(name, other)


@pytest.mark.parametrize(
    ("name", "other"), [("Priya Sharma", "Priya Rao"), ("Ravi", "Rani"), ("राम", "रमा"), ("", ""), ("\u200b", "\u200b")]
)
def test_names_that_differ_are_not_alike(name: str, other: str) -> None:
    assert not looks_like(name, other)
