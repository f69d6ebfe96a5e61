"""What a first look at many orders tells: a surrogate for every outcome, first steps, who should stand before whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simbiz.errors import InputError
from simbiz.statistics.best_set import BestSet, best_set, simultaneous_interval
from simbiz.studies.orders.candidates import Orders, every_order, sampled_orders
from simbiz.studies.orders.surrogate import Block, Surrogate, fit_surrogate, precedence_effects
from simbiz.studies.orders.tools import prerequisites

FEWEST_BLOCKS = 2
FEWEST_ORDERS = 2

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Screening:
    """Blocks of orders with their outcomes, more being better.

    Parameters
    ----------
    orders : list of int8 array (order, position)
        Of every block.
    values : mapping of str to list of float64 array (level, order)
        Outcomes by block.
    levels : sequence of int
        Numbers of tools under way at a time.
    """

    orders: list[Orders]
    values: Mapping[str, list[Values]]
    levels: Sequence[int]

    def blocks(self, outcome: str, level: int) -> list[Block]:
        """Orders and their outcomes at a level, block by block."""
        return [(orders, block[level]) for orders, block in zip(self.orders, self.values[outcome], strict=True)]

    @cached_property
    def surrogates(self) -> dict[str, list[Surrogate]]:
        """A surrogate for every outcome and level."""
        levels = range(len(self.levels))
        return {name: [fit_surrogate(self.blocks(name, level)) for level in levels] for name in self.values}

    def level_means(self, outcome: str) -> Values:
        """Mean of the orders of each block at each level, less that of the block; float64 array (block, level)."""
        means = np.array([block.mean(axis=1) for block in self.values[outcome]])
        return np.asarray(means - means.mean(axis=1, keepdims=True))

    def predict(self, orders: Orders) -> dict[str, Values]:
        """What orders should be worth, less the mean order; float64 array (level times order,) by outcome."""
        found = {}
        for name, surrogates in self.surrogates.items():
            own = [surrogate.predict(orders) for surrogate in surrogates]
            levels = self.level_means(name).mean(axis=0)
            found[name] = np.concatenate(
                [values - values.mean() + level for values, level in zip(own, levels, strict=True)]
            )
        return found

    def precedence(self, outcome: str) -> tuple[Values, Values, Values] | None:
        """What it changes that one tool stands before another, at the first level; see `precedence_effects`."""
        return precedence_effects(self.blocks(outcome, 0))

    def first_steps(self, outcome: str) -> tuple[BestSet, tuple[Values, Values, Values]] | None:
        """Tools to begin with, at the first level: against each other, and against the mean order.

        None where some tool never begins, or too few blocks have all of them.
        """
        rows = []
        for orders, values in self.blocks(outcome, 0):
            first = [values[orders[:, 0] == tool] for tool in range(orders.shape[1])]
            if all(map(len, first)):
                rows.append([float(own.mean()) for own in first])
        if len(rows) < FEWEST_BLOCKS:
            return None
        means = np.array(rows)
        return best_set(means), simultaneous_interval(means - means.mean(axis=1, keepdims=True))


def block_orders(tools: Sequence[str], blocks: int, size: int, seed: int) -> list[Orders]:
    """A balanced sample of orders for every block."""
    requires = prerequisites(tools)
    size = min(size, len(every_order(tools, requires)))
    return [sampled_orders(tools, requires, size, seed=seed, block=number) for number in range(blocks)]


def screened(blocks: Sequence[Orders], table: Values, levels: Sequence[int], outcomes: Sequence[str]) -> Screening:
    """Outcomes of the runs of all blocks, in their order; an order with a missing run is left out of its block.

    Raises
    ------
    InputError
        If fewer than two blocks have orders to compare.
    """
    kept: list[Orders] = []
    values: dict[str, list[Values]] = {name: [] for name in outcomes}
    first = 0
    for orders in blocks:
        runs = len(orders) * len(levels)
        block = table[first : first + runs].reshape(len(levels), len(orders), -1)
        first += runs
        whole = ~np.isnan(block).any(axis=(0, 2))
        if whole.sum() < FEWEST_ORDERS:
            continue
        kept.append(orders[whole])
        for number, name in enumerate(outcomes):
            values[name].append(block[:, whole, number])
    if len(kept) < FEWEST_BLOCKS:
        raise InputError(
            f"only {len(kept)} of {len(blocks)} seeds have orders to compare, at least {FEWEST_BLOCKS} are needed: "
            "with the others runs failed, missed the base year or do not rest; "
            "more customers or a wider fit_tolerance help"
        )
    return Screening(kept, values, levels)
