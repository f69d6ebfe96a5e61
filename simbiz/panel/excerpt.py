"""The part of a panel that is measured: some weeks, and one segment of customers or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.panel import COLUMNS, Panel, panel_of
from simbiz.panel.table import purchases_of, read_purchases
from simbiz.panel.weeks import ALL, FORMS, Asked, calendar_of

SEGMENT, WEEK = "segment", "week"

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Excerpt:
    """Purchases of a panel that are measured, and what they are of it.

    Parameters
    ----------
    purchases : DataFrame
        A row a purchase: customer, firm, amount, week unless the panel has none, segment where the panel has it.
    facts : dict
        ``weeks``: first, last and number of the weeks that are measured, first and last in the file; None where the
        panel has no weeks. ``segment``: the one that was asked for, or None. ``segments``: purchases by segment, empty
        where the panel has none. ``purchases_in_file``.
    """

    purchases: pd.DataFrame
    facts: dict[str, Any]

    def panel(self, customers: int | None = None) -> Panel:
        """Panel of these purchases; customers of different segments are different customers."""
        purchases = self.purchases
        if len(self.facts["segments"]) > 1:
            whose = pd.MultiIndex.from_frame(purchases[[SEGMENT, "customer"]].astype({SEGMENT: str}))
            purchases = purchases.assign(customer=whose.to_flat_index())
        return panel_of(purchases, customers)


def excerpt_of(purchases: pd.DataFrame | Path | str, weeks: Asked = None, segment: str | None = None) -> Excerpt:
    """Part of a table of purchases, or of a Parquet file of one.

    Parameters
    ----------
    purchases : DataFrame, Path or str
        A row a purchase: customer, week, firm, amount, and segment where there are several.
    weeks : str or pair, optional
        "all", "FROM:TO" or a pair, both included; by default the 52 weeks that begin with the first purchase. A panel
        without the column week can be measured by "all" only.
    segment : str, optional
        Only its customers; by default all together.

    Raises
    ------
    InputError
        If it is no panel, or has no such weeks or segment.
    """
    if isinstance(purchases, pd.DataFrame):
        return _excerpt(purchases, weeks, segment)
    file = Path(purchases)
    table = read_purchases(file)
    try:
        return _excerpt(table, weeks, segment)
    except InputError as error:
        raise InputError(error.message, file=file) from None


def _excerpt(table: pd.DataFrame, weeks: Asked, segment: str | None) -> Excerpt:
    there = {*table.columns, *table.index.names}
    has_segments, has_weeks = SEGMENT in there, WEEK in there or weeks != ALL
    wanted = [name for name in COLUMNS if name != WEEK or has_weeks]
    found = purchases_of(table, [*wanted, *([SEGMENT] if has_segments or segment is not None else [])])
    facts: dict[str, Any] = {"purchases_in_file": len(found), "weeks": None, "segment": segment, "segments": {}}
    chosen = np.ones(len(found), dtype=bool) if segment is None else _of_segment(found[SEGMENT], segment)
    if has_weeks:
        inside, facts["weeks"] = _of_weeks(found[WEEK], weeks)
        chosen = chosen & inside
    found = found[chosen]
    if not len(found):
        raise InputError(f"segment {segment} bought nothing in these weeks; weeks: allowed {FORMS}")
    if has_segments:
        counts = found[SEGMENT].astype(str).value_counts().sort_index()
        facts["segments"] = {name: int(count) for name, count in counts.items() if count}
    return Excerpt(found, facts)


def _of_segment(column: pd.Series[Any], segment: str) -> Flags:
    """Which purchases are those of a segment."""
    names = column.astype(str)
    known = sorted(names.unique())
    if segment not in known:
        hint = did_you_mean(segment, known)
        raise InputError(f"no purchase has the segment {segment}; allowed: {one_of(known)}.{hint}")
    return np.asarray(names == segment)


def _of_weeks(column: pd.Series[Any], weeks: Asked) -> tuple[Flags, dict[str, Any]]:
    """Which purchases are made in the weeks that are asked for, and which weeks these are."""
    calendar = calendar_of(column)
    places, (first, last) = calendar.places, calendar.period(weeks)
    facts = {
        "first": calendar.name(first),
        "last": calendar.name(last),
        "number": round((last - first + 1) / calendar.per_week, 1),
        "first_in_file": calendar.name(int(places.min())),
        "last_in_file": calendar.name(int(places.max())),
    }
    return (places >= first) & (places <= last), facts
