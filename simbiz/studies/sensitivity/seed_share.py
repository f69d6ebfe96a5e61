"""How much of a single world's variance is the parameters', how much the seed's, how much theirs together."""

from __future__ import annotations

import numpy as np

from simbiz.studies.sensitivity.method import Matrix


def shares_of_variance(values: Matrix) -> dict[str, float] | None:
    """Parts of the variance of an outcome of one point and one seed, both drawn at random.

    Points within a block depend on each other and blocks do not, so every product is taken over points of different
    blocks; with one point a block this is the two-way analysis of variance with one value a cell. The part of the
    seed is its first-order index, taken as an input of its own. Estimates are unbiased and may come out below 0.

    Parameters
    ----------
    values : float64 array (block, point, seed)
        Outcomes on seeds that all points share.

    Returns
    -------
    dict or None
        `parameters`, `seed` and `both`, which add up to 1; None for fewer than two blocks or seeds, and where nothing
        moves.

    Notes
    -----
    With y of points a, b in different blocks and seeds s, t that differ: parameters E[y_as y_at] - E[y_as y_bt], seed
    E[y_as y_bs] - E[y_as y_bt], all of it E[y_as^2] - E[y_as y_bt].

    Source: Searle, Casella and McCulloch 1992, Variance Components, chapter 4 (random effects, two-way, one value a
    cell).
    """
    blocks, points, seeds = values.shape
    if blocks < 2 or seeds < 2:
        return None
    centred = values - values.mean()
    # Products (seed, seed) of the same point, and of points in different blocks.
    same = np.einsum("bis,bit->st", centred, centred) / (blocks * points)
    sums = centred.sum(axis=1)
    within = np.einsum("bs,bt->st", sums, sums)
    other = (np.outer(sums.sum(axis=0), sums.sum(axis=0)) - within) / (points**2 * blocks * (blocks - 1))
    differ = ~np.eye(seeds, dtype=bool)
    apart = other[differ].mean()
    whole = np.diag(same).mean() - apart
    if not whole > 0.0:
        return None
    parameters = float((same[differ].mean() - apart) / whole)
    seed = float((np.diag(other).mean() - apart) / whole)
    return {"parameters": parameters, "seed": seed, "both": 1.0 - parameters - seed}
