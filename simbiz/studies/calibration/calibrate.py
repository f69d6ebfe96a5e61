"""Calibration to the laws of markets: all parameter points inside the declared ranges under which they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import qmc

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import PatternStatistic
from simbiz.compilation import source_digest
from simbiz.runs.counted import restless_points
from simbiz.runs.executor import Finished
from simbiz.runs.plan import Label, Plan
from simbiz.runs.run import Run
from simbiz.runs.study import Perform
from simbiz.scenario import Scenario, with_changes
from simbiz.studies.calibration.point import columns
from simbiz.studies.calibration.search import Point, local_search, point_at
from simbiz.studies.patterns.laws import GATED_KIND
from simbiz.studies.patterns.worlds import undisturbed
from simbiz.studies.sensitivity.uncertainty import Uncertainty

BASE_YEAR = "base_year"
UNDEFINED_RESIDUAL = 1.0  # a statistic that is not defined counts as one width of its tolerance outside


def statistics_of(use: str) -> dict[str, PatternStatistic]:
    """Gated statistics of the patterns of one use, "fit" or "predict", by dotted name."""
    return {
        f"{name}.{statistic}": declared
        for name, pattern in load_catalogue().patterns.items()
        if pattern.use == use
        for statistic, declared in pattern.statistics.items()
        if declared.gated
    }


def sobol_points(inputs: Sequence[Uncertainty], count: int) -> list[Point]:
    """Points of a Sobol' sequence without its corner, so that the first is the centre of all ranges.

    The sequence is not scrambled: a longer one begins with the shorter.
    """
    sequence = qmc.Sobol(len(inputs), scramble=False)
    sequence.fast_forward(1)
    return [point_at(inputs, row) for row in sequence.random(count)]


def calibration_plan(scenario: Scenario, points: Sequence[Point], seeds: Sequence[int]) -> Plan:
    """Runs of the undisturbed market at every point; the seeds are the same everywhere."""
    runs: list[tuple[Run, Label]] = []
    for number, point in enumerate(points):
        world = undisturbed(with_changes(scenario, point))
        runs += [(Run(world, seed), {"point": number}) for seed in seeds]
    return Plan(f"calibrate-{scenario.name}", runs)


def residual(declared: PatternStatistic, value: float) -> float:
    """Distance outside the tolerance, in widths of it (in its only limit where it has one); 0 inside."""
    if not np.isfinite(value):
        return UNDEFINED_RESIDUAL
    low, high = declared.low, declared.high
    width = high - low if low is not None and high is not None else abs(float(low if low is not None else high or 1.0))
    below = 0.0 if low is None else max(0.0, low - value)
    above = 0.0 if high is None else max(0.0, value - high)
    return (below + above) / width


def judged_points(scenario: Scenario, points: Sequence[Point], finished: Finished, seeds: int) -> list[dict[str, Any]]:
    """Statistics, residuals and objective of every point.

    Parameters
    ----------
    scenario : Scenario
        The scenario; gates concern its segments of persons.
    points : sequence of dict
        Values by path.
    finished : Finished
        Runs of `calibration_plan`.
    seeds : int
        Runs planned at a point; one with fewer good runs does not pass.
    """
    tables = {str(key): table for key, table in finished.outcomes.groupby("key")} if len(finished.outcomes) else {}
    by_point: dict[int, list[dict[str, Any]]] = {}
    for run in finished.runs:
        by_point.setdefault(run["label"]["point"], []).append(run)
    return [_judged(scenario, number, point, by_point[number], tables, seeds) for number, point in enumerate(points)]


def _judged(
    scenario: Scenario, number: int, point: Point, runs: Sequence[Any], tables: Mapping[str, Any], seeds: int
) -> dict[str, Any]:
    good = [run for run in runs if run["status"] == "ok"]
    medians = _medians(scenario, [tables[run["key"]] for run in good])
    persons = [name for name, segment in scenario.segments.items() if segment.kind == GATED_KIND]
    residuals = {
        f"{segment}.{name}": residual(declared, medians.get(segment, {}).get(name, np.nan))
        for segment in persons
        for name, declared in statistics_of("fit").items()
    }
    miss = float(np.median([abs(run["fit"]["relative_miss"]) for run in good])) if good else np.nan
    residuals[BASE_YEAR] = residual(PatternStatistic(meaning=BASE_YEAR, high=scenario.fit.tolerance), miss)
    predicted = {
        f"{segment}.{name}": bool(declared.holds(medians.get(segment, {}).get(name, np.nan)))
        for segment in persons
        for name, declared in statistics_of("predict").items()
    }
    objective = float(sum(value * value for value in residuals.values()))
    return {
        "point": number,
        "values": point,
        "passes": len(good) == seeds and objective == 0.0 and not restless_points(runs),
        "objective": objective,
        "residuals": residuals,
        "base_year": [run["fit"]["reached"][1] for run in good],
        "statistics": {segment: {n: _finite(v) for n, v in found.items()} for segment, found in medians.items()},
        "predictions": predicted,
    }


def _medians(scenario: Scenario, tables: Sequence[Any]) -> dict[str, dict[str, float]]:
    """Median of every statistic over seeds, by segment; not a number as soon as one seed has none."""
    found = {}
    for segment in scenario.segments if tables else ():
        rows = [table[table["firm"] == segment][columns()].to_numpy(dtype=np.float64)[0] for table in tables]
        found[segment] = dict(zip(columns(), np.median(rows, axis=0).tolist(), strict=True))
    return found


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def calibrate(
    scenario: Scenario,
    inputs: Sequence[Uncertainty],
    perform: Perform,
    *,
    points: int,
    seeds: Sequence[int],
    fewest: int,
    search: int,
) -> dict[str, Any]:
    """Try the points of a Sobol' sequence and, if too few pass, those of a local search.

    Parameters
    ----------
    scenario : Scenario
        The scenario, with the sample of customers and the tolerance of the base year.
    inputs : sequence of Uncertainty
        What is calibrated; each stays inside its declared range.
    perform : callable
        Does the missing runs of a plan and measures the laws in them (`calibration_point`).
    points, fewest, search : int
        Points of the sequence; points that must pass; points that the local search may try.
    seeds : sequence of int
        Replicate seeds, the same at every point.

    Returns
    -------
    dict
        The object that ``simbiz calibrate --json`` prints.
    """
    tried = sobol_points(inputs, points)

    def done(these: Sequence[Point]) -> tuple[list[dict[str, Any]], Finished]:
        finished = perform(calibration_plan(scenario, these, seeds))
        return judged_points(scenario, these, finished, len(seeds)), finished

    judged, finished = done(tried)
    found = local_search(inputs, judged, lambda point: done([point])[0][0], fewest, search)
    if found:
        judged, finished = done([*tried, *found])
    return _report(scenario, inputs, seeds, fewest, judged, finished, len(found))


def _report(
    scenario: Scenario,
    inputs: Sequence[Uncertainty],
    seeds: Sequence[int],
    fewest: int,
    judged: Sequence[dict[str, Any]],
    finished: Finished,
    searched: int,
) -> dict[str, Any]:
    known = load_catalogue().parameters
    names = {source.path: source.path.split(".")[1] for source in inputs}
    passing = [one for one in judged if one["passes"]]
    return {
        "schema_version": 1,
        "kind": "parameter set",
        "scenario": scenario.name,
        "to": "patterns",
        "model": source_digest(),
        "seeds": list(seeds),
        "customers": scenario.customers,
        "fit_tolerance": scenario.fit.tolerance,
        "failed_runs": len(finished.failed),
        "tried": len(judged),
        "from_local_search": searched,
        "passing": len(passing),
        "fewest": fewest,
        "bounds": {
            source.path: {
                "range": [source.low, source.high],
                "distribution": source.distribution,
                "shipped": known[names[source.path]].value,
                "evidence": known[names[source.path]].evidence,
            }
            for source in inputs
        },
        "fitted": {name: [one.low, one.high] for name, one in statistics_of("fit").items()},
        "predicted": {name: [one.low, one.high] for name, one in statistics_of("predict").items()},
        "points": list(judged),
    }
