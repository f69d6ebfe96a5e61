"""Regions in which a claim holds, as ranges of the parameters that bound them."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from simbiz.plots.number_text import named
from simbiz.plots.style import BLUE, rows_of


def boxes(table: pd.DataFrame, axes: Axes, *, density: float, coverage: float, verb: str) -> Axes:
    """Draw the bounds of a box as parts of the declared ranges.

    Parameters
    ----------
    table : DataFrame
        Columns parameter, low, high (the box), least, most (the declared range) and levels (what it may be, where it
        has no range; empty otherwise); a row per bounded parameter.
    axes : Axes
        Where to draw.
    density, coverage : float
        Share of the points inside that are meant, and share of all such points that lie inside.
    verb : str
        What happens at such points: "is reached" or "is not reached".
    """
    for place, row in enumerate(rows_of(table)):
        if row.levels:
            axes.barh(place, 1.0, height=0.5, color="0.9")
            axes.text(0.5, place, row.levels, ha="center", va="center", fontsize=8, fontweight="bold")
            continue
        span = row.most - row.least
        left, right = (row.low - row.least) / span, (row.high - row.least) / span
        axes.barh(place, 1.0, height=0.5, color="0.9")
        axes.barh(place, right - left, left=left, height=0.5, color=BLUE)
        for value, x, side in ((row.low, left, "left"), (row.high, right, "right")):
            weight = "bold" if {"left": x > 0.0, "right": x < 1.0}[side] else "normal"
            axes.text(x, place - 0.36, f"{value:.3g}", ha="center", fontsize=8, fontweight=weight)
    names = [named(str(name)) for name in table["parameter"]]
    axes.set_yticks(range(len(table)), names)
    axes.set_ylim(len(table) - 0.4, -0.8)
    axes.set_xticks([0, 1], ["lower end", "upper end"])
    axes.set_xlabel("declared range (pale), region (blue); numbers: ends of the region")
    inside = f"{verb} at {100 * density:.0f} % of the points inside"
    axes.set_title(f"{inside}; {100 * coverage:.0f} % of all such points lie inside", fontsize=9, loc="left")
    sns.despine(ax=axes, left=True)
    return axes
