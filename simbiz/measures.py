"""Measures of the firms: when they perform which, how much of it lasts in a week, and what it costs.

Weeks count from the start of the programme.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simbiz.catalogue.tables import Measure
from simbiz.state.layout import Layout
from simbiz.submodels.measures import added_level, performance_level
from simbiz.week.staff import apply_effects


class Performance(NamedTuple):
    """One performance of a measure by a firm, by their numbers."""

    firm: int
    measure: int
    week: int


class Measures:
    """All performances that the firms of a scenario have planned.

    Parameters
    ----------
    layout : Layout
        Names, plans and effects.
    """

    def __init__(self, layout: Layout) -> None:
        self.names = list(layout.catalogue.measures)
        self.records: list[Measure] = list(layout.catalogue.measures.values())
        self.effects = layout.measure_effects
        self.strength = layout.common["measure_strength"]
        self.firms = len(layout.firms)
        self.performances = [
            Performance(row, self.names.index(name), plan.start_week + number * plan.every_weeks)
            for row, firm in enumerate(layout.scenario.firms.values())
            for name, plan in firm.measures.items()
            for number in range(plan.times)
        ]

    def levels(self, week: int) -> NDArray[np.float64]:
        """How much of every measure there is in a week, 0 to 1; float64 array (firm, measure)."""
        levels = np.zeros((self.firms, len(self.names)))
        for firm, measure, performed in self.performances:
            record = self.records[measure]
            level = performance_level(week - performed, record.weeks, record.fading)
            levels[firm, measure] = added_level(levels[firm, measure], level)
        return levels

    def costs(self, week: int) -> NDArray[np.float64]:
        """Cost of what is performed in a week, share of base-year revenue; float64 array (firm,)."""
        return self._summed(performance for performance in self.performances if performance.week == week)

    def spent(self, week: int) -> NDArray[np.float64]:
        """Cost of all that was performed before a week, share of base-year revenue; float64 array (firm,)."""
        return self._summed(performance for performance in self.performances if performance.week < week)

    def act(self, attributes: NDArray[np.float64], week: int) -> None:
        """Add the effects of what is performed to the firms' attributes.

        Parameters
        ----------
        attributes : float64 array (firm, attribute cell)
            Written.
        week : int
            The week.
        """
        if self.performances:
            levels = self.strength * self.levels(week)
            apply_effects(attributes, self.effects, levels, np.ones_like(levels), 1.0)

    def _summed(self, performances: Iterable[Performance]) -> NDArray[np.float64]:
        costs = np.zeros(self.firms)
        for firm, measure, _ in performances:
            costs[firm] += self.records[measure].cost
        return costs
