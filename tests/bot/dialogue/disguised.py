"""Names made to be taken for another one, kind by kind, and names as people really have them.

Nothing here is read from the program's own tables: likenesses are found by Unicode's names and decompositions, or are
spelt out, so that a hole in a table shows.
"""

import sys
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

# Unicode's own names of letters that are drawn like a Latin one, by script.
_CYRILLIC = {
    "a": "A", "c": "ES", "e": "IE", "h": "SHHA", "i": "BYELORUSSIAN-UKRAINIAN I", "j": "JE", "l": "PALOCHKA", "o": "O",
    "p": "ER", "q": "QA", "s": "DZE", "w": "WE", "x": "HA", "y": "U", "d": "KOMI DE",
}  # fmt: skip
_CYRILLIC_CAPITALS = {
    "A": "A", "B": "VE", "C": "ES", "E": "IE", "H": "EN", "K": "KA", "M": "EM", "O": "O", "P": "ER", "S": "DZE",
    "T": "TE", "X": "HA",
}  # fmt: skip
_GREEK = {"o": "OMICRON", "v": "NU", "i": "IOTA", "a": "ALPHA", "p": "RHO", "u": "UPSILON", "k": "KAPPA"}
_GREEK_CAPITALS = {
    "A": "ALPHA", "B": "BETA", "E": "EPSILON", "H": "ETA", "I": "IOTA", "K": "KAPPA", "M": "MU", "N": "NU",
    "O": "OMICRON", "P": "RHO", "T": "TAU", "X": "CHI", "Y": "UPSILON", "Z": "ZETA",
}  # fmt: skip
_ARMENIAN = {"o": "OH", "n": "VO", "u": "SEH", "h": "HO", "g": "CO"}
_CHEROKEE = {
    "A": "GO", "D": "A", "H": "MI", "K": "TSO", "M": "LU", "P": "TLV", "R": "SV", "S": "DU", "T": "I", "W": "LA",
    "Z": "NO",
}  # fmt: skip
_LISU = {
    "A": "A", "B": "BA", "D": "DA", "H": "XA", "I": "I", "K": "KA", "M": "MA", "N": "NA", "P": "PA", "R": "ZHA",
    "S": "SA", "T": "TA", "Y": "YA", "Z": "DZA",
}  # fmt: skip
_INVISIBLE: Final = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u061c\u115f\u3164\u2800\ufe00\ufe0f\U000e0101\u2063"
)
_DIRECTIONS: Final = "\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
_BLANKS: Final = "\u00a0\u2002\u2009\u200a\u202f\u205f\u3000"
_OVERLAYS: Final = "\u0334\u0335\u0336\u0337\u0338\u20dd\u20d2"
_ACCENTS: Final = "\u0301\u0307\u0323\u0331\u0328\u1dc4"
_DIGITS: Final = {"o": "0", "l": "1", "i": "1", "e": "3", "a": "4", "s": "5", "t": "7", "b": "8"}
_DRAWN: Final = (("m", "rn"), ("w", "vv"), ("d", "cl"), ("l", "I"), ("i", "l"), ("l", "|"), ("I", "l"))

INDIAN: Final = ("प्रिया शर्मा", "செல்வி")
TARGETS: Final = (
    "Priya Sharma",
    "Rahul Kapoor",
    "Meera Iyer",
    "Sunil Dawson",
    "Zoya Khan",
    "Amit Verma",
    "MAYA KHATRI",
)


def _by_name(script: str, size: str, letters: dict[str, str]) -> dict[str, str]:
    return {latin: unicodedata.lookup(f"{script} {size}LETTER {name}") for latin, name in letters.items()}


SCRIPTS: Final = {
    "Cyrillic": _by_name("CYRILLIC", "SMALL ", {k: v for k, v in _CYRILLIC.items() if k != "l"})
    | {"l": unicodedata.lookup("CYRILLIC SMALL LETTER PALOCHKA")}
    | _by_name("CYRILLIC", "CAPITAL ", _CYRILLIC_CAPITALS),
    "Greek": _by_name("GREEK", "SMALL ", _GREEK) | _by_name("GREEK", "CAPITAL ", _GREEK_CAPITALS),
    "Armenian": _by_name("ARMENIAN", "SMALL ", _ARMENIAN),
    "Cherokee": _by_name("CHEROKEE", "", _CHEROKEE),
    "Lisu": _by_name("LISU", "", _LISU),
}


