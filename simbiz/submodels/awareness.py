"""Awareness: noticed exposures leave impressions, impressions are forgotten one by one.

A firm is known while at least one impression of it is alive, so that frequency saturates and memory decays.
Between two looks at a customer nothing has to be drawn: survivors of the old impressions are binomial, those
that came in between and are still alive are Poisson (a queue with infinitely many servers, Kleinrock 1975).
"""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable

MOST_IMPRESSIONS = 60


@register_jitable
def advertising_stock(stock: Any, reach: Any, forgetting: Any) -> Any:
    """Mean number of living impressions after one more week: A' = A exp(-forgetting) + reach."""
    return stock * math.exp(-forgetting) + reach


@register_jitable
def arrived(stock_now: Any, stock_then: Any, retention: Any) -> Any:
    """Mean number of impressions that came since the last look and are still alive."""
    return max(0.0, stock_now - stock_then * retention)


@register_jitable
def impressions_alive(impressions: Any, retention: Any, arrivals: Any, luck_old: Any, luck_new: Any) -> Any:
    """Impressions of a firm at the moment of a look: binomial survivors plus Poisson arrivals.

    Parameters
    ----------
    impressions : int
        Impressions at the last look.
    retention : float
        Probability that one of them is still alive, exp(-forgetting * weeks).
    arrivals : float
        Mean number of living newcomers, see `arrived`.
    luck_old, luck_new : float
        Uniforms in (0, 1).
    """
    return min(MOST_IMPRESSIONS, binomial(luck_old, impressions, retention) + poisson(luck_new, arrivals))


@register_jitable
def binomial(luck: Any, trials: Any, probability: Any) -> Any:
    """Quantile of the binomial distribution at `luck`, by summing its terms."""
    if trials == 0 or probability <= 0.0:
        return 0
    if probability >= 1.0:
        return trials
    odds = probability / (1.0 - probability)
    term = 1.0
    for _ in range(trials):
        term *= 1.0 - probability
    total = term
    count = 0
    while luck > total and count < trials:
        term *= odds * (trials - count) / (count + 1.0)
        total += term
        count += 1
    return count


@register_jitable
def poisson(luck: Any, mean: Any) -> Any:
    """Quantile of the Poisson distribution at `luck`, at most `MOST_IMPRESSIONS`."""
    # exp(-mean) >= 1 - mean, so that a small mean seldom needs the exponential.
    if luck <= 1.0 - mean:
        return 0
    term = math.exp(-mean)
    total = term
    count = 0
    while luck > total and count < MOST_IMPRESSIONS:
        count += 1
        term *= mean / count
        total += term
    return count
