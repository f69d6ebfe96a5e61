"""What firms hear from their customers in surveys and complaints, and what those with feedback improve by it."""

from __future__ import annotations

from typing import Any

import numpy as np

from simbiz.state.firm_record import Column, feedback_dtype
from simbiz.state.layout import Layout
from simbiz.week.firms import hear
from simbiz.week.staff import improve


class Feedback:
    """Experience that came back to each firm since its last survey, and the improvements that are left.

    Parameters
    ----------
    layout : Layout
        Names of firms.

    Attributes
    ----------
    improvement : float64 array (firm, dimension)
        What service quality has gained, perception units.
    cost, spent : float64 array (firm,)
        Cost of last week's actions and of all, shares of base-year revenue.
    complaints : float64 array (firm,)
        Complaints since the last survey.
    complaint_gap : float64 array (firm, dimension)
        Likert points, summed over them.
    """

    improvement, cost, spent, complaints, complaint_gap = Column(), Column(), Column(), Column(), Column()

    def __init__(self, layout: Layout) -> None:
        self.record = np.zeros(1, feedback_dtype(layout))

    def act(self, attributes: Any) -> None:
        """Add the improvements to the service quality in the firms' attributes; record array (firm,)."""
        improve(attributes, self.record)

    def hear(self, tally: Any, firms: Any, attributes: Any) -> None:
        """Take in a week's answers and complaints; a firm whose survey came back acts on both.

        Parameters
        ----------
        tally : record array (1,)
            Counts of the week.
        firms : record array (1,)
            Parameters that concern firms.
        attributes : record array (firm,)
            How far each firm acts on what it hears.
        """
        hear(self.record, firms, attributes, tally)
