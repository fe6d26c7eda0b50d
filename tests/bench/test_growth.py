"""The benchmark of growth proves its books, reads the deepest page there is, and ends with figures for a script."""

from pathlib import Path

import pytest

from bench.growth import Sizes, measure, report


@pytest.mark.slow
async def test_growth_is_measured_on_books_that_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = Sizes(rows=6_000, posted=200, rounds=1, callers=50, reads=20, empty=200)

    report(await measure(sizes, tmp_path), sizes)

    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("figure ")]
    figures = {name: float(value) for _, name, value, _ in lines}
    assert set(figures) >= {"P3.posting_vs_empty", "P3.balance_p99", "P3.history_oldest_p99", "P3.verify_rate"}
    assert all(value > 0 for value in figures.values())
    assert figures["P3.export_memory_growth"] < 1.5
