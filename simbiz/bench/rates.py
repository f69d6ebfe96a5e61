"""What the machine can do: draws, exponentials and logarithms, memory read in a row."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simbiz.bench.timing import median_seconds
from simbiz.compilation import compiled
from simbiz.draws import uniforms

MANY = 1_000_000
BYTES = 1 << 28


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


def draw_nanoseconds(repeats: int) -> float:
    """Cost of a Philox block of which a uniform is made, over many ids."""
    who = np.arange(MANY, dtype=np.uint32)
    return 1e9 * median_seconds(lambda: uniforms(1, 2, who, 3, 4, 0), repeats) / MANY


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
