"""What a method of sensitivity analysis declares of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, randint

Matrix = NDArray[np.float64]
Problem = Mapping[str, Any]
Indices = dict[str, Matrix]

CONFIDENCE = 0.95
HALF = float(norm.ppf(0.5 + CONFIDENCE / 2.0))
HALF_WIDTH = "{}_half_width"
# SALib's bootstraps give the half width from this many resamples; the fewest that have a spread where none is wanted.
RESAMPLES, NO_INTERVAL = 200, 2


@dataclass(frozen=True)
class Method:
    """A design and its analysis.

    Parameters
    ----------
    title : str
        What it is called in a sentence.
    meaning : str
        What its leading index means, in sentences.
    size_is : str
        What its size counts.
    size : int
        Size by default.
    design : callable
        (problem, size, seed) -> points in the unit cube, block by block.
    block : callable
        (number of inputs, size) -> points of a block; blocks are whole or left out.
    fewest : int
        Whole blocks that the analysis needs.
    indices : tuple of str
        What it says of each input; the first leads the ranking.
    analyse : callable
        (problem, points (block, point, input), values (block, point), seed, whether intervals are wanted) -> the
        indices by input, half widths of their 95 % intervals under `HALF_WIDTH`, and of pairs of inputs as matrices.
    pairs : tuple of str
        What it says of each pair of inputs.
    mistake : callable
        What is wrong with a size; None if nothing is.
    grows : bool
        Whether a larger design of the same seed begins with the smaller one.
    bare : bool
        Whether an input that does nothing is given to the analysis: the estimator does not give it 0.
    """

    title: str
    meaning: str
    size_is: str
    size: int
    design: Callable[[Problem, int, int], Matrix]
    block: Callable[[int, int], int]
    fewest: int
    indices: tuple[str, ...]
    analyse: Callable[[Problem, Matrix, Matrix, int, bool], Indices]
    pairs: tuple[str, ...] = ()
    mistake: Callable[[int], str | None] = lambda size: None
    grows: bool = False
    bare: bool = False


def resampled(blocks: int, resamples: int, seed: int) -> NDArray[np.int64]:
    """Numbers of blocks drawn with replacement: int64 array (resample, block)."""
    return np.asarray(randint.rvs(0, blocks, size=(resamples, blocks), random_state=seed), dtype=np.int64)


def half_width(estimates: Matrix) -> Matrix:
    """Half width of the 95 % interval from resampled estimates (resample, input): normal, as in SALib."""
    return np.asarray(HALF * estimates.std(axis=0, ddof=1))


def at_least(fewest: int, why: str) -> Callable[[int], str | None]:
    """Rule for sizes: at least so many."""
    return lambda size: f"must be at least {fewest}: {why}" if size < fewest else None
