"""The sets of other people that ``bench/reading`` scores: which rows a chat could mean, and what their gold says."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from price_parser import Price
from text_to_num import alpha2digit  # type: ignore[import-untyped]  # it has no types

import bot.language
from bot.language.intents import Ask, ByHandle, ByName, Open, PayeeWords, Refuse, Request, Send, Split
from bot.language.lexicon import Lexicon, together
from bot.language.parse import parse, read_amount
from ledger.kernel.money import Money, exponent

_NOT_COMMANDS = ("clinc150_train", "clinc150_val", "banking77_train", "hinglish_top_trainval")
_ABOUT_PAYING = {"transfer", "pay_bill", "balance", "freeze_account", "transactions", "credit_limit", "cancel"}
_NO_CHAT_MEANS = re.compile(
    r"nickel|dime|quarter|grand|about|approx|exactly|around|\bto\b.*\bto\b|pouloute|peu près|couple|few"
)
_CODES = {"Dollar": "USD", "Pound": "GBP", "Riyal": "", "Unnamed": "", "Cent": "", "Rupee": "INR", "Yen": "JPY"}
_PEOPLE = ("Priya", "Amit", "Neha", "Rahul")


@dataclass(frozen=True)
class Contact:
    """Somebody in the odd set."""

    name: str
    handle: str
    nicknames: tuple[str, ...] = ()


@dataclass
class Score:
    """What became of the rows of one set."""

    name: str = ""
    total: int = 0
    exact: int = 0
    wrong: int = 0
    of_exact: int = 0
    commands: int = 0
    asked: int = 0
    texts: list[str] = field(default_factory=list)
    peers: dict[str, tuple[int, int]] = field(default_factory=dict)


def lexicons() -> dict[str, Lexicon]:
    """As the program has them."""
    folder = Path(bot.language.__file__).parent / "lexicons"
    return together({path.stem: Lexicon.from_toml(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))})


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines)


# ── sentences ────────────────────────────────────────────────────────────────


def _called(payee: PayeeWords | None) -> str:
    return payee.name if isinstance(payee, ByName) else f"@{payee.handle}" if isinstance(payee, ByHandle) else ""


def odd(folder: Path, languages: dict[str, Lexicon]) -> Score:
    """Sentences made to be misread: a payment must be exactly the one that was meant, or none."""
    score = Score("odd")
    known = [Contact(name, name.lower()) for name in _PEOPLE]
    for row in _rows(folder / "adversarial_odd.jsonl"):
        score.total += 1
        to_read = row["verdict"] in {"ok", "ok-request", "ok-split"}
        score.of_exact += to_read
        reading = parse(row["text"], currency="INR", lexicon=languages["en"], known=known)
        right = to_read and _is_meant(row, reading)
        score.exact += right
        complete = isinstance(reading, Send) and reading.amount is not None and reading.payee is not None
        nobody = row["category"] in {
            "names",
            "injection",
            "homoglyph",
        }  # whoever knows the contacts asks about an unknown name
        if complete and not right and not nobody:
            score.wrong += 1
            print(f"  wrong: {row['text']!r} → {reading}")
        elif to_read and not right:
            print(f"  not read: {row['text']!r} → {reading}")
    return score


def _is_meant(row: dict[str, Any], reading: object) -> bool:
    if not isinstance(reading, Send | Request | Split) or reading.amount is None:
        return False
    if isinstance(reading, Split):
        named = [_called(one) for one in reading.people]
        same = [name.casefold() for name in named] == [str(name).casefold() for name in row["payee"]]
    else:
        who = reading.payee if isinstance(reading, Send) else reading.payer
        same = _called(who).casefold() == str(row["payee"]).casefold()
    return same and Decimal(str(row["amount"])) * 100 == reading.amount.minor_units


def dialogues(folder: Path, languages: dict[str, Lexicon]) -> Score:
    """Turns of people asking a bank for transfers: the amount, wherever one is written."""
    score = Score("sgd")
    for row in _turns(folder):
        gold = {slot["slot"]: slot["text"] for slot in row["slots"]}
        written = [text for slot, text in gold.items() if "amount" in slot]
        if not written:
            continue
        score.total += 1
        told = _told(written[0])
        money = read_amount(written[0], currency="USD", lexicon=languages["en"], locale="en-US")
        exact = isinstance(money, Money) and told is not None and told * 100 == money.minor_units
        score.exact += exact
        if isinstance(money, Money) and told is not None and not exact:
            score.wrong += 1
            print(f"  wrong: {written[0]!r} → {money}")
        elif not exact:
            print(f"  not read: {written[0]!r} → {money}")
    return score


def frames(folder: Path, languages: dict[str, Lexicon]) -> Score:
    """The same turns as sentences: those that name an amount and a person, read with both exact."""
    score = Score("frames")
    for row in _turns(folder):
        gold = {slot["slot"]: slot["text"] for slot in row["slots"]}
        written = [text for slot, text in gold.items() if "amount" in slot]
        names = [text for slot, text in gold.items() if "name" in slot]
        if not written:
            continue
        reading = parse(row["utterance"], currency="USD", lexicon=languages["en"], locale="en-US")
        told = _told(written[0])
        called = _called(reading.payee) if isinstance(reading, Send) else ""
        banks_own = re.search(r"account|saving|check", row["utterance"], re.IGNORECASE) is not None  # nobody's chat
        names = [] if banks_own else names
        score.total += bool(names)
        if not isinstance(reading, Send) or reading.amount is None:
            if names:
                print(f"  not read: {row['utterance']!r} → {reading}")
            continue
        same = told is not None and told * 100 == reading.amount.minor_units
        same_name = not names or not called or called.split()[-1:] == names[0].split()[-1:]  # "my aunt Jenny" is Jenny
        if not (same and same_name):
            score.wrong += 1
            print(f"  wrong: {row['utterance']!r} → {reading}")
        elif names and called:
            score.exact += 1
        if names and not called:
            print(f"  not read: {row['utterance']!r} → {reading}")
    return score


_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: value for value, word in enumerate(_SMALL.split())} | {
    word: 20 + 10 * index for index, word in enumerate(_TENS.split())
}


def _told(text: str) -> Decimal | None:
    """What the set's own text says: digits, or English words added up without any of our code."""
    if digits := re.sub(r"[^\d.]", "", text).strip("."):
        return Decimal(digits)
    total = group = 0
    words = [word for word in re.findall(r"[a-z]+", text.casefold()) if word in {*_WORDS, "hundred", "thousand"}]
    for word in words:
        if word == "thousand":
            total, group = total + group * 1000, 0
        else:
            group = group * 100 if word == "hundred" else group + _WORDS[word]
    return Decimal(total + group) if words else None


