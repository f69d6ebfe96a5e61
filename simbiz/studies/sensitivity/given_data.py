"""Methods that take any sample: random balance designs, the density's shift (delta), the distribution's (PAWN).

They do not give an input that does nothing the index 0, so a further input that the model never sees is analysed with
the others and shows what nothing looks like.
"""

from __future__ import annotations

import numpy as np

from simbiz.studies.sensitivity.method import (
    HALF_WIDTH,
    NO_INTERVAL,
    RESAMPLES,
    Indices,
    Matrix,
    Method,
    Problem,
    at_least,
    half_width,
    resampled,
)

HARMONICS = 10
SLICES = 10
GRID = 100
MOST_CLASSES = 48


def _latin(problem: Problem, size: int, seed: int) -> Matrix:
    from SALib.sample import latin

    return np.asarray(latin.sample(dict(problem), size, seed=seed))


def _rbd_fast(problem: Problem, points: Matrix, values: Matrix, seed: int, intervals: bool) -> Indices:
    """SALib's bootstrap resamples half of the points, so that its intervals are cautious."""
    from SALib.analyze import rbd_fast

    resamples = RESAMPLES if intervals else NO_INTERVAL
    found = rbd_fast.analyze(dict(problem), points[:, 0], values[:, 0], M=HARMONICS, num_resamples=resamples, seed=seed)
    half = np.asarray(found["S1_conf"], dtype=float)
    return {"S1": np.asarray(found["S1"], dtype=float), HALF_WIDTH.format("S1"): half}


def _delta(problem: Problem, points: Matrix, values: Matrix, seed: int, intervals: bool) -> Indices:
    """Estimate less its bootstrapped bias, by SALib's estimator.

    SALib's own analysis starts from one resample in the place of the sample, which its interval does not cover, and
    goes on without a word where it fails.

    Source: Plischke, Borgonovo and Smith 2013, equations 26 and 30.
    """
    from SALib.analyze.delta import calc_delta

    y, count = values[:, 0], len(values)
    grid = np.linspace(y.min(), y.max(), GRID)
    exponent = 2.0 / (7.0 + np.tanh((1500.0 - count) / 500.0))
    classes = np.linspace(0, count, min(int(np.ceil(count**exponent)), MOST_CLASSES) + 1)

    def estimate(x: Matrix, y: Matrix) -> float:
        return float(calc_delta(y, grid, x, classes))

    draws = resampled(count, RESAMPLES // 4, seed)
    columns = points[:, 0].T
    plain = np.array([estimate(x, y) for x in columns])
    resamples = np.array([[estimate(x[draw], y[draw]) for x in columns] for draw in draws])
    return {"delta": 2.0 * plain - resamples.mean(axis=0), HALF_WIDTH.format("delta"): half_width(resamples)}


def _pawn(problem: Problem, points: Matrix, values: Matrix, seed: int, intervals: bool) -> Indices:
    from SALib.analyze import pawn

    x, y = points[:, 0], values[:, 0]

    def distances(x: Matrix, y: Matrix) -> Indices:
        found = pawn.analyze(dict(problem), x, y, S=SLICES, seed=seed)
        return {name: np.asarray(found[name], dtype=float) for name in ("median", "maximum")}

    indices = distances(x, y)
    if intervals:
        each = [distances(x[draw], y[draw]) for draw in resampled(len(y), RESAMPLES // 4, seed)]
        for name in ("median", "maximum"):
            indices[HALF_WIDTH.format(name)] = half_width(np.array([one[name] for one in each]))
    return indices


def _one_point(inputs: int, size: int) -> int:
    return 1


RBD_FAST = Method(
    title="Random balance design FAST",
    meaning="S1 is the part of the variance that an input has alone.",
    size_is="points",
    size=512,
    design=_latin,
    block=_one_point,
    fewest=64,
    indices=("S1",),
    analyse=_rbd_fast,
    mistake=at_least(64, f"{HARMONICS} harmonics are taken from half of the points"),
    bare=True,
)
DELTA = Method(
    title="Borgonovo's delta",
    meaning="The index is how far an input shifts the density of the outcome: 0 not at all, 1 wholly.",
    size_is="points",
    size=512,
    design=_latin,
    block=_one_point,
    fewest=64,
    indices=("delta",),
    analyse=_delta,
    mistake=at_least(64, "densities are estimated in classes of the points"),
    bare=True,
)
PAWN = Method(
    title="PAWN",
    meaning="The index is how far an input shifts the distribution of the outcome: the distance of "
    "Kolmogorov and Smirnov over slices of its range.",
    size_is="points",
    size=512,
    design=_latin,
    block=_one_point,
    fewest=64,
    indices=("median", "maximum"),
    analyse=_pawn,
    mistake=at_least(64, f"distributions are compared in {SLICES} slices of the points"),
    bare=True,
)