def styled() -> dict[str, list[str]]:
    """Latin letter → every sign that Unicode itself calls a form of it: bold, circled, full width, superscript."""
    forms: dict[str, list[str]] = {}
    for point in range(0x80, sys.maxunicode):
        plain = unicodedata.normalize("NFKC", chr(point))
        if len(plain) == 1 and plain.isascii() and plain.isalpha() and chr(point) not in "ªº":
            forms.setdefault(plain, []).append(chr(point))
    return forms


def disguises() -> Iterator[tuple[str, str, str]]:
    """Give the kind, the name that is imitated, and the disguised name."""
    yield from ((kind, target, fake) for kind, make in _KINDS.items() for target in TARGETS for fake in make(target))
    yield from (("Indian", target, fake) for target in INDIAN for fake in _inserted(target, "\u200b\ufe00\u034f"))
    yield from (("Arabic", "محمد علي", fake) for fake in ("محمـد علي", "مُحَمَّد علي", "محمد\u200b علي", "\u202eمحمد علي"))


def _one_letter(target: str, forms: dict[str, list[str]]) -> Iterator[str]:
    for at, letter in enumerate(target):
        for form in forms.get(letter, ()):
            yield target[:at] + form + target[at + 1 :]


def _homoglyphs(target: str) -> Iterator[str]:
    for forms in SCRIPTS.values():
        yield from _one_letter(target, {letter: [sign] for letter, sign in forms.items()})


def _whole_scripts(target: str) -> Iterator[str]:
    """As much of the name as the script has letters for, at least two of them."""
    for forms in SCRIPTS.values():
        if sum(letter in forms for letter in target) > 1:
            yield "".join(forms.get(letter, letter) for letter in target)


def _styles(target: str) -> Iterator[str]:
    """One style for the whole name, and each form of its first letter."""
    for start in (0x1D400, 0x1D434, 0x1D468, 0x1D4D0, 0x1D56C, 0x1D5A0, 0x1D5D4, 0x1D608, 0x1D63C, 0x1D670):
        yield "".join(_mathematical(letter, start) for letter in target)
    yield from (
        _one_letter(target[:1], STYLED)
        if len(target) == 1
        else (form + target[1:] for form in STYLED.get(target[0], []))
    )


def _mathematical(letter: str, start: int) -> str:
    if not letter.isalpha():
        return letter
    return chr(start + ord(letter) - (ord("A") if letter.isupper() else ord("a") - 26))


def _full_width(target: str) -> Iterator[str]:
    yield "".join(chr(ord(letter) + 0xFEE0) if letter.isalpha() else letter for letter in target)
    yield from (
        target[:at] + chr(ord(sign) + 0xFEE0) + target[at + 1 :] for at, sign in enumerate(target) if sign.isalpha()
    )


