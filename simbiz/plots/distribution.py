"""How good all orders of adoption are: their distribution, and by what stands first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from simbiz.plots.style import BLUE, SKY, VERMILION, rows_of

MOST_BINS = 40
CLEAR = {"facecolor": "white", "linewidth": 0, "pad": 0.8}
HIGHEST = 1.25  # of the axes above the largest bar, so that names have room


def histogram(values: pd.Series, axes: Axes, *, marks: dict[str, float], unit: str) -> Axes:
    """Draw how many orders reach a value.

    Parameters
    ----------
    values : Series
        Mean of every order.
    axes : Axes
        Where to draw.
    marks : dict of str to float
        Values of some orders by name, drawn as lines.
    unit : str
        What is measured, with its unit.
    """
    bins = int(np.clip(np.sqrt(len(values)), 8, MOST_BINS))
    counts, _, _ = axes.hist(values, bins=bins, color=SKY, edgecolor="white", linewidth=0.5)
    axes.set_ylim(0, HIGHEST * float(np.max(counts)))
    middle = float(np.mean(axes.get_xlim()))
    for number, (name, value) in enumerate(marks.items()):
        axes.axvline(value, color=VERMILION, linewidth=1.6, linestyle=("-", (0, (4, 2)))[number % 2])
        left = value > middle
        where: Any = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "va": "top"}
        where |= {"ha": "right" if left else "left", "fontsize": 8.5, "bbox": CLEAR}
        axes.annotate(name, (value, 1.0 - 0.09 * number), (-4 if left else 4, -3), **where)
    axes.set(xlabel=unit, ylabel="orders")
    sns.despine(ax=axes)
    return axes


def by_first(table: pd.DataFrame, axes: Axes, *, unit: str) -> Axes:
    """Draw the orders that begin with each tool: all of them, the middle nine tenths, the median.

    Parameters
    ----------
    table : DataFrame
        Columns name, least, low, median, high and most; a row a first step.
    axes : Axes
        Where to draw.
    unit : str
        What is measured, with its unit.
    """
    for place, row in enumerate(rows_of(table)):
        axes.plot([row.least, row.most], [place, place], color="0.6", linewidth=1.2,
                  label="all orders" if place == 0 else None)  # fmt: skip
        axes.plot([row.low, row.high], [place, place], color=BLUE, linewidth=5, solid_capstyle="butt",
                  label="nine tenths of them" if place == 0 else None)  # fmt: skip
        axes.plot([row.median], [place], marker="o", color="white", markeredgecolor=BLUE, markersize=6.5,
                  linestyle="none", label="median" if place == 0 else None)  # fmt: skip
    axes.set_yticks(range(len(table)), [f"{name} first" for name in table["name"]])
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlabel(unit)
    axes.grid(axis="x", color="0.92", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, fontsize=8.5, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3)
    sns.despine(ax=axes)
    return axes
