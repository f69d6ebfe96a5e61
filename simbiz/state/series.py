"""What a run records every week: the state of the firms beside the customers' tallies."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simbiz.state.columns import made_once
from simbiz.state.layout import Layout


class FirmSeries(NamedTuple):
    """State of the firms in every week; first axis week, second firm."""

    intercept: Any  # float64, utils
    digital_share: Any  # float64
    mastered: Any  # float64
    working_capacity: Any  # float64
    integration: Any  # float64
    response_factor: Any  # float64
    running_cost: Any  # float64, share of base-year revenue per year
    invested: Any  # float64, share of base-year revenue, in the week
    use: Any  # float64 (week, firm, tool)
    implemented: Any  # float64 (week, firm, tool)

    @classmethod
    def of(cls, weeks: NDArray[Any]) -> FirmSeries:
        """Series in records of weeks, as views."""
        return cls(*(weeks[name] for name in cls._fields))


def empty_firm_weeks(layout: Layout, weeks: int) -> NDArray[Any]:
    """Records of so many weeks of the firms, all zeros; record array (week,)."""
    return np.zeros(weeks, dtype=firm_week_dtype(layout))


@made_once
def firm_week_dtype(layout: Layout) -> np.dtype[Any]:
    """Record of the firms in a week, see `FirmSeries`."""
    firms, tools = len(layout.firms), len(layout.tools)
    by_tool = ("use", "implemented")
    return np.dtype([(name, "f8", (firms, tools) if name in by_tool else (firms,)) for name in FirmSeries._fields])


def longer(array: NDArray[Any], weeks: int) -> Any:
    """Copy of a series with so many weeks, cut or filled with zeros."""
    result = np.zeros_like(array, shape=(weeks, *array.shape[1:]))
    kept = min(weeks, array.shape[0])
    result[:kept] = array[:kept]
    return result
