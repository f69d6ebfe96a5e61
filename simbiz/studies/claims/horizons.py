"""Horizons: the years of the programme at which claims are judged, by name."""

from __future__ import annotations

from simbiz.runs.run import YEAR

FIRST_YEAR = "first year"
FULL_YEAR_AFTER = "first full year after the last step"
HORIZONS = (FIRST_YEAR, FULL_YEAR_AFTER)
_NTH = "year "


def nth_year(year: int) -> str:
    """Horizon that is a certain year, 1 being the first of the programme."""
    return f"{_NTH}{year}"


def least_years(horizon: str) -> int:
    """Years that a world must have been planned for to be asked about a horizon, whenever its programme ends."""
    return int(horizon.removeprefix(_NTH)) if horizon.startswith(_NTH) else 1


def year_of(horizon: str, last_week: int) -> int:
    """Year that a horizon is, where the last step of the programme ends in a week."""
    if horizon == FIRST_YEAR:
        return 1
    if horizon == FULL_YEAR_AFTER:
        return last_week // YEAR + 2
    return int(horizon.removeprefix(_NTH))
