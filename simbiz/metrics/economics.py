"""Money: value added, profit, productivity, investment."""

from __future__ import annotations

import numpy as np

from simbiz.metrics.market import revenue
from simbiz.metrics.observation import Observation, Values, metric, ratio
from simbiz.state.customers import base_revenue, market_size


def _contact_cost(observation: Observation) -> Values:
    """Cost of contacts: each channel's part of an average basket, agents counted for those they stand for."""
    layout = observation.layout
    size = market_size(layout)
    needs = np.array([segment.needs_per_year for segment in layout.scenario.segments.values()])
    market = layout.scenario.market
    basket = market.value / (1.0 - market.outside_share) / float(size @ needs)
    cost = np.array([channel.contact_cost for channel in layout.catalogue.channels.values()])
    agents = size.sum() / (size / observation.expansion).sum()
    return np.asarray(observation.total("contacts") @ cost * basket * agents)


@metric
def invested(observation: Observation) -> Values:
    """Cost of implementation steps begun in the year."""
    return observation.summed(observation.firm_series.invested) * base_revenue(observation.layout)


@metric
def value_added(observation: Observation) -> Values:
    """Revenue less goods, contacts and running costs of tools."""
    margin = observation.layout.common["gross_margin"]
    running = observation.mean(observation.firm_series.running_cost) * base_revenue(observation.layout)
    return margin * revenue(observation) - _contact_cost(observation) - running


@metric
def profit(observation: Observation) -> Values:
    """Value added less fixed costs and investment."""
    fixed = observation.layout.common["fixed_cost"] * base_revenue(observation.layout)
    return value_added(observation) - fixed - invested(observation)


@metric
def productivity(observation: Observation) -> Values:
    """Value added per head."""
    return ratio(value_added(observation), np.broadcast_to(observation.headcount, value_added(observation).shape))
