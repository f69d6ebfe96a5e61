"""The claims about the market in words: a line a claim, and why some cannot be tested."""

from __future__ import annotations

from collections.abc import Iterator

from simbiz.catalogue.caveats import caveats_in
from simbiz.cli.claims_text import ORDER, Row, cell, is_headline, select, wrapped
from simbiz.statistics.verdicts import NOT_TESTABLE
from simbiz.studies.claims.horizons import HORIZONS
from simbiz.studies.claims.statistics import BEFORE_AFTER
from simbiz.studies.claims.words import estimate_as_printed, target_as_printed

COLUMNS = ["claim", "more than", "year 1", "paired", "full year after", "paired "]


def market_heading() -> list[str]:
    """What these claims are about."""
    return [
        "",
        "Second paper: firms that put the customer first. Statements about all firms of the market (nps_), which say "
        "whether score and growth go together and not which is the cause, and signs of a change in the focal firm. "
        "n/t: cannot be tested.",
        "",
    ]


def _own(report: Row) -> Iterator[Row]:
    return (row for row in select(report["claims"], kind="market") if is_headline(row, report))


def market_rows(report: Row) -> tuple[list[str], list[list[str]]]:
    """Columns and lines of the table in the case that is told first."""
    lines: dict[str, dict[tuple[str, str], Row]] = {}
    for row in _own(report):
        lines.setdefault(row["id"], {})[row["horizon"], row["comparator"]] = row
    table = []
    for name, cells in lines.items():
        some = cells[ORDER[0]]
        target = target_as_printed(some).replace(" %", "%") if some["target"] else "0"
        table.append([name, target, *(cell(cells[key]) for key in ORDER)])
    return COLUMNS, table


def market_closing_lines(report: Row) -> Iterator[str]:
    """Why claims could not be tested, caveats of what they measure, and verdicts in years of their own."""
    yield ""
    reasons: dict[str, list[str]] = {}
    for row in _own(report):
        names = reasons.setdefault(row["depends_on"], []) if row["verdict"] == NOT_TESTABLE else [row["id"]]
        if row["id"] not in names:
            names.append(row["id"])
    for reason, names in reasons.items():
        yield from wrapped(f"Not testable at some horizon: {', '.join(names)}: {reason}.")
    for caveat in caveats_in(" ".join(row["id"] for row in _own(report))):
        yield from wrapped(caveat)
    for row in _own(report):
        if row["horizon"] not in HORIZONS and row["comparator"] == BEFORE_AFTER:
            yield f"  {row['id']}, {row['horizon']}: {estimate_as_printed(row, row['estimate'])}, {row['verdict']}"
