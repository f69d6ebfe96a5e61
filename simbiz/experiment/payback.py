"""Pay-back: what the programme has cost and gained by each week, against the same world without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from simbiz.experiment.claim_cases import interval
from simbiz.experiment.engine import Work, map_groups
from simbiz.experiment.perform import Progress, silent
from simbiz.experiment.run import YEAR, Run
from simbiz.metrics.firm_weeks import firm_weeks
from simbiz.metrics.observation import Observation
from simbiz.model import OmnichannelModel
from simbiz.scenario import Scenario, without_programme
from simbiz.state.customers import base_revenue

Path = NDArray[np.float64]


def profit_paths(group: Sequence[Run]) -> list[Path]:
    """Weekly profit of the focal firm with the programme and without, and what the programme costs to implement.

    Parameters
    ----------
    group : sequence of two Runs
        With and without the programme, one seed; they share their past.

    Returns
    -------
    list of three float64 arrays (week,)
        Thousand roubles, from the start of the programme on.
    """
    past = OmnichannelModel(group[0].scenario, rng=group[0].seed)
    past.run(until=past.start)
    worlds = [past.branch(run.scenario).run() for run in group]
    profits = [_focal_profit(world.observation()) for world in worlds]
    invested = worlds[0].observation().firm_series.invested[:, worlds[0].layout.focal][past.start :]
    costs = invested * base_revenue(worlds[0].layout)[worlds[0].layout.focal]
    for model in (past, *worlds):
        model.release()
    return [*profits, costs]


def _focal_profit(observation: Observation) -> Path:
    columns, firms = firm_weeks(observation), len(observation.layout.firms)
    profit = columns["profit"].reshape(-1, firms)[:, observation.layout.focal]
    return np.asarray(profit[observation.start :])


def payback_week(gain: Path) -> int | None:
    """Week, from 1, from whose end on the cumulative gain is never negative again; None where it ends negative."""
    total = np.cumsum(gain)
    if not len(total) or total[-1] < 0.0:
        return None
    negative = np.flatnonzero(total < 0.0)
    return int(negative[-1]) + 2 if len(negative) else 1


def payback(
    scenario: Scenario, *, seeds: Sequence[int], workers: int = 1, progress: Progress = silent
) -> dict[str, Any]:
    """Cost to date, net gain and pay-back of the programme over pairs of worlds.

    Parameters
    ----------
    scenario : Scenario
        With a programme.
    seeds : sequence of int
        One a pair.
    workers, progress
        As for `simbiz.experiment.perform.perform`.

    Returns
    -------
    dict
        The object that ``simbiz payback --json`` prints: money in thousand roubles, weeks from 1.
    """
    groups = [[Run(scenario, seed), Run(without_programme(scenario), seed)] for seed in seeds]
    found: list[list[Path]] = []
    progress("compiling", 0, len(groups), 0)
    for paths in map_groups(groups, workers, work=cast(Work, profit_paths)):
        found.append(cast(list[Path], paths))
        progress("running", len(found), len(groups), 0)
    gains = np.array([programme - nothing for programme, nothing, _ in found])
    costs = np.array([cost for _, _, cost in found])
    weeks = [payback_week(gain) for gain in gains]
    paid = [week for week in weeks if week is not None]
    return {
        "schema_version": 1,
        "scenario": scenario.name,
        "worlds": len(found),
        "years": [_year(gains, costs, year) for year in range(1, gains.shape[1] // YEAR + 1)],
        "paid_back": len(paid) / len(weeks),
        "week": float(np.median(paid)) if paid else None,
        "weeks": [min(paid), max(paid)] if paid else None,
    }


def _year(gains: Path, costs: Path, year: int) -> dict[str, Any]:
    """Net gain of a year and up to its end, and the cost of implementation to date, means over worlds."""
    own, to_date = gains[:, YEAR * (year - 1) : YEAR * year].sum(axis=1), gains[:, : YEAR * year].sum(axis=1)
    return {
        "year": year,
        "cost_to_date": float(costs[:, : YEAR * year].sum(axis=1).mean()),
        "gain": float(own.mean()),
        "gain_to_date": float(to_date.mean()),
        "interval": interval(to_date),
    }
