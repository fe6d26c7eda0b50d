"""Names that look like another name: letters of other scripts, invisible signs, turned direction.

For a warning before money moves, and for nothing else: no name is ever matched by how it looks. The table holds what is
drawn alike in common fonts. Source: Unicode Technical Standard 39, confusables.txt, the rows whose target is a Latin
letter, for scripts that somebody alive writes names in; a digit stands for one letter only, since digits tell handles
apart. What is honest is decided by how names are really written: accents, Indian joiners, two scripts side by side.
"""

import unicodedata
from functools import lru_cache
from itertools import pairwise

# Latin letter → what passes for it, at a glance. Capitals are listed where they look different from their small letter.
_ALIKE = {
    "a": "аɑαΑАᴀᎪꓮⲀ⍺@4ᗅ",
    "b": "ЬьƄƅᏏΒВвβʙꓐᏴɓᑲᖯᗷꞴ8",
    "c": "сСϲϹᴄⅽꓚᏟⲥⲤꞓ",
    "d": "ԁɗᏧᗞᎠꓓᴅđժᑯꓒᗪ",
    "e": "еЕеёЁєҽΕεᴇꓰᎬ℮ҿ3ꬲⴹ⋿",
    "f": "ẝꓝϜƒքꬵꞘꞙᖴ",
    "g": "ɡɢԌԍցꓖᏀǥƍᏻᏳ9",
    "h": "һҺНнΗʜꓧᎻհħɦⲎᏂᏲᕼ",
    "j": "јЈϳͿᴊꓙᎫյꞲᒍ",
    "k": "кКΚκᴋꓗᏦⲔƙᛕ",
    "l": "ӏӀІіїЇΙιɩıɪꓲᎥⲒ1|!ⅼʟꓡᏞԼłƖǀ∣￨۱ⵏꙇ⍳˛ᒪⳐ",
    "m": "мМΜᴍꓟᎷⲘϺᗰ",
    "n": "ΝηпɴꓠոռⲚɳƞ",
    "o": "оОοΟσᴏꓳօՕⲟⲞØøעס0०੦૦०০୦ഠ๐ဝ൦౦೦௦໐၀۵ꬽჿ〇ⵔዐଠᴑ",
    "p": "рРρΡᴘꓑᏢⲣⲢϱƥþƿ⍴ᑭ",
    "q": "ԛԚɋզգⵕ",
    "r": "гʀɾꓣᏒᖇɍꭇꭈᴦⲅᎱꮁ",
    "s": "ѕЅꜱꓢᏚՏʂ5$ƽᏕ",
    "t": "тТΤτᴛꓔᎢⲦƭŧ7⊤⟙",
    "u": "υսꓴՍᴜʋՄꭎꭒ∪⋃ሀᑌꞟ",
    "v": "ѵѴνᴠꓦᏙ∨⋁۷ⴸᐯꛟ",
    "w": "ԝԜωꓪᎳᴡաɯѡᏔ",
    "x": "хХχΧꓫⲬⅹ᙭᙮×⤫⤬⨯╳ᕁᕽꞳⵝ",
    "y": "уУүҮұΥγʏꓬᎩⲨɣყỿꭚᎽ",
    "z": "ΖᴢꓜᏃȥʐ2",
}
_TO_LATIN = str.maketrans({sign: letter for letter, signs in _ALIKE.items() for sign in signs})
_DRAWN_ALIKE = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("i", "l"))
# Signs of living scripts that cannot be told from a Latin letter even when looked at; the table has lesser likenesses.
_PERFECT = frozenset("асеорхуѕіјһԁԛԝӏАВЕКМНОРСТХҮЅІЈԚԜοΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϹյօՕհոսՏ")
_SCRIPTS_LIKE_LATIN = frozenset(
    {"CYRILLIC", "GREEK", "CHEROKEE", "ARMENIAN", "COPTIC", "LISU", "CANADIAN", "TIFINAGH", "BAMUM", "ETHIOPIC"}
)
_MANY_WRITE = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "ETHIOPIC"})  # names in two scripts are common there
# Scripts of no living language, and the Latin alphabet of a utopia: nobody alive is called so.
_DEAD_SCRIPTS = """
    AVESTAN CARIAN CYPRIOT CYPRO DESERET EGYPTIAN ELBASAN GOTHIC LINEAR LYCIAN LYDIAN MEROITIC OGHAM OLD PHAISTOS
    PHOENICIAN RUNIC SHAVIAN UGARITIC
"""
_UNREAD = frozenset(_DEAD_SCRIPTS.split())
_NO_SCRIPT = frozenset({"COMBINING", "MODIFIER", "VARIATION", "FEMININE", "MASCULINE"})  # first words of Unicode names
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"})
# The International Phonetic Alphabet and its like, and of it what Azerbaijani, Akan, Hausa, Ewe … write names with.
_PHONETIC = ((0x0250, 0x02AF), (0x1D00, 0x1DBF), (0xA720, 0xA7FF), (0xAB30, 0xAB6F), (0x2C60, 0x2C7F))
_WRITTEN_PHONETIC = frozenset("əɛɔɓɗɖɣʋɲʃʒʔ")
_ORDINALS = "ªº"  # Mª José
_SYMBOLS = ((0x2336, 0x237A), (0x23FB, 0x23FE), (0x2500, 0x257F), (0x1D200, 0x1D245), (0x1F700, 0x1F77F))  # no emoji
_EMOJI = (0x1F000, 0x1FBFF)  # an emoji newer than our Unicode tables has no category yet
_JOINERS = "\u200c\u200d"
_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"  # letters and signs that are blank
_MAX_LATIN_MARKS = 2  # Vietnamese has two
_VIRAMA, _NUKTA = 9, 7  # canonical combining classes; a dot below is often left out
_TATWEEL = "\u0640"  # stretches an Arabic word and says nothing


