"""Shares, revenue and demand."""

from __future__ import annotations

import numpy as np

from simbiz.metrics.observation import Observation, Values, metric, ratio
from simbiz.state.columns import MILLION
from simbiz.state.customers import KOPECKS


def money(observation: Observation, count: str = "revenue") -> Values:
    """A money count of the whole market in thousand roubles; (year, ...)."""
    return observation.total(count) / KOPECKS


@metric
def revenue(observation: Observation) -> Values:
    """Revenue from the product, from which shares are computed."""
    return money(observation)


@metric
def services_revenue(observation: Observation) -> Values:
    """Revenue from services beyond the product."""
    return money(observation, "services")


@metric
def market_value(observation: Observation) -> Values:
    """What is bought from all declared firms."""
    return np.asarray(observation.everybody * money(observation).sum(axis=1, keepdims=True))


@metric
def market_share(observation: Observation) -> Values:
    """Share by value among the declared firms."""
    return ratio(revenue(observation), market_value(observation))


@metric
def purchases(observation: Observation) -> Values:
    """Purchases in the whole market."""
    return observation.total("purchases")


@metric
def market_share_volume(observation: Observation) -> Values:
    """Share by purchases among the declared firms."""
    count = purchases(observation)
    return ratio(count, count.sum(axis=1, keepdims=True))


@metric
def share_index(observation: Observation) -> Values:
    """Share over share of the year before; the first year, which has none before it, counts as 1."""
    share = market_share(observation)
    index = np.ones_like(share)
    index[1:] = ratio(share[1:], share[:-1])
    return index


@metric
def outside_share(observation: Observation) -> Values:
    """Part of demand by value that goes elsewhere."""
    outside = money(observation, "outside_value")[:, None]
    return observation.everybody * ratio(outside, outside + money(observation).sum(axis=1, keepdims=True))


@metric
def repeat_rate(observation: Observation) -> Values:
    """Share of purchases by customers whose last purchase was at the firm."""
    return ratio(observation.total("repeats"), observation.total("purchases"))


@metric
def awareness(observation: Observation) -> Values:
    """Share of considerations in which the firm was known."""
    return ratio(observation.total("aware"), observation.total("needs")[:, None])


@metric
def consideration(observation: Observation) -> Values:
    """Share of considerations in which the firm came on the shortlist."""
    return ratio(observation.total("shortlisted"), observation.total("needs")[:, None])


@metric
def word_of_mouth_awareness(observation: Observation) -> Values:
    """Share of considerations with the firm known in which it was known from acquaintances only."""
    return ratio(observation.total("told"), observation.total("aware"))


@metric
def opinion(observation: Observation) -> Values:
    """Mean of what acquaintances say about the firm to customers who know it."""
    return ratio(observation.total("opinion"), observation.total("aware")) / MILLION


@metric
def undecided_needs(observation: Observation) -> Values:
    """Share of needs that lapse because a buying centre does not agree."""
    undecided, needs = (observation.total(count)[:, None] for count in ("undecided", "needs"))
    return observation.everybody * ratio(undecided, needs)
