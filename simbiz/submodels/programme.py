"""Implementation of tools: durations of steps, and how the effects of several tools add up."""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable

OPEN, ADD, SCALE, COMPLEMENT = range(4)


@register_jitable
def step_weeks(planned: Any, spread: Any, normal: Any) -> Any:
    """Whole weeks that a step takes: log-normal with median `planned`, at least one."""
    return max(1, int(planned * math.exp(spread * normal) + 0.5))


@register_jitable
def failure_probability(probability: Any, skill: Any) -> Any:
    """Probability that an attempt at the last step fails: the odds are divided by the skill.

    p / (p + (1 - p) * skill), which leaves every bit of p at a skill of 1.
    """
    return probability / (probability + (1.0 - probability) * skill)


@register_jitable
def combined(how: Any, value: Any, effect: Any, level: Any) -> Any:
    """Attribute of a firm after the effect of one more tool at `level` (0 none, 1 full)."""
    if how == OPEN:
        return max(value, effect) if level >= 1.0 else value
    if how == ADD:
        return value + level * effect
    if how == SCALE:
        return value * (1.0 + level * effect)
    # 1 - (1 - value) * (1 - level * effect), written so that no effect leaves every bit as it was.
    return value + level * effect * (1.0 - value)
