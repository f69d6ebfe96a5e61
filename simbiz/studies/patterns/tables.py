"""What a seed says of the patterns as a table, and back: a row per year and segment, as the ledger keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simbiz.catalogue import load_catalogue
from simbiz.scenario import Scenario
from simbiz.studies.patterns.worlds import YEARS

MARKET = "market"
STATIONARITY = "P12"  # measured by the years, not by a statistic of its own
YEARLY = "yearly"
BY_FIRM, WHOLE = "share", ("demand", "satisfaction", "digitalization")

Found = dict[str, dict[str, float]]
Yearly = dict[str, dict[str, list[list[float]]]]
Table = dict[str, list[list[float]]]


def rows_of(scenario: Scenario) -> list[str]:
    """Segments, and the whole market."""
    return [*scenario.segments, MARKET]


def columns(scenario: Scenario) -> list[str]:
    """Statistics by dotted name, then the yearly quantities: shares by firm, one column each of the others."""
    statistics = [
        f"{name}.{statistic}"
        for name, pattern in load_catalogue().patterns.items()
        if pattern.measured != "elsewhere" and name != STATIONARITY
        for statistic in pattern.statistics
    ]
    shares = [f"{YEARLY}.{BY_FIRM}.{firm}" for firm in scenario.firms]
    return [*statistics, *shares, *(f"{YEARLY}.{quantity}" for quantity in WHOLE)]


def tabled(scenario: Scenario, found: Found, yearly: Yearly) -> Table:
    """Statistics in the row of year 0, yearly quantities in those of years 1 on; not a number elsewhere."""
    rows = rows_of(scenario)
    table = {name: np.full((YEARS + 1, len(rows)), np.nan) for name in columns(scenario)}
    for place, row in enumerate(rows):
        for name, value in found.get(row, {}).items():
            table[name][0, place] = value
        for quantity, values in yearly.get(row, {}).items():
            for name, column in zip(_columns_of(scenario, quantity), np.transpose(values), strict=True):
                table[name][1:, place] = column
    return {name: values.tolist() for name, values in table.items()}


def undefined(found: Found) -> dict[str, list[str]]:
    """Statistics that were measured and are not defined, by segment: a table cannot tell them from missing ones."""
    return {row: [name for name, value in values.items() if np.isnan(value)] for row, values in found.items()}


def read_back(scenario: Scenario, rows: Any, known_undefined: Mapping[str, list[str]]) -> tuple[Found, Yearly]:
    """Statistics and yearly quantities from the rows of one seed.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    rows : DataFrame
        Columns year, firm (the segment) and those of `columns`.
    known_undefined : mapping
        See `undefined`.
    """
    found: Found = {}
    yearly: Yearly = {}
    names = [name for name in columns(scenario) if not name.startswith(YEARLY)]
    for row in rows_of(scenario):
        own = rows[rows["firm"] == row].sort_values("year")
        first = own.iloc[0]
        values = {name: float(first[name]) for name in names if not np.isnan(first[name])}
        found[row] = values | dict.fromkeys(known_undefined.get(row, ()), float("nan"))
        for quantity in (BY_FIRM, *WHOLE):
            part = own.iloc[1:][_columns_of(scenario, quantity)].to_numpy(dtype=np.float64)
            if np.isfinite(part).any():
                yearly.setdefault(row, {})[quantity] = part.tolist()
    return found, yearly


def _columns_of(scenario: Scenario, quantity: str) -> list[str]:
    if quantity == BY_FIRM:
        return [f"{YEARLY}.{BY_FIRM}.{firm}" for firm in scenario.firms]
    return [f"{YEARLY}.{quantity}"]
