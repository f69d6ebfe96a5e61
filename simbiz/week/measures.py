"""Measures of the firms in a week: how much there is of each, and what is spent on them."""

from __future__ import annotations

from typing import Any

from simbiz.compilation import compiled
from simbiz.submodels.measures import added_level, performance_level


@compiled
def perform(week: Any, performances: Any, levels: Any, costs: Any) -> None:
    """Write how much there is of every measure in a week, and what is paid for those that begin.

    Parameters
    ----------
    week : int
        Week from the start of the programme.
    performances : record array (performance,)
        See `simbiz.state.firm_record.PERFORMANCE`.
    levels : float64 array (firm, measure)
        0 to 1; written.
    costs : float64 array (firm,)
        Shares of base-year revenue; written.
    """
    levels[:] = 0.0
    costs[:] = 0.0
    for number in range(performances.shape[0]):
        plan = performances[number]
        level = performance_level(week - plan.week, plan.weeks, plan.fading)
        levels[plan.firm, plan.measure] = added_level(levels[plan.firm, plan.measure], level)
        if plan.week == week:
            costs[plan.firm] += plan.cost
