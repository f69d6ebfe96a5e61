"""What every study says at its end: which runs do not count, and which points do not rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simbiz.cli.output import echo, print_text
from simbiz.cli.sample import sample_words
from simbiz.runs.counted import left_out_text

if TYPE_CHECKING:
    from simbiz.runs.study import Study

MOST_POINTS = 5
MOST_VALUES = 12


def print_left_out(report: Mapping[str, Any]) -> None:
    """Print how many runs do not count and why; for the first points that do not rest, what leaves its bounds there.

    Parameters
    ----------
    report : mapping
        Report of any kind of study.
    """
    if report.get("unchecked_runs"):
        echo("\nNobody has seen whether these markets rest where nothing happens: fit.check_rest is false.")
    text = left_out_text(report.get("not_counted", {}), report.get("planned_runs", 0))
    if not text:
        return
    echo("")
    print_text(f"{text}.")
    points = report["restless"]
    for point in points[:MOST_POINTS]:
        for line in point_lines(point):
            print_text(line)
    if len(points) > MOST_POINTS:
        print_text(f"{len(points) - MOST_POINTS} more points do not rest; the report of the study names all.")


def print_closing(study: Study[Any], report: Mapping[str, Any]) -> None:
    """Print what stands below the answer of every kind of study: what does not count, and what a sample rests on."""
    print_left_out(report)
    if words := sample_words(study.scenario, study.settings.first_seed):
        echo(f"\n{words}")


def point_lines(point: Mapping[str, Any]) -> list[str]:
    """A point that does not rest, in lines: what leaves its bounds, and the values there."""
    from simbiz.runs.rest import problem_text

    why = [problem_text(problem) for problem in point["problems"][:1]] or [point.get("error", "")]
    values = point.get("values", {})
    shown = [f"{name} {value}" for name, value in list(values.items())[:MOST_VALUES]]
    more = f" and {len(values) - MOST_VALUES} more" if len(values) > MOST_VALUES else ""
    return [f"Does not rest: {why[0]}.", *([f"  at {', '.join(shown)}{more}"] if shown else [])]
