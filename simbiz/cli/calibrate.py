"""simbiz calibrate: parameter points inside their declared ranges under which laws of real markets hold."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import rich_click as click
from click.core import ParameterSource

from simbiz.cli.changes import changes_option
from simbiz.cli.exits import FAILED_RUNS
from simbiz.cli.output import WIDTH, json_option, print_json, print_table
from simbiz.cli.progress import progress_bar
from simbiz.cli.study_options import cores, out_option, replicates_option, seed_option, workers_option


@click.command("calibrate")
@click.argument("scenario", required=False)
@click.option("--to", "target", default=None, help="What must hold: patterns. Claims are tested and never fitted.")
@click.option("--points", type=click.IntRange(1), default=None, help="Points of the Sobol' sequence.")
@replicates_option(None)
@seed_option
@changes_option
@workers_option
@out_option
@json_option
@click.pass_context
def calibrate_command(
    context: click.Context,
    scenario: str | None,
    target: str | None,
    points: int | None,
    replicates: int | None,
    seed: int,
    changes: dict[str, Any],
    workers: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Find all parameter points, of those tried, under which the laws to be fitted hold.

    What is not given is as experiments/calibrate.toml says. The same command goes on where it was interrupted.
    """
    from simbiz.experiment.calibrate import calibrate, calibration_plan, sobol_points
    from simbiz.experiment.calibration_settings import calibrate_settings, refuse_claims, varied
    from simbiz.experiment.parameter_set import FILE
    from simbiz.result.folder import write_text
    from simbiz.scenario import load_scenario

    settings = calibrate_settings("calibrate")
    refuse_claims(target or settings.to)
    defaults = {"customers": settings.customers, "fit.tolerance": settings.fit_tolerance}
    point = load_scenario(scenario or settings.scenario, defaults | changes)
    first = settings.first_seed if context.get_parameter_source("seed") is ParameterSource.DEFAULT else seed
    seeds = range(first, first + (replicates or settings.replicates))
    inputs = varied(settings.parameters)
    count = points or settings.points
    folder = out or calibration_plan(point, sobol_points(inputs, count), seeds).default_folder()
    with progress_bar() as progress:
        report = calibrate(
            point,
            inputs,
            points=count,
            seeds=seeds,
            fewest=settings.fewest,
            search=settings.search,
            folder=folder,
            workers=workers or cores(),
            progress=progress,
        )
    write_text(folder / FILE, json.dumps(report, indent=2, allow_nan=False) + "\n")
    if as_json:
        print_json(report)
    else:
        print_set(report)
        click.echo(f"\nResults: {folder} (runs.sqlite, {FILE}, manifest.json)")
    if report["failed_runs"]:
        click.echo(f"{report['failed_runs']} runs failed", err=True)
        context.exit(FAILED_RUNS)


def print_set(report: Mapping[str, Any]) -> None:
    """Print how many points pass, where they lie, what they give, and what was predicted."""
    passing = [one for one in report["points"] if one["passes"]]
    searched = report["from_local_search"]
    _say(
        f"{report['scenario']}, {report['customers']} customers, {len(report['seeds'])} seeds at every point: "
        f"{report['passing']} of {report['tried']} points pass ({report['tried'] - searched} of a Sobol' sequence, "
        f"{searched} of a local search)."
    )
    if report["passing"] < report["fewest"]:
        _say(f"That is fewer than {report['fewest']}: --points takes more.")
    click.echo("\nParameters, and the points that pass:\n")
    print_table(("parameter", "declared range", "shipped", "passing", "evidence"), _parameter_lines(report, passing))
    click.echo("\nStatistics (median of the seeds) over all points tried and over those that pass:\n")
    print_table(("statistic", "tolerance", "all points", "passing", "hold"), _statistic_lines(report, passing))
    click.echo("")
    _say("Passing means: every fitted statistic lies inside its tolerance, and the base year was met.")


def _parameter_lines(report: Mapping[str, Any], passing: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    for path, bound in report["bounds"].items():
        low, high = bound["range"]
        values = [one["values"][path] for one in passing]
        yield [path, f"{low:g} to {high:g}", f"{bound['shipped']:g}", _range(values), bound["evidence"]]


def _statistic_lines(report: Mapping[str, Any], passing: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    segments = dict.fromkeys(name.split(".")[0] for one in report["points"] for name in one["predictions"])
    for use in ("fitted", "predicted"):
        for segment in segments:
            for name, (low, high) in report[use].items():
                values, kept = (_values(points, segment, name) for points in (report["points"], passing))
                inside = [(low is None or value >= low) and (high is None or value <= high) for value in values]
                holding = f"{sum(inside)} of {len(report['points'])}"
                yield [f"{name} ({segment}, {use})", _tolerance(low, high), _range(values), _range(kept), holding]


def _values(points: Sequence[Mapping[str, Any]], segment: str, name: str) -> list[float]:
    found = [one["statistics"].get(segment, {}).get(name) for one in points]
    return [value for value in found if value is not None]


def _range(values: Sequence[float]) -> str:
    return f"{min(values):.3g} to {max(values):.3g}" if values else "-"


def _tolerance(low: float | None, high: float | None) -> str:
    if low is None:
        return f"<= {high:g}"
    return f">= {low:g}" if high is None else f"{low:g} to {high:g}"


def _say(text: str) -> None:
    for line in textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False):
        click.echo(line)
