"""Methods that part the variance by designs of their own: Sobol' with Saltelli's blocks, FAST with search curves."""

from __future__ import annotations

import warnings
from functools import partial

import numpy as np
from scipy.stats import t as student

from simbiz.studies.sensitivity.method import (
    CONFIDENCE,
    HALF_WIDTH,
    NO_INTERVAL,
    RESAMPLES,
    Indices,
    Matrix,
    Method,
    Problem,
    at_least,
)

SWEEPS = 4
HARMONICS = 4
FEWEST_ON_A_CURVE = 4 * HARMONICS**2 + 1


def _power_of_two(size: int) -> str | None:
    """A Sobol' sequence is balanced at powers of two only."""
    if size >= 2 and size & (size - 1) == 0:
        return None
    below = 1 << max(size.bit_length() - 1, 1)
    return f"must be a power of two, where a Sobol' sequence is balanced: {below} or {2 * below}, not {size}"


def _saltelli(problem: Problem, size: int, seed: int, second_order: bool) -> Matrix:
    from SALib.sample import sobol

    return np.asarray(sobol.sample(dict(problem), size, calc_second_order=second_order, seed=seed))


def _sobol(
    problem: Problem, points: Matrix, values: Matrix, seed: int, intervals: bool, second_order: bool = False
) -> Indices:
    from SALib.analyze import sobol

    names = ("ST", "S1", "S2") if second_order else ("ST", "S1")
    resamples = RESAMPLES if intervals else NO_INTERVAL
    with warnings.catch_warnings():
        # An outcome that hardly varies gives resamples without variance; its indices and wide intervals say so.
        warnings.filterwarnings("ignore", "Constant values encountered", UserWarning)
        found = sobol.analyze(
            dict(problem), values.ravel(), calc_second_order=second_order, num_resamples=resamples, seed=seed
        )
    indices = {name: np.asarray(found[name], dtype=float) for name in names}
    return indices | {HALF_WIDTH.format(name): np.asarray(found[f"{name}_conf"], dtype=float) for name in names}


def _curves(problem: Problem, size: int, seed: int) -> Matrix:
    """Sweeps with random phases of their own, so that their spread is an interval."""
    from SALib.sample import fast_sampler

    seeds = range(SWEEPS * seed, SWEEPS * (seed + 1))
    return np.concatenate([fast_sampler.sample(dict(problem), size, M=HARMONICS, seed=own) for own in seeds])


def _fast(problem: Problem, points: Matrix, values: Matrix, seed: int, intervals: bool) -> Indices:
    """Mean over sweeps with Student's interval; SALib warns not to rely on its own interval of one sweep."""
    from SALib.analyze import fast

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = [
            fast.analyze(dict(problem), sweep, M=HARMONICS, num_resamples=NO_INTERVAL, seed=seed) for sweep in values
        ]
    indices: Indices = {}
    for name in ("ST", "S1"):
        each = np.array([one[name] for one in found], dtype=float)
        indices[name] = each.mean(axis=0)
        if intervals and len(each) > 1:
            error = each.std(axis=0, ddof=1) / np.sqrt(len(each))
            indices[HALF_WIDTH.format(name)] = student.ppf(0.5 + CONFIDENCE / 2.0, len(each) - 1) * error
    return indices


SOBOL = Method(
    title="Sobol' indices",
    meaning="ST is the part of the variance that an input has with all its interactions, S1 the part it has alone.",
    size_is="base samples",
    size=128,
    design=partial(_saltelli, second_order=False),
    block=lambda inputs, size: inputs + 2,
    fewest=8,
    indices=("ST", "S1"),
    analyse=_sobol,
    mistake=_power_of_two,
)
SOBOL_SECOND_ORDER = Method(
    title="Sobol' indices up to the second order",
    meaning="ST is the part of the variance that an input has with all its interactions, S1 the part it has "
    "alone, S2 that of a pair.",
    size_is="base samples",
    size=128,
    design=partial(_saltelli, second_order=True),
    block=lambda inputs, size: 2 * inputs + 2,
    fewest=8,
    indices=("ST", "S1"),
    pairs=("S2",),
    analyse=partial(_sobol, second_order=True),
    mistake=_power_of_two,
)
FAST = Method(
    title="FAST",
    meaning="ST is the part of the variance that an input has with all its interactions, S1 the part it has alone.",
    size_is=f"points on each of {SWEEPS} search curves",
    size=129,
    design=_curves,
    block=lambda inputs, size: inputs * size,
    fewest=2,
    indices=("ST", "S1"),
    analyse=_fast,
    mistake=at_least(FEWEST_ON_A_CURVE, f"a curve needs more than 4 points for each of {HARMONICS} squared harmonics"),
)
