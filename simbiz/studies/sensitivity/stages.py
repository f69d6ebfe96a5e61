"""A sensitivity study of anything: all inputs by one method, or screened by one and looked at closely by another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.studies.sensitivity.indices import indices_of, refuse_if_none
from simbiz.studies.sensitivity.method import Matrix
from simbiz.studies.sensitivity.methods import method_named
from simbiz.studies.sensitivity.points import points_of
from simbiz.studies.sensitivity.ranking import told_apart
from simbiz.studies.sensitivity.uncertainty import Uncertain

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
    most : int
        The design is doubled until the leading inputs are told apart, but not beyond this size; 0: it is not.
    apart : int
        They are told apart where at most so many stand above all others, in half of the outcomes that anything moves.
    """

    method: str
    size: int
    most: int = 0
    apart: int = 5


def stages(
    inputs: Sequence[Uncertain],
    evaluate: Evaluate,
    stage: Stage,
    screen: Stage | None = None,
    keep: int | None = None,
    seed: int = 1,
    group: Group = lambda name: name,
    families: Sequence[frozenset[int]] = (),
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
    families : sequence of frozenset of int
        Numbers of inputs that act only together: a screen keeps all of a family or none.

    Returns
    -------
    list of dict
        Of each stage, the last being the answer: method, size, points, inputs, outcomes -> see `indices_of`; of a
        screen `kept`, too.
    """
    if screen is None or keep is None or keep >= len(inputs):
        return [_stage(inputs, evaluate, stage, seed)]
    first = _stage(inputs, evaluate, screen, seed)
    first["kept"] = leading(first, keep, group, families)
    kept = [inputs[number] for number in sorted(row["input"] for row in first["kept"])]
    return [first, _stage(kept, evaluate, stage, seed)]


def _stage(inputs: Sequence[Uncertain], evaluate: Evaluate, stage: Stage, seed: int) -> dict[str, Any]:
    size = stage.size
    points = points_of(inputs, stage.method, size, seed)
    outcomes = _evaluated(inputs, evaluate, points.values)
    found = {name: indices_of(points, one, seed) for name, one in outcomes.items()}
    while size < stage.most and not enough(found, stage.apart):
        size, before = min(2 * size, stage.most), len(points.values)
        points = points_of(inputs, stage.method, size, seed)
        more = _evaluated(inputs, evaluate, points.values[before:])
        outcomes = {name: np.concatenate([one, more[name]]) for name, one in outcomes.items()}
        found = {name: indices_of(points, one, seed) for name, one in outcomes.items()}
    refuse_if_none(found)
    return {
        "method": stage.method,
        "size": size,
        "asked": {"size": stage.size, "most": stage.most, "apart": stage.apart, "enough": enough(found, stage.apart)},
        "points": len(points.values),
        "points_a_block": points.block,
        "inputs": [one.described() for one in inputs],
        "outcomes": found,
    }


def _evaluated(inputs: Sequence[Uncertain], evaluate: Evaluate, values: Matrix) -> dict[str, Matrix]:
    """Outcomes as (point, seed)."""
    return {name: one.reshape(len(values), -1) for name, one in evaluate(inputs, values).items()}


def enough(outcomes: Mapping[str, Mapping[str, Any]], apart: int) -> bool:
    """Whether at most so many inputs stand above all others in half of the outcomes that anything moves."""
    told = ["refused" not in one and told_apart(one, apart) for one in outcomes.values() if one.get("moves", True)]
    return 2 * sum(told) >= len(told)


def leading(
    stage: Mapping[str, Any], keep: int, group: Group, families: Sequence[frozenset[int]] = ()
) -> list[dict[str, Any]]:
    """Inputs that matter most, chosen by each group of outcomes in turn.

    An input's part in an outcome is its part of the sum of the leading index over inputs, and its part in a group the
    mean over the outcomes of it that anything moves. The groups choose one after the other, again and again, the input
    with the largest part that is not chosen yet: outcomes that one input alone decides do not take all places. The
    family of an input comes with it and takes no place of its own.

    Parameters
    ----------
    stage : mapping
        As `stages` gives it.
    keep : int
        How many.
    group : callable
        Group of an outcome.
    families : sequence of frozenset of int
        Numbers of inputs that act only together.

    Returns
    -------
    list of dict
        input (its number), path, part and group, in the order in which they were chosen; `with` names the input that
        one comes with.
    """
    index = method_named(stage["method"]).indices[0]
    parts: dict[str, list[NDArray[np.float64]]] = {}
    for name, outcome in stage["outcomes"].items():
        sizes = np.maximum(outcome["indices"][index], 0.0) if outcome.get("moves") else np.zeros(1)
        if sizes.sum() > 0.0:
            parts.setdefault(group(name), []).append(sizes / sizes.sum())
    left = {name: np.mean(rows, axis=0) for name, rows in parts.items()} or {"": np.zeros(len(stage["inputs"]))}
    chosen: dict[int, dict[str, Any]] = {}
    paths = [row["path"] for row in stage["inputs"]]
    for name in islice(cycle(left), keep):
        own = left[name]
        free = [number for number in range(len(own)) if number not in chosen]
        if not free:
            break
        first = max(free, key=lambda number: own[number])
        family = {number for one in families if first in one for number in one} - {first}
        for number in (first, *sorted(family)):
            comes_with = {} if number == first else {"with": paths[first]}
            chosen[number] = {"input": number, "path": paths[number], "part": float(own[number]), "group": name}
            chosen[number] |= comes_with
    return list(chosen.values())
