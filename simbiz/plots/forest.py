"""Claims as a forest plot: estimate, interval, target and verdict of every reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from simbiz.plots.intervals import span
from simbiz.plots.style import BLACK, GREEN, GREY, ORANGE, SKY, VERMILION, rows_of
from simbiz.statistics.verdicts import NOT_REACHED, REFUTED, SUPPORTED, TOO_FEW, UNDECIDED

VERDICTS = {SUPPORTED: GREEN, UNDECIDED: ORANGE, REFUTED: VERMILION, TOO_FEW: SKY, NOT_REACHED: GREY}
MARKERS = {SUPPORTED: "o", UNDECIDED: "D", REFUTED: "X", TOO_FEW: "s", NOT_REACHED: "."}
BEYOND = 2.5
ESTIMATED, PRINTED = BEYOND + 0.72, BEYOND + 1.33  # right ends of the numbers


def forest(table: pd.DataFrame, axes: Axes) -> Axes:
    """Draw each reading's estimate relative to its target, which is 1 for all of them.

    Parameters
    ----------
    table : DataFrame
        Columns name, estimate, low, high (95 % interval, may be empty), target and verdict; a row per reading. The
        columns text and printed are estimate and target as they are written.
    axes : Axes
        Where to draw. Estimates beyond the axis are drawn at its edge with their value.
    """
    axes.axvline(1.0, color=BLACK, linewidth=1.0)
    limits = (-0.6, BEYOND)
    for place, row in enumerate(rows_of(table)):
        _row(place, row, limits, axes)
    axes.set_yticks(range(len(table)), list(table["name"]), fontsize=8)
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlim(limits[0] - 0.1, limits[1] + 1.35)
    for x, head in ((ESTIMATED, "estimate"), (PRINTED, "printed")):
        axes.text(x, -0.75, head, fontsize=8, color="0.3", ha="right", va="bottom")
    axes.set_xticks([0.0, 0.5, 1.0, 1.5, 2.0], ["0", "half", "target", "1.5 x", "2 x"])
    axes.set_xlabel("estimate relative to the printed number")
    axes.grid(axis="x", color="0.92", linewidth=0.8)
    axes.set_axisbelow(True)
    used = [name for name in VERDICTS if name in set(table["verdict"])]
    handles = [Line2D([], [], marker=MARKERS[n], color=VERDICTS[n], linestyle="none", label=n) for n in used]
    axes.legend(handles=handles, frameon=False, fontsize=8.5, loc="upper center", bbox_to_anchor=(0.4, 1.09),
                ncols=len(handles), columnspacing=1.0)  # fmt: skip
    sns.despine(ax=axes)
    return axes


def _row(place: int, row: Any, limits: Sequence[float], axes: Axes) -> None:
    colour, marker = VERDICTS[row.verdict], MARKERS[row.verdict]
    if row.estimate != row.estimate:
        axes.text(ESTIMATED, place, NOT_REACHED, fontsize=8, ha="right", va="center", color=GREY)
        return
    value, low, high = (number / row.target for number in (row.estimate, row.low, row.high))
    shown = min(max(value, limits[0]), limits[1])
    if low == low:
        span(min(low, high), max(low, high), place, (limits[0], limits[1]), axes, colour, 2.0)
    axes.plot([shown], [place], marker=marker, color=colour, markersize=6.5, linestyle="none")
    if shown != value:
        side = "<" if value < shown else ">"
        axes.annotate(side, (shown, place), (-9 if side == "<" else 6, 0), textcoords="offset points", va="center",
                      fontsize=8, color=colour)  # fmt: skip
    axes.text(ESTIMATED, place, row.text, fontsize=8, ha="right", va="center")
    axes.text(PRINTED, place, row.printed, fontsize=8, ha="right", va="center")
