"""Regions in which a claim holds, as ranges of the parameters that bound them."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from simbiz.plots.style import BLUE, rows_of


def boxes(table: pd.DataFrame, axes: Axes, *, density: float, coverage: float) -> Axes:
    """Draw the bounds of a box as parts of the declared ranges.

    Parameters
    ----------
    table : DataFrame
        Columns parameter, low, high (the box) and least, most (the declared range); a row per bounded parameter.
    axes : Axes
        Where to draw.
    density, coverage : float
        Share of the worlds inside in which the claim holds, and share of those in which it holds that lie inside.
    """
    for place, row in enumerate(rows_of(table)):
        span = row.most - row.least
        left, right = (row.low - row.least) / span, (row.high - row.least) / span
        axes.barh(place, 1.0, height=0.5, color="0.9")
        axes.barh(place, right - left, left=left, height=0.5, color=BLUE)
        for value, x, side in ((row.low, left, "left"), (row.high, right, "right")):
            weight = "bold" if {"left": x > 0.0, "right": x < 1.0}[side] else "normal"
            axes.text(x, place - 0.36, f"{value:.3g}", ha="center", fontsize=8, fontweight=weight)
    names = [str(name).split(".", 1)[-1].replace("_", " ") for name in table["parameter"]]
    axes.set_yticks(range(len(table)), names)
    axes.set_ylim(len(table) - 0.4, -0.8)
    axes.set_xticks([0, 1], ["least", "most"])
    axes.set_xlabel("declared range")
    title = f"holds in {density:.0%} of the worlds inside; {coverage:.0%} of all worlds where it holds lie inside"
    axes.set_title(title, fontsize=9, loc="left")
    sns.despine(ax=axes, left=True)
    return axes
