"""The fuzzers start when their tests are chosen, and run beside every test that comes before those."""

from pathlib import Path

import pytest

from tests.fuzz.fuzzers import IS_HERE, TARGETS, fuzzer, stop_all


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin, if somebody will look at the end."""
    here = Path(__file__).parent
    for item in session.items:
        if item.path.parent == here and isinstance(item, pytest.Function) and hasattr(item, "callspec") and IS_HERE:
            target = item.callspec.params["target"]
            assert target in TARGETS
            fuzzer(target)


def pytest_sessionfinish() -> None:
    """However it went."""
    stop_all()
