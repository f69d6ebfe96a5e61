"""The points of a study: places in the unit cube by a method, and the values that they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simbiz.errors import InputError
from simbiz.studies.sensitivity.method import Matrix, Method
from simbiz.studies.sensitivity.methods import method_named
from simbiz.studies.sensitivity.uncertainty import Uncertain

NOTHING = "(an input that does nothing)"


@dataclass(frozen=True)
class Points:
    """Points of a study.

    Parameters
    ----------
    method : Method
        Whose design they are.
    problem : dict
        SALib problem over the unit cube, with the bare input where the method wants one.
    places : float64 array (point, input)
        Places in the unit cube, as SALib wants them back.
    values : float64 array (point, input)
        Values of the inputs; of one with levels the number of its level.
    block : int
        Points of a block.
    """

    method: Method
    problem: dict[str, Any]
    places: Matrix
    values: Matrix
    block: int


def points_of(inputs: Sequence[Uncertain], method: str, size: int, seed: int) -> Points:
    """Points of a study.

    Parameters
    ----------
    inputs : sequence of Uncertain
        What varies.
    method : str
        One of `METHODS`.
    size : int
        How large the design is, in the method's own measure.
    seed : int
        Seed of the design, at least 1: SALib takes 0 for no seed at all.

    Raises
    ------
    InputError
        For a method that does not exist, a size that it cannot use, a seed below 1 and fewer than two inputs.
    """
    own = method_named(method)
    if (mistake := mistake_in_size(own, size)) is not None:
        raise InputError(f"the size of {method} {mistake}")
    if seed < 1:
        raise InputError(f"the seed of a design must be at least 1, not {seed}: SALib takes 0 for no seed at all")
    if len(inputs) < 2:
        raise InputError("fewer than two uncertain parameters vary: there is nothing to compare")
    names = [source.path for source in inputs] + [NOTHING] * own.bare
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    places = own.design(problem, size, seed)
    values = np.array([[source.number(unit) for source, unit in zip(inputs, row, strict=False)] for row in places])
    return Points(own, problem, places, values, own.block(len(names), size))


def mistake_in_size(method: Method, size: int) -> str | None:
    """What is wrong with the size of a design; None if nothing is."""
    return method.mistake(size)
