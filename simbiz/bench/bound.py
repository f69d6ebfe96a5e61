"""A lower bound of what a customer's week can cost here: draws, exponentials and logarithms, memory."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from simbiz.bench.counts import counts_per_need
from simbiz.bench.plan import Plan
from simbiz.bench.rates import bytes_per_second, log_nanoseconds, single_draw_nanoseconds, together_draw_nanoseconds
from simbiz.bench.row import Row
from simbiz.bench.weeks import seconds_per_week
from simbiz.model import OmnichannelModel


def rows(model: OmnichannelModel, plan: Plan) -> Iterator[Row]:
    """Measure the weeks of a market that has some behind it, and what they need at least."""
    counts, first, customers = counts_per_need(plan), model.week, len(model.customers)
    nanoseconds = 1e9 * statistics.median(seconds_per_week(model, plan)) / customers
    needs = float(model.tallies.needs[first : model.week].sum()) / (customers * (model.week - first))
    single, together = single_draw_nanoseconds(plan.repeats), together_draw_nanoseconds(plan.repeats)
    log, bandwidth = log_nanoseconds(plan.repeats), 1e-9 * bytes_per_second(plan.repeats)
    touched = counts.bytes + model.due.itemsize / needs
    drawing = counts.single * single + counts.together * together
    bound = needs * (drawing + counts.logs * log + touched / bandwidth)
    yield Row("bound_ratio", nanoseconds / bound)
    yield Row("bound", bound)
    slowly = bound + needs * counts.together * (single - together)
    yield Row("bound_ratio_one_by_one", nanoseconds / slowly)
    yield Row("bound_draws", counts.single)
    yield Row("bound_draws_together", counts.together)
    yield Row("bound_logs", counts.logs)
    yield Row("bound_bytes", touched)
    yield Row("bound_draw_cost", single)
    yield Row("bound_draw_together_cost", together)
    yield Row("bound_log_cost", log)
    yield Row("bound_bandwidth", bandwidth)
