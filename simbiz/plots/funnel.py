"""The funnel of leads with its conversions."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from simbiz.plots.style import WITH, WITHOUT, WORLDS


def funnel(table: pd.DataFrame, axes: Axes) -> Axes:
    """Draw how many journeys reach each stage, and what part of the stage before that is.

    Parameters
    ----------
    table : DataFrame
        Columns stage (in the order of the funnel), world ("with the programme" or "without it") and journeys (a year).
    axes : Axes
        Where to draw.
    """
    stages = list(dict.fromkeys(table["stage"]))
    worlds = [world for world in (WITH, WITHOUT) if world in set(table["world"])]
    height = 0.8 / len(worlds)
    for number, world in enumerate(worlds):
        counts = table[table["world"] == world].groupby("stage")["journeys"].mean().reindex(stages)
        places = [place + (number - (len(worlds) - 1) / 2) * height for place in range(len(stages))]
        axes.barh(places, counts, height=height * 0.92, color=WORLDS[world], label=world)
        before = counts.shift(1)
        for place, count, base in zip(places, counts, before, strict=True):
            part = f", {100.0 * count / base:.0f} % of the stage before" if base == base and base > 0 else ""
            axes.annotate(f"{count:,.0f}{part}", (count, place), (3, 0), textcoords="offset points", va="center",
                          fontsize=8)  # fmt: skip
    axes.set_yticks(range(len(stages)), stages)
    axes.set_ylim(len(stages) - 0.4, -0.6)
    axes.set_xlabel("journeys a year that reach the stage")
    axes.set_xlim(0, table["journeys"].max() * 1.32)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    if len(worlds) > 1:
        axes.legend(frameon=False, fontsize=8.5, loc="lower right")
    sns.despine(ax=axes)
    return axes
