"""simbiz uncertainty: the share of all that is possible in which each claim holds, and where it does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.study import do_study, study_options

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted

DEFAULT_OUTCOME = "share.value | paired | first full year after the last step"


@click.command("uncertainty")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@click.option("--points", type=click.IntRange(2), help="Points of the Latin hypercube.")
@click.option(
    "--over",
    type=click.Path(path_type=Path),
    metavar="SETFOLDER",
    help="Parameters from the points that pass in a result folder of simbiz calibrate, not from declared ranges.",
)
@click.option(
    "--discover",
    is_flag=False,
    flag_value=DEFAULT_OUTCOME,
    metavar="CLAIM",
    help=f"Search the region in which a claim holds: 'reading | comparator | horizon'; alone '{DEFAULT_OUTCOME}'.",
)
@study_options
@click.pass_context
def uncertainty_command(
    context: click.Context, /, points: int | None, over: Path | None, discover: str | None, **options: Any
) -> None:
    """Test every claim over all that is uncertain: parameters, growth, rivals, causes of the decline, structure.

    What is not given is as experiments/claims_uncertainty.toml says. The same command goes on where it was interrupted.
    """
    given = {"points": points, "over": None if over is None else str(over), "discover": discover}
    overrides = {key: value for key, value in given.items() if value is not None}
    do_study(context, "claims_uncertainty", overrides, **options)


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    from simbiz.cli.claims_shares_text import print_shares

    print_shares(conducted.report)
