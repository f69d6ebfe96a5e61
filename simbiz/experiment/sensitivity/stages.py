"""A sensitivity study of anything: all inputs by one method, or screened by one and looked at closely by another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.experiment.sensitivity.indices import indices_of, refuse_if_none
from simbiz.experiment.sensitivity.method import Matrix
from simbiz.experiment.sensitivity.methods import method_named
from simbiz.experiment.sensitivity.points import points_of
from simbiz.experiment.sensitivity.uncertainty import Uncertain

# (what varies, values (point, input)) -> outcomes by name, each (point,) or (point, seed)
Evaluate = Callable[[Sequence[Uncertain], Matrix], Mapping[str, NDArray[np.float64]]]
Group = Callable[[str], str]


@dataclass(frozen=True)
class Stage:
    """A method and how much of it.

    Parameters
    ----------
    method : str
        One of `METHODS`.
    size : int
        How large its design is, in its own measure.
    """

    method: str
    size: int


def stages(
    inputs: Sequence[Uncertain],
    evaluate: Evaluate,
    stage: Stage,
    screen: Stage | None = None,
    keep: int | None = None,
    seed: int = 1,
    group: Group = lambda name: name,
) -> list[dict[str, Any]]:
    """Sensitivity of anything: a function of a matrix of points, or a model behind one.

    Parameters
    ----------
    inputs : sequence of Uncertain
        What varies.
    evaluate : callable
        Gives the outcomes of points.
    stage : Stage
        The method.
    screen : Stage, optional
        The method that chooses from all inputs those which matter; the others stay where `evaluate` has them.
    keep : int, optional
        How many it keeps.
    seed : int
        Seed of the designs and bootstraps, at least 1.
    group : callable, optional
        Group of an outcome by its name: the groups choose in turn what a screen keeps. By default every outcome is one.

    Returns
    -------
    list of dict
        Of each stage, the last being the answer: method, size, points, inputs, outcomes -> see `indices_of`; of a
        screen `kept`, too.
    """
    if screen is None or keep is None or keep >= len(inputs):
        return [_stage(inputs, evaluate, stage, seed)]
    first = _stage(inputs, evaluate, screen, seed)
    first["kept"] = leading(first, keep, group)
    kept = [inputs[number] for number in sorted(row["input"] for row in first["kept"])]
    return [first, _stage(kept, evaluate, stage, seed)]


def _stage(inputs: Sequence[Uncertain], evaluate: Evaluate, stage: Stage, seed: int) -> dict[str, Any]:
    points = points_of(inputs, stage.method, stage.size, seed)
    outcomes = evaluate(inputs, points.values)
    found = {name: indices_of(points, one.reshape(len(points.values), -1), seed) for name, one in outcomes.items()}
    refuse_if_none(found)
    return {
        "method": stage.method,
        "size": stage.size,
        "points": len(points.values),
        "points_a_block": points.block,
        "inputs": [one.described() for one in inputs],
        "outcomes": found,
    }


def leading(stage: Mapping[str, Any], keep: int, group: Group) -> list[dict[str, Any]]:
    """Inputs that matter most, chosen by each group of outcomes in turn.

    An input's part in an outcome is its part of the sum of the leading index over inputs, and its part in a group the
    mean over the outcomes of it that anything moves. The groups choose one after the other, again and again, the input
    with the largest part that is not chosen yet: outcomes that one input alone decides do not take all places.

    Parameters
    ----------
    stage : mapping
        As `stages` gives it.
    keep : int
        How many.
    group : callable
        Group of an outcome.

    Returns
    -------
    list of dict
        input (its number), path, part and group, in the order in which they were chosen.
    """
    index = method_named(stage["method"]).indices[0]
    parts: dict[str, list[NDArray[np.float64]]] = {}
    for name, outcome in stage["outcomes"].items():
        sizes = np.maximum(outcome["indices"][index], 0.0) if outcome.get("moves") else np.zeros(1)
        if sizes.sum() > 0.0:
            parts.setdefault(group(name), []).append(sizes / sizes.sum())
    left = {name: np.mean(rows, axis=0) for name, rows in parts.items()} or {"": np.zeros(len(stage["inputs"]))}
    chosen: dict[int, dict[str, Any]] = {}
    for name in islice(cycle(left), keep):
        own = left[name]
        number = max((one for one in range(len(own)) if one not in chosen), key=lambda one: own[one])
        path = stage["inputs"][number]["path"]
        chosen[number] = {"input": number, "path": path, "part": float(own[number]), "group": name}
    return list(chosen.values())
