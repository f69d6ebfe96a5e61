"""Choice among channels and among firms: nested logit, drawn by the largest utility plus Gumbel luck."""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable

SMALLEST_SUM = 1e-300


@register_jitable
def gumbel(luck: Any) -> Any:
    """Standard Gumbel value of a uniform; the largest utility + Gumbel is a logit choice."""
    return -math.log(-math.log(luck))


@register_jitable
def race_time(luck: Any, weight: Any) -> Any:
    """Time at which an alternative comes in: exponential with rate `weight` = exp(utility).

    Who comes first is a logit choice, the same one as the largest utility + Gumbel: -log of the time is just that.
    """
    return -math.log(luck) / weight


@register_jitable
def channel_worth(shift: Any, quality: Any, effort: Any, waiting: Any) -> Any:
    """Utility of a channel to everybody: shift + quality - effort - usual waiting.

    `shift` is what tastes for the channel have moved by for a time. `waiting` is the term of the wait that is usual on
    the channel, see `simbiz.submodels.lead.waiting_term`: who asks by mail knows that mail takes longer than a call.
    Only what differs from the usual counts later.
    """
    return shift + quality - effort - waiting


@register_jitable
def pull(utility: Any, scale: Any) -> Any:
    """Weight of an alternative in a logit of the given scale, exp(utility / scale)."""
    return math.exp(utility / scale)


@register_jitable
def access(best: Any, total: Any, nest: Any, best_channel_only: Any) -> Any:
    """Worth of a firm's channels to one customer.

    Log-sum: nest * ln(sum exp(u / nest)) (McFadden 1978), where `total` is that sum. A copy of a channel adds
    nest * ln 2, which goes to nothing with the nest parameter; with `best_channel_only` mere number is worth nothing at
    all. A sum too small to be held counts as the smallest that can.
    """
    if best_channel_only > 0.0:
        return best
    return nest * math.log(max(total, SMALLEST_SUM))


@register_jitable
def price_term(sensitivity: Any, price: Any, offer: Any) -> Any:
    """Utility of the price paid, -sensitivity * ln(price * (1 - offer)); an average list price is 1."""
    return -sensitivity * math.log(price * (1.0 - offer))


@register_jitable
def offers_together(offer: Any, personal: Any) -> Any:
    """Part of the list price that is not charged under two offers, 1 - (1 - offer) * (1 - personal)."""
    return offer + personal * (1.0 - offer)


@register_jitable
def firm_utility(
    intercept: Any,
    taste: Any,
    loyalty: Any,
    satisfaction: Any,
    opinion: Any,
    price: Any,
    access_worth: Any,
    parameters: Any,
) -> Any:
    """Utility of a firm before anything of the present journey has happened.

    intercept + taste + loyalty_coefficient * loyalty + satisfaction_coefficient * satisfaction
    + word_of_mouth_coefficient * opinion + price + access.
    """
    return (
        intercept
        + taste
        + parameters.loyalty_coefficient * loyalty
        + parameters.satisfaction_coefficient * satisfaction
        + parameters.word_of_mouth_coefficient * opinion
        + price
        + access_worth
    )
