"""Measures that impress for a while: how much of a performance is left, and how performances add up."""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable


@register_jitable
def performance_level(weeks_since: Any, lasting_weeks: Any, fading: Any) -> Any:
    """Level of one performance: exp(-fading * weeks since it) while it lasts, 0 before and after."""
    if weeks_since < 0 or weeks_since >= lasting_weeks:
        return 0.0
    return math.exp(-fading * weeks_since)


@register_jitable
def added_level(level: Any, performance: Any) -> Any:
    """Level of a measure with one more performance: a customer cannot be impressed more than fully."""
    return min(1.0, level + performance)
