"""Sentences made up from amounts, names and frames in four ways of writing, each with what must be read from it.

Numbers are put together here by the grammar of each language, not by the program's; Hindi words come from the lexicon.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.language.lexicon import Lexicon

NAMES: Final = (
    "Priya", "Amit Kumar", "Neha", "Ravi Das", "Anne-Marie", "José", "O'Brien", "Md. Irfan", "Dr. K. Rao", "Zoë",
    "प्रिया", "अमित कुमार", "Rahul", "Sunita Devi", "Jean", "Fatima",
)  # fmt: skip
_MOST: Final = 99_99_999  # rupees, in words
_ENGLISH_ONES: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ENGLISH_TENS: Final = ("-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_FRENCH_ONES: Final = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_FRENCH_TENS: Final = (
    "-", "-", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt",
)  # fmt: skip
_DIGITS: Final = {"ascii": "0123456789", "devanagari": "०१२३४५६७८९", "bengali": "০১২৩৪৫৬৭৮৯", "arabic": "٠١٢٣٤٥٦٧٨٩"}


@dataclass(frozen=True, slots=True)
class Way:
    """One way of writing: the frames of a payment, and how its amounts are written."""

    frames: tuple[str, ...]
    notes: tuple[str, ...]
    amounts: tuple[Callable[[random.Random, int], str], ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with what was meant."""

    text: str
    minor_units: int
    name: str
    note: str | None


# ── amounts ──────────────────────────────────────────────────────────────────


def _grouped(paise: int, *, indian: bool) -> str:
    whole, rest = divmod(paise, 100)
    digits = str(whole)
    head, tail = digits[:-3], digits[-3:]
    size = 2 if indian else 3
    groups = [head[max(0, end - size) : end] for end in range(len(head), 0, -size)]
    shown = ",".join([*reversed(groups), tail]) if head else digits
    return f"{shown}.{rest:02}" if rest else shown