def _turns(folder: Path) -> Iterator[dict[str, Any]]:
    for name in ("sgd_banks_train.jsonl", "sgd_banks_dev.jsonl"):
        yield from _rows(folder / name)


def silence(folder: Path, languages: dict[str, Lexicon]) -> Score:
    """Sentences that are no commands of ours: how many were read as a payment, how many were asked about."""
    score = Score("silence")
    for name in _NOT_COMMANDS:
        for row in _rows(folder / f"{name}.jsonl"):
            text = row["text"]
            score.texts.append(text)
            reading = parse(text, currency="INR", lexicon=languages["en"])
            if row["intent"] in _ABOUT_PAYING:
                continue
            score.total += 1
            if isinstance(reading, Send | Request | Split):
                score.commands += 1
                print(f"  command: {text!r} → {reading}")
            score.asked += isinstance(reading, Ask | Refuse)
            if isinstance(reading, Open):
                print(f"  opened: {text!r} ({row['intent']}) → {reading.topic}")
    return score


# ── amounts ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Amount:
    """One written amount, in the language it is written in."""

    text: str
    value: Decimal
    currency: str
    language: str


def amounts(folder: Path, languages: dict[str, Lexicon]) -> list[Score]:
    """Each set of written amounts, ours beside the peers'."""
    sets = {
        "L3.duckling_money_en": list(_duckling_money(folder, "EN")),
        "L3.duckling_money_fr": list(_duckling_money(folder, "FR")),
        "L3.hindi_numerals": [*_numerals(folder, "HI"), *_inverted(folder, "hi")],
        "L3.french_numerals": [*_numerals(folder, "FR"), *_text2num(folder, "fr")],
        "L3.english_numerals": [*_numerals(folder, "EN"), *_text2num(folder, "en"), *_inverted(folder, "en")],
        "L3.recognizers_hindi": list(_recognizers(folder, "Hindi", "hi")),
        "L3.recognizers_french": list(_recognizers(folder, "French", "fr")),
    }
    return [_score(name, rows, languages) for name, rows in sets.items()]


