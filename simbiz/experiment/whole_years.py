"""How many whole years a scenario lives from the start of the programme on."""

from __future__ import annotations

from simbiz.experiment.run import YEAR
from simbiz.scenario import Scenario


def whole_years(scenario: Scenario) -> int:
    """Whole years from the start of the programme."""
    calendar = scenario.calendar
    return calendar.years if calendar.weeks is None else calendar.weeks // YEAR
