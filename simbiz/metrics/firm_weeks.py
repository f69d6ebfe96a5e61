"""What every firm earns and has in each week, in the same money as the yearly metrics."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.metrics.economics import fixed_cost, invested, value_added
from simbiz.metrics.market import market_share, revenue, services_revenue
from simbiz.metrics.observation import YEAR, Observation, Values
from simbiz.state.firms import starting_tools


class _WeekByWeek(Observation):
    """The same record read with a week in the place of a year."""

    @property
    def years(self) -> list[int]:
        return list(range(len(self.tallies)))

    def weeks(self, year: int) -> slice:
        return slice(year, year + 1)

    def mean(self, series: Values) -> Values:
        """A yearly rate counts for a 52nd in a week."""
        return series / YEAR


def firm_weeks(observation: Observation) -> dict[str, NDArray[Any]]:
    """Columns of a table with a row per week and firm; weeks count from the start of the programme.

    Parameters
    ----------
    observation : Observation
        What a run recorded.

    Returns
    -------
    dict of str to array (weeks * firms,)
        week; firm as its index; revenue with services beyond the product, cost and profit in thousand roubles, whose
        sums over a year are the yearly metrics; share of the week's revenue of all firms; digitalization rate; number
        of tools that are live.
    """
    week_by_week = _WeekByWeek(**{field.name: getattr(observation, field.name) for field in fields(observation)})
    weeks, firms = len(observation.tallies), len(observation.layout.firms)
    income = revenue(week_by_week) + services_revenue(week_by_week)
    profit = value_added(week_by_week) - fixed_cost(observation) / YEAR - invested(week_by_week)
    live = starting_tools(observation.layout) | (observation.firm_series.implemented >= 1.0)
    columns = {
        "week": np.repeat(np.arange(weeks) - observation.start, firms),
        "firm": np.tile(np.arange(firms), weeks),
        "revenue": income,
        "cost": income - profit,
        "profit": profit,
        "share": market_share(week_by_week),
        "digitalization_rate": observation.firm_series.digital_share,
        "tools_live": live.sum(axis=2),
    }
    return {name: np.asarray(column).ravel() for name, column in columns.items()}
