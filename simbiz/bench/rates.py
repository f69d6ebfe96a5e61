"""What the machine can do: draws, exponentials and logarithms, memory read in a row."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simbiz.bench.timing import median_seconds
from simbiz.compilation import compiled
from simbiz.draws import uniform_pair, uniform_pairs, uniforms

MANY = 1_000_000
EIGHT = 8
BYTES = 1 << 28


@compiled
def sum_of_draws(times: Any) -> Any:
    """Sum of the uniforms of so many Philox blocks."""
    total = 0.0
    for i in range(times):
        one, other = uniform_pair(1, 2, i, 3, 4, 0)
        total += one + other
    return total


@compiled
def draw_together(times: Any, alternatives: Any, pairs: Any) -> None:
    """Draw the uniforms of several alternatives so many times."""
    for i in range(times):
        uniform_pairs(1, 2, i, 3, alternatives, 0, pairs)


@compiled
def sum_of_logs(values: Any) -> Any:
    """Sum of the logarithms of an array, one after the other."""
    total = 0.0
    for i in range(values.shape[0]):
        total += math.log(values[i])
    return total


@compiled
def sum_of_exponentials(values: Any) -> Any:
    """Sum of the exponentials of an array, one after the other."""
    total = 0.0
    for i in range(values.shape[0]):
        total += math.exp(values[i])
    return total


def single_draw_nanoseconds(repeats: int) -> float:
    """Cost of a Philox block of which two uniforms are made, one block after the other."""
    return 1e9 * median_seconds(lambda: sum_of_draws(MANY), repeats) / MANY


def together_draw_nanoseconds(repeats: int) -> float:
    """Cost of a Philox block where eight are drawn at a time."""
    alternatives, pairs = np.arange(EIGHT), np.empty((2, EIGHT))
    times = MANY // EIGHT
    return 1e9 * median_seconds(lambda: draw_together(times, alternatives, pairs), repeats) / MANY


def log_nanoseconds(repeats: int) -> float:
    """Mean cost of an exponential and of a logarithm."""
    luck = uniforms(1, 2, np.arange(MANY, dtype=np.uint32), 3, 4, 0)
    both = median_seconds(lambda: sum_of_logs(luck), repeats) + median_seconds(
        lambda: sum_of_exponentials(luck), repeats
    )
    return 1e9 * both / (2 * MANY)


def bytes_per_second(repeats: int) -> float:
    """Bytes of a large array that are read in a second."""
    array = np.ones(BYTES // 8, dtype=np.int64)
    return array.nbytes / median_seconds(array.sum, repeats)
