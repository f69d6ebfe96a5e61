"""Customer experience management: a firm hears how it is seen and mends what is seen worst."""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable


@register_jitable
def mean_gap(perception: Any, expectation: Any, complaint_gap: Any, answers: Any, complaints: Any) -> Any:
    """Mean gap P - E over answered questionnaires and complaints (Parasuraman 1988), from sums over both.

    A complaint counts as much as an answer; there must be one of either.
    """
    return (perception - expectation + complaint_gap) / (answers + complaints)


@register_jitable
def worst_dimension(gaps: Any) -> Any:
    """Dimension with the lowest gap, the first of several; -1 where no expectation is missed."""
    worst, lowest = -1, 0.0
    for dimension in range(len(gaps)):
        if gaps[dimension] < lowest:
            worst, lowest = dimension, gaps[dimension]
    return worst


@register_jitable
def improved(improvement: Any, gain: Any, feedback: Any) -> Any:
    """Improvement of a dimension after one more action, as far as the firm acts on what it hears."""
    return improvement + gain * feedback


@register_jitable
def worn_off(improvement: Any, fading: Any) -> Any:
    """What is left of an improvement a week later: customers and staff get used to it."""
    return improvement * math.exp(-fading)
