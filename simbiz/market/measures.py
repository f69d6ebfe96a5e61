"""Measures of the firms: when they perform which, how much of it lasts in a week, and what it costs.

Weeks count from the start of the programme.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simbiz.state.firm_record import PERFORMANCE
from simbiz.state.layout import Layout
from simbiz.week.measures import perform
from simbiz.week.staff import apply_effects


class Measures:
    """All performances that the firms of a scenario have planned.

    Parameters
    ----------
    layout : Layout
        Names, plans and effects.
    """

    def __init__(self, layout: Layout) -> None:
        self.names = list(layout.catalogue.measures)
        records = list(layout.catalogue.measures.values())
        self.strength = layout.common["measure_strength"]
        self.firms = len(layout.firms)
        planned = [
            (row, number, plan.start_week + time * plan.every_weeks, record.weeks, record.fading, record.cost)
            for row, firm in enumerate(layout.scenario.firms.values())
            for name, plan in firm.measures.items()
            for number, record in [(self.names.index(name), records[self.names.index(name)])]
            for time in range(plan.times)
        ]
        self.performances = np.array(planned, dtype=PERFORMANCE)
        if planned:
            self.effects = layout.measure_effects.view(np.ndarray)
        self._none = np.zeros(self.firms)

    def levels(self, week: int) -> NDArray[np.float64]:
        """How much of every measure there is in a week, 0 to 1; float64 array (firm, measure)."""
        return self._performed(week)[0]

    def costs(self, week: int) -> NDArray[np.float64]:
        """Cost of what is performed in a week, share of base-year revenue; float64 array (firm,)."""
        return self._performed(week)[1] if len(self.performances) else self._none

    def spent(self, week: int) -> NDArray[np.float64]:
        """Cost of all that was performed before a week, share of base-year revenue; float64 array (firm,)."""
        past = self.performances[self.performances["week"] < week]
        return np.asarray(np.bincount(past["firm"], weights=past["cost"], minlength=self.firms), dtype=np.float64)

    def act(self, attributes: NDArray[np.float64], week: int) -> None:
        """Add the effects of what is performed to the firms' attributes.

        Parameters
        ----------
        attributes : float64 array (firm, attribute cell)
            Written.
        week : int
            The week.
        """
        if len(self.performances):
            levels = self.strength * self.levels(week)
            apply_effects(attributes, self.effects, levels, levels, 1.0)

    def _performed(self, week: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        levels, costs = np.empty((self.firms, len(self.names))), np.empty(self.firms)
        perform(week, self.performances, levels, costs)
        return levels, costs
