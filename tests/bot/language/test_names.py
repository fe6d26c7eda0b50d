"""Who a name may mean: everybody whom it fits by whole words, and nobody whom it does not."""

from dataclasses import dataclass

import pytest

from bot.language.names import match_names, suggest_names


@dataclass(frozen=True)
class Person:
    name: str
    handle: str
    nicknames: tuple[str, ...] = ()


PRIYA = Person("Priya Sharma", "priya", ("my sister", "Pri"))
PRIYA_RAO = Person("Priya Rao", "priya_r")
PRIYANKA = Person("Priyanka Das", "priyanka")
JOSE = Person("José D'Souza", "jose", ("Mom",))
ANNE = Person("Anne-Marie K. Paul", "annemarie")
RAM = Person("राम कुमार", "ram")
RAMA = Person("रमा देवी", "rama")
EVERYBODY = (PRIYA, PRIYA_RAO, PRIYANKA, JOSE, ANNE, RAM, RAMA)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Priya", [PRIYA, PRIYA_RAO]),
        ("PRIYA", [PRIYA, PRIYA_RAO]),
        ("priya sharma", [PRIYA]),
        ("Sharma", [PRIYA]),
        ("Priy", []),
        ("Priyank", []),
        ("Priya S", []),
        ("priya_r", [PRIYA_RAO]),
        ("@priya", [PRIYA, PRIYA_RAO]),
        ("my sister", [PRIYA]),
        ("sister", []),
        ("pri", [PRIYA]),
        ("mom", [JOSE]),
        ("my mom", [JOSE]),
        ("jose", [JOSE]),
        ("josé dsouza", [JOSE]),
        ("D’Souza", [JOSE]),
        ("anne marie", [ANNE]),
        ("Anne-Marie K Paul", [ANNE]),
        ("K", []),
        ("राम", [RAM]),
        ("रमा", [RAMA]),
        ("", []),
        ("рriya", []),
        ("  ", []),
        ("Pri\u200bya Sharma", [PRIYA]),
    ],
)
def test_a_name_means_everybody_it_fits_and_nobody_else(words: str, found: list[Person]) -> None:
    assert match_names(words, EVERYBODY) == found


@pytest.mark.parametrize(("words", "first"), [("Pryia", PRIYA), ("Sharmaa", PRIYA), ("Priyanca", PRIYANKA)])
def test_a_misspelt_name_is_suggested_and_never_taken(words: str, first: Person) -> None:
    assert match_names(words, EVERYBODY) == []
    assert suggest_names(words, EVERYBODY)[0] == first


def test_at_most_three_people_are_suggested() -> None:
    crowd = [Person(f"Priya {letter}", f"priya_{letter}") for letter in "abcdef"]

    assert len(suggest_names("Pryia", crowd)) == 3


def test_nothing_is_suggested_for_a_name_like_no_other() -> None:
    assert suggest_names("Xerxes", EVERYBODY) == []
    assert suggest_names("", EVERYBODY) == []
