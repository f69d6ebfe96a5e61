"""simbiz loyalty: how loyal the buyers of every firm are, beside what is expected of a firm of its share."""

from __future__ import annotations

from typing import Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.study import do_study, study_options


@click.command("loyalty")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@click.option("--year", type=click.IntRange(0), default=None, help="Year that is looked at; 1 is the first.")
@study_options
@click.pass_context
def loyalty_command(context: click.Context, /, year: int | None, **options: Any) -> None:
    """Measure the loyalty of every firm's buyers in a SCENARIO, beside what Double Jeopardy predicts.

    What is not given is as experiments/loyalty.toml says. The same command goes on where it was interrupted.
    """
    do_study(context, "loyalty", {} if year is None else {"year": year}, **options)