@lru_cache(maxsize=16_384)  # ten payers with as many acquaintances as there can be
def skeleton(name: str) -> str:
    """How a name looks at a glance: two names with one skeleton can be taken for each other."""
    drawn = (
        unicodedata.normalize("NFKD", name.translate(_TO_LATIN)).translate(_TO_LATIN).casefold().translate(_TO_LATIN)
    )
    letters = "".join(c for c in drawn if unicodedata.category(c)[0] in "LN" or _is_vowel_sign(c))
    for parts, whole in _DRAWN_ALIKE:
        letters = letters.replace(parts, whole)
    return "".join(c for c in letters if c not in _FILLERS and c != _TATWEEL)


def _is_vowel_sign(character: str) -> bool:
    """Marks of Indian and other scripts tell names apart; accents, and the marks that Arabic may leave out, do not."""
    if unicodedata.category(character) not in {"Mn", "Mc"} or unicodedata.combining(character) == _NUKTA:
        return False
    return _script(character) not in {"", "ARABIC", "HEBREW"}


def looks_like(name: str, other: str) -> bool:
    """Whether one of the two names, or handles, can be taken for the other; equal ones can."""
    drawn = skeleton(name)
    return bool(drawn) and drawn == skeleton(other)


def is_deceptive(name: str) -> bool:
    """Whether a name is written so as to look like another one, whomever it is compared with."""
    if any(_digit_within(word) for word in name.split()):
        return True
    if name.isascii():
        return any(ord(sign) < 0x20 for sign in name)  # noqa: PLR2004 reason: control characters
    return (
        _hides_something(name)
        or any(_is_stand_in(sign) for sign in name)
        or _mixes_scripts(name)
        or _sign_within(name)
        or _stacks_marks(name)
    )


def _hides_something(name: str) -> bool:
    """Invisible signs and turned direction, apart from joiners and variants where scripts and emoji have them."""
    return any(
        not _is_written_so(name, at)
        for at, sign in enumerate(name)
        if unicodedata.category(sign) in {"Cf", "Cc", "Co", "Cn", "Cs"} or sign in _FILLERS or _is_variant(sign)
    )


