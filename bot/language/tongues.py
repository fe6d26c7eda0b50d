"""Which language somebody names: "Hindi", "हिंदी", "francais". It knows names only, and is given them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

_MARKS: Final = re.compile("[\u0300-\u036f\u093c]")  # accents, and the dot that Devanagari often goes without
_NASAL: Final = re.compile("[\u0928\u092e]\u094d(?=[\u0915-\u0939])|\u0901")  # हिन्दी is हिंदी, अँ is अं


@dataclass(frozen=True, slots=True)
class Tongues:
    """The languages that can be asked for by name."""

    codes: Mapping[str, str] = field(default_factory=dict)  # folded name → code

    @classmethod
    def called(cls, names: Iterable[tuple[str, str]]) -> Self:
        """Of pairs of a name, in whatever language, and the code it stands for."""
        return cls({_folded(name): code for name, code in names})

    def named(self, text: str) -> str | None:
        """The code of the language that the whole text names."""
        return self.codes.get(_folded(text))


def _folded(name: str) -> str:
    """As people write it without care: no capitals, no accents, one of the two spellings of a nasal."""
    plain = unicodedata.normalize("NFKD", name.strip(" .!?।").casefold())
    return _NASAL.sub("\u0902", _MARKS.sub("", plain))


NO_TONGUES: Final = Tongues()
