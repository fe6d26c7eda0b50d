"""The benchmarks of many processes run, prove their books, and end with figures a script can read."""

from pathlib import Path

import pytest

from bench import many
from tests.harness.postgres import PostgresServer


@pytest.mark.slow
async def test_posting_from_several_processes_is_measured_beside_one(
    postgres: PostgresServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = many.Sizes(accounts=50, callers=10, each=2, rounds=1, processes=(1, 2))

    many.report(await many.on_server(postgres, sizes, tmp_path), sizes)

    figures = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("figure ")]
    assert {name for _, name, *_ in figures} == {"P2.posting_two_vs_one", "P2.posting_cpu_two_vs_one"}
    assert all(float(value) > 0 for _, _, value, _ in figures)
