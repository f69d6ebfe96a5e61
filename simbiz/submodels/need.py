"""Needs arise at a customer's own rate, in time that runs with the season and the growth of the market."""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable


@register_jitable
def gap(luck: Any, rate: Any) -> Any:
    """Season-weighted weeks until the next need: exponential, mean 1 / rate, so that counts are Poisson."""
    return -math.log(luck) / rate


@register_jitable
def week_of(clock: Any, segment: Any, time: Any, first: Any) -> Any:
    """Week in which the season clock passes `time`.

    Parameters
    ----------
    clock : float64 array (segment, weeks + 1)
        Season-weighted time at the beginning of each week.
    segment : int
        Segment of the customer.
    time : float
        Season-weighted time of the need.
    first : int
        Week before which the need cannot lie.

    Returns
    -------
    int
        Week, or the number of weeks on the clock where the need lies beyond its end.
    """
    low, high = first, clock.shape[1] - 1
    while low < high:
        middle = (low + high) // 2
        if clock[segment, middle + 1] > time:
            high = middle
        else:
            low = middle + 1
    return low


@register_jitable
def deliberation(luck: Any, mean_weeks: Any, routine: Any, rate: Any) -> Any:
    """Whole weeks between first contact and decision.

    Exponential with the segment's mean, which for frequent buyers is at most the part `routine` of their
    usual gap: who buys every week buys by routine.
    """
    mean = min(mean_weeks, routine / rate)
    return int(-math.log(luck) * mean)
