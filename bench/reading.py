"""L1 to L5 of the goals, and P5: what is read from sentences and amounts that other people collected, and how fast.

The sets are not part of the project. Give their folder (JSON lines, one row a line) with ``--data``, as the argument or
in ``HUNDI_READING_DATA``. Every mistake is printed, to be looked at by hand; a wrong amount or payee ends with exit
code 1. Three peers read the same amounts in the same run.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

from bench.reading_sets import amounts, dialogues, frames, lexicons, odd, silence
from bot.language.lexicon import Lexicon
from bot.language.parse import parse

_LONGEST = 4096  # characters of a Telegram message
_HARD = [
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
    "do " * 1365,
    "Priya ko do sau " * 256,
    "ek hazaar do sau " * 240,
    "प्रिया को दो सौ " * 256,
    "bhej do " * 512,
    "quatre vingt " * 315,
    "quatre-vingt-" * 315,
    "envoie 1 500 " * 315,
    "ke liye " * 512,
    "a-" * 2048,
    "? " * 2048,
]


def _once(text: str, lexicon: Lexicon) -> float:
    started = time.thread_time()
    parse(text, currency="INR", lexicon=lexicon)
    return time.thread_time() - started


def _speed(texts: list[str], lexicon: Lexicon) -> tuple[float, float]:
    """Sentences a second of CPU (median of five passes), and milliseconds for the slowest of some hard messages."""
    passes = []
    for _ in range(5):
        started = time.thread_time()
        for text in texts:
            parse(text, currency="INR", lexicon=lexicon)
        passes.append(len(texts) / (time.thread_time() - started))
    slowest = max(min(_once(text[:_LONGEST], lexicon) for _ in range(5)) for text in _HARD)
    return statistics.median(passes), slowest * 1000


def _folder() -> Path | None:
    parser = argparse.ArgumentParser(prog="python -m bench reading", description=__doc__)
    parser.add_argument("folder", nargs="?", default=os.environ.get("HUNDI_READING_DATA", ""))
    parser.add_argument("--data", default="")
    asked = parser.parse_args()
    folder = Path(asked.data or asked.folder)
    return folder if (folder / "adversarial_odd.jsonl").exists() else None


def main() -> int:
    """Print the errors and the figures, or say that nothing was run."""
    folder = _folder()
    if folder is None:
        print("reading: not run (give the folder of the sets with --data)")
        return 0
    languages = lexicons()
    known = odd(folder, languages)
    said = dialogues(folder, languages)
    framed = frames(folder, languages)
    written = amounts(folder, languages)
    quiet = silence(folder, languages)
    rate, slowest_ms = _speed(quiet.texts, languages["en"])
    wrong = known.wrong + said.wrong + framed.wrong + sum(one.wrong for one in written)
    print(f"figure L1.wrong {wrong} sentences")
    print(f"figure L1.of {known.total + said.total + framed.total + sum(one.total for one in written)} sentences")
    print(f"figure L2.odd_exact {known.exact} of {known.of_exact} sentences")
    for one in written:
        print(f"figure {one.name} {100 * one.exact / max(1, one.total):.1f} % ({one.exact} of {one.total})")
        for peer, (exact, mistaken) in one.peers.items():
            print(f"figure {one.name}.{peer} {100 * exact / max(1, one.total):.1f} % and {mistaken} wrong")
    print(f"figure L3.sgd {100 * said.exact / max(1, said.total):.1f} % ({said.exact} of {said.total})")
    print(f"figure L4.frames {100 * framed.exact / max(1, framed.total):.1f} % ({framed.exact} of {framed.total})")
    print(f"figure L5.false_commands {quiet.commands} sentences")
    print(f"figure L5.asked {quiet.asked} sentences")
    print(f"figure L5.of {quiet.total} sentences")
    print(f"figure P5.rate {rate:.0f} sentences/s")
    print(f"figure P5.slowest_long_message {slowest_ms:.2f} ms")
    return 1 if wrong or quiet.commands else 0


if __name__ == "__main__":
    code = main()
    if code:
        sys.exit(code)
