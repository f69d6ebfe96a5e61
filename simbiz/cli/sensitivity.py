"""simbiz sensitivity: which uncertain parameters decide the claims, or any outcome."""

from __future__ import annotations

from typing import Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.study import do_study, study_options

SCREENED_BY = "morris"


@click.command("sensitivity")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@click.option("--method", default=None, help="morris, sobol, sobol-second-order, fast, rbd-fast, delta, pawn, ...")
@click.option("--size", type=click.IntRange(1), default=None, help="How large the design is, in the method's measure.")
@click.option("--keep", type=click.IntRange(2), default=None, help="Screen by Morris, go on with so many parameters.")
@click.option("--outcome", "outcomes", multiple=True, help="share, share.value, 'market_share year 3 paired', ...")
@click.option("--input", "inputs", multiple=True, help="Uncertain parameter, or the beginning of several.")
@study_options
@click.pass_context
def sensitivity_command(
    context: click.Context,
    /,
    method: str | None,
    size: int | None,
    keep: int | None,
    outcomes: tuple[str, ...],
    inputs: tuple[str, ...],
    **options: Any,
) -> None:
    """Vary every uncertain parameter and see which of them decide the claims, or any other outcome.

    What is not given is as experiments/sensitivity.toml says; a method that is given has its own size by default.
    """
    # A design of a given method or size does not grow.
    given: dict[str, Any] = {} if method is None else {"method": method, "size": size, "most": 0}
    if size is not None:
        given |= {"size": size, "most": 0}
    if keep is not None:
        given["screen"] = {"method": SCREENED_BY, "keep": keep}
    overrides = given | {name: value for name, value in (("outcomes", outcomes), ("inputs", inputs)) if value}
    do_study(context, "sensitivity", overrides, **options)
