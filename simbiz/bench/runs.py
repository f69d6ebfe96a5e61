"""Whole runs: small ones as sweeps make them, with an event log, with customers as objects, in several processes."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from simbiz.bench.market import lived_market, shipped_market
from simbiz.bench.plain_agents import PlainMarket
from simbiz.bench.plan import Plan
from simbiz.bench.row import Row
from simbiz.bench.timing import by_turns, median_seconds, seconds
from simbiz.results.event_log import EventLog
from simbiz.runs.split_market import live_in_shards

SMALL_WEEKS = 156
YEAR = 52
QUARTER = 13


def small_rows(plan: Plan) -> Iterator[Row]:
    """Measure small runs from their making to their last week."""
    yield Row("small_run", median_seconds(lambda: _run(plan.small), plan.repeats))
    yield Row("fixed_overhead", 1e3 * median_seconds(lambda: _run(1), plan.repeats))
    yield Row("fixed_making", 1e3 * median_seconds(lambda: shipped_market(1).release(), plan.repeats))


def _run(customers: int) -> None:
    shipped_market(customers).run(SMALL_WEEKS).release()


def log_rows(plan: Plan) -> Iterator[Row]:
    """Measure a year with an event log by turns with the same year without."""
    plain, logged = shipped_market(plan.large), shipped_market(plan.large)
    with tempfile.TemporaryDirectory() as folder:
        log = EventLog(Path(folder), logged.layout, logged.start)
        logged.log = log
        without, with_log = by_turns(
            lambda: plain.run(plain.week + QUARTER), lambda: logged.run(logged.week + QUARTER), YEAR // QUARTER
        )
        log.add_customers(logged.customers)
        closing = seconds(log.close)
    yield Row("event_log", (sum(with_log) + closing) / sum(without))
    for model in (plain, logged):
        model.release()


def object_rows(plan: Plan) -> Iterator[Row]:
    """Measure customers as Mesa agents by turns with a modelling rule in plain Mesa objects."""
    past = lived_market(plan.objects, plan.lived)
    agents, plain = past.branch(past.layout.scenario, engine="agents"), PlainMarket(plan.objects, rng=1)
    ours, theirs = by_turns(lambda: agents.run(agents.week + 1), plain.step, 2 * plan.repeats)
    yield Row("agents_engine", 1e-3 * plan.objects / statistics.median(ours[1:]))
    yield Row("plain_mesa", 1e-3 * plan.objects / statistics.median(theirs[1:]))
    agents.release()


def shard_rows(plan: Plan) -> Iterator[Row]:
    """Count what a market in four processes brings together in a week."""
    if not plan.shards:
        return
    scenario = shipped_market(plan.shards).layout.scenario
    found = live_in_shards(scenario, seed=1, shards=4, weeks=YEAR)
    yield Row("shards_bytes", found.told / (YEAR * len(found.customers)))
    yield Row("shards_counts", 1e-3 * found.counted / (YEAR * 4))
