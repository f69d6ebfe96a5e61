"""Which of several candidates may be the best: multiple comparisons with the best, on paired blocks.

Hsu, J. C. (1996), Multiple Comparisons: Theory and Methods, ch. 4; for common random numbers Clark, G. M. and Yang,
W.-N. (1986), "A Bonferroni selection procedure when using common random numbers with unknown variances", Proc. Winter
Simulation Conference, 313-315, and Nelson, B. L. and Matejcik, F. J. (1995), "Using common random numbers for
indifference-zone selection and multiple comparisons in simulation", Management Science 41, 1935-1945. Every pair has
its own spread here: orders that begin alike share nearly all their luck, others share little, so that the equal
correlations that the sharper interval of Nelson and Matejcik supposes do not hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

LEVEL = 0.95

Values = NDArray[np.float64]


@dataclass(frozen=True)
class BestSet:
    """Candidates against the best of the others; more is better.

    Parameters
    ----------
    mean, ahead, low, high : float64 array (candidate,)
        Mean over blocks; mean less that of the best of the others, with its simultaneous interval, which never leaves
        nothing out: a candidate can be shown to be behind, or ahead, or neither.
    inside : bool array (candidate,)
        Whether the candidate cannot be told apart from the best.
    blocks : int
        Blocks that were compared.
    """

    mean: Values
    ahead: Values
    low: Values
    high: Values
    inside: NDArray[np.bool_]
    blocks: int


def best_set(values: Values, level: float = LEVEL) -> BestSet:
    """Simultaneous intervals of what each candidate is ahead of the best of the others, and who may be the best.

    Parameters
    ----------
    values : float64 array (block, candidate)
        More is better. The candidates of a block share their luck; blocks are independent.
    level : float
        With this probability at least the best is inside and all intervals hold, where differences of pairs are normal:
        only the differences to the one that is best have to hold, each with probability 1 - (1 - level) / (n - 1).
    """
    blocks, candidates = values.shape
    mean = values.mean(axis=0)
    if candidates == 1:
        none = np.zeros(1)
        return BestSet(mean, none, none, none, np.ones(1, dtype=bool), blocks)
    difference = mean[:, None] - mean[None, :]
    width = pair_widths(values, level)
    others = ~np.eye(candidates, dtype=bool)
    furthest = np.min(difference + width, axis=1, where=others, initial=np.inf)
    inside = furthest >= 0.0
    rivals = others & inside[None, :]
    nearest = np.min(difference - width, axis=1, where=rivals, initial=np.inf)
    low = np.where(rivals.any(axis=1), np.minimum(0.0, nearest), 0.0)
    ahead = np.min(difference, axis=1, where=others, initial=np.inf)
    return BestSet(mean, ahead, low, np.maximum(0.0, furthest), inside, blocks)


def pair_widths(values: Values, level: float = LEVEL) -> Values:
    """How far behind another a candidate must be to be told apart from it; float64 array (candidate, candidate)."""
    blocks, candidates = values.shape
    return pair_errors(values) * _quantile(1.0 - (1.0 - level) / max(1, candidates - 1), blocks)


def against_best(reference: Values, values: Values, level: float = LEVEL) -> tuple[float, float, float]:
    """What something is ahead of the best candidate, with an interval that allows for not knowing which that is.

    Parameters
    ----------
    reference : float64 array (block,)
        Its values, in the same blocks.
    values : float64 array (block, candidate)
        Of the candidates; more is better.
    level : float
        Of the interval.

    Returns
    -------
    tuple of float
        Difference of means, low, high.
    """
    blocks, candidates = values.shape
    differences = reference[:, None] - values
    mean = differences.mean(axis=0)
    error = differences.std(axis=0, ddof=1) / np.sqrt(blocks) if blocks > 1 else np.full(candidates, np.inf)
    width = error * _quantile(1.0 - (1.0 - level) / (2 * candidates), blocks)
    return float(mean.min()), float((mean - width).min()), float((mean + width).min())


def simultaneous_interval(values: Values, level: float = LEVEL) -> tuple[Values, Values, Values]:
    """Means of several quantities over blocks with intervals that hold together (Bonferroni).

    Parameters
    ----------
    values : float64 array (block, quantity)
        One independent value a block.
    level : float
        Probability that all hold.

    Returns
    -------
    tuple of float64 array (quantity,)
        Mean, low, high.
    """
    blocks, quantities = values.shape
    mean = values.mean(axis=0)
    error = values.std(axis=0, ddof=1) / np.sqrt(blocks) if blocks > 1 else np.full(quantities, np.inf)
    width = error * _quantile(1.0 - (1.0 - level) / (2 * quantities), blocks)
    return mean, mean - width, mean + width


def pair_errors(values: Values) -> Values:
    """Standard error of the mean difference of each pair; float64 array (candidate, candidate)."""
    blocks, candidates = values.shape
    if blocks < 2:
        return np.full((candidates, candidates), np.inf)
    covariance = np.atleast_2d(np.cov(values, rowvar=False))
    own = np.diag(covariance)
    variance = own[:, None] + own[None, :] - 2.0 * covariance
    # What rounding leaves of two candidates that are the same in every block is nothing.
    rounding = 1e-12 * (own[:, None] + own[None, :])
    return np.asarray(np.sqrt(np.where(variance > rounding, variance, 0.0) / blocks))


def _quantile(probability: float, blocks: int) -> float:
    return float(student.ppf(probability, blocks - 1)) if blocks > 1 else 1.0
