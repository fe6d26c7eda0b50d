"""The two fuzzers as processes of their own, polite to whatever else runs."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.conftest import FULL_SIZE

SECONDS: Final = 0 if FULL_SIZE else 60  # two of them: two minutes of fuzzing (GOALS.md)
TARGETS: Final = {"conversations": 5_000_000 if FULL_SIZE else 1_000, "updates": 200_000 if FULL_SIZE else 1_000}
_ROOT: Final = Path(__file__).parents[2]
_POLITE: Final = 15  # they take what the other tests leave of the machine
IS_HERE: Final = importlib.util.find_spec("atheris") is not None


@dataclass(frozen=True, slots=True)
class Fuzzer:
    """One that runs, or has run."""

    folder: Path
    process: subprocess.Popen[str]


_running: dict[str, Fuzzer] = {}


def fuzzer(target: str) -> Fuzzer:
    """The one that fuzzes this target, started if it was not."""
    if target not in _running:
        _running[target] = _start(target)
    return _running[target]


def stop_all() -> None:
    """Whatever still runs when the tests are over looks for nobody, and leaves nothing."""
    for each in _running.values():
        unfinished = each.process.poll() is None
        each.process.kill()
        each.process.communicate()
        if unfinished:
            shutil.rmtree(each.folder)


def _start(target: str) -> Fuzzer:
    folder = Path(tempfile.mkdtemp(prefix=f"hundi-fuzz-{target}-"))  # kept when something was found
    command = [sys.executable, "-m", "tests.fuzz.run", target, str(folder), str(SECONDS), str(TARGETS[target])]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=_ROOT, env={**os.environ, "PYTHONPATH": str(_ROOT)}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    os.setpriority(os.PRIO_PROCESS, process.pid, _POLITE)
    return Fuzzer(folder, process)
