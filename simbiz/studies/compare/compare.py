"""Compare two scenarios, or two programmes, on paired worlds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from simbiz.runs.executor import Progress, perform, silent
from simbiz.runs.observed import Array, mean_and_half
from simbiz.runs.plan import Plan
from simbiz.runs.run import Run
from simbiz.scenario import Scenario, load_scenario
from simbiz.statistics.simultaneous import all_pairs


def compare(
    first: Scenario | str,
    second: Scenario | str,
    *,
    replicates: int = 8,
    seed: int = 1,
    metrics: Sequence[str] | None = None,
    folder: Path | None = None,
    workers: int = 1,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Difference of the focal firm's metrics between two scenarios, second less first, with the same luck.

    Parameters
    ----------
    first, second : Scenario or str
        Scenarios, or their names.
    replicates : int
        Pairs of worlds; each pair shares a seed.
    seed : int
        First seed.
    metrics : sequence of str, optional
        Metrics to compare; all by default.
    folder, workers, progress
        As for `simbiz.runs.executor.perform`.

    Returns
    -------
    DataFrame
        One row per metric and year that both have: mean of first and second, difference, its 95 % interval, the
        number of seeds that all of these are over, and the variance reduction factor: variance of the difference of
        unpaired worlds over that of the pairs. A seed at which either world missed the base year, or has no value of
        the metric, counts in none of them; without any seed they are NaN.

    Raises
    ------
    RuntimeError
        If a run fails.
    """
    points = [load_scenario(point) if isinstance(point, str) else point for point in (first, second)]
    seeds = range(seed, seed + replicates)
    runs = [(Run(point, s), {"side": side}) for s in seeds for side, point in enumerate(points)]
    distinct = list({run.key: (run, label) for run, label in runs}.values())
    name = f"compare-{points[0].name}-{points[1].name}"
    finished = perform(Plan(name, distinct), folder=folder, workers=workers, progress=progress)
    if finished.failed:
        raise RuntimeError(f"{len(finished.failed)} runs failed; the first:\n{finished.failed[0]['error']}")
    tables = {key: table.set_index("year") for key, table in finished.outcomes.groupby("key")}
    met = {run["key"]: run["fit"].get("met", True) for run in finished.runs}
    sides: list[list[pd.DataFrame]] = [[], []]
    for run, label in runs:
        table, focal = tables[run.key], points[label["side"]].focal
        own = table[table["firm"] == focal].drop(columns=["key", "firm"])
        sides[label["side"]].append(own if met[run.key] else own * np.nan)
    return _differences(sides, metrics)


def _differences(sides: list[list[pd.DataFrame]], metrics: Sequence[str] | None) -> pd.DataFrame:
    names = list(sides[0][0].columns)
    years = [year for year in sides[0][0].index if year in sides[1][0].index]
    first, second = (np.array([table.loc[years].to_numpy(dtype=float) for table in side]) for side in sides)
    rows = [
        {"metric": name, "year": year, **_pair(np.array([first[:, line, column], second[:, line, column]]))}
        for column, name in enumerate(names)
        if metrics is None or name in metrics
        for line, year in enumerate(years)
    ]
    return pd.DataFrame(rows)


def _pair(values: Array) -> dict[str, float]:
    """Means of both sides and their difference, over the seeds that both have."""
    common = values[:, np.isfinite(values).all(axis=0)]
    (found,) = all_pairs(common)
    first, second = mean_and_half(common)[0]
    return {
        "first": float(first),
        "second": float(second),
        "difference": found.mean,
        "low": found.mean - found.half,
        "high": found.mean + found.half,
        "seeds": found.seeds,
        "variance_reduction": found.variance_reduction,
    }
