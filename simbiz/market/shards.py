"""A shard: a market of which one process holds some of the customers, and every process all the firms.

A week needs one exchange: the counts of all shards are added up, and what customers tell from now on goes to everybody.
Counts are integers, luck is keyed by the customer, and nobody reads what another customer does in the same week, so a
market in shards is the market as a whole, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simbiz.market.model import OmnichannelModel
from simbiz.market.notes import Notes
from simbiz.scenario import Scenario
from simbiz.state.columns import SPEAKER, add_counts, records, tally_dtype
from simbiz.state.customers import agent_counts, first_of_segments
from simbiz.state.layout import Layout

# What is told, as it travels: 7 bytes. Rows of 32 bits number four billion customers.
TOLD = np.dtype([("row", "u4"), ("judgement", "i2"), ("firm", "u1")])


class Exchange(Protocol):
    """Whoever adds the shards up."""

    def __call__(self, counts: NDArray[np.int64], told: Any) -> tuple[NDArray[np.int64], Any]:
        """Exchange the counts and the voices of this shard for those of all.

        Parameters
        ----------
        counts : int64 array (counts of a tally,)
            What happened in this shard.
        told : record array of `TOLD`
            What its customers tell from now on, the later experience of one customer after the earlier.

        Returns
        -------
        tuple of int64 array, record array of `TOLD`
            The sum over all shards, and what the customers of all shards tell.
        """


def rows_of_shard(layout: Layout, number: int, shards: int) -> NDArray[np.int64]:
    """Rows of the customers of a shard: of every segment an equal run of ids.

    Parameters
    ----------
    layout : Layout
        Says how many customers there are.
    number, shards : int
        Which shard, from 0, of how many.

    Returns
    -------
    int64 array (customer of the shard,)
        Rising.
    """
    counts = agent_counts(layout)
    firsts = np.cumsum(counts) - counts
    bounds = [
        (first + count * number // shards, first + count * (number + 1) // shards)
        for first, count in zip(firsts.tolist(), counts.tolist(), strict=True)
    ]
    return np.concatenate([np.arange(low, high) for low, high in bounds])


class Shard(OmnichannelModel):
    """A market of which this process holds the customers of one shard.

    Parameters
    ----------
    scenario : Scenario
        The scenario, the same in all shards.
    number, shards : int
        Which shard, from 0, of how many.
    exchange : Exchange
        Called once for everything that customers do in a week.
    rng : int
        Replicate seed, the same in all shards.
    threads : int
        See `OmnichannelModel`.
    """

    def __init__(
        self, scenario: Scenario, number: int, shards: int, exchange: Exchange, *, rng: int, threads: int = 1
    ) -> None:
        self.rows = rows_of_shard(Layout.of(scenario), number, shards)
        self.exchange = exchange
        super().__init__(scenario, rng=rng, threads=threads)

    def _twin(self) -> Shard:
        """A model of the same shard, which takes part in the same exchange."""
        other = Shard.__new__(Shard)
        other.rows, other.exchange = self.rows, self.exchange
        return other

    def _begin(self) -> None:
        """Keep the customers of the shard; of the others it knows what they tell."""
        super()._begin()
        self.customers, self.due = self.customers[self.rows], self.due[self.rows]
        self.held = first_of_segments(self.layout, self.customers)

    def _commit(self, parts: Sequence[tuple[Notes, Any]]) -> None:
        """Add the week up over all shards, and let everybody hear what was told in any of them."""
        dtype = tally_dtype(self.layout)
        own, everybody = records(dtype, 1), Notes()
        spoken = [np.empty(0, SPEAKER)]
        for notes, part in parts:
            notes.take(part)
            add_counts(own[0], part)
            spoken.extend(notes.speakers)
        counts, told = self.exchange(own.view(np.ndarray).view(np.int64), np.concatenate(spoken).astype(TOLD))
        add_counts(self.tallies[self.week], counts.view(dtype).view(np.recarray)[0])
        everybody.speakers = [told]
        everybody.commit(self.voices, self.week, None)