def _score(name: str, rows: list[Amount], languages: dict[str, Lexicon]) -> Score:
    score = Score(name, total=len(rows))
    for row in rows:
        locale = {"en": "en-IN", "hi": "hi-IN", "fr": "fr-FR"}[row.language]
        read = read_amount(row.text, currency=row.currency, lexicon=languages[row.language], locale=locale)
        if isinstance(read, Money):
            exact = Decimal(read.minor_units) == row.value * 10 ** exponent(row.currency)
            score.exact += exact
            score.wrong += not exact
            if not exact:
                print(f"  wrong: {row} → {read}")
        else:
            print(f"  not read: {row.text!r} ({row.value} {row.currency}) → {read}")
    for peer, read_by in _peers().items():
        values = [(read_by(row), row.value) for row in rows]
        right = sum(value == gold for value, gold in values)
        score.peers[peer] = right, sum(value is not None and value != gold for value, gold in values)
    return score


def _duckling_money(folder: Path, locale: str) -> Iterator[Amount]:
    for row in _rows(folder / "duckling_money.jsonl"):
        code = _CODES.get(row["currency"] or "", row["currency"] or "")
        own = row["locale"].partition("-")[0] == locale
        if own and _is_held(code) and row["kind"] == "value" and code and not _NO_CHAT_MEANS.search(row["text"]):
            yield Amount(row["text"], Decimal(str(row["value"])), code, locale.lower())


def _numerals(folder: Path, locale: str) -> Iterator[Amount]:
    for row in _rows(folder / "duckling_numeral.jsonl"):
        plain = row["locale"].partition("-")[0] == locale and row["kind"] == "value"
        if plain and row["value"] > 0 and _is_money(str(row["value"])):
            yield Amount(row["text"], Decimal(str(row["value"])), "INR", locale.lower())


def _text2num(folder: Path, language: str) -> Iterator[Amount]:
    for row in _rows(folder / "text2num_tests.jsonl"):
        gold = str(row["expected"])
        whole = row["lang"] == language and row["kind"] == "text2digits" and gold.isdigit()
        if whole and not gold.startswith("0"):
            yield Amount(row["text"], Decimal(gold), "INR", language)


def _inverted(folder: Path, language: str) -> Iterator[Amount]:
    for row in _rows(folder / "num2words_tests.jsonl"):
        if row["lang"] == language and row["kind"] == "cardinal" and row["value"] > 0:
            yield Amount(row["text"], Decimal(str(row["value"])), "INR", language)


def _recognizers(folder: Path, name: str, language: str) -> Iterator[Amount]:
    """Rows that are nothing but the number."""
    for row in _rows(folder / "recognizers_text.jsonl"):
        whole = row["lang"] == name and row["kind"] == "number" and len(row["results"]) == 1
        if not whole or row["results"][0]["text"] != row["text"].casefold():
            continue
        value = str(row["results"][0]["value"]).replace(",", ".")
        if _is_money(value):
            yield Amount(row["text"], Decimal(value), "INR", language)


def _is_held(code: str) -> bool:
    """Whether an account can be held in it."""
    try:
        exponent(code)
    except ValueError:
        return False
    return True


def _is_money(value: str) -> bool:
    """Above nothing, to the paisa, and less than all the money there is."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return 0 < number < 10**15 and number == round(number, 2)


# ── peers ────────────────────────────────────────────────────────────────────


def _peers() -> dict[str, Callable[[Amount], Decimal | None]]:
    """What reads amounts elsewhere."""
    return {"digit_regex": _by_regex, "price_parser": _by_price_parser, "text2num": _by_words}


def _by_price_parser(row: Amount) -> Decimal | None:
    amount: Decimal | None = Price.fromstring(row.text).amount
    return amount


def _by_words(row: Amount) -> Decimal | None:
    """Words to digits where it knows the language, and then the first digits."""
    text = alpha2digit(row.text, row.language) if row.language in {"en", "fr"} else row.text
    return _by_regex(Amount(text, row.value, row.currency, row.language))


def _by_regex(row: Amount) -> Decimal | None:
    match = re.search(r"\d[\d,]*(?:\.\d+)?", row.text)
    return Decimal(match[0].replace(",", "")) if match else None
