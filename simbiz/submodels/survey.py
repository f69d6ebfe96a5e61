"""Surveys: answers on the seven-point SERVQUAL scale and to the question of recommendation."""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable

MIDDLE, LOWEST, HIGHEST = 4, 1, 7
MOST_RECOMMENDED = 10
PROMOTER, DETRACTOR = 9, 6


@register_jitable
def likert(value: Any, unit: Any) -> Any:
    """Answer on the scale from 1 to 7 to a perception or expectation of `value`, 4 at 0 (Parasuraman 1988)."""
    return min(HIGHEST, max(LOWEST, math.floor(MIDDLE + unit * value + 0.5)))


@register_jitable
def recommendation(centre: Any, slope: Any, attitude: Any, noise: Any, normal: Any) -> Any:
    """Answer from 0 to 10 to the question of recommendation; attitude is satisfaction and taste, utils."""
    answer = math.floor(centre + slope * attitude + noise * normal + 0.5)
    return min(MOST_RECOMMENDED, max(0, answer))


@register_jitable
def promotes(answer: Any) -> Any:
    """Whether an answer counts as a promoter's, 9 or 10."""
    return answer >= PROMOTER


@register_jitable
def detracts(answer: Any) -> Any:
    """Whether an answer counts as a detractor's, 0 to 6."""
    return answer <= DETRACTOR
