"""How many customers the value of a market makes."""

from __future__ import annotations

from simbiz.scenario.records import Scenario


def customers_by_segment(scenario: Scenario) -> dict[str, float]:
    """Customers of the whole market by segment, not rounded.

    value * value_share / (1 - outside_share) / (needs_per_year * basket): what the segment buys a year, over
    what one customer buys.

    Parameters
    ----------
    scenario : Scenario
        Its market and segments.
    """
    market = scenario.market
    return {
        name: market.value * one.value_share / (1.0 - market.outside_share) / (one.needs_per_year * one.basket)
        for name, one in scenario.segments.items()
    }
