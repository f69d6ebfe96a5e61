"""Compare two scenarios, or two programmes, on paired worlds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from simbiz.experiment.claim_cases import interval
from simbiz.experiment.perform import Progress, perform, silent
from simbiz.experiment.plan import Plan
from simbiz.experiment.run import Run
from simbiz.scenario import Scenario, load_scenario


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
        As for `simbiz.experiment.perform.perform`.

    Returns
    -------
    DataFrame
        One row per metric and year that both have: mean of first and second, difference, its 95 % interval over
        pairs, and the variance reduction factor: variance of the difference of unpaired worlds over that of the pairs.

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
    tables = dict(tuple(finished.outcomes.groupby("key")))
    sides: list[list[pd.DataFrame]] = [[], []]
    for run, label in runs:
        table = tables[run.key]
        focal = points[label["side"]].focal
        sides[label["side"]].append(table[table["firm"] == focal].set_index("year").drop(columns=["key", "firm"]))
    return _differences(sides, metrics)


def _differences(sides: list[list[pd.DataFrame]], metrics: Sequence[str] | None) -> pd.DataFrame:
    names = list(sides[0][0].columns)
    years = [year for year in sides[0][0].index if year in sides[1][0].index]
    first, second = (np.array([table.loc[years].to_numpy(dtype=float) for table in side]) for side in sides)
    rows = []
    for column, name in enumerate(names):
        if metrics is not None and name not in metrics:
            continue
        for line, year in enumerate(years):
            a, b = first[:, line, column], second[:, line, column]
            difference = b - a
            low, high = interval(difference) or (np.nan, np.nan)
            paired = difference.var(ddof=1) if len(a) > 1 else np.nan
            unpaired = a.var(ddof=1) + b.var(ddof=1) if len(a) > 1 else np.nan
            rows.append(
                {
                    "metric": name,
                    "year": year,
                    "first": a.mean(),
                    "second": b.mean(),
                    "difference": difference.mean(),
                    "low": low,
                    "high": high,
                    "variance_reduction": unpaired / paired if paired > 0 else np.nan,
                }
            )
    return pd.DataFrame(rows)
