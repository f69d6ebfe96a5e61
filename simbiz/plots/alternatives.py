"""Alternatives over the years, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from simbiz.plots.style import GREY, colours_of_alternatives, in_numbers, in_percent

MARKERS = ("o", "X", "s", "D", "^", "v", "P", "*")
SPREAD = 0.04
LEGEND_COLUMNS = 4


def alternatives(table: pd.DataFrame, axes: Axes, *, unit: str, is_share: bool, adopts: Mapping[str, bool]) -> Axes:
    """Draw means by year, with 95 % intervals over seeds.

    Parameters
    ----------
    table : DataFrame
        Columns name, year, mean, low and high (may be empty).
    axes : Axes
        Where to draw.
    unit : str
        What is drawn, with its unit.
    is_share : bool
        Whether values are shares, written in per cent.
    adopts : mapping of str to bool
        Whether each alternative adopts anything, by name.
    """
    names = list(dict.fromkeys(table["name"]))
    palette = colours_of_alternatives({name: adopts[name] for name in names})
    for number, name in enumerate(names):
        own = table[table["name"] == name]
        # Points of one year stand beside each other, so that their intervals can be told apart.
        years = own["year"] + SPREAD * (number - (len(names) - 1) / 2)
        marker = MARKERS[number % len(MARKERS)]
        axes.plot(years, own["mean"], marker=marker, color=palette[name], label=name, linewidth=1.6)
        axes.vlines(years, own["low"], own["high"], color=palette[name], linewidth=1.4)
    axes.set(xlabel="year (the programme starts with year 1)", ylabel=unit)
    if table[["mean", "low"]].min().min() >= 0.0:
        axes.set_ylim(0, None)
    else:
        axes.axhline(0.0, color=GREY, linewidth=0.8)
    (in_percent if is_share else in_numbers)(axes.yaxis)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(table["year"].min() - 0.25, table["year"].max() + 0.25)
    axes.legend(frameon=False, fontsize=8.5, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=LEGEND_COLUMNS)
    sns.despine(ax=axes)
    return axes
