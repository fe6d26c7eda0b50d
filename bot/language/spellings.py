"""One name in two scripts: प्रिया is Priya. A fixed table of sounds, never a likeness.

A Devanagari word and a Latin one are the same name when both give the same sounds. What is written in many ways in
Latin letters (a long vowel as one or two, w or v) counts as one sound; consonants and the vowels themselves do not.
"""

import re
from functools import lru_cache
from typing import Final

_CONSONANTS: Final = {
    "क": "k", "ख": "kh", "ग": "g", "घ": "gh", "ङ": "n", "च": "ch", "छ": "ch", "ज": "j", "झ": "jh", "ञ": "n",
    "ट": "t", "ठ": "th", "ड": "d", "ढ": "dh", "ण": "n", "त": "t", "थ": "th", "द": "d", "ध": "dh", "न": "n",
    "प": "p", "फ": "f", "ब": "b", "भ": "bh", "म": "m", "य": "y", "र": "r", "ल": "l", "ळ": "l", "व": "v",
    "श": "sh", "ष": "sh", "स": "s", "ह": "h",
}  # fmt: skip
_NUKTA: Final = "\u093c"
_WITH_NUKTA: Final = {"ज": "z", "फ": "f", "क": "k", "ख": "kh", "ग": "g", "ड": "d", "ढ": "dh"}
_VOWELS: Final = {
    "अ": "a", "आ": "a", "इ": "i", "ई": "i", "उ": "u", "ऊ": "u", "ऋ": "ri", "ए": "e", "ऐ": "ai", "ओ": "o", "औ": "au",
}  # fmt: skip
_SIGNS: Final = {
    "ा": "a", "ि": "i", "ी": "i", "ु": "u", "ू": "u", "ृ": "ri", "े": "e", "ै": "ai", "ो": "o", "ौ": "au", "ॉ": "o",
}  # fmt: skip
_VIRAMA: Final = "्"
_NASAL: Final = "ंँ"
_IGNORED: Final = "ः\u200c\u200d"
# In Latin letters, in this order: each pair is one sound.
_SAME: Final = (
    ("chh", "ch"), ("ngh", "nh"), ("aa", "a"), ("ee", "i"), ("oo", "u"), ("ph", "f"), ("w", "v"), ("ksh", "x"),
    ("ck", "k"), ("q", "k"), ("mb", "nb"), ("mp", "np"),
)  # fmt: skip
_LEAST: Final = 2  # sounds; one letter says too little


_SILENT_A: Final = re.compile(r"(?<=[aeiou])([^aeiou])a(?=[^aeiou]+[aeiou])")


@lru_cache(maxsize=8192)
def sounds(word: str) -> frozenset[str]:
    """How one folded word of a name may sound; empty for a word of another script, or of both."""
    if all("\u0900" <= sign <= "\u097f" or sign in _IGNORED for sign in word):
        said = _of_devanagari(word)
        found = {said, _SILENT_A.sub(r"\1", said)}  # which short a is silent inside a word no rule tells: मनप्रीत
        found |= {f"{one}a" for one in found if _ends_heavily(word)} | {
            f"{one[:-1]}o" for one in found if one.endswith("av")
        }
    elif word.isascii() and word.isalpha():
        found = {word}
    else:
        return frozenset()
    return frozenset(one for one in map(_levelled, found) if len(one) >= _LEAST)


def _levelled(said: str) -> str:
    for one, other in _SAME:
        said = said.replace(one, other)
    return "".join(sign for at, sign in enumerate(said) if at == 0 or sign != said[at - 1])


def _ends_heavily(word: str) -> bool:
    """Two consonants at the end: कृष्ण is Krishna, हर्ष is Harsh."""
    return word[-2:-1] == _VIRAMA and word[-1:] in _CONSONANTS


def _of_devanagari(word: str) -> str:
    """Letter by letter; the short a that is not written is heard inside a word, and not at its end."""
    found: list[str] = []
    signs = [sign for sign in word if sign not in _IGNORED]
    for at, sign in enumerate(signs):
        following = signs[at + 1] if at + 1 < len(signs) else ""
        if sign in _CONSONANTS:
            dotted = following == _NUKTA
            behind = "".join(signs[at + 2 : at + 3]) if dotted else following
            found.append(_WITH_NUKTA.get(sign, _CONSONANTS[sign]) if dotted else _CONSONANTS[sign])
            silent = behind == _VIRAMA or behind in _SIGNS or not behind
            found.append("" if silent else "a")
        elif sign in _NASAL:
            found.append("n")
        elif sign in _VOWELS or sign in _SIGNS:
            found.append(_VOWELS.get(sign) or _SIGNS[sign])
        elif sign not in {_VIRAMA, _NUKTA}:
            return ""
    return "".join(found)