def _inserted(target: str, signs: Iterable[str]) -> Iterator[str]:
    places = (0, 1, len(target) // 2, len(target))
    yield from (target[:at] + sign + target[at:] for sign in signs for at in places)


def _turned(target: str) -> Iterator[str]:
    yield from _inserted(target, _DIRECTIONS)
    yield f"\u202e{target[::-1]}\u202c"
    yield f"\u2067{target[::-1]}\u2069"


def _digits(target: str) -> Iterator[str]:
    yield from _one_letter(target, {letter: [digit] for letter, digit in _DIGITS.items()})
    yield "".join(_DIGITS.get(letter, letter) for letter in target)


def _combined(target: str) -> Iterator[str]:
    for mark in (*_OVERLAYS, *_ACCENTS):
        yield target[:2] + mark + target[2:]
        yield "".join(letter + mark for letter in target)
    yield target[:1] + "\u0301\u0302\u0303\u0304" + target[1:]


def _drawn(target: str) -> Iterator[str]:
    yield from (target.replace(plain, alike, 1) for plain, alike in _DRAWN if plain in target)


def _spaced(target: str) -> Iterator[str]:
    yield from (target.replace(" ", blank) for blank in (*_BLANKS, "", "_", "-", ".", " . ", "·"))
    yield from (f"{target}{tail}" for tail in (".", " ✅", " ®", "™", " \u2122", "'"))
    yield from (target.upper(), target.lower(), target.swapcase())


STYLED: Final = styled()
_KINDS: Final = {
    "homoglyph": _homoglyphs,
    "another script": _whole_scripts,
    "style": _styles,
    "width": _full_width,
    "zero width": lambda target: _inserted(target, _INVISIBLE),
    "bidi": _turned,
    "digit": _digits,
    "combining": _combined,
    "drawn alike": _drawn,
    "blanks and signs": _spaced,
}

# ── names as people have them ────────────────────────────────────────────────

_FIRST_AND_LAST: Final = (
    ("Aarav Ananya Divya Farhan Gurpreet Ishaan Kavya Lakshmi",
     "Agarwal Banerjee Chatterjee D'Souza Fernandes Gowda Iyengar"),
    ("Mohammed Ayesha Zainab Imran Clara Warren Vivian Claire",
     "Qureshi Siddiqui Ansari McClane Lillywhite"),
    ("अनन्या राहुल आकाश सीता गौरी ज़ोया फ़रहान", "शर्मा वर्मा सिंह कुमार"),
    ("প্রিয়াঙ্কা অমিত সৌরভ", "মুখোপাধ্যায় দাস চট্টোপাধ্যায়"),
    ("பிரியா கார்த்திக் லட்சுமி முருகன்", "சுப்பிரமணியம் ராஜன் கிருஷ்ணன்"),
    ("ప్రియ రాజేష్ లక్ష్మి", "రెడ్డి నాయుడు రావు"),
    ("ಪ್ರಿಯಾ ರಮೇಶ್ ಸುಧಾ", "ಗೌಡ ಹೆಗಡೆ ಶೆಟ್ಟಿ"),
    ("പ്രിയ രാജൻ അനിൽ രാജന്\u200d", "നായർ മേനോൻ കുറുപ്പ്"),
    ("પ્રિયા હાર્દિક મીના", "પટેલ શાહ દેસાઈ"),
    ("ਗੁਰਪ੍ਰੀਤ ਹਰਜੀਤ ਸਿਮਰਨ", "ਸਿੰਘ ਕੌਰ ਢਿੱਲੋਂ"),
    ("ପ୍ରିୟା ସୌମ୍ୟ", "ମହାପାତ୍ର ଦାସ"),
    ("ශ්\u200dරියා නිමල්", "පෙරේරා සිල්වා"),
    ("عائشة محمد فاطمة علی\u200cرضا", "الأنصاري حسين قریشی"),
    ("דוד שָׂרָה", "כהן לוי"),
    ("José Zoë François Jürgen Søren Łukasz Jiří Çağla Þóra Ştefan",
     "García Müller Ångström Nowakowski Dvořák Yılmaz Šťastný"),
    ("Nguyễn Trần Phạm", "Thị Hương|Văn Đức|Quốc Việt"),
    ("Əli Kɔfi Ɓala Kaʻiulani N’Golo Núria Siobhán", "Məmmədov Mensah Ɗan Keawe"),
    ("王 李 陈", "小明 秀英 伟"),
    ("山田 佐藤 タナカ", "たろう 花子 ケンジ"),
    ("김 이", "민준 서연"),
    ("Анна Оксана Иван Владимир Ольга", "Петрова Шевченко Иванов"),
    ("Γιώργος Ελένη Νίκος", "Παπαδόπουλος Γεωργίου"),
    ("Արամ Անի", "Սարգսյան Պետրոսյան"),
    ("გიორგი ნინო", "ბერიძე კაპანაძე"),
    ("สมชาย สุดา", "ใจดี แสงทอง"),
    ("አበበ ሳራ", "በቀለ ተስፋዬ"),
    ("အောင် မြ", "မြင့် လှ"),
    ("ང་ བསྟན་འཛིན་", "རྒྱ་མཚོ"),
)  # fmt: skip
_BOTH_SCRIPTS: Final = (
    "Ananya अनन्या", "राहुल Bajaj", "Aarav (आरव)", "Divya திவ்யா", "Kavya ಕಾವ್ಯ",
    "Ayesha عائشة", "Wang 王小明", "Kenji ケンジ", "Anna Анна", "Oksana Оксана", "Иван Ivan",
    "Νίκος Nikos", "Maria Μαρία", "Ani Անի", "Nino ნინო", "Abebe አበበ", "Lek เล็ก",
    "Massin ⵎⴰⵙⵉⵏ", "Ravi 🙂", "Ravi ❤️", "Divya 👩\u200d💻", "Sunita \U0001fa77", "Mª José",
    "A. P. J. Abdul Kalam", "Md. Ali", "R.K. Narayan", "S. P. Balasubrahmanyam", "Anne-Marie",
    "Jean‑Luc", "Smt. Kamala", "Col. Rao (Retd)", "Ravi 2", "Flat 4B Rent", "Meena & Suresh",
    "Mini Stores", "रवि 2", "१२३ रवि",
)  # fmt: skip


def honest() -> Iterator[str]:
    """Ordinary names of many countries: first and last names, single ones, and both scripts of people who use two."""
    for first, last in _FIRST_AND_LAST:
        lasts = last.split("|") if "|" in last else last.split()
        yield from (f"{one} {other}" for one, other in product(first.split(), lasts))
        yield from first.split()
    yield from _BOTH_SCRIPTS
