"""``python -m bench`` runs every benchmark here, ``--quick`` at a tenth of the size, ``python -m bench NAME`` one."""

import argparse
import runpy
import sys
from datetime import UTC, datetime
from pathlib import Path

QUICK = {
    "conversation",
    "footprint",
    "growth",
    "lag",
    "ledger",
    "many",
    "serving",
}  # these know --quick; the others are quick anyway
SHARED = {
    "__init__",
    "__main__",
    "books",
    "ceiling",
    "curve",
    "grown",
    "posting",
    "processes",
}  # not benchmarks themselves


def names() -> list[str]:
    """Every module here that measures something."""
    return sorted(file.stem for file in Path(__file__).parent.glob("*.py") if file.stem not in SHARED)


def main(arguments: list[str]) -> None:
    """Run what was asked for, one after the other, each printing its table and its figures."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(names())}; all without")
    parser.add_argument("--quick", action="store_true", help="does it run, not what is the figure")
    asked = parser.parse_args(arguments)
    unknown = set(asked.names) - set(names())
    if unknown:
        parser.error(f"no benchmark is named {', '.join(sorted(unknown))}")
    for name in asked.names or names():
        print(f"\n── {name}, {datetime.now(UTC):%Y-%m-%d} ──")
        sys.argv = [name, *(["--quick"] if asked.quick and name in QUICK else [])]
        runpy.run_module(f"bench.{name}", run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
