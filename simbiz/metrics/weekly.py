"""Weekly series of the firms, tidy: a row per week and firm."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.metrics.observation import Observation
from simbiz.state.customers import KOPECKS

COUNTS = ("requests", "leads_lost", "switches", "contexts_lost", "given_up", "aware", "shortlisted")
STATES = ("digital_share", "working_capacity", "integration", "response_factor", "intercept", "invested")


def weekly(observation: Observation) -> dict[str, NDArray[Any]]:
    """Columns of a table with a row per week and firm; weeks count from the start of the programme.

    Returns
    -------
    dict of str to array (weeks * firms,)
        week, firm, revenue (thousand roubles), purchases and other counts of the whole market, states of the firm.
    """
    tallies, firms = observation.tallies, observation.layout.firms
    weeks = len(tallies)
    columns: dict[str, NDArray[Any]] = {
        "week": np.repeat(np.arange(weeks) - observation.start, len(firms)),
        "firm": np.tile(np.array(firms, dtype=object), weeks),
        "revenue": (tallies.revenue @ observation.expansion).ravel() / KOPECKS,
        "purchases": (tallies.purchases @ observation.expansion).ravel(),
        "contacts": (tallies.contacts.sum(axis=2) @ observation.expansion).ravel(),
    }
    for name in COUNTS:
        columns[name] = (tallies[name] @ observation.expansion).ravel()
    for name in STATES:
        columns[name] = getattr(observation.firm_series, name).ravel()
    return columns
