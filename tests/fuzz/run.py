"""``python -m tests.fuzz.run conversations|updates FOLDER SECONDS AT_LEAST``: coverage-guided fuzzing with atheris.

FOLDER receives the corpus, made from the examples of the tests, and the input that breaks something, if one does
(``crash-…``). It ends after SECONDS, but not before AT_LEAST texts or updates were tried, with a line
``fuzzed N texts in R runs``; or with a traceback and a code that is not 0.
"""

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import atheris  # type: ignore[import-untyped]  # it has no stubs, and is not installed everywhere
import structlog

with atheris.instrument_imports(include=["bot"]):
    from tests.fuzz import conversations, seeds, updates

_QUIET: Final = structlog.make_filtering_bound_logger(logging.CRITICAL)  # that an update was put aside is no news here


def main() -> None:
    """Fuzz until time and number are reached."""
    target, folder, seconds, at_least = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    structlog.configure(wrapper_class=_QUIET)
    flags = [sys.argv[0], str(folder / "corpus"), f"-artifact_prefix={folder}/", "-timeout=60", "-rss_limit_mb=1024"]
    if target == "conversations":
        seeds.write(seeds.conversations(), folder / "corpus")
        words = folder / "words"
        words.write_bytes(b"".join(b'"' + _escaped(word) + b'"\n' for word in seeds.WORDS))
        flags += [f"-dict={words}", "-max_len=2000"]
        atheris.Setup(flags, _until(conversations.play, "texts", seconds, at_least))
    else:
        seeds.write(seeds.updates(), folder / "corpus")
        flags += ["-max_len=20000"]
        atheris.Setup(flags, _until(updates.take, "updates", seconds, at_least), custom_mutator=_mutate)
    atheris.Fuzz()


def _until(play: Callable[[bytes], int], what: str, seconds: float, at_least: int) -> Callable[[bytes], None]:
    """``play``, counted; the process ends when it is enough. libFuzzer itself counts inputs, not what is in them."""
    ends_at, tried, runs = time.monotonic() + seconds, 0, 0

    def one_input(data: bytes) -> None:
        nonlocal tried, runs
        tried, runs = tried + play(data), runs + 1
        if tried >= at_least and time.monotonic() >= ends_at:
            print(f"fuzzed {tried} {what} in {runs} runs", flush=True)  # noqa: T201 - what the test reads
            os._exit(0)

    return one_input


def _escaped(word: str) -> bytes:
    return b"".join(b"\\x%02X" % byte for byte in word.encode())


def _mutate(data: bytes, max_size: int, seed: int) -> bytes:
    return updates.mutated(data, seed, lambda text: bytes(atheris.Mutate(text, len(text) + 8)))[:max_size]


if __name__ == "__main__":
    main()
