"""Wall times: medians of repeats, and two sides by turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """Wall time of some work."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    """Median wall time of some repeats, after one that is not counted."""
    work()
    return statistics.median(seconds(work) for _ in range(repeats))


def by_turns(one: Callable[[], object], other: Callable[[], object], repeats: int) -> tuple[list[float], list[float]]:
    """Wall times of two sides that work by turns, so that a slow minute of the machine meets both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        times[0].append(seconds(one))
        times[1].append(seconds(other))
    return times


def median_ratio(over: list[float], under: list[float]) -> float:
    """Median of the ratios of times that were taken side by side."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))
