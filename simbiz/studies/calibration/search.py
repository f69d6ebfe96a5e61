"""The local search of a calibration: from the best points that do not pass, with scipy's Nelder and Mead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from simbiz.studies.sensitivity.uncertainty import Uncertainty

Matrix = NDArray[np.float64]
Point = dict[str, float]

FIRST_STEP = 0.05  # part of a range


def point_at(inputs: Sequence[Uncertainty], place: Sequence[float] | Matrix) -> Point:
    """Values of the parameters at a place in the unit cube."""
    return {source.path: float(source.value(float(unit))) for source, unit in zip(inputs, place, strict=True)}


def local_search(
    inputs: Sequence[Uncertainty],
    judged: Sequence[Mapping[str, Any]],
    evaluate: Callable[[Point], Mapping[str, Any]],
    fewest: int,
    search: int,
) -> list[Point]:
    """Points that Nelder and Mead try from the best points that do not pass, until enough pass or all are spent."""
    passing = sum(one["passes"] for one in judged)
    starts = sorted((one for one in judged if not one["passes"]), key=lambda one: float(one["objective"]))
    tried: dict[tuple[float, ...], Point] = {}

    for start in starts:
        if passing >= fewest or len(tried) >= search:
            break

        def objective(place: Matrix) -> float:
            nonlocal passing
            point = point_at(inputs, np.clip(place, 0.0, 1.0))
            one = evaluate(point)
            if tuple(point.values()) not in tried:
                tried[tuple(point.values())] = point
                passing += bool(one["passes"])
            return float(one["objective"])

        minimize(
            objective,
            [_place(source, start["values"][source.path]) for source in inputs],
            method="Nelder-Mead",
            bounds=[(0.0, 1.0)] * len(inputs),
            callback=_stop_at_zero,
            options={"maxfev": search - len(tried), "initial_simplex": _simplex(inputs, start["values"])},
        )
    return list(tried.values())


def _stop_at_zero(intermediate_result: Any) -> None:
    if intermediate_result.fun == 0.0:
        raise StopIteration


def _place(source: Uncertainty, value: float) -> float:
    """Place of a value in its range, the inverse of `Uncertainty.value`."""
    if source.distribution == "log-uniform":
        return float(np.log(value / source.low) / np.log(source.high / source.low))
    return (value - source.low) / (source.high - source.low)


def _simplex(inputs: Sequence[Uncertainty], values: Mapping[str, float]) -> Matrix:
    """Start and a step along every axis, towards the centre of the range."""
    start = np.array([_place(source, values[source.path]) for source in inputs])
    steps = np.diag(np.where(start > 0.5, -FIRST_STEP, FIRST_STEP))
    return np.vstack([start, start + steps])
