"""The main claims year by year: where the verdict turns, and whether anything still moves in the last year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import Reading
from simbiz.statistics.verdicts import NOT_REACHED
from simbiz.studies.claims.cases import Case, interval, reached
from simbiz.studies.claims.horizons import nth_year
from simbiz.studies.claims.rows import number_rows
from simbiz.studies.claims.statistics import COMPARATORS, NUMBERS, measured
from simbiz.studies.claims.words import MAIN

YEARS_AT_REST = 2
NO_CHANGE = 0.05  # of what is measured, in so many years: less counts as no change (assumed)

Row = Mapping[str, Any]


def path_rows(case: Case) -> Iterator[dict[str, Any]]:
    """Path of every main claim by comparator: a row a year, the turns, and rest.

    Parameters
    ----------
    case : Case
        Pairs of worlds.

    Yields
    ------
    dict
        `years` (rows as in the audit, test "reach"), `peak_year` (the largest estimate), `turns` (the first year and
        every year whose verdict is not that of the year before) and `rest` (see `rest`).
    """
    last = max((len(worlds.programme["market_share"]) - 2 for worlds in case.pairs), default=0)
    for name in MAIN:
        claim, _, own = name.partition(".")
        reading = load_catalogue().claims[claim].readings[own]
        rows = {year: list(number_rows(case, reading, nth_year(year))) for year in range(1, last + 1)}
        for comparator in COMPARATORS:
            years = [
                {"year": year} | row
                for year, found in rows.items()
                for row in found
                if (row["test"], row["comparator"]) == ("reach", comparator) and row["verdict"] != NOT_REACHED
            ]
            yield {
                **{"id": name, "comparator": comparator, "rivals": case.rivals, "decline": case.decline},
                "years": years,
                "peak_year": _peak(years),
                "turns": list(_turns(years)),
                "rest": rest(case, reading, comparator, last),
            }


def _peak(years: Sequence[Row]) -> int | None:
    known = [row for row in years if row["estimate"] is not None]
    return max(known, key=lambda row: row["estimate"])["year"] if known else None


def _turns(years: Sequence[Row]) -> Iterator[dict[str, Any]]:
    before = None
    for row in years:
        if row["verdict"] != before:
            yield {"year": row["year"], "verdict": row["verdict"]}
        before = row["verdict"]


def rest(case: Case, reading: Reading, comparator: str, last: int) -> dict[str, Any] | None:
    """Change of a reading over the last two years, and whether it is at rest.

    Parameters
    ----------
    case : Case
        Pairs of worlds.
    reading : Reading
        A reading of a number.
    comparator : str
        One of `COMPARATORS`.
    last : int
        Last whole year.

    Returns
    -------
    dict or None
        The mean change with its 95 % interval over worlds. `at_rest`: True where that interval lies within 5 % of what
        is measured (a level, or 1 for a ratio) on both sides of none, False where it does not and leaves none out, None
        where the worlds cannot tell. None in all where there are too few years.
    """
    pairs = reached(case, nth_year(last))
    if last <= YEARS_AT_REST or not pairs:
        return None
    number, metric = NUMBERS[reading.statistic], measured(reading.statistic)
    changes = np.array(
        [number(worlds, last, comparator) - number(worlds, last - YEARS_AT_REST, comparator) for worlds, _ in pairs]
    )
    changes = changes[np.isfinite(changes)]
    if not len(changes):
        return None
    size = np.mean([worlds.value(metric, last) for worlds, _ in pairs]) if reading.quantity == "level" else 1.0
    limits = interval(changes)
    at_rest = _at_rest(limits, NO_CHANGE * float(size))
    return {"year": last, "change": float(changes.mean()), "interval": limits, "at_rest": at_rest}


def _at_rest(limits: Sequence[float] | None, none: float) -> bool | None:
    if limits is None:
        return None
    low, high = limits
    if -none <= low and high <= none:
        return True
    return None if low <= 0.0 <= high else False
