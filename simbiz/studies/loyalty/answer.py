"""Loyalty of every firm in sentences and a table a segment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simbiz.plots.number_text import counted, percent
from simbiz.plots.sheet import Shown
from simbiz.report.sentences import Answer, failed_runs
from simbiz.results.load import Result
from simbiz.runs.stored_plan import study_in

Row = Mapping[str, Any]

COLUMNS = ["firm", "share", "buyers", "purchases a buyer", "share of requirements", "left since last year"]


def answer(result: Result) -> Answer:
    """How loyal the focal firm's buyers are, beside what is expected."""
    report, scenario = result.report, study_in(result.folder).scenario
    own = [row for row in report["firms"] if row["firm"] == scenario.focal and row["frequency"] is not None]
    title = scenario.firms[scenario.focal].title
    sentences = [
        f"Segment {row['segment']}, year {report['year']}: {_loyal(row, title)}: {row['frequency']:.2f} purchases a "
        f"buyer where {row['expected_frequency']:.2f} may be expected, and {percent(row['requirements'])} of their "
        f"needs where {percent(row['expected_requirements'])} may be expected."
        for row in own
    ]
    cautions = [
        f"Means of {counted(report['worlds'], 'world')}. Expected: the Dirichlet fitted to all purchases of the "
        "segment, in which small firms have fewer and less loyal buyers (double jeopardy); in tables in brackets.",
        *failed_runs(report),
    ]
    tables = [
        Shown(COLUMNS, [_line(row) for row in report["firms"] if row["segment"] == segment], f"Segment {segment}")
        for segment in dict.fromkeys(row["segment"] for row in report["firms"])
    ]
    return Answer(sentences or ["Nobody bought."], tables, cautions)


def _loyal(row: Row, title: str) -> str:
    """Whether buyers buy more often than the share predicts, as far as the worlds tell."""
    span = row.get("intervals", {}).get("excess_frequency")
    if span and span[0] <= 0.0 <= span[1]:
        return f"buyers of {title} cannot be told to be more or less loyal than expected at its share"
    more = "more" if row["excess_frequency"] > 0.0 else "less"
    return f"buyers of {title} are {more} loyal than expected at its share"


def _line(row: Row) -> list[str]:
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
