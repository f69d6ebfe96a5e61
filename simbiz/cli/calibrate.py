"""simbiz calibrate: parameter points inside their declared ranges under which laws of real markets hold."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.output import WIDTH, echo, print_table
from simbiz.cli.study import do_study, study_options

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted


@click.command("calibrate")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@click.option("--to", "target", default=None, help="What must hold: patterns. Claims are tested and never fitted.")
@click.option("--points", type=click.IntRange(1), default=None, help="Points of the Sobol' sequence.")
@study_options
@click.pass_context
def calibrate_command(context: click.Context, /, target: str | None, points: int | None, **options: Any) -> None:
    """Find all parameter points, of those tried, under which the laws to be fitted hold.

    What is not given is as experiments/calibrate.toml says. The same command goes on where it was interrupted.
    """
    given = {"to": target, "points": points}
    do_study(context, "calibrate", {key: value for key, value in given.items() if value is not None}, **options)


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    print_set(conducted.report)


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
    echo("\nParameters, and the points that pass:\n")
    print_table(("parameter", "declared range", "shipped", "passing", "evidence"), _parameter_lines(report, passing))
    echo("\nStatistics (median of the seeds) over all points tried and over those that pass:\n")
    print_table(("statistic", "tolerance", "all points", "passing", "hold"), _statistic_lines(report, passing))
    echo("")
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
        echo(line)
