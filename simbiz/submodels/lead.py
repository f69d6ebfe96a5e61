"""Leads: a request waits for an answer, nobody may own it, and a lost one may be brought back."""

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
def lead_lost(ownership: Any, held: Any, loss: Any, luck: Any) -> Any:
    """Whether a request leads nowhere: nobody owns it, no customer database holds it, and that is its end."""
    return luck < loss * (1.0 - ownership) * (1.0 - held)


@register_jitable
def stage_of_contact(identified: Any, interested: Any, answered: Any) -> Any:
    """Stage of the life of a lead that a contact leads to (definitions of Huovila 2018).

    1 visitor: not identified; 2 suspect: identified; 3 prospect: identified and interested in something that the firm
    offers; 4 lead: the interest was met by the firm. 5 opportunity and 6 customer follow from decisions.
    """
    if not identified:
        return 1
    if not interested:
        return 2
    return 4 if answered else 3


@register_jitable
def nurtured(nurturing: Any, strength: Any, luck: Any) -> Any:
    """Whether the firm keeps in touch with somebody it lost."""
    return luck < strength * nurturing


@register_jitable
def wait_class(hours: Any, shortest: Any, classes: Any) -> Any:
    """Class of a wait: 0 up to `shortest` hours, then a class for every doubling, the last without an end."""
    number, limit = 0, shortest
    while hours > limit and number < classes - 1:
        number += 1
        limit *= 2.0
    return number
