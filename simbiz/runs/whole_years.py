"""How many whole years a scenario lives from the start of the programme on, and which of them can be asked for."""

from __future__ import annotations

from simbiz.catalogue.record import Place, refuse
from simbiz.runs.run import YEAR
from simbiz.scenario import Scenario


def whole_years(scenario: Scenario) -> int:
    """Whole years from the start of the programme."""
    calendar = scenario.calendar
    return calendar.years if calendar.weeks is None else calendar.weeks // YEAR


def check_year(scenario: Scenario, year: int, place: Place) -> None:
    """Refuse a year that the calendar does not have, 0 being the one before the programme."""
    last = whole_years(scenario)
    if not 0 <= year <= last:
        raise refuse(f"year {year} lies outside the allowed 0 to {last} of {scenario.name}", ["year"], place)
