"""Estimates with their intervals, a row each."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from simbiz.plots.style import BLUE, GREY, in_numbers, rows_of

PALE_GREY = "0.55"
# How far intervals are drawn beyond the estimates, in parts of what these span: those of two seeds would dwarf all.
BEYOND = 2.0


def intervals(table: pd.DataFrame, axes: Axes, *, unit: str, zero: float = 0.0) -> Axes:
    """Draw estimates as points with intervals.

    Parameters
    ----------
    table : DataFrame
        Columns name, value, low, high (may be empty) and marked (drawn in blue, the others in grey). What of an
        interval lies far out is cut, with an arrow head at the cut.
    axes : Axes
        Where to draw.
    unit : str
        What the values are, with their unit.
    zero : float
        Value of a line to compare with.
    """
    axes.axvline(zero, color=GREY, linewidth=0.9)
    limits = limits_of([*table["value"], zero])
    for place, row in enumerate(rows_of(table)):
        colour = BLUE if row.marked else PALE_GREY
        if row.low == row.low and row.high == row.high:
            span(row.low, row.high, place, limits, axes, colour)
        axes.plot([row.value], [place], marker="o" if row.marked else "D", color=colour, markersize=5.5)
    axes.set_yticks(range(len(table)), list(table["name"]))
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlabel(unit)
    axes.margins(x=0.06)
    in_numbers(axes.xaxis)
    axes.grid(axis="x", color="0.92", linewidth=0.8)
    axes.set_axisbelow(True)
    sns.despine(ax=axes)
    return axes


def limits_of(values: Iterable[float]) -> tuple[float, float]:
    """How far intervals of some estimates are drawn."""
    known = [value for value in values if value == value]
    room = BEYOND * (max(known) - min(known)) or inf
    return min(known) - room, max(known) + room


def span(
    low: float, high: float, place: float, limits: tuple[float, float], axes: Axes, colour: str, width: float = 2.2
) -> None:
    """Draw an interval as a line; arrow heads stand where it is cut."""
    ends = [min(max(end, limits[0]), limits[1]) for end in (low, high)]
    axes.plot(ends, [place, place], color=colour, linewidth=width, solid_capstyle="butt")
    for end, shown, head in ((low, ends[0], "<"), (high, ends[1], ">")):
        if end != shown:
            axes.plot([shown], [place], marker=head, color=colour, markersize=5.0, linestyle="none", clip_on=False)
