"""``python -m bench`` runs every benchmark here, ``python -m bench NAME`` one.

``--quick`` at a tenth of the size, to see that they run; ``--full`` for as long as the goals say, some hours.
"""

import argparse
import runpy
import sys
from datetime import UTC, datetime
from pathlib import Path

# These know --quick; the others are quick anyway.
QUICK = {
    "backlog",
    "conversation",
    "flood",
    "footprint",
    "growth",
    "lag",
    "ledger",
    "many",
    "serving",
    "soak",
}
FULL = {"growth", "soak"}  # these know --full: some hours
SHARED = {
    "__init__",
    "__main__",
    "books",
    "ceiling",
    "curve",
    "grown",
    "posting",
    "processes",
    "reading_sets",
    "residents",
}  # not benchmarks themselves


def names() -> list[str]:
    """Every module here that measures something."""
    return sorted(file.stem for file in Path(__file__).parent.glob("*.py") if file.stem not in SHARED)


def main(arguments: list[str]) -> None:
    """Run what was asked for, one after the other, each printing its table and its figures."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(names())}; all without")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="does it run, not what is the figure")
    size.add_argument("--full", action="store_true", help="for as long as the goals say")
    asked = parser.parse_args(arguments)
    unknown = set(asked.names) - set(names())
    if unknown:
        parser.error(f"no benchmark is named {', '.join(sorted(unknown))}")
    for name in asked.names or names():
        print(f"\n── {name}, {datetime.now(UTC):%Y-%m-%d} ──")
        quick, full = asked.quick and name in QUICK, asked.full and name in FULL
        sys.argv = [name, *(["--quick"] if quick else []), *(["--full"] if full else [])]
        runpy.run_module(f"bench.{name}", run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
