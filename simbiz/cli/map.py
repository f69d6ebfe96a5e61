"""simbiz map: the competitive market map of a scenario."""

from __future__ import annotations

from typing import Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.study import do_study, study_options


@click.command("map")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@click.option("--year", type=click.IntRange(0), default=None, help="Year of the map; 1 is the first.")
@study_options
@click.pass_context
def map_command(context: click.Context, /, year: int | None, **options: Any) -> None:
    """Place every firm of a SCENARIO on Azoev's competitive market map, in every variant of the method.

    What is not given is as experiments/map.toml says. The same command goes on where it was interrupted.
    """
    do_study(context, "map", {} if year is None else {"year": year}, **options)
