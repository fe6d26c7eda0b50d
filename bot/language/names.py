"""Who a name may mean, among the people somebody knows. Whole words only; several matches are all given, none picked.

It knows no directory: the people are handed in. A misspelt name matches nobody and may only be suggested.
"""

import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Protocol, TypeVar

from bot.language.spellings import sounds

_MAX_SUGGESTIONS = 3
_ALIKE = 0.75  # of SequenceMatcher: one wrong letter in four, two in eight
_MAX_KNOWN_SUGGESTED_FROM = 2_000  # beyond it a suggestion would cost more than it helps


class Known(Protocol):
    """Somebody a name may mean. Nicknames are for looking up only."""

    @property
    def name(self) -> str:
        """The name on the account."""
        ...

    @property
    def handle(self) -> str:
        """Their handle, without the @."""
        ...

    @property
    def nicknames(self) -> tuple[str, ...]:
        """How the payer's phone calls them."""
        ...


_Person = TypeVar("_Person", bound=Known)


@lru_cache(maxsize=4096)
def fold_name(name: str) -> tuple[str, ...]:
    """The words of a name for comparing: no case, no Latin accents, no apostrophes, nothing invisible.

    Vowel signs of Indian scripts stay, since they tell names apart; letters of different scripts never fold together.
    """
    folded = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(
        " " if character in "-_" else character
        for character in folded
        if not "\u0300" <= character <= "\u036f" and (character in "-_ " or _is_name_character(character))
    )
    return tuple(unicodedata.normalize("NFC", kept).split())


def _is_name_character(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] in "LMN"


def match_names(words: str, known: Sequence[_Person]) -> list[_Person]:
    """Everybody whom ``words`` may mean: by full name, its first or last words, a nickname, or the handle."""
    wanted = fold_name(words.removeprefix("@"))
    without_my = wanted[1:] if len(wanted) > 1 and wanted[0] == "my" else wanted
    if not wanted:
        return []
    handle = words.strip().removeprefix("@").casefold()
    return [p for p in known if p.handle.casefold() == handle or _matches(wanted, without_my, p)]


def _matches(wanted: tuple[str, ...], without_my: tuple[str, ...], person: Known) -> bool:
    name = fold_name(person.name)
    if wanted in (name[: len(wanted)], name[-len(wanted) :]):
        return True
    if any(fold_name(nickname) in (wanted, without_my) for nickname in person.nicknames):
        return True
    return _in_another_script(wanted, name)


def _in_another_script(wanted: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether one of the two is the other in Devanagari or in Latin letters: प्रिया and Priya."""
    if not name or len(wanted) > len(name) or wanted[0].isascii() == name[0].isascii():
        return False
    return any(
        all(sounds(one) & sounds(other) for one, other in zip(wanted, part, strict=True))
        for part in (name[: len(wanted)], name[-len(wanted) :])
    )


def suggest_names(words: str, known: Sequence[_Person]) -> list[_Person]:
    """At most three people whose name is spelt much like ``words``, likeliest first. For asking, never for taking."""
    wanted = " ".join(fold_name(words))
    if not wanted or len(known) > _MAX_KNOWN_SUGGESTED_FROM:
        return []
    matcher = SequenceMatcher(None, b=wanted, autojunk=False)
    scored = [(_likeness(matcher, person), index) for index, person in enumerate(known)]
    best = sorted((-score, index) for score, index in scored if score >= _ALIKE)
    return [known[index] for _, index in best[:_MAX_SUGGESTIONS]]


def _likeness(matcher: "SequenceMatcher[str]", person: Known) -> float:
    name = fold_name(person.name)
    spellings = {" ".join(name), *name, person.handle.casefold()}
    spellings.update(" ".join(fold_name(nickname)) for nickname in person.nicknames)
    return max((_ratio(matcher, spelling) for spelling in spellings), default=0.0)


def _ratio(matcher: "SequenceMatcher[str]", spelling: str) -> float:
    """The ratio, or 0 as soon as a cheap upper bound says that it is too small."""
    matcher.set_seq1(spelling)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    return matcher.ratio()