def in_digits(rng: random.Random, paise: int) -> str:
    """As ₹1,50,000.50, Rs 200/-, 200 rupees, २००."""
    plain = rng.choice(
        [f"{paise / 100:.2f}".removesuffix(".00"), _grouped(paise, indian=True), _grouped(paise, indian=False)]
    )
    if paise % 100 and not plain.count("."):
        plain = f"{paise // 100}.{paise % 100:02}"
    script = _DIGITS[rng.choice(["ascii", "ascii", "ascii", "devanagari", "bengali", "arabic"])]
    shown = "".join(script[int(c)] if c.isdigit() else c for c in plain)
    frames = ["₹{}", "Rs {}", "Rs. {}", "{} rupees", "INR {}", "₹ {}", "{}/-", "Rs.{}/-"]
    if len(str(paise // 100)) < 8:
        frames.append("{}")
    return rng.choice(frames).format(shown)


def in_thousands(_: random.Random, paise: int) -> str:
    """As 1.5k and 2 lakh, where it comes out even."""
    rupees = paise // 100
    if rupees >= 100_000 and rupees % 1000 == 0:
        return f"{rupees / 100_000:g} lakh"
    return f"{rupees / 1000:g}k" if rupees >= 1000 and rupees % 10 == 0 else f"₹{rupees}"


def english(number: int) -> str:
    """In words, by lakhs and crores."""
    for scale, name in ((10_000_000, "crore"), (100_000, "lakh"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            rest = number % scale
            joined = " and " if rest and (rest < 100 or scale == 100) else " "
            return f"{english(number // scale)} {name}{joined if rest else ''}{english(rest) if rest else ''}"
    if number < 20:
        return _ENGLISH_ONES[number]
    ten, one = divmod(number, 10)
    return _ENGLISH_TENS[ten] + (f" {_ENGLISH_ONES[one]}" if one else "")


def french(number: int) -> str:
    """In words, with hyphens below a hundred."""
    if number >= 1_000_000:
        millions, rest = divmod(number, 1_000_000)
        return f"{french(millions)} million{'s' if millions > 1 else ''} {french(rest) if rest else ''}".strip()
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        return f"{'' if thousands == 1 else french(thousands)} mille {french(rest) if rest else ''}".strip()
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        many = "s" if hundreds > 1 and not rest else ""
        return f"{'' if hundreds == 1 else _FRENCH_ONES[hundreds]} cent{many} {french(rest) if rest else ''}".strip()
    if number < 20:
        return _FRENCH_ONES[number]
    ten, one = divmod(number, 10)
    if ten in {7, 9}:
        one += 10
    joined = "-et-" if one in {1, 11} and ten < 8 else "-"
    if number == 80:
        return "quatre-vingts"
    return _FRENCH_TENS[ten] + (f"{joined}{_FRENCH_ONES[one]}" if one else "")


def hindi_speller(spellings: list[list[str]], *, devanagari: bool) -> Callable[[random.Random, int], str]:
    """In words: a word of its own for every number below a hundred, then sau, hazaar, lakh."""

    def word(rng: random.Random, number: int) -> str:
        return rng.choice([one for one in spellings[number] if one.isascii() != devanagari and "ä" not in one])

    scales = (
        ((100_000, "लाख"), (1000, "हज़ार"), (100, "सौ"))
        if devanagari
        else ((100_000, "lakh"), (1000, "hazaar"), (100, "sau"))
    )

    def spell(rng: random.Random, number: int) -> str:
        parts = []
        for scale, name in scales:
            count, number = divmod(number, scale)
            parts += [f"{word(rng, count)} {name}"] if count else []
        return " ".join([*parts, *([word(rng, number)] if number else [])])

    def amount(rng: random.Random, paise: int) -> str:
        rupees = paise // 100
        currency = rng.choice(["रुपये", "रुपए"] if devanagari else ["rupaye", "rupees", "rs"])
        shown = f"{spell(rng, rupees)} {currency}"
        if paise % 100:
            shown += f" {word(rng, paise % 100)} {'पैसे' if devanagari else 'paise'}"
        return shown

    return amount


def in_english(_: random.Random, paise: int) -> str:
    """Two hundred rupees and fifty paise."""
    cents = f" and {english(paise % 100)} paise" if paise % 100 else ""
    return f"{english(paise // 100)} rupees{cents}"


def in_french(rng: random.Random, paise: int) -> str:
    """Deux cents roupies cinquante, 1 500,50 ₹."""
    if rng.random() < 0.5:
        cents = f" et {french(paise % 100)} paises" if paise % 100 else ""
        shown = f"{french(paise // 100)} roupies{cents}"
        return shown.replace("-", " ") if rng.random() < 0.5 else shown
    whole, rest = divmod(paise, 100)
    grouped = f"{whole:,}".replace(",", rng.choice([" ", "\u202f", "\u00a0"]))
    if 1000 <= whole < 1_000_000 and not 1000 <= whole < 100_000:
        grouped = str(whole)  # "200 300" may be two amounts
    return f"{grouped},{rest:02} ₹" if rest else f"{grouped} ₹"


# ── ways of writing ──────────────────────────────────────────────────────────


def ways(lexicons: dict[str, Lexicon], spellings: list[list[str]]) -> dict[str, Way]:
    """The four, by name."""
    assert set(lexicons) >= {"en", "hi", "fr"}
    english_frames = (
        "send {amount} to {name}{note}", "pay {name} {amount}{note}", "please transfer {amount} to {name}{note}",
        "can you send {name} {amount}{note}", "Send {amount} to {name}, thanks",
        "I want to send {amount} to {name}{note}",
    )  # fmt: skip
    hinglish_frames = (
        "{name} ko {amount} bhejo", "{note}{name} ko {amount} bhej do", "{amount} {name} ko transfer kar do",
        "bhejo {name} ko {amount}", "{name} ko {note}{amount} bhej dena", "{name} ji ko {amount} de dijiye please",
    )  # fmt: skip
    hindi_frames = (
        "{name} को {amount} भेजो", "{note}{name} को {amount} भेज दो", "कृपया {name} को {amount} भेजिए",
        "{name} को {amount} ट्रांसफर कर दो।",
    )  # fmt: skip
    french_frames = (
        "envoie {amount} à {name}{note}", "paie {name} {amount}{note}",
        "peux-tu envoyer {amount} à {name} s'il te plaît ?",
        "je voudrais envoyer {amount} à {name}{note}", "fais un virement de {amount} à {name}{note}",
    )  # fmt: skip
    return {
        "english": Way(
            english_frames, (" for tea", " for 3 tickets at 8pm", ""), (in_digits, in_english, in_thousands)
        ),
        "hinglish": Way(
            hinglish_frames,
            ("chai ke liye ", "ghar ke kiraye ke liye ", ""),
            (in_digits, in_thousands, hindi_speller(spellings, devanagari=False)),
        ),
        "hindi": Way(hindi_frames, ("चाय के लिए ", ""), (in_digits, hindi_speller(spellings, devanagari=True))),
        "french": Way(french_frames, (" pour le dîner", ""), (in_french,)),
    }


_NOTE_OF: Final = {
    " for tea": "tea", " for 3 tickets at 8pm": "3 tickets at 8pm", "chai ke liye ": "chai",
    "ghar ke kiraye ke liye ": "ghar ke kiraye", "चाय के लिए ": "चाय", " pour le dîner": "le dîner", "": None,
}  # fmt: skip


def some_paise(rng: random.Random) -> int:
    """Small, large, round and crooked amounts, from one rupee on."""
    rupees = rng.choice(
        [rng.randrange(1, 100), rng.randrange(1, 2000), rng.randrange(1, _MOST), 50 * rng.randrange(1, 2000)]
    )
    if rupees >= 100_000 and 10 <= rupees % 100_000 < 100:
        rupees += 100  # "one lakh twenty" is asked about: in a shop it is 120,000
    return rupees * 100 + (rng.randrange(1, 100) if rng.random() < 0.2 else 0)


def sentence(rng: random.Random, way: Way) -> Sentence:
    """One sentence of this way of writing."""
    paise, name, frame = some_paise(rng), rng.choice(NAMES), rng.choice(way.frames)
    spell = rng.choice(way.amounts)
    if spell is in_thousands:
        paise -= paise % 100
    note = rng.choice(way.notes) if "{note}" in frame else ""
    text = frame.format(amount=spell(rng, paise), name=name, note=note)
    return Sentence(text, paise, name, _NOTE_OF[note])
