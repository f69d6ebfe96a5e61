"""simbiz loyalty: how loyal the buyers of every firm are, beside what is expected of a firm of its share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import rich_click as click

from simbiz.cli.completion import scenarios_like
from simbiz.cli.output import echo, print_table
from simbiz.cli.study import do_study, study_options

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted


@click.command("loyalty")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@click.option("--year", type=click.IntRange(0), default=None, help="Year that is looked at; 1 is the first.")
@study_options
@click.pass_context
def loyalty_command(context: click.Context, /, year: int | None, **options: Any) -> None:
    """Measure the loyalty of every firm's buyers in a SCENARIO, beside what Double Jeopardy lets expect.

    What is not given is as experiments/loyalty.toml says. The same command goes on where it was interrupted.
    """
    do_study(context, "loyalty", {} if year is None else {"year": year}, **options)


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    print_loyalty(conducted.report)


def print_loyalty(report: Mapping[str, Any]) -> None:
    """Print a table a segment."""
    echo(f"{report['scenario']}, year {report['year']}, mean of {report['worlds']} worlds.")
    echo("In brackets: what the Dirichlet fitted to all purchases lets expect of a firm of that share.")
    columns = ["firm", "share", "buyers", "purchases a buyer", "share of requirements", "left since last year"]
    for segment in dict.fromkeys(row["segment"] for row in report["firms"]):
        echo(f"\n{segment}:\n")
        own = [row for row in report["firms"] if row["segment"] == segment]
        print_table(columns, [_line(row) for row in own])


def _line(row: Mapping[str, Any]) -> list[str]:
    return [
        row["firm"],
        f"{row['share']:.1%}",
        f"{row['penetration']:.1%}",
        _beside(row["frequency"], row["expected_frequency"], ".2f"),
        _beside(row["requirements"], row["expected_requirements"], ".1%"),
        _known(row["churn"], ".1%"),
    ]


def _beside(measured: float | None, expected: float | None, form: str) -> str:
    return f"{_known(measured, form)} ({_known(expected, form)})"


def _known(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)
