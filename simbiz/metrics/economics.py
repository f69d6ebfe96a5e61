"""Money: value added, profit, productivity, investment."""

from __future__ import annotations

import numpy as np

from simbiz.metrics.market import revenue, services_revenue
from simbiz.metrics.observation import Observation, Values, metric, ratio
from simbiz.state.customers import base_revenue, market_size


def contact_cost(observation: Observation) -> Values:
    """Cost of contacts: each channel's part of an average basket."""
    layout = observation.layout
    size = market_size(layout)
    needs = np.array([segment.needs_per_year for segment in layout.scenario.segments.values()])
    market = layout.scenario.market
    basket = market.value / (1.0 - market.outside_share) / float(size @ needs)
    cost = np.array([channel.contact_cost for channel in layout.catalogue.channels.values()])
    return np.asarray(observation.total("contacts") @ cost * basket)


def running_cost(observation: Observation) -> Values:
    """Running cost of tools, thousand roubles; (year, firm)."""
    return observation.mean(observation.firm_series.running_cost) * base_revenue(observation.layout)


def fixed_cost(observation: Observation) -> Values:
    """Pay and other fixed costs, thousand roubles; (firm,)."""
    return observation.layout.common["fixed_cost"] * base_revenue(observation.layout)


@metric
def invested(observation: Observation) -> Values:
    """Cost of implementation steps, measures and improvements begun in the year."""
    return observation.summed(observation.firm_series.invested) * base_revenue(observation.layout)


@metric
def value_added(observation: Observation) -> Values:
    """Revenue, services included, less goods, contacts and running costs of tools; services bear the same margin."""
    margin = observation.layout.common["gross_margin"]
    sold = revenue(observation) + services_revenue(observation)
    return margin * sold - contact_cost(observation) - running_cost(observation)


@metric
def profit(observation: Observation) -> Values:
    """Value added less fixed costs and investment."""
    return value_added(observation) - fixed_cost(observation) - invested(observation)


@metric
def productivity(observation: Observation) -> Values:
    """Value added per head."""
    return ratio(value_added(observation), np.broadcast_to(observation.headcount, value_added(observation).shape))


@metric
def revenue_per_employee(observation: Observation) -> Values:
    """Revenue, services included, per head."""
    sold = revenue(observation) + services_revenue(observation)
    return ratio(sold, np.broadcast_to(observation.headcount, sold.shape))


@metric
def cost_per_revenue(observation: Observation) -> Values:
    """All costs but those of goods (contacts, running costs of tools, investment, fixed costs) per revenue."""
    costs = contact_cost(observation) + running_cost(observation) + invested(observation) + fixed_cost(observation)
    return ratio(costs, revenue(observation) + services_revenue(observation))
