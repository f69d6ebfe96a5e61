"""What a run recorded, year by year, and the register of the functions that make metrics of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.state.layout import Layout
from simbiz.state.series import FirmSeries

YEAR = 52
FIRST_YEAR = -1

Values = NDArray[np.float64]
METRICS: dict[str, Callable[[Observation], Values]] = {}


def metric(function: Callable[[Observation], Values]) -> Callable[[Observation], Values]:
    """Register a function (Observation) -> float64 array (year, firm) under its own name."""
    METRICS[function.__name__] = function
    return function


@dataclass(frozen=True)
class Observation:
    """What a run recorded.

    Parameters
    ----------
    layout : Layout
        Names and parameters.
    tallies : record array (week,)
        Counts of customers' weeks.
    firm_series : FirmSeries
        State of the firms in each week.
    expansion : float64 array (segment,)
        Customers for whom one agent stands.
    headcount : float64 array (firm,)
        Staff.
    start : int
        First week of the programme: year 0 ends there.
    """

    layout: Layout
    tallies: Any
    firm_series: FirmSeries
    expansion: Values
    headcount: Values
    start: int

    @cached_property
    def years(self) -> list[int]:
        """Years from -1 on; year 1 begins with the programme."""
        return list(range(FIRST_YEAR, (len(self.tallies) - self.start) // YEAR + 1))

    def weeks(self, year: int) -> slice:
        """Weeks of a year."""
        first = self.start + YEAR * (year - 1)
        return slice(first, first + YEAR)

    def of_agents(self, count: str) -> Values:
        """Sum of a count of agents over each year; float64 array (year, ..., segment)."""
        values = self.tallies[count]
        return np.array([values[self.weeks(year)].sum(axis=0) for year in self.years], dtype=np.float64)

    def total(self, count: str) -> Values:
        """Sum of a count in the whole market over each year: agents count for those they stand for; (year, ...)."""
        return np.asarray(self.of_agents(count) @ self.expansion)

    def mean(self, series: Values) -> Values:
        """Mean of a series over each year; float64 array (year, ...)."""
        return np.array([series[self.weeks(year)].mean(axis=0) for year in self.years])

    def summed(self, series: Values) -> Values:
        """Sum of a series over each year; float64 array (year, ...)."""
        return np.array([series[self.weeks(year)].sum(axis=0) for year in self.years])

    def at_end(self, series: Values) -> Values:
        """Last value of a series in each year; float64 array (year, ...)."""
        return np.array([series[self.weeks(year).stop - 1] for year in self.years])

    @property
    def everybody(self) -> Values:
        """Ones of shape (year, firm), to spread what concerns the whole market."""
        return np.ones((len(self.years), len(self.layout.firms)))


def ratio(numerator: Values, denominator: Values) -> Values:
    """Quotient, 0 where there is nothing to divide by (no contacts: none of them was digital)."""
    return np.divide(numerator, denominator, out=np.zeros(np.shape(numerator + denominator)), where=denominator != 0)


def observe(observation: Observation) -> Mapping[str, Values]:
    """Every declared metric of a run.

    Returns
    -------
    mapping of str to float64 array (year, firm)
        In the order of the catalogue.

    Raises
    ------
    ArithmeticError
        If a value leaves the metric's declared bounds or is not a number: the run must not count.
    """
    values = {}
    for name, declared in observation.layout.catalogue.metrics.items():
        value = METRICS[name](observation)
        low = -np.inf if declared.low is None else declared.low
        high = np.inf if declared.high is None else declared.high
        if not np.all(np.isfinite(value) & (value >= low - 1e-9) & (value <= high + 1e-9)):
            raise ArithmeticError(f"metric {name} leaves its bounds {low:g} to {high:g}: {value.tolist()}")
        values[name] = value
    return values
