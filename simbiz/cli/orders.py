"""simbiz orders: which order of adopting tools is best, and which cannot be told apart from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.output import echo
from simbiz.cli.study import do_study, study_options
from simbiz.cli.study_options import cores

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted


@click.command("orders")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@click.option("--runs", type=click.IntRange(1), help="Budget of the search, in runs.")
@click.option("--minutes", type=click.FloatRange(min=0.0, min_open=True), help="Budget in minutes, timed once here.")
@click.option("--parallel", "parallel", multiple=True, type=click.IntRange(1), help="Tools at a time; repeatable.")
@study_options
@click.pass_context
def orders_command(
    context: click.Context,
    /,
    runs: int | None,
    minutes: float | None,
    parallel: tuple[int, ...],
    **options: Any,
) -> None:
    """Search all orders of the programme's tools for the best, and say which cannot be told apart from it.

    What is not given is as experiments/orders.toml says. The same command goes on where it was interrupted; after
    --minutes it says with which --runs.
    """
    if runs is not None and minutes is not None:
        raise click.UsageError("--runs and --minutes are two ways to say the same: give one of them")
    name = "orders"
    overrides: dict[str, Any] = {"parallel": parallel} if parallel else {}
    if minutes is not None:
        runs = _runs_in(minutes, "orders_small" if options["small"] else name, overrides, options)
    if runs is not None:
        overrides["runs"] = runs
    do_study(context, name, overrides, **options)


def _runs_in(minutes: float, name: str, overrides: Mapping[str, Any], options: Mapping[str, Any]) -> int:
    """Runs that this machine does in some minutes, from a timed pilot."""
    from simbiz.runs.study_file import load_study
    from simbiz.studies.orders.pilot import runs_in

    given = {"scenario": options["scenario"], "set": dict(options["changes"]) or None}
    study = load_study(name, {**overrides, **{key: value for key, value in given.items() if value is not None}})
    runs = runs_in(study, 60.0 * minutes, options["workers"] or cores())
    echo(f"{minutes:g} minutes are about {runs} runs here: --runs {runs} repeats this study.", err=True)
    return runs


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    from simbiz.cli.orders_text import print_orders

    print_orders(conducted.report)


def print_census(conducted: Conducted) -> None:
    """Print the best orders of all."""
    from simbiz.cli.orders_text import print_best_of_all

    print_best_of_all(conducted.report)
