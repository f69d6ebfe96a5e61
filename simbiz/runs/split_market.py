"""One market in several processes: each holds a shard of the customers, a week is added up between them."""

from __future__ import annotations

import multiprocessing
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.market.shards import Shard, rows_of_shard
from simbiz.scenario import Scenario
from simbiz.state.layout import Layout
from simbiz.state.series import FirmSeries


@dataclass
class SplitMarket:
    """What a market in shards was after its last week, and what it had to exchange.

    Parameters
    ----------
    customers : record array (customer,)
        All customers, in the order of the whole market.
    tallies : record array (week,)
        Counts of all weeks.
    voices : record array (customer,)
        What customers tell.
    series : FirmSeries
        Series of the firms.
    told : int
        Bytes of what customers told, summed over shards and weeks.
    counted : int
        Bytes of counts, likewise.
    differing : list of int
        Shards whose firms, tallies or voices were not those of shard 0: none.
    """

    customers: Any = None
    tallies: Any = None
    voices: Any = None
    series: FirmSeries | None = None
    told: int = 0
    counted: int = 0
    differing: list[int] = field(default_factory=list)


def live_in_shards(scenario: Scenario, seed: int, shards: int, weeks: int) -> SplitMarket:
    """Let a market live in several processes.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    seed : int
        Replicate seed.
    shards : int
        Processes, each with its customers; this one adds up.
    weeks : int
        Weeks to live from the first of the calendar.

    Returns
    -------
    SplitMarket
        The market as a whole after its last week.
    """
    context, found = multiprocessing.get_context("spawn"), SplitMarket()
    with ExitStack() as stack:
        connections = []
        for number in range(shards):
            here, there = context.Pipe()
            process = context.Process(target=_live, args=(there, scenario, seed, number, shards, weeks), daemon=True)
            process.start()
            there.close()
            stack.callback(process.join)
            connections.append(stack.enter_context(here))
        while _add_up(connections, found):
            pass
        _gather(connections, Layout.of(scenario), found)
    return found


def _add_up(connections: list[Connection], found: SplitMarket) -> bool:
    """Serve one exchange; False once the shards have lived all their weeks."""
    parts = [connection.recv() for connection in connections]
    if parts[0] is None:
        return False
    counts = np.sum([counts for counts, _ in parts], axis=0)
    told = np.concatenate([told for _, told in parts])
    for connection in connections:
        connection.send((counts, told))
    found.told += told.nbytes
    found.counted += counts.nbytes * len(parts)
    return True


def _gather(connections: list[Connection], layout: Layout, found: SplitMarket) -> None:
    """Put the customers of all shards together, and see whether the shards agree about everything else."""
    parts = [connection.recv() for connection in connections]
    (_, first) = parts[0]
    found.tallies, found.voices, found.series = first["tallies"], first["voices"], first["series"]
    found.customers = np.empty(len(found.voices), parts[0][0].dtype).view(np.recarray)
    for number, (customers, shared) in enumerate(parts):
        found.customers[rows_of_shard(layout, number, len(parts))] = customers
        if _bits(shared) != _bits(first):
            found.differing.append(number)


def _bits(shared: dict[str, Any]) -> list[bytes]:
    arrays = [shared["tallies"], shared["voices"], *shared["series"]]
    return [np.ascontiguousarray(array).tobytes() for array in arrays]


def _live(connection: Connection, scenario: Scenario, seed: int, number: int, shards: int, weeks: int) -> None:
    """Live through the weeks as one shard."""

    def exchange(counts: NDArray[np.int64], told: Any) -> tuple[NDArray[np.int64], Any]:
        connection.send((counts, told))
        everything: tuple[NDArray[np.int64], Any] = connection.recv()
        return everything

    model = Shard(scenario, number, shards, exchange, rng=seed).run(weeks)
    connection.send(None)
    shared = {"tallies": model.tallies, "voices": model.voices, "series": model.firm_series}
    connection.send((model.customers, shared))
    connection.close()
