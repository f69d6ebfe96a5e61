"""The main claims year by year in words: tables of the share in every case, and where verdicts turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simbiz.cli.claims_text import is_headline, select, wrapped
from simbiz.statistics.verdicts import TOO_FEW
from simbiz.studies.claims.statistics import BEFORE_AFTER, PAIRED
from simbiz.studies.claims.words import (
    MAIN,
    MARKS,
    estimate_as_printed,
    target_as_printed,
)

Row = Mapping[str, Any]

COLUMNS_AT_MOST = 8
SHARE = MAIN[0]
SUBJECTS = {"share.value": "share", "share_index.chain": "share index", "performance.revenue": "growth of revenue"}


def path_tables(report: Row) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Titles, columns and rows of the share by case and year: with the programme, less that without, without it."""
    before_after, paired = (
        [row for row in select(report["paths"], id=SHARE, comparator=comparator) if row["years"]]
        for comparator in (BEFORE_AFTER, PAIRED)
    )
    if not before_after:
        return
    asked = [target_as_printed(rows[0]["years"][0] | {"id": SHARE}) for rows in (before_after, paired)]
    yield _table(
        f"Market share with the programme, per cent, by year (rivals, decline); does it reach {asked[0]}? No mark: too "
        "few worlds to say.",
        before_after,
        "estimate",
    )
    yield _table(f"The same less that without the programme, in points; does it reach {asked[1]}?", paired, "estimate")
    yield _table("Without the programme, per cent:", paired, "baseline")


def _table(title: str, rows: Sequence[Row], field: str) -> tuple[str, list[str], list[list[str]]]:
    years = _years(rows[0]["years"])
    sign = "+" if field == "estimate" and rows[0]["comparator"] == PAIRED else ""

    def cell(row: Row) -> str:
        mark = MARKS[row["verdict"]] if field == "estimate" and row["verdict"] != TOO_FEW else ""
        return f"{100.0 * row[field]:{sign}.1f} {mark}".strip()

    lines = [[_case(row), *(cell(year) for year in _years(row["years"]))] for row in rows]
    return title, ["", *(f"year {row['year']}" for row in years)], lines


def _years(years: Sequence[Row]) -> Sequence[Row]:
    """At most so many years as fit a line, the last among them."""
    return years if len(years) <= COLUMNS_AT_MOST else [*years[: COLUMNS_AT_MOST - 1], years[-1]]


def _case(row: Row) -> str:
    return f"{row['rivals']}, {row['decline']}".replace("_", "-")


def path_lines(report: Row) -> Iterator[str]:
    """Where paths turn: the highest year, the years in which a verdict changes, and rest."""
    rows = [row for row in report["paths"] if row["years"]]
    if not rows:
        return
    yield ""
    yield from _fewer(rows)
    yield (
        "Where it turns (rivals, decline). At rest: the last two years changed it by less than 5 % of what is "
        "measured, at 95 % confidence; still moving: they changed it; otherwise the worlds cannot tell."
    )
    for row in select(rows, id=SHARE):
        if row["comparator"] == BEFORE_AFTER or is_headline(row, report):
            yield from wrapped(f"{_case(row)}: {SUBJECTS[SHARE]}, {row['comparator']}, {_turns(row)}.")
    for name in MAIN[1:]:
        for row in select(rows, id=name):
            if is_headline(row, report):
                yield from wrapped(f"{_case(row)}: {SUBJECTS[name]}, {row['comparator']}, {_turns(row)}.")


def _fewer(rows: Sequence[Row]) -> Iterator[str]:
    """From which year on fewer pairs than before live, where that is so."""
    most = max(rows, key=lambda row: row["years"][0]["asked"])
    first, last = (most["years"][place] for place in (0, -1))
    if last["asked"] < first["asked"]:
        year = next(one["year"] for one in most["years"] if one["asked"] == last["asked"])
        yield f"From year {year} on {last['worlds']} pairs are told, before that {first['worlds']}."
        yield ""


def _turns(path: Row) -> str:
    """What a path does, in words made from its numbers."""
    by_year = {row["year"]: row | {"id": path["id"]} for row in path["years"]}
    peak, last = path["peak_year"], max(by_year)
    told = [] if peak is None else [f"highest in year {peak} ({_estimate(by_year[peak])})"]
    if last != peak:
        told.append(f"{_estimate(by_year[last])} in year {last}")
    return "; ".join([*told, *_rest(path), _verdicts(path)])


def _estimate(row: Row) -> str:
    return estimate_as_printed(row, row["estimate"])


def _rest(path: Row) -> Iterator[str]:
    rest = path["rest"]
    if rest is None or rest["interval"] is None:  # one pair tells nothing of it
        return
    moved = f"{100.0 * rest['change']:+.1f} points in the last two years"
    if rest["at_rest"]:
        yield f"at rest ({moved})"
    elif rest["at_rest"] is None:
        yield f"whether it is at rest cannot be told ({moved})"
    else:
        yield f"still {'rising' if rest['change'] > 0.0 else 'falling'} ({moved})"


def _verdicts(path: Row) -> str:
    """Verdict of the first year and of every year in which it changes, and the one at rest."""
    first, *later = path["turns"]
    if not later:
        return f"{first['verdict']} in every year"
    told = ", ".join(f"{one['verdict']} from year {one['year']}" for one in (first, *later))
    return f"{told}, which is the verdict at rest" if (path["rest"] or {}).get("at_rest") else told
