"""What a customer's week costs: with an event and without, in small and large markets."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import numpy as np

from simbiz.bench.market import LONG_ENOUGH, MarketProcess, bytes_per_customer, shipped_market
from simbiz.bench.plan import Plan
from simbiz.bench.row import Row
from simbiz.bench.timing import median_ratio, median_seconds, seconds
from simbiz.market.model import OmnichannelModel

WEEKS = 4


def idle_seconds(model: OmnichannelModel, repeats: int) -> float:
    """Cost of a week of all customers in which nobody has an event."""
    due = model.due.copy()
    model.due[:] = LONG_ENOUGH
    taken = median_seconds(model.customers_live, 4 * repeats)
    model.due[:] = due
    return taken


def journey_microseconds(model: OmnichannelModel, idle: float, repeats: int) -> float:
    """Cost of a journey of those who decide in the week of their need; the others have no events meanwhile.

    The cost of a week without any event, `idle` seconds, is taken off.
    """
    at_once = [name for name, s in model.layout.scenario.segments.items() if s.deliberation_weeks == 0]
    numbers = [model.layout.segments.index(name) for name in at_once]
    model.due[~np.isin(model.customers.segment, numbers)] = LONG_ENOUGH
    costs = []
    for _ in range(repeats):
        first = model.week
        taken = sum(_week_of_customers(model) for _ in range(WEEKS))
        costs.append((taken - WEEKS * idle) / float(model.tallies.needs[first : model.week].sum()))
    return 1e6 * statistics.median(costs)


def _week_of_customers(model: OmnichannelModel) -> float:
    """Let the market live a week; seconds of its customers."""
    taken = []
    live = model.customers_live
    model.customers_live = lambda: taken.append(seconds(live))  # type: ignore[method-assign]
    model.step()
    del model.customers_live
    return sum(taken)


def seconds_per_week(model: OmnichannelModel, plan: Plan) -> list[float]:
    """Wall time a week of each of the next stretches of `plan.weeks` weeks."""
    return [seconds(lambda: model.run(model.week + plan.weeks)) / plan.weeks for _ in range(max(2, plan.repeats // 2))]


def rows(model: OmnichannelModel, size: str, plan: Plan) -> Iterator[Row]:
    """Measure a market that has some weeks behind it; its future is used up."""
    customers = len(model.customers)
    yield Row(f"customer_weeks_{size}", 1e-6 * customers / statistics.median(seconds_per_week(model, plan)))
    idle = idle_seconds(model, plan.repeats)
    if size == "1e5":
        yield Row("bytes_per_customer", bytes_per_customer(model))
        # What a week costs whoever lives in it is no cost of a customer.
        yield Row("idle_week", 1e9 * (idle - idle_seconds(shipped_market(1), plan.repeats)) / customers)
    yield Row(f"journey_person_{size}", journey_microseconds(model, idle, plan.repeats))


def largest_rows(plan: Plan) -> Iterator[Row]:
    """Measure the largest market: a year on two threads, then by turns with the common size on one."""
    if not plan.largest:
        return
    with MarketProcess(plan.largest, threads=2) as largest, MarketProcess(plan.large) as large:
        yield Row("ten_million", largest.making + largest.live(52))
        yield Row("ten_million_making", largest.making)
        yield Row("ten_million_memory", largest.peak)
        large.live(52)
        pairs = [(largest.live(WEEKS, threads=1), large.live(WEEKS)) for _ in range(plan.repeats)]
        ratio = median_ratio([a for a, _ in pairs], [b for _, b in pairs])
        yield Row("growth", ratio * plan.large / plan.largest)


def thread_rows(plan: Plan) -> Iterator[Row]:
    """Measure two threads on one market by turns with two processes that have a market each."""
    if not plan.larger:
        return
    with (
        MarketProcess(plan.larger, threads=2) as threaded,
        MarketProcess(plan.larger) as one,
        MarketProcess(plan.larger) as other,
    ):
        ratios, same = [], []
        for _ in range(2 * plan.repeats):
            together = threaded.live(WEEKS)
            one.begin(WEEKS)
            other.begin(WEEKS)
            alone = max(one.seconds_taken(), other.seconds_taken())
            ratios.append(alone / (2.0 * together))
            same.append(threaded.digest == one.digest)
        yield Row("threads", statistics.median(ratios[1:]))
        yield Row("threads_same_bits", sum(same) / len(same))
