"""The claims about the market in words: a line a claim, and why some cannot be tested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simbiz.catalogue.caveats import caveats_in
from simbiz.cli.claims_text import AFTER, FIRST, Row, number, select, wrapped
from simbiz.experiment.claim_statistics import BEFORE_AFTER, PAIRED
from simbiz.experiment.claim_words import MARKS

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


def _own(report: Row, scenario: Any) -> Iterator[Row]:
    own = {"kind": "market", "rivals": scenario.rivals.mode, "decline": scenario.past.decline}
    return select(report["claims"], **own)


def market_rows(report: Row, scenario: Any) -> tuple[list[str], list[list[str]]]:
    """Columns and lines of the table under the scenario's own rivals and decline."""
    lines: dict[str, dict[tuple[str, str], Row]] = {}
    for row in _own(report, scenario):
        lines.setdefault(row["id"], {})[row["horizon"], row["comparator"]] = row
    order = [(FIRST, BEFORE_AFTER), (FIRST, PAIRED), (AFTER, BEFORE_AFTER), (AFTER, PAIRED)]
    table = []
    for name, cells in lines.items():
        shown = [f"{number(cells[key], 'estimate')} {MARKS[cells[key]['verdict']]}" for key in order]
        table.append([name, number(cells[order[0]], "target") if cells[order[0]]["target"] else "0", *shown])
    return COLUMNS, table


def market_closing_lines(report: Row, scenario: Any) -> Iterator[str]:
    """Why claims could not be tested, caveats of what they measure, and verdicts in years of their own."""
    yield ""
    reasons: dict[str, list[str]] = {}
    for row in _own(report, scenario):
        names = reasons.setdefault(row["depends_on"], []) if row["verdict"] == "not testable" else [row["id"]]
        if row["id"] not in names:
            names.append(row["id"])
    for reason, names in reasons.items():
        yield from wrapped(f"Not testable at some horizon: {', '.join(names)}: {reason}.")
    for caveat in caveats_in(" ".join(row["id"] for row in _own(report, scenario))):
        yield from wrapped(caveat)
    for row in _own(report, scenario):
        if row["horizon"] not in (FIRST, AFTER) and row["comparator"] == BEFORE_AFTER:
            yield f"  {row['id']}, {row['horizon']}: {number(row, 'estimate')}, {row['verdict']}"
