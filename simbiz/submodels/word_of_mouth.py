"""Word of mouth: who knows whom, and what a customer hears of a firm from others.

The network is a small world after Watts & Strogatz (1998): ties to neighbours on a ring of ids, some replaced by ties
to anybody. A tie is a function of luck, never of how many customers there are, so that customers who are added leave
the ties of the earlier ones alone: ties that lead anywhere lead to earlier ids.
"""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable

MOST_TIES = 24


@register_jitable
def tie_count(mean: Any, luck: Any) -> Any:
    """Acquaintances of a customer: exponentially spread around `mean`, so that few customers have many."""
    return min(MOST_TIES, int(-math.log(luck) * mean + 0.5))


@register_jitable
def ring_neighbour(who: Any, tie: Any) -> Any:
    """Id of a neighbour on the ring of ids: ties 0, 1, 2, 3 lead to who + 1, who - 1, who + 2, who - 2."""
    distance = tie // 2 + 1
    return who + distance if tie % 2 == 0 else who - distance


@register_jitable
def voice_weight(weeks: Any, fading: Any) -> Any:
    """Weight of an experience that was made some weeks ago, exp(-fading * weeks)."""
    return math.exp(-fading * weeks)


@register_jitable
def opinion_heard(total: Any, weight: Any) -> Any:
    """What acquaintances say of a firm: weighted mean of their judgements, held against one neutral voice.

    It is added to the utility, so that it moves the probability of a choice on the logit scale: most where the
    customer was in doubt (East et al. 2008).
    """
    return total / (1.0 + weight)


@register_jitable
def told_of(weight: Any, awareness: Any, luck: Any) -> Any:
    """Whether what was heard makes the firm known: P = 1 - exp(-awareness * weight)."""
    return luck < 1.0 - math.exp(-awareness * weight)
