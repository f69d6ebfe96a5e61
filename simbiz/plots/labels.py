"""Names beside points, put where they cover neither each other nor another point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import hypot
from typing import Any

from matplotlib.axes import Axes

Box = tuple[float, float, float, float]

# Letters of the house type are about so wide and high, in parts of its size.
WIDE, HIGH = 0.62, 1.25
MARKER = 4.5  # points to either side of a point that a name keeps clear
DISTANCES = (7.0, 15.0, 26.0, 40.0, 58.0)
LED_FROM = 15.0  # a name so far away has a line to its point
ASTRAY = 60.0  # a name clearly nearer to another named point is as bad as one that covers so many square points
CLEARLY = 0.8
SIDES = ((1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1))


@dataclass(frozen=True)
class Label:
    """A name and its point.

    Parameters
    ----------
    text : str
        What is written.
    point : (float, float)
        In the units of the axes.
    bold : bool
        Whether it stands out.
    clear : sequence of (float, float)
        Other points that no name may cover, such as those of an arrow.
    """

    text: str
    point: tuple[float, float]
    bold: bool = False
    clear: Sequence[tuple[float, float]] = ()


def place_names(
    labels: Sequence[Label], axes: Axes, *, size: float = 8.0, others: Sequence[tuple[float, float]] = ()
) -> None:
    """Write names beside their points, the first where it is best, each next where it fits.

    Parameters
    ----------
    labels : sequence of Label
        The most important first.
    axes : Axes
        Where to write; its limits and scales must be final.
    size : float
        Of the type, in points.
    others : sequence of (float, float)
        Points without a name that are to be left uncovered.
    """
    scale = 72.0 / axes.figure.dpi

    def on_paper(point: tuple[float, float]) -> tuple[float, float]:
        across, up = axes.transData.transform(point)
        return float(across) * scale, float(up) * scale

    left, bottom, right, top = (float(edge) * scale for edge in axes.bbox.extents)
    kept = [on_paper(point) for label in labels for point in (label.point, *label.clear)]
    taken: list[Box] = [_around(point) for point in (*kept, *map(on_paper, others))]
    named = [on_paper(label.point) for label in labels]
    for label, (x, y) in zip(labels, named, strict=True):
        width, height = WIDE * size * len(label.text) * (1.08 if label.bold else 1.0), HIGH * size
        costs = {}
        for distance, (across, up) in product(DISTANCES, SIDES):
            box = _box(x, y, distance, across, up, width, height)
            outside = box[0] < left or box[2] > right or box[1] < bottom or box[3] > top
            covered = sum(_overlap(box, other) for other in taken)
            astray = min(_away(box, point) for point in named) < CLEARLY * _away(box, (x, y))
            costs[distance, across, up] = covered + ASTRAY * astray + 1e4 * outside
        distance, across, up = min(costs, key=lambda choice: costs[choice])
        taken.append(_box(x, y, distance, across, up, width, height))
        _write(label, distance, across, up, size, axes)


def _write(label: Label, distance: float, across: int, up: int, size: float, axes: Axes) -> None:
    where: Any = {"ha": {1: "left", 0: "center", -1: "right"}[across], "va": {1: "bottom", 0: "center", -1: "top"}[up]}
    line = {"arrowstyle": "-", "color": "0.6", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3}
    axes.annotate(
        label.text,
        label.point,
        (across * distance, up * _lift(distance, across)),
        textcoords="offset points",
        fontsize=size + (0.5 if label.bold else 0.0),
        fontweight="bold" if label.bold else "normal",
        arrowprops=line if distance >= LED_FROM else None,
        **where,
    )


def _around(point: tuple[float, float]) -> Box:
    x, y = point
    return x - MARKER, y - MARKER, x + MARKER, y + MARKER


def _box(x: float, y: float, distance: float, across: int, up: int, width: float, height: float) -> Box:
    left = {1: x + distance, 0: x - width / 2, -1: x - distance - width}[across]
    lift = _lift(distance, across)
    bottom = {1: y + lift, 0: y - height / 2, -1: y - lift - height}[up]
    return left, bottom, left + width, bottom + height


def _lift(distance: float, across: int) -> float:
    """How far a name stands above or below its point; less where it stands aside as well."""
    return (0.7 if across else 1.0) * distance


def _overlap(one: Box, other: Box) -> float:
    """Area that two boxes share, in square points."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)


def _away(box: Box, point: tuple[float, float]) -> float:
    """How far a point lies from a box, in points."""
    left, bottom, right, top = box
    across = max(left - point[0], point[0] - right, 0.0)
    return hypot(across, max(bottom - point[1], point[1] - top, 0.0))
