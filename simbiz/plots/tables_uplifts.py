"""Tables of what is seen beside what is caused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from simbiz.errors import InputError
from simbiz.plots.number_text import counted, figures, plain, points, signed_percent
from simbiz.plots.sheet import Sheet, Shown
from simbiz.plots.uplifts import CAUSED_ROW, COMPARISONS, SORTED, line_of, lines_of
from simbiz.results.load import Result

Row = Mapping[str, Any]

SEPARATOR = " | "
MEASURES = {"spent": "what a customer spends in a year", "basket": "what a customer spends at a purchase"}


def groups(result: Result) -> list[str]:
    """Segments and measures, those with most buyers on one channel first."""
    rows = [row for row in result.report.get("seen_and_caused", []) if row["naive"] is not None]
    rows.sort(key=lambda row: (row["measure"] != "spent", -(row["customers_single"] or 0.0)))
    return list(dict.fromkeys(f"{row['segment']}{SEPARATOR}{row['measure']}" for row in rows))


def uplifts(result: Result, subject: str | None = None) -> Sheet:
    """What a company sees and what was caused, of the same customers."""
    known = groups(result)
    if not known:
        raise InputError("no run finished, or too few bought on one channel", file=result.folder)
    segment, _, measure = (subject or known[0]).partition(SEPARATOR)
    rows = [row for row in result.report["seen_and_caused"] if (row["segment"], row["measure"]) == (segment, measure)]
    table = lines_of(rows)
    if measure == "spent":
        more = [
            line_of(f"{COMPARISONS[one['comparison']]}, all customers", CAUSED_ROW, one["causal"],
                    one["causal_interval"])
            for one in result.report["everybody"]
            if one["segment"] == segment and one["causal"] is not None
        ]  # fmt: skip
        table = pd.concat([table, pd.DataFrame(more)], ignore_index=True)
    cells = [[row["name"], signed_percent(row["value"]), _span(row)] for row in table.to_dict("records")]
    cells += [[f"{plain(row['comparison'])}: seen over caused, {SORTED[row['sorted']]}", figures(row["ratio"], 3),
               " to ".join(figures(end, 3) for end in row["ratio_interval"] or [None, None])]
              for row in rows if row["ratio"] is not None]  # fmt: skip
    years = " or ".join(str(year) for year in result.report["years"])
    return Sheet({"uplifts": table}, [Shown(["what", "uplift", "95 % interval"], cells)],
                 _said(rows, segment, measure, years), _note(result, rows), {"measure": MEASURES[measure]},
                 f"{segment}, {MEASURES[measure]}")  # fmt: skip


def _said(rows: Sequence[Row], segment: str, measure: str, years: str) -> str:
    """Seen and caused by both comparisons, sorted in the same year."""
    first = next((row for row in rows if row["naive"] is not None), None)
    if first is None:
        return f"Nothing can be seen of {segment} in year {years}."
    own = [row for row in rows if row["sorted"] == first["sorted"] and row["causal"] is not None]
    caused = " and ".join(f"the {row['comparison']} caused {_with_span(row, 'causal')}" for row in own)
    return (
        f"Segment {segment}, year {years}, {MEASURES[measure]}: a company sees {_with_span(first, 'naive')}, "
        f"buyers on several channels beside buyers on one. {_shuffled(first)}Of the same buyers, beside themselves, "
        f"{caused or 'nothing is defined'}."
    )


def _shuffled(row: Row) -> str:
    """What the same comparison gives where channels mean nothing; nothing of a result that has not asked it."""
    if row.get("shuffled") is None:
        return ""
    return f"With the channels of all contacts shuffled it would see {_with_span(row, 'shuffled')}. "


def _with_span(row: Row, name: str) -> str:
    span = row[f"{name}_interval"]
    limits = f" ({' to '.join(map(signed_percent, span))})" if span else ""
    return signed_percent(row[name]) + limits


def _note(result: Result, rows: Sequence[Row]) -> str:
    seeds = counted(len(result.report["seeds"]), "seed")
    note = (
        "Seen: buyers on several channels beside buyers on one, as a company reads its data. Caused: the same buyers "
        "on several channels beside themselves, in the world without the programme, or with the same tools and no "
        f"integration. Lines: 95 % intervals over {seeds}, with arrow heads where they are cut."
    )
    return " ".join([note, *few_buyers(result.report, rows)])


def few_buyers(report: Row, rows: Sequence[Row]) -> Iterator[str]:
    """Says of which segments so few buyers used one channel that nothing is said of what is seen."""
    fewest = report.get("fewest_people", 0)
    few = {row["segment"] for row in rows if row["customers_single"] is not None and row["customers_single"] < fewest}
    for segment in sorted(few):
        yield (
            f"Fewer than {fewest} buyers of segment {segment} used one channel by one of the two ways of sorting: "
            "what is seen there is left out."
        )


def occasions(report: Row) -> Shown | None:
    """Purchases after several channels beside purchases after one, with shuffled labels, and as published."""
    rows = report.get("occasions", [])
    cells = [
        [row["segment"], plain(row["measure"]), row["channels"], signed_percent(row["seen"]),
         signed_percent(row["shuffled"]), signed_percent(row["published"])]
        for row in rows
    ]  # fmt: skip
    heads = ["segment", "measure", "channels", "seen", "shuffled", "published"]
    return Shown(heads, cells, "Purchases after several channels beside purchases after one") if rows else None


def difference(row: Row) -> str:
    """First use of new channels with and without talk: the difference in percentage points with its interval."""
    span = row["difference_interval"]
    return points(row["difference"]) + (f" ({points(span[0])} to {points(span[1])})" if span else "")


def _span(row: Mapping[Any, Any]) -> str:
    return "-" if row["low"] != row["low"] else f"{signed_percent(row['low'])} to {signed_percent(row['high'])}"
