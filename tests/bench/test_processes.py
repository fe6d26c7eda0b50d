"""The benchmarks of whole processes run, check their own correctness, and end with figures a script can read."""

from pathlib import Path

import pytest

from bench import backlog, conversation, flood, footprint, soak
from bench.residents import PIN


def _figures(out: str) -> dict[str, float]:
    lines = [line.split() for line in out.splitlines() if line.startswith("figure ")]
    return {name: float(value) for _, name, value, _ in lines}


@pytest.mark.slow
async def test_a_conversation_is_measured_beside_an_echo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = conversation.Sizes(people=2, updates=8, payments=2, rounds=1)

    conversation.report(await conversation.measure(sizes, tmp_path), sizes)

    figures = _figures(capsys.readouterr().out)
    ratios = {"P4.update_ratio", "P4.argon2_share", "P4.calls_per_payment", "P4.commits_per_payment"}
    assert set(figures) == ratios | {"S6.core_hours_of_six_digits"}
    assert figures["P4.calls_per_payment"] >= 1 + 1 + len(PIN)  # each of its taps is answered, and more
    assert figures["P4.commits_per_payment"] >= 3  # the try, the payment, and what is said of it
    assert all(value > 0 for value in figures.values())


@pytest.mark.slow
async def test_the_footprint_is_measured_empty_full_and_aged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = footprint.Sizes(people=100, transfers=500, rounds=1)

    footprint.report(*await footprint.measure(sizes, tmp_path), sizes)

    figures = _figures(capsys.readouterr().out)
    assert set(figures) == {"P6.ready_s", "P6.ready_vs_import", "P6.idle_mib", "P6.idle_growth", "R18.ready_s"}
    assert figures["P6.idle_mib"] > 10


@pytest.mark.slow
async def test_a_flood_is_measured_beside_calm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = flood.Sizes(people=3, per_s=50, stretch_s=1.0, rounds=1, between_s=0.3)

    flood.report(await flood.measure(sizes, tmp_path), sizes)

    figures = _figures(capsys.readouterr().out)
    assert set(figures) == {"S15.p95_flooded_vs_calm", "S15.more_memory", "S15.loop_within_50ms"}
    assert figures["S15.loop_within_50ms"] > 0


@pytest.mark.slow
async def test_a_soak_compares_the_first_part_with_the_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = soak.Sizes(people=4, lasts_s=2.0, warm_up_s=0.5, parts=2)

    soak.report(await soak.measure(sizes, tmp_path), sizes)

    figures = _figures(capsys.readouterr().out)
    assert set(figures) == {"R21.rss_growth", "R21.descriptors_growth", "R21.wal_max", "R21.p99_last_vs_first"}


@pytest.mark.slow
async def test_a_start_works_off_what_waited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = backlog.Sizes(people=3, each=3, rounds=1)

    backlog.report(await backlog.measure(sizes, tmp_path), sizes)

    figures = _figures(capsys.readouterr().out)
    assert figures["R18.drain_from_telegram"] > 0
    assert figures["R18.drain_from_inbox"] > 0
