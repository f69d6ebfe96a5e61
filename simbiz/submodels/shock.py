"""A shock that moves tastes to digital channels for a time."""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable


@register_jitable
def shock_level(week: Any, first: Any, lasting_weeks: Any, fade_weeks: Any) -> Any:
    """Level of a shock: 1 at once, falling evenly over the last `fade_weeks`, 0 before and after."""
    since = week - first
    if since < 0 or since >= lasting_weeks:
        return 0.0
    return min(1.0, (lasting_weeks - since) / (fade_weeks + 1.0))
