"""A modelling rule in plain Mesa objects: every week everybody buys somewhere, by a logit with loyalty."""

from __future__ import annotations

import math
from typing import Any

import mesa

FIRMS = 8
LOYALTY = 1.0
APPEAL = 0.1


class PlainCustomer(mesa.Agent):
    """A customer who chooses among firms and is drawn back by the last."""

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self.last = 0

    def step(self) -> None:
        """Choose a firm."""
        weights = [math.exp(APPEAL * firm + (LOYALTY if firm == self.last else 0.0)) for firm in range(FIRMS)]
        self.last = self.model.random.choices(range(FIRMS), weights)[0]
        self.model.purchases[self.last] += 1


class PlainMarket(mesa.Model):
    """Customers who choose every week.

    Parameters
    ----------
    customers : int
        How many.
    rng : int
        Seed.
    """

    def __init__(self, customers: int, rng: int) -> None:
        super().__init__(rng=rng)
        self.purchases = [0] * FIRMS
        PlainCustomer.create_agents(self, customers)

    def step(self) -> None:
        """One week."""
        self.purchases = [0] * FIRMS
        self.agents.do("step")
