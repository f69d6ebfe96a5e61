"""Failures and complaints: what goes wrong, who says so, and what an answer restores."""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable


@register_jitable
def failure_probability(rate: Any, reliability: Any) -> Any:
    """Probability that a purchase goes wrong: log odds of `rate` less the reliability that the firm delivers."""
    odds = rate / (1.0 - rate) * math.exp(-reliability)
    return odds / (1.0 + odds)


@register_jitable
def complains(propensity: Any, luck: Any) -> Any:
    """Whether a customer says that something went wrong; who does not leaves silently or forgives."""
    return luck < propensity


@register_jitable
def restored_part(share: Any, slope: Any, hours: Any) -> Any:
    """Part of the fall of satisfaction that an answer after some hours restores, share * (1 + hours) ** -slope."""
    return share * math.exp(-slope * math.log(1.0 + hours))


@register_jitable
def satisfaction_recovered(satisfaction: Any, before: Any, part: Any, surplus: Any) -> Any:
    """Satisfaction after an answered complaint.

    It rises by `part` of the way back to what it was before the failure and not beyond: recovery leaves repurchase
    where it would have been (De Matos et al. 2007). `surplus` lifts the ceiling, so that the opposite can be tested.
    """
    return satisfaction + part * max(0.0, before + surplus - satisfaction)
