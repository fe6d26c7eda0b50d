"""Names that look like another name: letters of other scripts, invisible signs, turned direction.

For a warning before money moves, and for nothing else: no name is ever matched by how it looks. The table holds what is
drawn alike in common fonts. Source: Unicode Technical Standard 39, confusables.txt, the rows whose target is a Latin
letter, for the scripts that phones ship fonts for; the scripts of India have none that pass for Latin.
"""

import unicodedata
from functools import lru_cache
from itertools import pairwise

# Latin letter → what passes for it. Capitals are listed where they look different from their small letter.
_ALIKE = {
    "a": "аɑαΑАᴀᎪꓮⲀ⍺@4",
    "b": "ЬьƄƅᏏΒВвβʙꓐᏴɓ",
    "c": "сСϲϹᴄⅽꓚᏟⲥⲤꞓ",
    "d": "ԁɗᏧᗞᎠꓓᴅđժ",
    "e": "еЕеёЁєҽΕεᴇꓰᎬ℮ҿ3",
    "f": "ẝꓝϜƒք",
    "g": "ɡɢԌԍցꓖᏀǥ",
    "h": "һҺНнΗʜꓧᎻհħɦⲎ",
    "j": "јЈϳͿᴊꓙᎫյ",
    "k": "кКΚκᴋꓗᏦⲔƙ",
    "l": "ӏӀІіїЇΙιɩıɪꓲᎥⲒ1|!ⅼʟꓡᏞԼłƖǀ",
    "m": "мМΜᴍꓟᎷⲘ",
    "n": "ΝηпɴꓠոռⲚɳƞ",
    "o": "оОοΟσᴏꓳօՕⲟⲞØøעס0०੦૦०০୦ഠ๐ဝ",
    "p": "рРρΡᴘꓑᏢⲣⲢϱƥþƿ",
    "q": "ԛԚɋզգ",
    "r": "гʀɾꓣᏒᖇɍ",
    "s": "ѕЅꜱꓢᏚՏʂ5$",
    "t": "тТΤτᴛꓔᎢⲦƭŧ7",
    "u": "υսꓴՍᴜʋՄ",
    "v": "ѵѴνᴠꓦᏙ",
    "w": "ԝԜωꓪᎳᴡաɯ",
    "x": "хХχΧꓫⲬⅹ᙭",
    "y": "уУүҮұΥγʏꓬᎩⲨɣყ",
    "z": "ΖᴢꓜᏃȥʐ",
}
_TO_LATIN = str.maketrans({sign: letter for letter, signs in _ALIKE.items() for sign in signs})
_DRAWN_ALIKE = (("rn", "m"), ("vv", "w"), ("i", "l"))
_SCRIPTS_LIKE_LATIN = frozenset({"CYRILLIC", "GREEK", "CHEROKEE", "ARMENIAN", "COPTIC", "LISU", "CANADIAN"})
_PHONETIC = ((0x0250, 0x02AF), (0x1D00, 0x1DBF), (0xA720, 0xA7FF), (0x2C60, 0x2C7F))  # IPA and its like: in no name
_JOINERS = "\u200c\u200d"
_MAX_LATIN_MARKS = 2  # Vietnamese has two


@lru_cache(maxsize=4096)
def skeleton(name: str) -> str:
    """How a name looks at a glance: two names with one skeleton can be taken for each other."""
    drawn = (
        unicodedata.normalize("NFKD", name.translate(_TO_LATIN)).translate(_TO_LATIN).casefold().translate(_TO_LATIN)
    )
    letters = "".join(c for c in drawn if unicodedata.category(c)[0] in "LN" or _is_vowel_sign(c))
    for parts, whole in _DRAWN_ALIKE:
        letters = letters.replace(parts, whole)
    return letters


def _is_vowel_sign(character: str) -> bool:
    """Marks of scripts that write vowels with them tell names apart; Latin accents do not."""
    return unicodedata.category(character) in {"Mn", "Mc"} and not "\u0300" <= character <= "\u036f"


def looks_like(name: str, other: str) -> bool:
    """Whether one of the two names, or handles, can be taken for the other; equal ones can."""
    drawn = skeleton(name)
    return bool(drawn) and drawn == skeleton(other)


def is_deceptive(name: str) -> bool:
    """Whether a name is written so as to look like another one, whomever it is compared with."""
    if name.isascii():
        return any(ord(sign) < 0x20 for sign in name) or any(_digit_within(word) for word in name.split())  # noqa: PLR2004 reason: control characters
    return (
        _hides_something(name)
        or any(_is_stand_in(sign) for sign in name)
        or _mixes_scripts(name)
        or _stacks_marks(name)
        or any(_digit_within(word) for word in name.split())
    )


def _hides_something(name: str) -> bool:
    """Invisible signs and turned direction; a joiner between two signs of an Indian script or an emoji is neither."""
    for index, sign in enumerate(name):
        if unicodedata.category(sign) in {"Cf", "Cc", "Co", "Cn", "Cs"} or sign in "\u115f\u1160\u3164\uffa0":
            around = name[max(index - 1, 0) : index] + name[index + 1 : index + 2]
            if sign not in _JOINERS or len(around) < 2 or any(_is_latin_like(c) or c.isspace() for c in around):  # noqa: PLR2004 reason: one sign on each side
                return True
    return False


def _is_latin_like(sign: str) -> bool:
    return sign.isascii() or _script(sign) in _SCRIPTS_LIKE_LATIN | {"LATIN"}


def _is_stand_in(sign: str) -> bool:
    """A styled or phonetic form of a plain letter: 𝗣, Ｐ, Ⓟ, ᴘ."""
    if sign.isascii():
        return False
    plain = unicodedata.normalize("NFKC", sign)
    if plain != sign and plain.isascii() and plain.isalnum():
        return True
    return any(first <= ord(sign) <= last for first, last in _PHONETIC)


def _mixes_scripts(name: str) -> bool:
    """Latin beside a script that looks like it, or any two scripts within one word."""
    scripts = {_script(sign) for sign in name if sign.isalpha()}
    if "LATIN" in scripts and scripts & _SCRIPTS_LIKE_LATIN:
        return True
    return any(len({_script(sign) for sign in word if sign.isalpha()}) > 1 for word in name.split())


@lru_cache(maxsize=4096)
def _script(sign: str) -> str:
    """The script of a letter, as its Unicode name says; the kana and Han of one Japanese name count as one."""
    name = unicodedata.name(sign, "").partition(" ")[0]
    return "HAN" if name in {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"} else name


def _stacks_marks(name: str) -> bool:
    """More accents than any language puts on a Latin letter, or a line drawn through it."""
    marks = 0
    for sign in unicodedata.normalize("NFD", name):
        marks = marks + 1 if "\u0300" <= sign <= "\u036f" else 0
        if marks > _MAX_LATIN_MARKS or "\u0334" <= sign <= "\u0338":
            return True
    return False


def _digit_within(word: str) -> bool:
    """A digit between letters, as in "Pr1ya"."""
    return any(a.isalpha() and b.isdigit() for a, b in pairwise(word)) and word[-1:].isalpha()
