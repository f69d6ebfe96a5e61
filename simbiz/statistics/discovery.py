"""Scenario discovery: regions of the uncertain inputs in which something holds, by PRIM and CART of the EMA workbench.

PRIM peels a box off the points, CART splits them into leaves. Both find something in anything: what they find is told
only if the same search in one half of the points finds a box that is better than chance in the other half.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from simbiz.errors import InputError
from simbiz.statistics.regions import (
    LEVEL,
    Bound,
    Box,
    Flags,
    correlation,
    described,
    inside,
    probability_by_chance,
    pruned,
    screened,
)

FEWEST = 10  # points that hold, and that do not
MOST_BOXES = 3
LEAST_MASS = 0.05
MOST_LEAVES = 8
POINTS_AN_INPUT = 20
FEWEST_INPUTS = 3
MOST_PRUNED = 10
PRIM, CART = "prim", "cart"


def require_library() -> None:
    """Refuse to search where the EMA workbench is not installed.

    Raises
    ------
    InputError
        With the command that installs it.
    """
    if find_spec("ema_workbench") is None:
        raise InputError("discover needs the EMA workbench: pip install 'simbiz[discovery]'")


def discover(points: pd.DataFrame, holds: Flags) -> dict[str, Any]:
    """Regions in which something holds.

    Parameters
    ----------
    points : DataFrame
        A row a point, in an order without meaning; a column an input, numbers or levels.
    holds : bool array (point,)
        Where it holds.

    Returns
    -------
    dict
        points, holding, density, and for each method: better_than_chance, probability (of the best box by chance),
        density_elsewhere (of boxes found in one half of the points, in the other) and boxes.
    """
    count = int(holds.sum())
    report = {"points": len(holds), "holding": count, "density": float(holds.mean()) if len(holds) else None}
    if min(count, len(holds) - count) < FEWEST:
        return report | {PRIM: None, CART: None}
    varying = points[[name for name in points.columns if points[name].nunique() > 1]].reset_index(drop=True)
    return report | {PRIM: _by_prim(varying, holds), CART: _by_cart(varying, holds)}


def _by_prim(points: pd.DataFrame, holds: Flags) -> dict[str, Any]:
    """Boxes one after the other, each among the points that lie in none of those before."""
    rest = np.ones(len(points), dtype=bool)
    tested: list[tuple[float, float | None]] = []
    boxes: list[Box] = []
    while len(boxes) < MOST_BOXES and min(holds[rest].sum(), (~holds[rest]).sum()) >= FEWEST:
        left, own = points[rest].reset_index(drop=True), holds[rest]
        tested.append(probability_by_chance(prim_boxes, left, own))
        found = prim_boxes(left, own) if tested[-1][0] <= LEVEL else []
        if not found:
            break
        boxes.append(found[0])
        rest &= ~inside(found[0], points)
    return _told(tested[0], boxes, points, holds)


def _by_cart(points: pd.DataFrame, holds: Flags) -> dict[str, Any]:
    tested = probability_by_chance(cart_boxes, points, holds)
    return _told(tested, cart_boxes(points, holds) if tested[0] <= LEVEL else [], points, holds)


def _told(
    tested: tuple[float, float | None], boxes: Sequence[Box], points: pd.DataFrame, holds: Flags
) -> dict[str, Any]:
    probability, elsewhere = tested
    return {
        "better_than_chance": bool(boxes),
        "probability": probability,
        "density_elsewhere": elsewhere,
        "boxes": [described(box, points, holds) for box in boxes],
    }


def prim_boxes(points: pd.DataFrame, holds: Flags) -> list[Box]:
    """The box of PRIM's peeling trajectory that fits best, without bounds that mean nothing; or none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench.analysis.prim import Prim

        # Until version 3 a box had to reach a density; every box of the trajectory is looked at here.
        old = {"threshold": 0.0} if "threshold" in inspect.signature(Prim).parameters else {}
        table = _for_library(_screened(points, holds))
        found = Prim(table, holds.astype(np.int64), mass_min=LEAST_MASS, **old).find_box()
    boxes = _best_first([_box(limits, found.box_lims[0]) for limits in found.box_lims[1:]], points, holds)
    return _best_first([pruned(box, points, holds) for box in boxes[:MOST_PRUNED]], points, holds)[:1]


def cart_boxes(points: pd.DataFrame, holds: Flags) -> list[Box]:
    """Leaves of a tree in which it holds more often than overall, the one that fits best first."""
    return _best_first(leaves_of(points, holds), points, holds)


