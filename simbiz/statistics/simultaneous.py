"""Statements about several alternatives at once that keep their confidence together, from values on common seeds.

Differences are taken seed by seed, so alternatives may be correlated in any way, and a seed that one of them lacks is
missed by its own differences alone; where means are told beside differences, all are of the seeds that every
alternative has. Bonferroni's inequality asks nothing of correlations; only the differences must be about normal.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Array = NDArray[np.float64]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """Second less first.

    Parameters
    ----------
    first, second : int
        Numbers of the alternatives.
    seeds : int
        Common seeds.
    mean : float
        Mean difference; NaN without common seeds.
    half, half_together : float
        Half width of the interval of this difference alone, and of the one that holds together with those of all
        other pairs; NaN for fewer than two seeds.
    variance_reduction : float
        Variance of the difference of unpaired worlds over that of the pairs; NaN where pairs do not differ in luck.
    """

    first: int
    second: int
    seeds: int
    mean: float
    half: float
    half_together: float
    variance_reduction: float


@dataclass(frozen=True)
class Screening:
    """The best alternative, and those that cannot be told apart from it.

    Parameters
    ----------
    best : int
        Number of the alternative with the best mean.
    alike : list of int
        Alternatives that are not worse than it by more than luck; the truly best one is among them or is the best.
    behind : dict of int to float
        By how much each other one lies behind the best on common seeds; NaN without any.
    allowed : dict of int to float
        How far behind luck alone may throw it; NaN for fewer than two common seeds.
    """

    best: int
    alike: list[int]
    behind: dict[int, float]
    allowed: dict[int, float]


def _differences(first: Array, second: Array, tail: float) -> tuple[int, float, float]:
    """Common seeds, mean difference, half width that a tail of Student's distribution leaves."""
    both = np.isfinite(first) & np.isfinite(second)
    difference = (second - first)[both]
    count = int(both.sum())
    mean = float(difference.mean()) if count else np.nan
    if count < 2:
        return count, mean, np.nan
    return count, mean, float(student.ppf(1.0 - tail, count - 1) * difference.std(ddof=1) / np.sqrt(count))


def on_common_seeds(values: Array) -> Array:
    """Values at the seeds that all alternatives have, NaN at the others, so that differences are those of the means.

    Parameters
    ----------
    values : float64 array (alternative, seed)
        NaN where a seed gave nothing. An alternative without any value takes no seed from the others, if they are two.
    """
    known = np.isfinite(values)
    usable = known.any(axis=1)
    common = known[usable].all(axis=0) & (usable.sum() > 1)
    return np.where(common, values, np.nan)


def all_pairs(values: Array) -> list[Difference]:
    """Differences of all pairs of alternatives, with intervals alone and together.

    Parameters
    ----------
    values : float64 array (alternative, seed)
        NaN where a seed gave nothing.

    Returns
    -------
    list of Difference
        In the order of the alternatives.

    Notes
    -----
    Intervals that hold together with probability 95 % at least: Student's, the error divided by the number of pairs
    (Dunn 1961, JASA 56, 52-64; with common random numbers Law 2015, Simulation Modeling and Analysis, section 10.3).
    """
    pairs = list(combinations(range(len(values)), 2))
    tail = (1.0 - CONFIDENCE) / 2.0
    found = []
    for one, other in pairs:
        count, mean, half = _differences(values[one], values[other], tail)
        together = _differences(values[one], values[other], tail / len(pairs))[2]
        found.append(Difference(one, other, count, mean, half, together, _reduction(values[one], values[other])))
    return found


def _reduction(first: Array, second: Array) -> float:
    both = np.isfinite(first) & np.isfinite(second)
    if both.sum() < 2:
        return np.nan
    one, other = first[both], second[both]
    paired = (other - one).var(ddof=1)
    return float((one.var(ddof=1) + other.var(ddof=1)) / paired) if paired > 0 else np.nan


def best_and_alike(values: Array, lowest: bool = False) -> Screening:
    """The alternative with the best mean, and those that cannot be told apart from it.

    Parameters
    ----------
    values : float64 array (alternative, seed)
        NaN where a seed gave nothing; an alternative without any value is left out.
    lowest : bool
        Whether the lowest mean is the best.

    Returns
    -------
    Screening
        The best and those alike hold the truly best alternative with probability 95 % at least. One that has fewer
        than two seeds in common with the best cannot be told apart from it.

    Raises
    ------
    ValueError
        If no alternative has a value.

    Notes
    -----
    Screening to the best (Nelson, Swann, Goldsman & Song 2001, Operations Research 49, 950-963) on paired differences:
    one of k alternatives is dropped if it lies behind by more than t(1 - 0.05 / (k - 1), n - 1) s / sqrt(n), s being
    the standard deviation of its n differences to the best. The truly best one is dropped only if one of its k - 1
    differences errs by more than that, each of which happens with probability 0.05 / (k - 1).
    """
    signed = -values if lowest else values
    usable = [number for number, row in enumerate(signed) if np.isfinite(row).any()]
    if not usable:
        raise ValueError("no alternative has a value")
    best = max(usable, key=lambda number: (float(np.nanmean(signed[number])), -number))
    others = [number for number in usable if number != best]
    behind: dict[int, float] = {}
    allowed: dict[int, float] = {}
    for number in others:
        _, behind[number], allowed[number] = _differences(
            signed[number], signed[best], (1.0 - CONFIDENCE) / len(others)
        )
    alike = [number for number in others if not behind[number] > allowed[number]]
    return Screening(best, alike, behind, allowed)
