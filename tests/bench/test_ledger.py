"""The benchmark of the ledger runs, proves each run, and ends with figures a script can read."""

from pathlib import Path

import pytest

from bench.ledger import Sizes, measure, report


@pytest.mark.slow
async def test_every_contender_leaves_books_that_verify_and_the_figures_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = Sizes(accounts=200, payments=300, single=10, rounds=1)

    report(await measure(sizes, tmp_path), sizes)

    figures = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("figure ")]
    assert {name for _, name, *_ in figures} >= {"P1.ratio_1", "P1.ratio_1000", "P1.ratio_10000", "P1.p99_1000"}
    assert all(float(value) > 0 for _, _, value, _ in figures)
