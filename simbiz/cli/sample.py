"""What a sample of customers is: how few agents make most of its value, and how far its seeds differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simbiz.scenario import Scenario

MOST = 0.5  # of the value


def sample_words(scenario: Scenario, seed: int) -> str:
    """Say in one line what a sample stands for and on how few agents it rests; empty for a whole market.

    Parameters
    ----------
    scenario : Scenario
        What is run.
    seed : int
        Replicate seed whose customers are looked at.
    """
    from simbiz.state.customers import agent_counts, market_size
    from simbiz.state.layout import Layout

    if scenario.customers == "market":
        return ""
    layout = Layout.of(scenario)
    agents, customers = int(agent_counts(layout).sum()), int(market_size(layout).sum())
    few = agents_that_make(layout, seed, MOST)
    return f"A sample: {agents:,} agents stand for {customers:,} customers; {few:,} of them make half of the value."


def agents_that_make(layout: Any, seed: int, part: float) -> int:
    """Fewest agents of a world whose usual purchases make a part of the value of its market."""
    import numpy as np

    from simbiz.state.customers import expansion, initial_customers, season_clock

    nothing = np.zeros((len(layout.segments), len(layout.firms)))
    customers = initial_customers(layout, seed, season_clock(layout, 1, 1), nothing)
    bought = expansion(layout)[customers.segment] * customers.rate.astype(float) * customers.basket
    reached = np.cumsum(np.sort(bought)[::-1])
    return int(np.searchsorted(reached, part * reached[-1])) + 1


def spread_words(shares: Mapping[int, float], title: str, year: str) -> str:
    """Say in one line how far a firm's share differs between seeds, or that one seed cannot tell.

    Parameters
    ----------
    shares : mapping of int to float
        Share of the year by seed.
    title : str
        The firm.
    year : str
        The year.
    """
    if len(shares) < 2:
        return "One seed shows nothing about how far seeds differ; the same command with --replicates 10 does."
    low, high = min(shares, key=lambda seed: shares[seed]), max(shares, key=lambda seed: shares[seed])
    apart = 100.0 * (shares[high] - shares[low])
    return (
        f"{title}'s share of year {year} differs by {apart:.1f} points over these {len(shares)} seeds: "
        f"from {shares[low]:.1%} (seed {low}) to {shares[high]:.1%} (seed {high})."
    )
