"""Methods that step one input after the other from a point: Morris, Shapley effects, derivatives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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

LEVELS = 4
STEP = 0.05  # of the range


def _morris_design(problem: Problem, size: int, seed: int) -> Matrix:
    from SALib.sample import morris

    return np.asarray(morris.sample(dict(problem), size, num_levels=LEVELS, seed=seed))


def _morris(problem: Problem, points: Matrix, values: Matrix, seed: int, intervals: bool) -> Indices:
    from SALib.analyze import morris

    resamples = RESAMPLES if intervals else NO_INTERVAL
    flat = points.reshape(-1, problem["num_vars"]), values.ravel()
    found = morris.analyze(dict(problem), *flat, num_resamples=resamples, num_levels=LEVELS, seed=seed)
    indices = {name: np.asarray(found[name], dtype=float) for name in ("mu_star", "mu", "sigma")}
    return indices | {HALF_WIDTH.format("mu_star"): np.asarray(found["mu_star_conf"], dtype=float)}


def _shapley_design(problem: Problem, size: int, seed: int) -> Matrix:
    from SALib.sample import shapley

    return np.asarray(shapley.sample(dict(problem), size, seed=seed))


def _shapley(problem: Problem, points: Matrix, values: Matrix, seed: int, intervals: bool) -> Indices:
    from SALib.analyze import shapley

    found = shapley.analyze(dict(problem), points.reshape(-1, problem["num_vars"]), values.ravel())
    half = np.asarray(found["shapley_normalized_conf"])
    return {"shapley": np.asarray(found["shapley_normalized"]), HALF_WIDTH.format("shapley"): half}


def _derivative_design(problem: Problem, size: int, seed: int) -> Matrix:
    """Steps of one size, away from the nearer end.

    SALib's own sampler pays no heed to its seed, and steps by a part of the value, which is nothing at the lower end.
    """
    from SALib.sample import latin

    inputs = problem["num_vars"]
    starts = np.repeat(np.asarray(latin.sample(dict(problem), size, seed=seed))[:, None, :], inputs + 1, axis=1)
    rows = np.arange(inputs)
    starts[:, rows + 1, rows] += np.where(starts[:, 0, :] < 0.5, STEP, -STEP)
    return np.asarray(starts.reshape(-1, inputs))


def _derivatives(problem: Problem, points: Matrix, values: Matrix, seed: int, intervals: bool) -> Indices:
    """SALib's bounds, with a bootstrap of whole blocks: its own interval is that of another quantity."""
    from SALib.analyze import dgsm

    def bounds(chosen: NDArray[np.int64]) -> Matrix:
        given = points[chosen].reshape(-1, problem["num_vars"]), values[chosen].ravel()
        return np.asarray(dgsm.analyze(dict(problem), *given, num_resamples=NO_INTERVAL, seed=seed)["dgsm"])

    found = {"dgsm": bounds(np.arange(len(values)))}
    if intervals:
        draws = resampled(len(values), RESAMPLES, seed)
        # A resample of equal base points has no variance to measure by; it says nothing of the spread.
        draws = draws[np.ptp(values[draws, 0], axis=1) > 0.0]
        found[HALF_WIDTH.format("dgsm")] = half_width(np.array([bounds(draw) for draw in draws]))
    return found


def _trajectory(inputs: int, size: int) -> int:
    return inputs + 1


MORRIS = Method(
    title="Morris screening",
    meaning="mu_star is the mean size of an input's effect over its whole range, in units of the outcome; "
    "sigma its spread: interactions and bends.",
    size_is="trajectories",
    size=10,
    design=_morris_design,
    block=_trajectory,
    fewest=2,
    indices=("mu_star", "mu", "sigma"),
    analyse=_morris,
    grows=True,
    mistake=at_least(2, "one trajectory has no spread"),
)
SHAPLEY = Method(
    title="Shapley effects",
    meaning="The index is an input's fair part of the variance, interactions shared out evenly; they add up to 1.",
    size_is="trajectories",
    size=256,
    design=_shapley_design,
    block=_trajectory,
    fewest=8,
    indices=("shapley",),
    analyse=_shapley,
    mistake=at_least(8, "the interval is a normal one"),
)
DGSM = Method(
    title="Derivative-based bounds of the total index",
    meaning="The index bounds the total index from above, by steps of 5 % of the range.",
    size_is="base points",
    size=128,
    design=_derivative_design,
    block=_trajectory,
    fewest=8,
    indices=("dgsm",),
    analyse=_derivatives,
    mistake=at_least(8, "the variance is measured at the base points"),
)
