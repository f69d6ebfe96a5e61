"""What one parameter point gives with one seed: the statistics of the laws, and how the base year was met."""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from simbiz.catalogue import load_catalogue
from simbiz.market.base_year import PAST_WEEKS
from simbiz.market.model import OmnichannelModel
from simbiz.runs.run import YEAR, Outcome, Run
from simbiz.studies.patterns.measures import advertising, panel_statistics

UNDEFINED = float("nan")


def columns() -> list[str]:
    """Dotted names of the statistics that are measured at a point: those of a panel, and all that may be fitted."""
    return [
        f"{name}.{statistic}"
        for name, pattern in load_catalogue().patterns.items()
        if pattern.measured == "panel" or pattern.use == "fit"
        for statistic in pattern.statistics
    ]


def measure_point(group: Sequence[Run]) -> list[Outcome]:
    """Measure the laws in the market of each run; a run that raises is an outcome of status "failed"."""
    return [_measured(run) for run in group]


def _measured(run: Run) -> Outcome:
    began = time.perf_counter()
    outcome = Outcome(run.key, run.seed, "ok", [1], list(run.scenario.segments))
    with ExitStack() as afterwards:
        try:
            past = OmnichannelModel(run.scenario, rng=run.seed)
            afterwards.callback(past.release)
            world = past.run_past().branch(run.scenario)
            afterwards.callback(world.release)
            found, lasting = panel_statistics(world), advertising(past)
            both = [{**found[segment], **lasting[segment]} for segment in outcome.firms]
            outcome.metrics = {name: [[float(one.get(name, UNDEFINED)) for one in both]] for name in columns()}
            outcome.fit = base_year(past)
        except Exception:
            outcome = Outcome(run.key, run.seed, "failed", error=traceback.format_exc())
    outcome.seconds = time.perf_counter() - began
    return outcome


def base_year(past: OmnichannelModel) -> dict[str, Any]:
    """Shares of the focal firm in the two base years that a world has lived through, and whether year 0 was met."""
    scenario, focal = past.layout.scenario, past.layout.focal
    target = scenario.firms[scenario.focal].share
    money = past.tallies.revenue[past.start - PAST_WEEKS : past.start] @ past.expansion
    shares = [float(year[:, focal].sum() / year.sum()) for year in (money[:YEAR], money[YEAR:])]
    miss = shares[1] / target - 1.0
    return {"target": target, "reached": shares, "relative_miss": miss, "met": abs(miss) <= scenario.fit.tolerance}
