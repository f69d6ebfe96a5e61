"""Service as perceived: the five SERVQUAL dimensions, expectations that follow, satisfaction.

Perceptions are measured from 0, an experience without wait, loss, or special quality.
"""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable

TANGIBILITY, RELIABILITY, RESPONSIVENESS, ASSURANCE, EMPATHY = range(5)


@register_jitable
def perceived(
    dimension: Any,
    delivered: Any,
    channel_quality: Any,
    contexts_lost: Any,
    log_hours: Any,
    remembered: Any,
    failed: Any,
    parameters: Any,
) -> Any:
    """Perception of one dimension before noise.

    Parameters
    ----------
    dimension : int
        0 tangibility to 4 empathy.
    delivered : float
        The firm's service quality on the dimension.
    channel_quality : float
        Quality of the channel of the purchase, utils.
    contexts_lost : int
        Contexts lost in the journey.
    log_hours : float
        ln(1 + longest wait in hours).
    remembered : float
        1 where a known customer was recognised, else 0.
    failed : float
        1 where the purchase went wrong, else 0.
    """
    if dimension == TANGIBILITY:
        return delivered + parameters.perceived_channel_quality * channel_quality
    if dimension == RELIABILITY:
        lost = parameters.perceived_context_loss * contexts_lost
        return delivered - lost - parameters.perceived_failure * failed
    if dimension == RESPONSIVENESS:
        return delivered - parameters.perceived_wait * log_hours
    if dimension == EMPATHY:
        return delivered + parameters.perceived_memory * remembered
    return delivered


@register_jitable
def expectation_at_rest(expectation: Any, weeks: Any, decay: Any) -> Any:
    """Expectation after some weeks without an experience: back towards its origin, 0."""
    return expectation * math.exp(-decay * weeks)


@register_jitable
def expectation_after(expectation: Any, perception: Any, rise: Any, fall: Any) -> Any:
    """Expectation after an experience: towards the perception, faster up than down."""
    surprise = perception - expectation
    return expectation + (rise if surprise > 0.0 else fall) * surprise


@register_jitable
def judged(perception: Any, gap: Any, perception_weight: Any) -> Any:
    """Judgement of an experience: w P + (1 - w) (P - E).

    Performance and gap predict equally well (Carrillat 2007).
    """
    return perception_weight * perception + (1.0 - perception_weight) * gap


@register_jitable
def satisfaction_after(satisfaction: Any, judgement: Any, learning: Any) -> Any:
    """Satisfaction with a firm after one more experience: exponential smoothing."""
    return satisfaction + learning * (judgement - satisfaction)
