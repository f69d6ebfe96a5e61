"""Leads: a request waits for an answer, and nobody may own it."""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable


@register_jitable
def wait_hours(median: Any, dispersion: Any, normal: Any) -> Any:
    """Hours until a request is answered: log-normal around the firm's median."""
    return median * math.exp(dispersion * normal)


@register_jitable
def waiting_term(hours: Any, slope: Any, causal_fraction: Any) -> Any:
    """Fall of the log odds of going on with the firm: slope * causal_fraction * ln(1 + hours).

    Linear in log hours after Oldroyd et al. (2011); their slope is an association and so an upper bound.
    """
    return slope * causal_fraction * math.log(1.0 + hours)


@register_jitable
def lead_lost(ownership: Any, memory: Any, nurturing: Any, luck: Any) -> Any:
    """Whether a request leads nowhere: nobody owns it, no memory holds it, no nurturing brings it back."""
    return luck < (1.0 - ownership) * (1.0 - memory) * (1.0 - nurturing)
