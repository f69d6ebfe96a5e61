"""Sampling error of a market: how far luck alone moves the share of a firm, given how many purchases make it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simbiz.state.customers import agent_counts, expansion
from simbiz.state.layout import Layout

# Habit carries luck on: who happened to buy somewhere comes back. Measured, not derived: the yearly shares of seven
# firms at shipped values vary so many times as much as independent purchases would (tests/test_sampling.py).
HABIT = 1.5


def effective_purchases(layout: Layout) -> float:
    """Purchases of one size a year that would make shares as uncertain as the market's own.

    (sum of values)^2 / (sum of squared values), over what the agents are expected to buy in a year: Kish's effective
    sample size. Agents stand for several customers each, and baskets differ between customers and purchases.

    Parameters
    ----------
    layout : Layout
        Segments, baskets and number of agents.

    Notes
    -----
    Kish 1965, *Survey Sampling*, section 11.7.
    """
    segments = [layout.scenario.segments[name] for name in layout.segments]
    needs = np.array([segment.needs_per_year for segment in segments]) * agent_counts(layout)
    basket = np.array([segment.basket for segment in segments]) * expansion(layout)
    spread = layout.parameters.basket_spread**2 + layout.parameters.basket_noise**2
    inside = 1.0 - layout.scenario.market.outside_share
    squares = float((needs * basket**2 * np.exp(spread)).sum())
    return inside * float((needs * basket).sum()) ** 2 / squares


def share_error(layout: Layout, share: NDArray[np.float64], years: float = 1.0) -> NDArray[np.float64]:
    """Standard error of shares by value over some years.

    HABIT * sqrt(share * (1 - share) / (effective purchases a year * years)).

    Parameters
    ----------
    layout : Layout
        The market.
    share : float64 array
        Shares of all purchases from firms, 0 to 1.
    years : float
        Length of the period.
    """
    variance = share * (1.0 - share) / (effective_purchases(layout) * years)
    return HABIT * np.sqrt(np.maximum(variance, 0.0))


def demand_error(layout: Layout, years: float = 1.0) -> float:
    """Relative standard error of the value that the market buys from all firms over some years."""
    return HABIT / float(np.sqrt(effective_purchases(layout) * years))
