"""The shipped market in the sizes of the benchmarks, in this process or in one of its own."""

from __future__ import annotations

import hashlib
import multiprocessing
import resource
import sys
import time
from types import TracebackType
from typing import Any

import numpy as np

from simbiz.market.model import OmnichannelModel
from simbiz.scenario import load_scenario

SHORT = {"calendar.burn_in_weeks": 52, "calendar.years": 1}
LONG_ENOUGH = 10**9  # weeks: nothing is ever due


def shipped_market(customers: int, threads: int = 1, engine: str = "arrays") -> OmnichannelModel:
    """Partner-DV's market with all mechanisms, before its first week."""
    scenario = load_scenario("partner-dv", {**SHORT, "customers": customers})
    return OmnichannelModel(scenario, rng=1, threads=threads, engine=engine)


def lived_market(customers: int, weeks: int) -> OmnichannelModel:
    """The market after some weeks."""
    return shipped_market(customers).run(weeks)


def bytes_per_customer(model: OmnichannelModel) -> float:
    """Bytes of all arrays of a model that have an element for every customer, a customer."""
    count = len(model.customers)
    arrays = [value for value in vars(model).values() if isinstance(value, np.ndarray) and value.ndim]
    return sum(array.nbytes for array in arrays if len(array) == count) / count


def peak_gigabytes() -> float:
    """Most memory that this process has held, gigabytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


class MarketProcess:
    """A market that lives in a process of its own.

    Parameters
    ----------
    customers, threads : int
        As in `shipped_market`.
    """

    def __init__(self, customers: int, threads: int = 1) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, customers, threads), daemon=True)
        self._process.start()
        there.close()
        self.making: float = self._connection.recv()

    def __enter__(self) -> MarketProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._process.join()

    def begin(self, weeks: int, threads: int | None = None) -> None:
        """Let the market live on for some weeks; `seconds_taken` waits for it."""
        self._connection.send((weeks, threads))

    def seconds_taken(self) -> float:
        """Seconds that the weeks took."""
        taken, self.peak, self.digest = self._connection.recv()
        return float(taken)

    def live(self, weeks: int, threads: int | None = None) -> float:
        """Live on for some weeks; the seconds they took."""
        self.begin(weeks, threads)
        return self.seconds_taken()


def _serve(connection: Any, customers: int, threads: int) -> None:
    shipped_market(1).run(27)  # compiled code is read before anything is measured
    began = time.perf_counter()
    model = shipped_market(customers, threads)
    connection.send(time.perf_counter() - began)
    while True:
        try:
            weeks, other_threads = connection.recv()
        except EOFError:
            return
        model.threads = other_threads or model.threads
        began = time.perf_counter()
        model.run(model.week + weeks)
        taken = time.perf_counter() - began
        digest = hashlib.blake2b(model.tallies[: model.week].tobytes()).hexdigest()
        connection.send((taken, peak_gigabytes(), digest))