def leaves_of(points: pd.DataFrame, holds: Flags) -> list[Box]:
    """All leaves of a tree: every point lies in one."""
    table = _screened(points, holds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench.analysis.cart import CART
        from sklearn.tree import DecisionTreeClassifier

        cart = CART(_for_library(table), holds.astype(np.int64), mass_min=LEAST_MASS)
        # As CART.build_tree does, with few leaves and without luck among splits that are equally good.
        cart.clf = DecisionTreeClassifier(
            min_samples_leaf=max(1, int(LEAST_MASS * len(points))), max_leaf_nodes=MOST_LEAVES, random_state=0
        )
        cart.clf.fit(cart._x, cart.y)
    levels = {str(name): tuple(sorted(set(table[name]))) for name in table.select_dtypes(exclude="number")}
    inputs = [name.split(CART.sep) for name in cart.feature_names]
    return Leaves(cart.clf.tree_, inputs, levels, points.shape[1]).boxes()


@dataclass(frozen=True)
class Leaves:
    """Leaves of a tree as boxes; splits that chance explains are taken back, from the leaves up.

    CART.boxes of the library leaves out what a branch says of levels that it keeps, so that its boxes overlap.

    Parameters
    ----------
    tree : sklearn.tree._tree.Tree
        The fitted tree.
    inputs : list of list of str
        (input,) of a column, or (input, level) of a column that is 1 at that level.
    levels : mapping
        Levels of the inputs that are no numbers.
    tried : int
        Inputs among which the best was chosen.
    """

    tree: Any
    inputs: Sequence[Sequence[str]]
    levels: Mapping[str, tuple[str, ...]]
    tried: int

    def boxes(self) -> list[Box]:
        """Boxes of the leaves."""
        return list(self._below(0, {}))

    def _below(self, node: int, box: Box) -> Iterator[Box]:
        if not self._divided(node):
            yield box
            return
        name, *level = self.inputs[self.tree.feature[node]]
        bound, limit = box.get(name, Bound()), float(self.tree.threshold[node])
        if level:
            allowed = bound.levels or self.levels[name]
            sides = [Bound(levels=tuple(one for one in allowed if one != level[0])), Bound(levels=(level[0],))]
        else:
            sides = [Bound(bound.low, limit), Bound(limit, bound.high)]
        children = (self.tree.children_left[node], self.tree.children_right[node])
        for child, side in zip(children, sides, strict=True):
            yield from self._below(child, {**box, name: side})

    def _divided(self, node: int) -> bool:
        """Whether a split, or one below it, is more than the best of so many inputs gives by chance."""
        left, right = self.tree.children_left[node], self.tree.children_right[node]
        if left < 0:
            return False
        if self._divided(left) or self._divided(right):
            return True
        counts = [np.rint(self.tree.n_node_samples[child] * self.tree.value[child, 0]) for child in (left, right)]
        return bool(fisher_exact(np.array(counts)).pvalue * self.tried <= LEVEL)


def _screened(points: pd.DataFrame, holds: Flags) -> pd.DataFrame:
    return screened(points, holds, max(FEWEST_INPUTS, len(points) // POINTS_AN_INPUT))


def _best_first(boxes: Sequence[Box], points: pd.DataFrame, holds: Flags) -> list[Box]:
    """Boxes in which it holds more often than overall, the one that fits best first."""
    fits = [correlation(box, points, holds) for box in boxes]
    order = sorted(range(len(boxes)), key=lambda number: fits[number], reverse=True)
    return [boxes[number] for number in order if fits[number] > 0.0]


def _for_library(points: pd.DataFrame) -> pd.DataFrame:
    """Points with levels as the categories that the library knows."""
    numbers = set(points.select_dtypes("number").columns)
    return pd.DataFrame({name: points[name] if name in numbers else _categories(points[name]) for name in points})


def _categories(column: pd.Series[Any]) -> pd.Series[Any]:
    return column.astype(object).astype("category")


def _box(limits: pd.DataFrame, whole: pd.DataFrame) -> Box:
    """Bounds that are narrower than all points."""
    box = {}
    for name in limits.columns:
        (low, high), (least, most) = limits[name], whole[name]
        if isinstance(low, set):
            if low != least:
                box[name] = Bound(levels=tuple(sorted(low)))
        elif low > least or high < most:
            box[name] = Bound(float(low) if low > least else None, float(high) if high < most else None)
    return box
