"""A lower bound of what a customer's week can cost here: draws, exponentials and logarithms, memory."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from simbiz.bench.counts import Counts, counts_per_need
from simbiz.bench.plan import Plan
from simbiz.bench.rates import bytes_per_second, log_nanoseconds, single_draw_nanoseconds, together_draw_nanoseconds
from simbiz.bench.row import Row
from simbiz.bench.timing import seconds
from simbiz.market.model import OmnichannelModel


@dataclass(frozen=True)
class Stretch:
    """Some weeks, and what the machine could do right after them.

    Parameters
    ----------
    taken : float
        Cost of a customer-week, nanoseconds.
    needs : float
        Needs a customer-week.
    single, together, log : float
        Cost of a Philox block drawn alone, one of eight, and an exp or log, nanoseconds.
    bandwidth : float
        Bytes a nanosecond.
    """

    taken: float
    needs: float
    single: float
    together: float
    log: float
    bandwidth: float

    def bound(self, counts: Counts, scanned: int, alone: bool = False) -> float:
        """Least cost of a customer-week, nanoseconds; `alone` takes every block at what one alone costs.

        `scanned` bytes of a customer are read every week.
        """
        together = self.single if alone else self.together
        drawing = counts.single * self.single + counts.together * together
        need = drawing + counts.logs * self.log + counts.bytes / self.bandwidth
        return self.needs * need + scanned / self.bandwidth


def stretch(model: OmnichannelModel, plan: Plan) -> Stretch:
    """Live some weeks, and measure the machine."""
    first, customers = model.week, len(model.customers)
    taken = seconds(lambda: model.run(first + plan.weeks))
    lived = customers * plan.weeks
    return Stretch(
        1e9 * taken / lived,
        float(model.tallies.needs[first : model.week].sum()) / lived,
        single_draw_nanoseconds(plan.repeats),
        together_draw_nanoseconds(plan.repeats),
        log_nanoseconds(plan.repeats),
        1e-9 * bytes_per_second(plan.repeats),
    )


def rows(model: OmnichannelModel, plan: Plan) -> Iterator[Row]:
    """Measure the weeks of a market that has some behind it, and what they need at least, by turns."""
    counts, scanned = counts_per_need(plan), model.due.itemsize
    found = [stretch(model, plan) for _ in range(2)]

    def median(name: str) -> float:
        return statistics.median(float(getattr(part, name)) for part in found)

    yield Row("bound_ratio", statistics.median(part.taken / part.bound(counts, scanned) for part in found))
    alone = statistics.median(part.taken / part.bound(counts, scanned, alone=True) for part in found)
    yield Row("bound_ratio_one_by_one", alone)
    yield Row("bound", statistics.median(part.bound(counts, scanned) for part in found))
    yield Row("bound_draws", counts.single)
    yield Row("bound_draws_together", counts.together)
    yield Row("bound_logs", counts.logs)
    yield Row("bound_bytes", counts.bytes)
    yield Row("bound_draw_cost", median("single"))
    yield Row("bound_draw_together_cost", median("together"))
    yield Row("bound_log_cost", median("log"))
    yield Row("bound_bandwidth", median("bandwidth"))
