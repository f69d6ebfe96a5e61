"""What a customer is and holds, as numbers of the rules: columns keep whole parts, rules take floats."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.state.columns import JUDGEMENT_PARTS, LOYALTY_PARTS, MOST_JUDGEMENT, TASTE_PARTS


@register_jitable
def taste_for_firm(firm: Any, customer: Any) -> Any:
    """Lasting taste for a firm, utils."""
    return np.float64(customer.firm_taste[firm]) / TASTE_PARTS


@register_jitable
def taste_for_channel(channel: Any, customer: Any) -> Any:
    """Lasting taste for a channel, utils."""
    return np.float64(customer.channel_taste[channel]) / TASTE_PARTS


@register_jitable
def loyalty_to(firm: Any, customer: Any) -> Any:
    """Guadagni-Little loyalty to a firm, 0 to 1."""
    return np.float64(customer.loyalty[firm]) / LOYALTY_PARTS


@register_jitable
def set_loyalty(firm: Any, loyalty: Any, customer: Any) -> None:
    """Keep a loyalty, to the nearest part."""
    customer.loyalty[firm] = int(loyalty * LOYALTY_PARTS + 0.5)


@register_jitable
def tried(firm: Any, customer: Any) -> Any:
    """Whether the customer has ever bought from the firm."""
    return ((np.int64(customer.bought[firm >> 3]) >> (firm & 7)) & 1) > 0


@register_jitable
def remember_purchase(firm: Any, customer: Any) -> None:
    """Keep that the customer has bought from the firm."""
    customer.bought[firm >> 3] |= 1 << (firm & 7)


@register_jitable
def judgement_in_parts(judgement: Any) -> Any:
    """Judgement as others hear it, in whole parts of a perception unit."""
    parts = math.floor(judgement * JUDGEMENT_PARTS + 0.5)
    return min(MOST_JUDGEMENT, max(-MOST_JUDGEMENT, parts))


@register_jitable
def judgement_told(voice: Any) -> Any:
    """Judgement that a voice tells, perception units."""
    return np.float64(voice.judgement) / JUDGEMENT_PARTS
