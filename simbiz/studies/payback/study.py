"""Pay-back: what the programme has cost and gained by each week, against the same world without it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simbiz.market.model import OmnichannelModel
from simbiz.metrics.firm_weeks import firm_weeks
from simbiz.metrics.observation import Observation
from simbiz.runs.counted import counts
from simbiz.runs.executor import Finished
from simbiz.runs.plan import Plan
from simbiz.runs.run import YEAR, Outcome, Run, fit_of
from simbiz.runs.study import Study, StudySettings
from simbiz.scenario import Scenario, without_programme
from simbiz.state.customers import base_revenue
from simbiz.studies.claims.cases import interval

Path = NDArray[np.float64]

GAIN, COST = "gain", "cost"
PATH_STEP = 4  # weeks between what is kept of a path: months are what an eye can tell


def measure_payback(group: Sequence[Run]) -> list[Outcome]:
    """Measure each run in a pair of worlds: gain and cost of every whole year, and the week of pay-back."""
    return [_measured(run) for run in group]


def _measured(run: Run) -> Outcome:
    began = time.perf_counter()
    programme, nothing, costs, fit = profit_paths(run.scenario, run.seed)
    gain = programme - nothing
    years = list(range(1, len(gain) // YEAR + 1))
    outcome = Outcome(run.key, run.seed, "ok", years, [run.scenario.focal], fit=fit)
    paths = {GAIN: gain, COST: costs}
    outcome.metrics = {name: [[_in_year(path, year)] for year in years] for name, path in paths.items()}
    kept = {name: _to_date(path) for name, path in paths.items()}
    outcome.programme = {"payback_week": payback_week(gain), "path": {"week": weeks_of_path(len(gain)), **kept}}
    outcome.seconds = time.perf_counter() - began
    return outcome


def _in_year(path: Path, year: int) -> float:
    return float(path[YEAR * (year - 1) : YEAR * year].sum())


def weeks_of_path(weeks: int) -> list[int]:
    """Weeks, from 1, at whose end a path of so many is kept: every fourth, and the last."""
    return sorted({*range(PATH_STEP, weeks + 1, PATH_STEP), weeks} - {0})


def _to_date(path: Path) -> list[float]:
    """Sum to the end of every week of a path that is kept."""
    total = np.cumsum(path)
    return [float(total[week - 1]) for week in weeks_of_path(len(path))]


def profit_paths(scenario: Scenario, seed: int) -> tuple[Path, Path, Path, dict[str, Any]]:
    """Weekly profit of the focal firm with the programme and without, what the programme costs, and the fit.

    Parameters
    ----------
    scenario : Scenario
        With a programme; the other world has none and shares the past.
    seed : int
        Replicate seed.

    Returns
    -------
    three float64 arrays (week,), dict
        Thousand roubles, from the start of the programme on; how the base year was met.
    """
    with ExitStack() as afterwards:
        past = OmnichannelModel(scenario, rng=seed)
        afterwards.callback(past.release)
        fit = fit_of(past.run_past())
        worlds = []
        for point in (scenario, without_programme(scenario)):
            worlds.append(past.branch(point))
            afterwards.callback(worlds[-1].release)
            worlds[-1].run()
        programme, nothing = (world.observation() for world in worlds)
        focal = past.layout.focal
        costs = programme.firm_series.invested[past.start :, focal] * base_revenue(past.layout)[focal]
        return _focal_profit(programme), _focal_profit(nothing), np.asarray(costs), fit


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


def payback_report(scenario: Scenario, finished: Finished) -> dict[str, Any]:
    """Cost to date, net gain and pay-back of the programme over pairs of worlds.

    Parameters
    ----------
    scenario : Scenario
        With a programme.
    finished : Finished
        Runs of a `PaybackStudy`.

    Returns
    -------
    dict
        The object that ``simbiz payback --json`` prints: money in thousand roubles, weeks from 1. Of every fourth week
        `path` holds the means to date, and `pairs` the gain to date of every pair.
    """
    good = [run for run in finished.runs if counts(run)]
    weeks = [run["programme"]["payback_week"] for run in good]
    paid = [week for week in weeks if week is not None]
    table = finished.outcomes[finished.outcomes["key"].isin([run["key"] for run in good])]
    gains, costs = (table.pivot(index="key", columns="year", values=name) for name in (GAIN, COST))
    return {
        "schema_version": 2,
        "scenario": scenario.name,
        "worlds": len(good),
        "failed_runs": len(finished.failed),
        "years": [_year(gains.to_numpy(), costs.to_numpy(), number) for number in range(1, gains.shape[1] + 1)],
        "paid_back": len(paid) / len(weeks) if weeks else None,
        "week": float(np.median(paid)) if paid else None,
        "weeks": [min(paid), max(paid)] if paid else None,
        "path": _path([run["programme"]["path"] for run in good]),
        "pairs": [
            {"seed": run["seed"], "week": week, "gain_to_date": run["programme"]["path"][GAIN]}
            for run, week in zip(good, weeks, strict=True)
        ],
    }


def _path(paths: Sequence[dict[str, list[float]]]) -> list[dict[str, Any]]:
    """Means of gain and cost to the end of every week that is kept."""
    if not paths:
        return []
    gains, costs = (np.array([path[name] for path in paths]) for name in (GAIN, COST))
    return [_sums(gains[:, place], costs[:, place]) | {"week": week} for place, week in enumerate(paths[0]["week"])]


def _sums(gains: Path, costs: Path) -> dict[str, Any]:
    """Means over worlds of gain and cost to date, with the interval of the gain."""
    return {
        "cost_to_date": float(costs.mean()),
        "gain_to_date": float(gains.mean()),
        "interval": interval(gains),
    }


def _year(gains: Path, costs: Path, year: int) -> dict[str, Any]:
    """Net gain of a year and up to its end, and the cost of implementation to date, means over worlds."""
    sums = _sums(gains[:, :year].sum(axis=1), costs[:, :year].sum(axis=1))
    return {"year": year, "gain": float(gains[:, year - 1].mean())} | sums


class PaybackSettings(StudySettings):
    """What the file of the study may say: a scenario with a programme, seeds."""

    kind: Literal["payback"]


class PaybackStudy(Study[PaybackSettings]):
    """What the programme adds to profit by year, and the week in which it has paid for itself."""

    kind = "payback"
    Settings = PaybackSettings
    work = staticmethod(measure_payback)
    columns = (GAIN, COST)

    def plan(self) -> Plan:
        """A run a seed; each lives through both worlds of its pair."""
        return Plan(self.name, [(Run(self.scenario, seed), {"seed": seed}) for seed in self.settings.seeds])

    def report(self, finished: Finished) -> dict[str, Any]:
        """Gains by year, and pay-back."""
        return payback_report(self.scenario, finished)
