"""Regions in which something holds: boxes of points, how good they are, and whether they are better than chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest, chi2_contingency, hypergeom, mannwhitneyu

LEVEL = 0.05

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Bound:
    """What a region asks of one input: a value between two limits, or one of some levels.

    Parameters
    ----------
    low, high : float or None
        Limits; None where the declared range ends.
    levels : tuple of str or None
        Levels of an input that is no number.
    """

    low: float | None = None
    high: float | None = None
    levels: tuple[str, ...] | None = None

    def holds(self, values: Any) -> Flags:
        """Which values it admits; bool array (point,)."""
        if self.levels is not None:
            return np.asarray(values.isin(self.levels), dtype=bool)
        numbers = np.asarray(values, dtype=np.float64)
        above = numbers >= (-np.inf if self.low is None else self.low)
        return np.asarray(above & (numbers <= (np.inf if self.high is None else self.high)))


Box = Mapping[str, Bound]
Search = Callable[[pd.DataFrame, Flags], Sequence[Box]]


def inside(box: Box, points: pd.DataFrame) -> Flags:
    """Which points lie in a box; bool array (point,)."""
    within = np.ones(len(points), dtype=bool)
    for name, bound in box.items():
        within &= bound.holds(points[name])
    return within


def correlation(box: Box, points: pd.DataFrame, holds: Flags) -> float:
    """Correlation of lying inside and holding (Matthews' phi): 0 at random and for all points, 1 for a perfect box."""
    within = inside(box, points)
    spread = float(within.std() * holds.std())
    return float((within & holds).mean() - within.mean() * holds.mean()) / spread if spread > 0.0 else 0.0


def quasi_p(box: Box, points: pd.DataFrame, holds: Flags) -> dict[str, float]:
    """For each bound: how likely so many points that hold would be if it were without meaning.

    One-sided binomial test of the density in the box against that in the box without the bound. The bound was chosen
    by the same points, hence *quasi*.

    Notes
    -----
    Bryant & Lempert 2010, Technological Forecasting and Social Change 77(1).
    """
    within = inside(box, points)
    found = {}
    for name in box:
        wider = inside({other: bound for other, bound in box.items() if other != name}, points)
        density = float(holds[wider].mean())
        found[name] = float(binomtest(int(holds[within].sum()), int(within.sum()), density, "greater").pvalue)
    return found


def pruned(box: Box, points: pd.DataFrame, holds: Flags) -> Box:
    """The box without bounds that mean nothing: the worst is dropped until all that are left are significant."""
    kept = dict(box)
    while kept:
        worst, probability = max(quasi_p(kept, points, holds).items(), key=lambda item: item[1])
        if probability <= LEVEL:
            break
        del kept[worst]
    return kept


def screened(points: pd.DataFrame, holds: Flags, most: int) -> pd.DataFrame:
    """The inputs that differ most between points that hold and others, at most so many.

    Numbers by the rank-sum test, levels by the chi-squared test. With many inputs and few points a search would bound
    inputs without meaning that hide the others; an input that acts by interaction alone may be screened out.
    """
    numbers = set(points.select_dtypes("number").columns)
    found = {}
    for name in points.columns:
        if name in numbers:
            found[name] = float(mannwhitneyu(points[name][holds], points[name][~holds]).pvalue)
        else:
            found[name] = float(chi2_contingency(pd.crosstab(points[name], holds)).pvalue)
    chosen = set(sorted(found, key=lambda name: found[name])[:most])
    return points[[name for name in points.columns if name in chosen]]


def probability_by_chance(search: Search, points: pd.DataFrame, holds: Flags) -> tuple[float, float | None]:
    """How likely the best box would be if nothing decided: boxes found in one half of the points, tried on the other.

    Parameters
    ----------
    search : callable
        (points, holds) -> boxes, the best first.
    points : DataFrame
        A row a point, in an order without meaning.
    holds : bool array (point,)
        Where it holds.

    Returns
    -------
    float
        Twice the smaller of the two hypergeometric tails, which is valid however the two halves depend on each other.
    float or None
        Density of the two boxes in the halves in which they were not found; None without a box or a point in it.
    """
    tails, caught, held = [], 0, 0
    even = np.arange(len(points)) % 2 == 0
    for half in (even, ~even):
        own, other = holds[half], holds[~half]
        boxes = search(points[half].reset_index(drop=True), own) if own.any() and not own.all() else []
        if not boxes:
            continue
        within = inside(boxes[0], points[~half])
        caught, held = caught + int(within.sum()), held + int(other[within].sum())
        tails.append(float(hypergeom.sf(other[within].sum() - 1, len(other), other.sum(), within.sum())))
    return min(1.0, 2.0 * min(tails, default=1.0)), held / caught if caught else None


def described(box: Box, points: pd.DataFrame, holds: Flags) -> dict[str, Any]:
    """A box as plain data: density, coverage, mass, and its bounds with their quasi-p-values."""
    within = inside(box, points)
    probabilities = quasi_p(box, points, holds)
    return {
        "density": float(holds[within].mean()),
        "coverage": float(within[holds].mean()),
        "mass": float(within.mean()),
        "points": int(within.sum()),
        "bounds": [
            {
                "name": name,
                "low": bound.low,
                "high": bound.high,
                "levels": None if bound.levels is None else list(bound.levels),
                "quasi_p": probabilities[name],
            }
            for name, bound in sorted(box.items(), key=lambda item: probabilities[item[0]])
        ],
    }
