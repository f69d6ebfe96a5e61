"""What a run records every week: the state of the firms beside the customers' tallies."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simbiz.state.layout import Layout


class FirmSeries(NamedTuple):
    """State of the firms in every week; first axis week, second firm."""

    intercept: Any  # float64, utils
    digital_share: Any  # float64
    mastered: Any  # float64
    productivity: Any  # float64
    integration: Any  # float64
    response_factor: Any  # float64
    running_cost: Any  # float64, share of base-year revenue per year
    invested: Any  # float64, share of base-year revenue, in the week
    use: Any  # float64 (week, firm, tool)
    implemented: Any  # float64 (week, firm, tool)


def empty_firm_series(layout: Layout, weeks: int) -> FirmSeries:
    """Series of zeros for so many weeks."""
    firms, tools = len(layout.firms), len(layout.tools)
    by_tool = {name: np.zeros((weeks, firms, tools)) for name in ("use", "implemented")}
    flat = {name: np.zeros((weeks, firms)) for name in FirmSeries._fields if name not in by_tool}
    return FirmSeries(**flat, **by_tool)


def longer(array: NDArray[Any], weeks: int) -> Any:
    """Copy of a series with so many weeks, cut or filled with zeros."""
    result = np.zeros_like(array, shape=(weeks, *array.shape[1:]))
    kept = min(weeks, array.shape[0])
    result[:kept] = array[:kept]
    return result
