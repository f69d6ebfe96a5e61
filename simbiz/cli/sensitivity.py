"""simbiz sensitivity: which uncertain parameters decide the claims."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rich_click as click
from click.core import ParameterSource

from simbiz.cli.changes import changes_option
from simbiz.cli.exits import FAILED_RUNS
from simbiz.cli.output import json_option, print_json, print_table
from simbiz.cli.progress import progress_bar
from simbiz.cli.study_options import cores, out_option, replicates_option, seed_option, workers_option

SHOWN = 12
OUTCOMES = (
    "share.value | paired | first full year after the last step",
    "share.value | before-after | first year",
)


@click.command("sensitivity")
@click.argument("scenario", required=False)
@click.option("--method", default=None, help="morris (default) or sobol.")
@click.option("--size", type=click.IntRange(2), default=None, help="Trajectories of Morris, base samples of Sobol'.")
@replicates_option(None)
@seed_option
@changes_option
@workers_option
@out_option
@json_option
@click.pass_context
def sensitivity_command(
    context: click.Context,
    scenario: str | None,
    method: str | None,
    size: int | None,
    replicates: int | None,
    seed: int,
    changes: dict[str, Any],
    workers: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Screen every uncertain parameter for its effect on the margins of the claims (estimate less target).

    Settings that are not given come from experiments/sensitivity_morris.toml.
    """
    from simbiz.experiment.claim_margins import SensitivitySettings, sensitivity_of_claims
    from simbiz.experiment.sensitivity import method_named
    from simbiz.experiment.study_file import settings_of
    from simbiz.scenario import load_scenario

    settings = settings_of("sensitivity_morris", SensitivitySettings)
    chosen = method or settings.method
    method_named(chosen)
    defaults = {"customers": settings.customers, "fit.tolerance": settings.fit_tolerance}
    point = load_scenario(scenario or settings.scenario, defaults | changes)
    first = settings.first_seed if context.get_parameter_source("seed") is ParameterSource.DEFAULT else seed
    seeds = range(first, first + (replicates or settings.replicates))
    places: list[Path] = []
    with progress_bar() as progress:
        report = sensitivity_of_claims(
            point,
            method=chosen,
            size=size or settings.size,
            seeds=seeds,
            folder=out,
            workers=workers or cores(),
            progress=progress,
            announce=places.append,
        )
    if as_json:
        print_json(report)
    else:
        print_sensitivity(report)
        click.echo(f"\nResults: {places[-1]} (runs.sqlite, sensitivity.json, manifest.json)")
    if report["failed_runs"]:
        click.echo(f"{report['failed_runs']} runs failed", err=True)
        context.exit(FAILED_RUNS)


def print_sensitivity(report: dict[str, Any]) -> None:
    """Print for the share claim which parameters move it most."""
    inputs, points, customers = len(report["inputs"]), report["points"], report["customers"]
    click.echo(f"{report['method'].capitalize()} over {inputs} uncertain parameters: {points} points,")
    click.echo(f"{customers} customers, rivals {report['rivals']}, decline {report['decline']}.")
    missing, left_out = report["missing_points"], report["blocks_left_out"]
    click.echo(f"{missing} points failed or missed the base year; {left_out} blocks of the design were left out.")
    for outcome in OUTCOMES:
        if outcome not in report["outcomes"]:
            continue
        click.echo(f"\nMargin of {outcome.replace(' | ', ', ')} (points of share):\n")
        indices = report["outcomes"][outcome]
        leading = "mu_star" if "mu_star" in indices else "ST"
        order = sorted(range(len(report["inputs"])), key=lambda i: -abs(indices[leading][i]))
        scale = 100.0 if leading == "mu_star" else 1.0
        rows = [[report["inputs"][i], *(f"{scale * indices[name][i]:.2f}" for name in indices)] for i in order[:SHOWN]]
        print_table(["parameter", *indices], rows)
