"""simbiz payback: what the programme has cost and gained, and when it has paid for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rich_click as click

from simbiz.cli.changes import changes_option
from simbiz.cli.output import json_option, print_json, print_table
from simbiz.cli.progress import progress_bar
from simbiz.cli.study_options import cores, replicates_option, seed_option, workers_option


@click.command("payback")
@click.argument("scenario", default="partner-dv")
@replicates_option(8)
@seed_option
@changes_option
@workers_option
@json_option
def payback_command(
    scenario: str, replicates: int, seed: int, changes: dict[str, Any], workers: int | None, as_json: bool
) -> None:
    """Say when the programme of a SCENARIO has paid for itself, against the same worlds without it."""
    from simbiz.experiment.payback import payback
    from simbiz.scenario import load_scenario

    point = load_scenario(scenario, changes)
    seeds = range(seed, seed + replicates)
    with progress_bar() as progress:
        report = payback(point, seeds=seeds, workers=workers or cores(), progress=progress)
    if as_json:
        print_json(report)
    else:
        print_payback(report)


def print_payback(report: Mapping[str, Any]) -> None:
    """Print gains by year and the week of pay-back."""
    click.echo(f"{report['scenario']}: what the programme adds to profit, paired, thousand roubles;")
    click.echo(f"{report['worlds']} pairs of worlds.\n")
    lines = [
        [
            str(year["year"]),
            f"{year['cost_to_date']:,.0f}",
            f"{year['gain']:+,.0f}",
            f"{year['gain_to_date']:+,.0f}",
            "-" if year["interval"] is None else " to ".join(f"{limit:+,.0f}" for limit in year["interval"]),
        ]
        for year in report["years"]
    ]
    print_table(["year", "implementation to date", "gain", "gain to date", "95 %"], lines)
    if report["week"] is None:
        click.echo("\nIt pays for itself in no world within the calendar.")
        return
    first, last = report["weeks"]
    median = f"week {report['week']:.0f} (median; {first} to {last})"
    click.echo(f"\nPaid back in {report['paid_back']:.0%} of the worlds: {median}.")
