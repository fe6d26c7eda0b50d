"""The benchmark of the ledger runs, proves each run, and ends with figures a script can read."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.curve import Point, draw
from bench.ledger import Sizes, measure, report
from tests.harness.postgres import PostgresServer


@pytest.mark.slow
async def test_every_contender_leaves_books_that_verify_and_the_figures_are_said(
    tmp_path: Path, postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = Sizes(200, 300, 10, rounds=1, wire_accounts=200, wire_payments=100, pgbench_s=1)

    report(await measure(sizes, tmp_path, postgres), sizes)

    figures = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("figure ")]
    every = {"P1.ratio_1", "P1.ratio_1000", "P1.ratio_10000", "P1.p99_1000", "P1.vs_plpgsql", "P2.ratio_1000"}
    assert {name for _, name, *_ in figures} >= every
    assert all(float(value) > 0 for _, _, value, _ in figures)


def test_the_picture_says_each_series_and_each_number_of_callers() -> None:
    series = {"SQLite": [Point(1, 900.0, 2.5), Point(1_000, 21_000.0, 61.0)], "PostgreSQL": [Point(1, 400.0, 9.0)]}

    said = [text.text for text in ET.fromstring(draw(series)).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - ours

    assert {"SQLite", "PostgreSQL", "1,000", "Payments a second"} <= set(said)
