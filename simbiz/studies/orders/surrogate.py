"""A linear model of what an order is worth: who stands before whom, and who stands where.

Outcomes are taken within blocks of one seed, less the mean of the block, so that the luck that all orders of a seed
share is not in them. Ridge regression (Hoerl and Kennard 1970); its penalty is the one that foretells left-out blocks
best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from simbiz.statistics.best_set import LEVEL
from simbiz.studies.orders.candidates import Orders, positions

PENALTIES = np.geomspace(1e-2, 1e5, 15)

Matrix = NDArray[np.float64]
Block = tuple[Orders, Matrix]


def tool_pairs(tools: int) -> list[tuple[int, int]]:
    """Pairs of tool numbers, the smaller first."""
    return list(combinations(range(tools), 2))


def precedence(orders: Orders) -> Matrix:
    """Who stands before whom: 1/2 where the first tool of a pair does, -1/2 where the second; (order, pair)."""
    places = positions(orders)
    columns = [places[:, i] < places[:, j] for i, j in tool_pairs(orders.shape[1])]
    return np.stack(columns, axis=1).astype(np.float64) - 0.5


def slots(orders: Orders) -> Matrix:
    """Who stands where: 1 where a tool stands in a position; (order, tool times position)."""
    tools = orders.shape[1]
    held = positions(orders)[:, :, None] == np.arange(tools)
    return np.asarray(held.reshape(len(orders), -1), dtype=np.float64)


def features(orders: Orders) -> Matrix:
    """Precedence and slots; (order, feature)."""
    return np.hstack([precedence(orders), slots(orders)])


@dataclass(frozen=True)
class Surrogate:
    """A fitted model.

    Parameters
    ----------
    weights : float64 array (feature,)
        Of `features`.
    skill : float
        1 - squared error / variance within blocks, foretelling blocks that were left out; nothing or less where the
        model knows nothing about orders.
    """

    weights: Matrix
    skill: float

    def predict(self, orders: Orders) -> Matrix:
        """What orders are worth, up to a constant; float64 array (order,)."""
        return np.asarray(features(orders) @ self.weights)


def fit_surrogate(blocks: Sequence[Block]) -> Surrogate:
    """Fit to orders and their outcomes.

    Parameters
    ----------
    blocks : sequence of (orders, outcomes)
        Orders that share a seed, int8 array (order, position), and their outcomes, float64 array (order,); two blocks
        at least.
    """
    rows = [(_centred(features(orders)), _centred(values)) for orders, values in blocks]
    grams = np.array([x.T @ x for x, _ in rows])
    moments = np.array([x.T @ y for x, y in rows])
    gram, moment, identity = grams.sum(axis=0), moments.sum(axis=0), np.eye(grams.shape[1])
    total = sum(float(y @ y) for _, y in rows)
    errors = [
        sum(
            float(np.square(y - x @ np.linalg.solve(gram - own + penalty * identity, moment - part)).sum())
            for (x, y), own, part in zip(rows, grams, moments, strict=True)
        )
        for penalty in PENALTIES
    ]
    best = int(np.argmin(errors))
    weights = np.linalg.solve(gram + PENALTIES[best] * identity, moment)
    return Surrogate(weights, 1.0 - errors[best] / total if total > 0.0 else 0.0)


def precedence_effects(blocks: Sequence[Block], level: float = LEVEL) -> tuple[Matrix, Matrix, Matrix] | None:
    """What it changes that one tool stands before another and not behind it, with intervals that hold together.

    Least squares on precedence alone: the effect of a pair is that of exchanging the two where they stand next to each
    other, which moves no other pair. The error is a jackknife over blocks, whose orders and luck are independent.

    Parameters
    ----------
    blocks : sequence of (orders, outcomes)
        As for `fit_surrogate`.
    level : float
        Probability that all intervals hold.

    Returns
    -------
    tuple of float64 array (pair,) or None
        Effect, low, high, pairs as in `tool_pairs`; None where there are too few orders to tell the effects apart.
    """
    rows = [(_centred(precedence(orders)), _centred(values)) for orders, values in blocks]
    grams = np.array([x.T @ x for x, _ in rows])
    moments = np.array([x.T @ y for x, y in rows])
    gram, moment, pairs = grams.sum(axis=0), moments.sum(axis=0), grams.shape[1]
    number = len(rows)
    if number < 3 or any(np.linalg.matrix_rank(gram - own) < pairs for own in grams):
        return None
    effect = np.linalg.solve(gram, moment)
    without = np.array([np.linalg.solve(gram - own, moment - part) for own, part in zip(grams, moments, strict=True)])
    error = np.sqrt((number - 1) / number * np.square(without - without.mean(axis=0)).sum(axis=0))
    width = error * student.ppf(1.0 - (1.0 - level) / (2 * pairs), number - 1)
    return effect, effect - width, effect + width


def _centred(values: Matrix) -> Matrix:
    return np.asarray(values - values.mean(axis=0))
