"""Statistics beside the tolerances of the laws that they measure, each on a scale of its own."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from simbiz.plots.intervals import span
from simbiz.plots.style import BLUE, VERMILION, rows_of

HOLDS, FAILS = "holds", "fails"
LOOKS = {HOLDS: (BLUE, "o"), FAILS: (VERMILION, "X")}
INSIDE, REPORTED = "0.88", "white"
LIMITS = (-1.0, 2.0)
WRAPPED = 46
LINE = 9.5  # points from line to line of a name
WRITTEN, ALLOWED = 2.95, 3.95  # right ends of the numbers


def within(value: float, low: float, high: float) -> float:
    """Place of a value on the scale of a tolerance: 0 at its lower limit, 1 at its upper one.

    Parameters
    ----------
    value : float
        Of the statistic.
    low, high : float
        Limits; not a number where there is none. With one limit the unit of the scale is its size.
    """
    if low == low and high == high:
        return (value - low) / (high - low)
    if high == high:
        return 1.0 + (value - high) / (abs(high) or 1.0)
    return (value - low) / (abs(low) or 1.0)


def tolerances(table: pd.DataFrame, axes: Axes, *, points: Sequence[Sequence[float]] = ()) -> Axes:
    """Draw statistics on the scale of their tolerances.

    Parameters
    ----------
    table : DataFrame
        Columns name, value, least and most (range of what was found), low and high (limits of the tolerance; empty
        where there is none), holds, gated, and written and allowed (value and tolerance as text); a row a statistic.
    axes : Axes
        Where to draw.
    points : sequence of sequence of float, optional
        Single values of each row, drawn instead of the value.
    """
    for place, row in enumerate(rows_of(table)):
        left = 0.0 if row.low == row.low else LIMITS[0]
        right = 1.0 if row.high == row.high else LIMITS[1]
        axes.barh(place, right - left, left=left, height=0.62, color=INSIDE, linewidth=0)
        colour, marker = LOOKS[HOLDS if row.holds else FAILS]
        if points:
            _strip(points[place], row, place, axes)
        else:
            least, most = (within(end, row.low, row.high) for end in (row.least, row.most))
            span(least, most, place, LIMITS, axes, colour, 1.8)
            exact = within(row.value, row.low, row.high)
            shown = float(np.clip(exact, *LIMITS))
            axes.plot([shown], [place], marker=marker, color=colour, markersize=7, linestyle="none",
                      markerfacecolor=colour if row.gated else REPORTED)  # fmt: skip
            if shown != exact:
                side = ">" if exact > shown else "<"
                axes.annotate(side, (shown, place), (6 if side == ">" else -6, 0), textcoords="offset points",
                              va="center", ha="center", fontsize=9, fontweight="bold", color=colour)  # fmt: skip
        axes.text(WRITTEN, place, row.written, fontsize=8, ha="right", va="center")
        axes.text(ALLOWED, place, row.allowed, fontsize=8, ha="right", va="center")
    axes.set_yticks(range(len(table)), [""] * len(table))
    for place, name in enumerate(table["name"]):
        _write_name(str(name), place, axes)
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlim(LIMITS[0] - 0.1, ALLOWED + 0.03)
    axes.set_xticks([0.0, 1.0], ["lower limit", "upper limit"])
    axes.set_xlabel("place in the tolerance, a scale a row", x=0.3)
    heads = ((WRITTEN, "passing" if points else "value"), (ALLOWED, "tolerance"))
    for x, head in heads:
        axes.text(x, -0.72, head, fontsize=8, color="0.3", ha="right", va="bottom")
    axes.legend(handles=_handles(table, with_points=bool(points)), frameon=False, fontsize=8.5, loc="lower left",
                bbox_to_anchor=(-0.35, 1.01), ncols=4, columnspacing=1.0, handletextpad=0.5)  # fmt: skip
    sns.despine(ax=axes, left=True)
    return axes


def _write_name(name: str, place: int, axes: Axes) -> None:
    """Write a name in lines of their own: each ends at the axes, whatever type it is shown in."""
    lines = textwrap.wrap(name, WRAPPED)
    for number, line in enumerate(lines):
        lift = LINE * ((len(lines) - 1) / 2 - number)
        axes.annotate(line, (0.0, place), (-6, lift), xycoords=("axes fraction", "data"), textcoords="offset points",
                      ha="right", va="center", fontsize=8, annotation_clip=False)  # fmt: skip


def _strip(values: Sequence[float], row: Any, place: int, axes: Axes) -> None:
    """One small mark a point: above where the statistic lies within its tolerance, below where not."""
    low, high = row.low, row.high
    for holds, lift in ((True, -0.15), (False, 0.15)):
        own = [v for v in values if v == v and ((not v < low) and (not v > high)) == holds]
        shown = np.clip([within(value, low, high) for value in own], *LIMITS)
        colour, marker = LOOKS[HOLDS if holds else FAILS]
        axes.plot(shown, np.full(len(own), place + lift), marker=marker, color=colour, markersize=4.5, alpha=0.6,
                  markeredgewidth=0.0 if holds else 0.5, linestyle="none")  # fmt: skip


def _handles(table: pd.DataFrame, *, with_points: bool) -> list[object]:
    handles: list[object] = [Patch(color=INSIDE, label="within the tolerance")]
    for name, (colour, marker) in LOOKS.items():
        handles.append(Line2D([], [], marker=marker, color=colour, linestyle="none", label=name))
    if not with_points and not table["gated"].all():
        handles.append(Line2D([], [], marker="o", color="0.3", markerfacecolor=REPORTED, linestyle="none",
                              label="hollow: reported, no gate"))  # fmt: skip
    return handles
