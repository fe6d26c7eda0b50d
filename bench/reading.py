"""L1 and L5 of the goals, and P5: what is read from sentences that other people collected, and how fast.

The sets are not part of the project. Give their folder (JSON lines, one sentence a line) as the argument or in
``HUNDI_READING_DATA``. Every figure is a count of mistakes; each mistake is printed, to be looked at by hand.
"""

import json
import os
import re
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import bot.language
from bot.language.intents import Ask, ByHandle, ByName, Nothing, Open, Reading, Refuse, Send
from bot.language.lexicon import Lexicon
from bot.language.parse import parse

_NOT_COMMANDS = {  # file → field with the text, and the intents that are not about our commands
    "clinc150_train.jsonl": "text",
    "clinc150_val.jsonl": "text",
    "banking77_train.jsonl": "text",
    "hinglish_top_trainval.jsonl": "text",
}
_ABOUT_PAYING = {"transfer", "pay_bill", "balance", "freeze_account", "transactions", "credit_limit", "cancel"}


@dataclass(frozen=True)
class Contact:
    """Somebody in the odd set."""

    name: str
    handle: str
    nicknames: tuple[str, ...] = ()


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines)


def _odd(folder: Path, english: Lexicon) -> tuple[int, int, int]:
    """Sentences made to be misread: how many, how many wrong payments, how many right ones."""
    known = [Contact(name, name.lower()) for name in ("Priya", "Amit", "Neha", "Rahul")]
    total = wrong = exact = 0
    for row in _rows(folder / "adversarial_odd.jsonl"):
        total += 1
        reading = parse(row["text"], currency="INR", lexicon=english, known=known)
        if not isinstance(reading, Send) or reading.amount is None or reading.payee is None:
            continue
        payee = reading.payee
        name = payee.name if isinstance(payee, ByName) else f"@{payee.handle}" if isinstance(payee, ByHandle) else ""
        told = row["amount"] is not None and Decimal(str(row["amount"])) * 100 == reading.amount.minor_units
        known_name = name.casefold() in {"priya", "amit", "neha", "rahul", "@rahul99"}
        if row["verdict"] == "ok" and told and str(row["payee"]).casefold() == name.casefold():
            exact += 1
        elif known_name and row["category"] != "names":  # an unknown name is asked about by whoever knows the contacts
            wrong += 1
            print(f"  wrong: {row['text']!r} → {reading}")
    return total, wrong, exact


def _dialogues(folder: Path, english: Lexicon) -> tuple[int, int, int]:
    """Turns of people asking for transfers: how many name an amount, how many are wrong, how many exact."""
    total = wrong = exact = 0
    for name in ("sgd_banks_train.jsonl", "sgd_banks_dev.jsonl"):
        for row in _rows(folder / name):
            gold = {
                slot["slot"]: slot["text"]
                for slot in row["slots"]
                if "amount" in slot["slot"] or "name" in slot["slot"]
            }
            amounts = [text for slot, text in gold.items() if "amount" in slot]
            reading = parse(row["utterance"], currency="USD", lexicon=english)
            if not amounts:
                continue
            total += 1
            if isinstance(reading, Send) and reading.amount is not None:
                told = re.sub(r"[^\d.]", "", amounts[0]).strip(".")
                names = [text for slot, text in gold.items() if "name" in slot]
                called = reading.payee.name if isinstance(reading.payee, ByName) else ""
                # "my aunt Jenny" is Jenny; a name that nobody has is asked about by whoever knows the contacts.
                same_name = not names or not called or called.split()[-1:] == names[0].split()[-1:]
                if told and Decimal(told) * 100 == reading.amount.minor_units and same_name:
                    exact += 1
                else:
                    wrong += 1
                    print(f"  wrong: {row['utterance']!r} → {reading}")
    return total, wrong, exact


def _silence(folder: Path, english: Lexicon) -> tuple[int, int, int, list[str]]:
    """Sentences that are no commands of ours: how many, how many were read as a payment, how many were asked about."""
    total = commands = asked = 0
    texts: list[str] = []
    for name, field in _NOT_COMMANDS.items():
        for row in _rows(folder / name):
            text = row[field]
            texts.append(text)
            reading: Reading = parse(text, currency="INR", lexicon=english)
            if row["intent"] in _ABOUT_PAYING:
                continue
            total += 1
            if isinstance(reading, Send):
                commands += 1
                print(f"  command: {text!r} → {reading}")
            asked += isinstance(reading, Ask | Refuse)
            if isinstance(reading, Open):
                print(f"  opened: {text!r} ({row['intent']}) → {reading.topic}")
            assert isinstance(reading, Send | Ask | Refuse | Open | Nothing)
    return total, commands, asked, texts


def _once(text: str, english: Lexicon) -> float:
    started = time.perf_counter()
    parse(text, currency="INR", lexicon=english)
    return time.perf_counter() - started


def _speed(texts: list[str], english: Lexicon) -> tuple[float, float]:
    """Sentences a second (median of five passes), and milliseconds for the slowest of a few long messages."""
    passes = []
    for _ in range(5):
        started = time.perf_counter()
        for text in texts:
            parse(text, currency="INR", lexicon=english)
        passes.append(len(texts) / (time.perf_counter() - started))
    longest = [
        "send 200 to Priya for " + "tea " * 1000,
        "send 200 to " + "and, " * 800,
        "send 200 for " + "to x " * 800,
        "send " + "9" * 4000,
        "send ₹" + "," * 4000,
        "send to " * 500,
        "and 5 to " * 450,
        "1 " * 2048,
        "@" * 4096,
        "pay " + "₹ 1 to " * 500,
        "can you " * 500,
    ]
    slowest = max(min(_once(text[:4096], english) for _ in range(5)) for text in longest)
    return statistics.median(passes), slowest * 1000


def main() -> None:
    """Print the figures, or say where the data is missing."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("HUNDI_READING_DATA", ""))
    if not (folder / "adversarial_odd.jsonl").exists():
        print("no data: give the folder as the argument or in HUNDI_READING_DATA")
        return
    path = Path(bot.language.__file__).parent / "lexicons" / "en.toml"
    english = Lexicon.from_toml(path.read_text(encoding="utf-8"))
    odd, odd_wrong, odd_exact = _odd(folder, english)
    said, said_wrong, said_exact = _dialogues(folder, english)
    silent, commands, asked, texts = _silence(folder, english)
    rate, slowest_ms = _speed(texts, english)
    print(f"figure L1.wrong {odd_wrong + said_wrong} sentences")
    print(f"figure L1.of {odd + said} sentences")
    print(f"figure L1.exact {odd_exact + said_exact} sentences")
    print(f"figure L5.false_commands {commands} sentences")
    print(f"figure L5.asked {asked} sentences")
    print(f"figure L5.of {silent} sentences")
    print(f"figure P5.rate {rate:.0f} sentences/s")
    print(f"figure P5.slowest_long_message {slowest_ms:.2f} ms")


if __name__ == "__main__":
    main()
