"""simbiz loyalty: how loyal the buyers of every firm are, beside what is expected of a firm of its share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rich_click as click

from simbiz.cli.changes import changes_option
from simbiz.cli.output import json_option, print_json, print_table
from simbiz.cli.progress import progress_bar
from simbiz.cli.study_options import cores, replicates_option, seed_option, workers_option


@click.command("loyalty")
@click.argument("scenario", default="partner-dv")
@replicates_option(4)
@seed_option
@click.option("--year", type=click.IntRange(0), default=1, show_default=True, help="Year; 1 is the first.")
@changes_option
@workers_option
@json_option
def loyalty_command(
    scenario: str, replicates: int, seed: int, year: int, changes: dict[str, Any], workers: int | None, as_json: bool
) -> None:
    """Measure the loyalty of every firm's buyers in a SCENARIO, beside what Double Jeopardy lets expect."""
    from simbiz.experiment.loyalty import loyalty
    from simbiz.scenario import load_scenario

    point, seeds = load_scenario(scenario, changes), range(seed, seed + replicates)
    with progress_bar() as progress:
        report = loyalty(point, year=year, seeds=seeds, workers=workers or cores(), progress=progress)
    if as_json:
        print_json(report)
    else:
        print_loyalty(report)


def print_loyalty(report: Mapping[str, Any]) -> None:
    """Print a table a segment."""
    click.echo(f"{report['scenario']}, year {report['year']}, mean of {report['worlds']} worlds.")
    click.echo("In brackets: what the Dirichlet fitted to all purchases lets expect of a firm of that share.")
    columns = ["firm", "share", "buyers", "purchases a buyer", "share of requirements", "left since last year"]
    for segment in dict.fromkeys(row["segment"] for row in report["firms"]):
        click.echo(f"\n{segment}:\n")
        own = [row for row in report["firms"] if row["segment"] == segment]
        print_table(columns, [_line(row) for row in own])


def _line(row: Mapping[str, Any]) -> list[str]:
    return [
        row["firm"],
        f"{row['share']:.1%}",
        f"{row['penetration']:.1%}",
        f"{row['frequency']:.2f} ({row['expected_frequency']:.2f})",
        f"{row['requirements']:.1%} ({row['expected_requirements']:.1%})",
        f"{row['churn']:.1%}",
    ]
