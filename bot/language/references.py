"""The number both sides know a payment by, alone in a message: "632912345678", "Ref. 6329 1234 5678".

Twelve digits are never an amount and never a PIN: whoever copies a reference out of a receipt asks what became of it.
"""

import unicodedata
from typing import Final

from bot.language.lexicon import Lexicon
from ledger.kernel.references import is_reference

_GROUPS: Final = ([12], [4, 4, 4])  # as it is shown, and as people read it aloud
_DIGITS: Final = 12
_AROUND: Final = ".,:;#?!()[]\"'"
_LONGEST: Final = 80  # characters; a reference and a word or two before it


def read_reference(text: str, lexicon: Lexicon) -> str | None:
    """The reference that is all of ``text``, in ASCII digits; ``None`` for anything else."""
    if len(text) > _LONGEST or sum(map(str.isdecimal, text)) != _DIGITS:
        return None
    shown = "".join(character for character in text if unicodedata.category(character) != "Cf")
    words = [word for part in shown.replace("-", " ").split() if (word := part.strip(_AROUND))]
    while words and words[0].casefold() in lexicon.reference_words:
        words = words[1:]
    if [len(word) for word in words] not in _GROUPS or not all(word.isdecimal() for word in words):
        return None
    reference = "".join(str(int(digit)) for word in words for digit in word)
    return reference if is_reference(reference) else None
