"""``hundi doctor``: what is wrong with this deployment, each finding with its mend. It changes nothing.

A check that cannot be made because an earlier one failed is left out, so that an operator reads one cause and not its
five consequences.
"""

import asyncio
from typing import Annotated

import typer

from bot.cli import checks, setup_checks
from bot.cli.console import ExitCode, working
from bot.cli.database_checks import check_database
from bot.cli.findings import Finding, show
from bot.cli.program import app


@app.command()
def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="One JSON object on one line.")] = False) -> None:
    """What is wrong here, each with its mend. Settings, keys, database, clock, token, other pollers."""
    with working("looking"):
        findings = asyncio.run(examine())
    if not show(findings, as_json=as_json):
        raise typer.Exit(ExitCode.FALSE)


async def examine() -> list[Finding]:
    """Every finding, in the order in which an operator would mend them."""
    settings, findings = checks.check_settings()
    if settings is None:
        return [*setup_checks.check_environment(), *findings]
    keys, about_keys = checks.check_keys(settings)
    report = await check_database(settings, keys)
    findings = [*setup_checks.check_environment(), *findings, *setup_checks.check_defaults(settings)]
    findings += [about_keys, *setup_checks.check_owner(settings), *report.findings, checks.check_policy(settings)]
    findings += [checks.check_disk(settings), *setup_checks.check_file_system(settings)]
    findings += setup_checks.check_addresses(settings, bot_runs_here=report.bot_runs_here)
    findings += await checks.check_far_side(settings, bot_runs_here=report.bot_runs_here)
    return findings
