"""Benchmarks: costs measured on this machine, each the median of repeats; nothing here is a test."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simbiz.model import OmnichannelModel
from simbiz.scenario import load_scenario

REPEATS = 5
SMALL = {"customers": 5000, "calendar.burn_in_weeks": 52, "calendar.years": 1}
SMALL_WEEKS = 156


@dataclass(frozen=True)
class Row:
    """A measured cost and its target, where it has one."""

    id: str
    meaning: str
    value: float
    unit: str
    target: float | None

    @property
    def holds(self) -> bool | None:
        """Whether the value is at most the target; None without a target."""
        return None if self.target is None else self.value <= self.target


def rows() -> Iterator[Row]:
    """Measure one benchmark after the other."""
    yield Row("help", "simbiz --help", _command("--help"), "s", 0.3)
    yield Row("check", "simbiz check", _command("check"), "s", 0.6)
    whole, journeys = _small_run()
    yield Row("small_run", "5,000 customers, 156 weeks, compiled before", whole, "s", 0.15)
    yield Row("small_journey", "the same a journey, overhead of weeks included", 1e6 * whole / journeys, "us", None)


def median_seconds(work: Callable[[], object]) -> float:
    """Median wall time of some repeats, after one that is not counted."""
    work()
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def _command(*arguments: str) -> float:
    command = [sys.executable, "-m", "simbiz", *arguments]
    return median_seconds(lambda: subprocess.run(command, capture_output=True, check=True))


def _small_run() -> tuple[float, int]:
    scenario = load_scenario("partner-dv", SMALL)
    journeys = 0

    def work() -> None:
        nonlocal journeys
        model = OmnichannelModel(scenario, rng=1).run(SMALL_WEEKS)
        journeys = int(model.tallies.needs[:SMALL_WEEKS].sum())
        model.release()

    return median_seconds(work), journeys
