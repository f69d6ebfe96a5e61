"""What was observed at the points of a study: outcomes of the focal firm by point, world, seed and year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from simbiz.runs.counted import counts
from simbiz.runs.executor import Finished

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Observed:
    """Outcomes of the focal firm.

    Parameters
    ----------
    outcomes, years, seeds : list
        Axes.
    worlds : tuple of bool
        Axis of worlds: with the programme first, and without it where points are paired.
    values : float64 array (point, world, seed, outcome, year)
        NaN where there is none.
    good, missed, failed : bool array (point, seed)
        Whether all worlds of a point and seed count; finished, but one missed the base year or does not rest; did not
        all finish. A seed that was not planned at a point is none of them.
    """

    outcomes: list[str]
    years: list[int]
    seeds: list[int]
    worlds: tuple[bool, ...]
    values: Array
    good: Mask
    missed: Mask
    failed: Mask

    def of(self, outcome: str, year: int, difference: bool = False) -> Array:
        """Values by point and seed, NaN unless all worlds are good.

        Parameters
        ----------
        outcome : str
            Name of the outcome.
        year : int
            Year.
        difference : bool
            Whether the value without the programme is taken off.
        """
        column, row = self.outcomes.index(outcome), self.years.index(year)
        values = self.values[:, 0, :, column, row]
        if difference:
            values = values - self.values[:, self.worlds.index(False), :, column, row]
        return np.where(self.good, values, np.nan)


def observed(
    rounds: Sequence[Finished],
    points: int,
    worlds: tuple[bool, ...],
    outcomes: Sequence[str],
    years: Sequence[int],
    focal: Callable[[int], str],
) -> Observed:
    """Outcomes of the focal firm in finished runs.

    Parameters
    ----------
    rounds : sequence of Finished
        Runs whose labels hold `point` and `programme`.
    points : int
        Number of points.
    worlds : tuple of bool
        Worlds of a point and seed.
    outcomes, years : sequence
        What is taken.
    focal : callable
        Focal firm by number of the point.
    """
    runs = [run for finished in rounds for run in finished.runs]
    seeds = sorted({run["seed"] for run in runs})
    column = {seed: number for number, seed in enumerate(seeds)}
    values = np.full((points, len(worlds), len(seeds), len(outcomes), len(years)), np.nan)
    planned, ok, met = (np.zeros((points, len(worlds), len(seeds)), dtype=bool) for _ in range(3))
    rows = _rows(rounds, outcomes, {focal(number) for number in range(points)})
    for run in runs:
        number = run["label"]["point"]
        place = number, worlds.index(run["label"]["programme"]), column[run["seed"]]
        planned[place], ok[place] = True, run["status"] == "ok"
        met[place] = counts(run)
        for at, year in enumerate(years):
            values[(*place, slice(None), at)] = rows.get((run["key"], focal(number), year), np.nan)
    whole, good, started = (np.asarray(mask, dtype=bool) for mask in (ok.all(1), met.all(1), planned.any(1)))
    return Observed(list(outcomes), list(years), seeds, worlds, values, good, whole & ~good, started & ~whole)


def _rows(rounds: Sequence[Finished], outcomes: Sequence[str], firms: set[str]) -> dict[tuple[str, str, int], Array]:
    """Outcomes by key, firm and year."""
    found: dict[tuple[str, str, int], Array] = {}
    for finished in rounds:
        if not len(finished.outcomes):
            continue
        table = finished.outcomes[finished.outcomes["firm"].isin(firms)]
        values = table[list(outcomes)].to_numpy(dtype=np.float64)
        keys = zip(table["key"], table["firm"], table["year"].astype(int), strict=True)
        found.update(zip(keys, values, strict=True))
    return found


def mean_and_half(values: Array) -> tuple[Array, Array, NDArray[np.int64]]:
    """Mean over the last axis without NaN, half width of its 95 % interval (Student), and how many values there are.

    NaN for the mean of none and for the half width of fewer than two.
    """
    counts = np.isfinite(values).sum(axis=-1)
    held = np.where(np.isfinite(values), values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = held.sum(axis=-1) / np.where(counts > 0, counts, np.nan)
        squares = np.where(np.isfinite(values), (values - mean[..., None]) ** 2, 0.0).sum(axis=-1)
        spread = np.sqrt(squares / np.where(counts > 1, counts - 1, np.nan))
        half = student.ppf(0.975, np.maximum(counts - 1, 1)) * spread / np.sqrt(np.maximum(counts, 1))
    return mean, half, counts


def plain(value: Any) -> float | None:
    """Number for JSON; None where there is none."""
    return float(value) if np.isfinite(value) else None


def plain_interval(mean: Any, half: Any) -> list[float] | None:
    """Interval for JSON; None where there is none."""
    return [float(mean - half), float(mean + half)] if np.isfinite(mean) and np.isfinite(half) else None
