"""Designs of a sweep: which points of its factors are tried."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from simbiz.studies.sweep.factors import SCENARIO, Factor, Level

FACTORIAL, HYPERCUBE, SOBOL = "factorial", "latin hypercube", "sobol"

Point = Mapping[str, Any]


class DesignPoints(Sequence[Point]):
    """Points of a design as changes of a scenario by dotted path, made when they are asked for.

    Parameters
    ----------
    factors : sequence of Factor
        What varies.
    unit : float64 array (point, factor) or None
        Places between 0 and 1; None for all combinations of levels, the last factor changing fastest.
    scenarios : mapping of str to mapping
        Changes that make another scenario of the one the points change, by its name.
    """

    def __init__(
        self,
        factors: Sequence[Factor],
        unit: NDArray[np.float64] | None,
        scenarios: Mapping[str, Point] | None = None,
    ) -> None:
        self.factors, self.unit, self.scenarios = factors, unit, scenarios or {}
        self.shape = tuple(len(factor.levels) for factor in factors)

    def __len__(self) -> int:
        return math.prod(self.shape) if self.unit is None else len(self.unit)

    def levels(self, number: int) -> list[Level]:
        """Level of every factor at a point."""
        if self.unit is None:
            indices = np.unravel_index(number, self.shape)
            return [factor.levels[int(index)] for factor, index in zip(self.factors, indices, strict=True)]
        return [factor.at(float(place)) for factor, place in zip(self.factors, self.unit[number], strict=True)]

    def labels(self, number: int) -> dict[str, Any]:
        """Name of the level of every factor at a point, by path."""
        return {factor.path: level.label for factor, level in zip(self.factors, self.levels(number), strict=True)}

    @overload
    def __getitem__(self, number: int) -> Point: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Point]: ...
    def __getitem__(self, number: int | slice) -> Point | Sequence[Point]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        chosen = dict(zip((factor.path for factor in self.factors), self.levels(number % len(self)), strict=True))
        changes: dict[str, Any] = {}
        if SCENARIO in chosen:
            # A copy, because later changes reach into its tables; first, because others change this scenario.
            changes = copy.deepcopy(dict(self.scenarios[chosen.pop(SCENARIO).value]))
        return changes | {path: copy.deepcopy(level.value) for path, level in chosen.items()}


def unit_points(design: str, factors: int, points: int, seed: int) -> NDArray[np.float64] | None:
    """Places of the points of a design in the unit cube.

    Parameters
    ----------
    design : {"factorial", "latin hypercube", "sobol"}
        Kind of design.
    factors, points : int
        Size; the points of a factorial design follow from its levels.
    seed : int
        Of the hypercube, or of the scrambling of the sequence: a longer sequence begins with the shorter.

    Returns
    -------
    float64 array (point, factor) or None
        None for a factorial design.

    Notes
    -----
    McKay, Beckman & Conover 1979 (Latin hypercube); Sobol' 1967, scrambled after Owen 1995.
    """
    if design == FACTORIAL:
        return None
    if design == HYPERCUBE:
        return np.asarray(qmc.LatinHypercube(factors, seed=seed).random(points), dtype=np.float64)
    return np.asarray(qmc.Sobol(factors, scramble=True, seed=seed).random(points), dtype=np.float64)


def is_power_of_two(points: int) -> bool:
    """Whether a Sobol' sequence of so many points is balanced."""
    return points & (points - 1) == 0
