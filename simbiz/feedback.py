"""What firms hear from their customers in surveys and complaints, and what those with feedback improve by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.catalogue import DIMENSIONS
from simbiz.state.layout import Layout
from simbiz.submodels.feedback import improved, mean_gap, worn_off, worst_dimension


class Feedback:
    """Experience that came back to each firm since its last survey, and the improvements that are left.

    Parameters
    ----------
    layout : Layout
        Names of firms, and where their attributes lie.

    Attributes
    ----------
    improvement : float64 array (firm, dimension)
        What service quality has gained, perception units.
    cost, spent : float64 array (firm,)
        Cost of last week's actions and of all, shares of base-year revenue.
    """

    def __init__(self, layout: Layout) -> None:
        firms, dimensions = len(layout.firms), len(DIMENSIONS)
        self.cells = layout.cells["service_quality"]
        self.improvement = np.zeros((firms, dimensions))
        self.cost, self.spent = np.zeros(firms), np.zeros(firms)
        self.complaints = np.zeros(firms)
        self.complaint_gap = np.zeros((firms, dimensions))

    def act(self, attributes: NDArray[np.float64]) -> None:
        """Add the improvements to the service quality in the firms' attributes (firm, attribute cell)."""
        attributes[:, self.cells] += self.improvement

    def hear(self, tally: Any, feedback: NDArray[np.float64], common: Mapping[str, float]) -> None:
        """Take in a week's answers and complaints; a firm whose survey came back acts on both.

        Parameters
        ----------
        tally : record
            Counts of the week.
        feedback : float64 array (firm,)
            How far each firm acts on what it hears.
        common : mapping of str to float
            Parameters that concern firms.
        """
        fading, gain, price = common["feedback_fading"], common["feedback_gain"], common["feedback_cost"]
        self.improvement = np.array([[worn_off(value, fading) for value in row] for row in self.improvement])
        self.cost = np.zeros_like(self.cost)
        self.complaints += tally.complaints.sum(axis=1)
        self.complaint_gap += tally.complaint_gap
        for firm in np.flatnonzero(tally.answers).tolist():
            worst = worst_dimension(self._gaps(firm, tally))
            if worst >= 0:
                self.improvement[firm, worst] = improved(self.improvement[firm, worst], gain, feedback[firm])
                self.cost[firm] = price * feedback[firm]
            self.complaints[firm] = 0.0
            self.complaint_gap[firm] = 0.0
        self.spent = self.spent + self.cost

    def _gaps(self, firm: int, tally: Any) -> NDArray[np.float64]:
        """Mean gap on every dimension since the last survey, Likert points."""
        sums = zip(tally.survey_perception[firm], tally.survey_expectation[firm], self.complaint_gap[firm], strict=True)
        return np.array([mean_gap(*three, tally.answers[firm], self.complaints[firm]) for three in sums])
