"""simbiz patterns: whether laws of real markets emerge, and the same statistics for a real panel."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click
from click.core import ParameterSource

from simbiz.cli.completion import scenarios_like
from simbiz.cli.output import WIDTH, echo, print_json, print_table
from simbiz.cli.study import do_study, study_options

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted

COLUMNS = ("pattern", "value", "range", "tolerance", "holds", "meaning")
SCENARIO_ONLY = ("scenario", "replicates", "seed", "changes", "workers", "out")


@click.command("patterns")
@click.argument("scenario", required=False, shell_complete=scenarios_like)
@click.option(
    "--panel",
    type=click.Path(path_type=Path),
    metavar="FILE.parquet",
    help="Measure a panel of purchases instead: columns customer, week (a whole number or a date), firm, amount.",
)
@click.option(
    "--customers",
    type=click.IntRange(1),
    help="Customers behind the panel, those without a purchase included; without it P4 is not measured.",
)
@click.option(
    "--weeks",
    metavar="FROM:TO",
    help="Weeks of the panel to measure, as numbers or dates, or all; by default the first 52.",
)
@click.option("--segment", metavar="NAME", help="Measure one segment of the panel; by default all together.")
@study_options
@click.pass_context
def patterns_command(
    context: click.Context,
    /,
    panel: Path | None,
    customers: int | None,
    weeks: str | None,
    segment: str | None,
    **options: Any,
) -> None:
    """Measure the laws of markets in a SCENARIO in which nothing happens, or in a panel of purchases.

    What is not given is as experiments/patterns.toml says. The same command goes on where it was interrupted; nothing
    is written of a panel.
    """
    of_panel = {"customers": customers, "weeks": weeks, "segment": segment}
    if panel is not None:
        _measure_panel(context, panel, of_panel, as_json=options["as_json"])
        return
    for name, value in of_panel.items():
        if value is not None:
            raise click.UsageError(f"--{name} goes with --panel only", context)
    do_study(context, "patterns", {}, **options)


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    print_patterns(conducted.report)


def _measure_panel(context: click.Context, file: Path, options: Mapping[str, Any], *, as_json: bool) -> None:
    from simbiz.studies.patterns.laws import excerpt_report

    given = [name for name in SCENARIO_ONLY if context.get_parameter_source(name) is not ParameterSource.DEFAULT]
    if given:
        name = "SCENARIO" if given[0] == "scenario" else "--set" if given[0] == "changes" else f"--{given[0]}"
        raise click.UsageError(f"{name} does not go with --panel", context)
    report = excerpt_report(file, **options)
    if as_json:
        print_json(report)
        return
    for sentence in _panel_sentences(report):
        _say(sentence)
    echo("")
    without_range = [column for column in COLUMNS if column != "range"]
    rows = [dict(zip(COLUMNS, _line(row), strict=True)) for row in report["patterns"]]
    print_table(without_range, [[row[column] for column in without_range] for row in rows])


def _panel_sentences(report: Mapping[str, Any]) -> Iterator[str]:
    """What of a panel is measured, and what must be kept in mind."""
    from simbiz.studies.patterns.laws import unlike_tolerances

    yield f"{report['purchases']} purchases by {report['buyers']} buyers from {report['firms']} firms."
    yield _weeks_sentence(report["weeks"])
    if report["segment"] is not None:
        yield f"Segment: {report['segment']}."
    elif len(report["segments"]) > 1:
        names = ", ".join(report["segments"])
        yield f"Segments mixed in one measurement: {names}; the laws hold within a segment: --segment NAME."
    known = "given" if report["customers_given"] else "those who bought; P4 needs those who bought nothing: --customers"
    yield f"Customers: {report['customers']} ({known})."
    unlike = unlike_tolerances(report)
    if unlike:
        yield f"The tolerances are meant for a year of larger markets: {'; '.join(unlike)}."


def _weeks_sentence(weeks: Mapping[str, Any] | None) -> str:
    if weeks is None:
        return "Weeks: not known; everything is measured."
    told = f"Weeks: {weeks['first']} to {weeks['last']} ({weeks['number']:g} weeks)"
    if (weeks["first"], weeks["last"]) == (weeks["first_in_file"], weeks["last_in_file"]):
        return f"{told}, all in the file."
    return f"{told}; the file has {weeks['first_in_file']} to {weeks['last_in_file']}, --weeks FROM:TO measures others."


def print_patterns(report: Mapping[str, Any]) -> None:
    """Print a table for each segment, what fails, and what each pattern needs."""
    from simbiz.studies.patterns.laws import too_small
    from simbiz.studies.patterns.tables import MARKET

    counts = ", ".join(f"{count} of {name}" for name, count in report["customers"].items())
    _say(f"{report['scenario']} without interventions: {len(report['seeds'])} seeds; customers: {counts}.")
    _say("Value: median of the seeds, range over seeds; P12: worst firm, range over firms. In brackets: no gate.")
    for sentence in too_small(report):
        _say(f"The tolerances are meant for larger markets: {sentence}.")
    rows = report["patterns"]
    for segment in dict.fromkeys(row["segment"] for row in rows):
        echo(f"\n{'The whole market' if segment == MARKET else segment.capitalize()}:\n")
        print_table(COLUMNS, [_line(row) for row in rows if row["segment"] == segment])
    echo("")
    failing = [row for row in rows if row["gated"] and not row["holds"]]
    names = ", ".join(f"{row['id']} {row['statistic']} ({row['segment']})" for row in failing)
    _say(f"Gates that fail: {names}." if failing else "Every gate holds.")
    for name, needs in {row["id"]: row["needs"] for row in rows if row["needs"]}.items():
        _say(f"{name} needs {', '.join(needs)}.")


def _line(row: Mapping[str, Any]) -> Sequence[str]:
    low, high = row["range"]
    verdict = {True: "yes", False: "no", None: "-"}[row["holds"]]
    return [
        f"{row['id']} {row['statistic']}",
        _number(row["value"]),
        f"{_number(low)} to {_number(high)}",
        _tolerance(row["low"], row["high"]),
        verdict if row["gated"] or row["holds"] is None else f"({verdict})",
        row["meaning"],
    ]


def _tolerance(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "-"
    if low is None:
        return f"<= {high:g}"
    return f">= {low:g}" if high is None else f"{low:g} to {high:g}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}" if abs(value) >= 10 else f"{value:.3f}"


def _say(text: str) -> None:
    for line in textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False):
        echo(line)
