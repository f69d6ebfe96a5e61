"""When a point has been run often enough: its 95 % interval is as narrow as was asked."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simbiz.catalogue.record import Flag, OneOrMore, Positive, Record, Text, TwoOrMore, Year
from simbiz.runs.observed import Array, mean_and_half

Of = Literal["value", "difference"]


class Stop(Record):
    """How sure an outcome shall be at every point.

    `half_width` is in units of the outcome or, where it is `relative`, a part of its mean. Seeds are added `step` by
    step to the points whose interval is wider, `at_most` so many.
    """

    outcome: Text
    half_width: Positive
    relative: Flag = False
    of: Of = "value"
    year: Year | None = None
    step: OneOrMore = 4
    at_most: TwoOrMore


def wider_than_asked(values: Array, stop: Stop) -> NDArray[np.bool_]:
    """Points whose interval is wider than asked, or that have too few values for any.

    Parameters
    ----------
    values : float64 array (point, seed)
        NaN where a seed gave nothing.
    stop : Stop
        What was asked.

    Notes
    -----
    The sequential rule of Chow & Robbins (1965, Annals of Mathematical Statistics 36, 457-462). Because it stops where
    the spread looks small its intervals cover less than 95 % if it begins with few seeds; see docs/experiments.md.
    """
    mean, half, counts = mean_and_half(values)
    asked = stop.half_width * np.abs(mean) if stop.relative else np.full_like(mean, stop.half_width)
    return (counts < 2) | ~(half <= asked)


def worth_more(values: Array, open_points: NDArray[np.bool_], stop: Stop) -> NDArray[np.bool_]:
    """Open points that more seeds may help: a point none of whose seeds gave a value is left as it is."""
    return open_points & wider_than_asked(values, stop) & np.isfinite(values).any(axis=1)
