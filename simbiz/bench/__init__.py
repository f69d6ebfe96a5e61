"""Benchmarks: costs measured on this machine, each the median of repeats; nothing here is a test."""

from __future__ import annotations

from collections.abc import Iterator

from simbiz.bench import bound, commands, runs, weeks
from simbiz.bench.market import lived_market, shipped_market
from simbiz.bench.parts import profile
from simbiz.bench.plan import FULL, QUICK, Plan
from simbiz.bench.row import TARGETS, Row

__all__ = ["FULL", "QUICK", "Plan", "Row", "profile", "rows"]


def rows(plan: Plan) -> list[Row]:
    """Measure everything, in the order of `simbiz.bench.row.TARGETS`."""
    found = {row.id: row for row in _measured(plan)}
    return [found.get(name, Row(name, None)) for name in TARGETS]


def _measured(plan: Plan) -> Iterator[Row]:
    shipped_market(1).run(plan.weeks + 1).release()  # compiled code is read before anything is measured
    yield from commands.rows(plan)
    yield from runs.small_rows(plan)
    model = lived_market(plan.large, plan.lived)
    yield from bound.rows(model, plan)
    yield from weeks.rows(model, "1e5", plan)
    model.release()
    if plan.larger:
        model = lived_market(plan.larger, plan.lived)
        yield from weeks.rows(model, "1e6", plan)
        model.release()
        del model
    yield from runs.log_rows(plan)
    yield from runs.object_rows(plan)
    yield from runs.shard_rows(plan)
    yield from weeks.thread_rows(plan)
    yield from weeks.largest_rows(plan)
