"""Estimates with their intervals, a row each."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from simbiz.plots.style import BLUE, GREY, rows_of

PALE_GREY = "0.55"


def intervals(table: pd.DataFrame, axes: Axes, *, unit: str, zero: float = 0.0) -> Axes:
    """Draw estimates as points with intervals.

    Parameters
    ----------
    table : DataFrame
        Columns name, value, low, high (may be empty) and marked (drawn in blue, the others in grey).
    axes : Axes
        Where to draw.
    unit : str
        What the values are, with their unit.
    zero : float
        Value of a line to compare with.
    """
    axes.axvline(zero, color=GREY, linewidth=0.9)
    for place, row in enumerate(rows_of(table)):
        colour = BLUE if row.marked else PALE_GREY
        if row.low == row.low and row.high == row.high:
            axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2.2, solid_capstyle="butt")
        axes.plot([row.value], [place], marker="o" if row.marked else "D", color=colour, markersize=5.5)
    axes.set_yticks(range(len(table)), list(table["name"]))
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlabel(unit)
    axes.margins(x=0.06)
    axes.grid(axis="x", color="0.92", linewidth=0.8)
    axes.set_axisbelow(True)
    sns.despine(ax=axes)
    return axes