def _is_written_so(name: str, at: int) -> bool:
    """Whether a sign that shows nothing by itself belongs where it stands."""
    sign, before, after = name[at], name[at - 1 : at] if at else "", name[at + 1 : at + 2]
    if unicodedata.category(sign) == "Cn":
        return _EMOJI[0] <= ord(sign) <= _EMOJI[1]
    if _is_variant(sign):
        return bool(before) and not before.isalnum() and not before.isspace()
    if sign not in _JOINERS or not before or _is_latin_like(before) or before.isspace():
        return False
    if unicodedata.combining(before) == _VIRAMA:  # old Malayalam ends words so
        return True
    return bool(after) and not after.isspace() and not _is_latin_like(after)


def _is_variant(sign: str) -> bool:
    """Whether it chooses how the sign before is drawn."""
    return "\ufe00" <= sign <= "\ufe0f" or "\u180b" <= sign <= "\u180d" or "\U000e0100" <= sign <= "\U000e01ef"


def _is_latin_like(sign: str) -> bool:
    return sign.isascii() or _script(sign) in _SCRIPTS_LIKE_LATIN | {"LATIN"}


def _is_stand_in(sign: str) -> bool:
    """A styled, phonetic or ancient form of a plain letter: 𝗣, Ｐ, Ⓟ, ᴘ, 𐌐."""
    if sign.isascii() or sign in _ORDINALS or sign in _WRITTEN_PHONETIC:
        return False
    plain = unicodedata.normalize("NFKC", sign)
    if plain != sign and plain.isascii() and plain.isalnum():
        return True
    return _within(sign, _PHONETIC) or _script(sign) in _UNREAD


def _within(sign: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(sign) <= last for first, last in ranges)


def _mixes_scripts(name: str) -> bool:
    """Any two scripts within one word, marks included; or, beside Latin, a word wholly of signs that pass for Latin."""
    words = [[sign for sign in word if _is_written(sign)] for word in name.split()]
    scripts = [{_script(sign) for sign in word} for word in words]
    if any(len(each) > 1 for each in scripts):
        return True
    return {"LATIN"} in scripts and any(_passes_for_latin(word) for word in words)


def _is_written(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM" and _script(sign) != ""


def _passes_for_latin(word: list[str]) -> bool:
    """Cyrillic, Greek and the like stand beside Latin in many honest names: those do not read as Latin themselves."""
    script = _script(word[0]) if word else ""
    if script not in _SCRIPTS_LIKE_LATIN:
        return False
    return all(sign in _PERFECT if script in _MANY_WRITE else ord(sign) in _TO_LATIN for sign in word)


@lru_cache(maxsize=4096)
def _script(sign: str) -> str:
    """The script of a letter or mark, as its Unicode name says; kana and Han of one name count as one. "" for none."""
    name = unicodedata.name(sign, "").partition(" ")[0]
    if name in _EAST_ASIAN:
        return "HAN"
    return "" if name in _NO_SCRIPT else name


def _sign_within(name: str) -> bool:
    """A symbol that touches a letter as if it were one (∪ma), or a digit of another script on a Latin letter (Ka౦)."""
    for one, other in pairwise(name):
        for sign, beside in ((one, other), (other, one)):
            if sign.isascii() or not (beside.isalpha() or unicodedata.category(beside)[0] == "M"):
                continue
            category = unicodedata.category(sign)
            if category == "Sm" or _within(sign, _SYMBOLS) or (category[0] == "N" and _is_latin_like(beside)):
                return True
    return False


def _stacks_marks(name: str) -> bool:
    """More accents than any language puts on a Latin letter, or a line or ring drawn around it."""
    marks = 0
    for sign in unicodedata.normalize("NFD", name):
        marks = marks + 1 if "\u0300" <= sign <= "\u036f" else 0
        if marks > _MAX_LATIN_MARKS or "\u0334" <= sign <= "\u0338" or "\u20d0" <= sign <= "\u20e4":
            return True
    return False


def _digit_within(word: str) -> bool:
    """A digit between letters, as in "Pr1ya"."""
    return any(a.isalpha() and b.isdigit() for a, b in pairwise(word)) and word[-1:].isalpha()
