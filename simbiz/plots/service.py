"""Quality of service as customers see it: SERVQUAL gaps and recommendation."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from simbiz.plots.style import GREY, WITH, WITHOUT, WORLDS, student_interval

SCORES = 100.0  # net promoter scores lie between this and its negative


def gaps(table: pd.DataFrame, axes: Axes) -> Axes:
    """Draw gaps (perception less expectation) by dimension.

    Parameters
    ----------
    table : DataFrame
        Columns dimension, world ("with the programme" or "without it"), seed and gap (points of the seven-point scale).
    axes : Axes
        Where to draw.
    """
    dimensions = list(dict.fromkeys(table["dimension"]))
    axes.axvline(0.0, color=GREY, linewidth=0.9)
    worlds = [world for world in (WITH, WITHOUT) if world in set(table["world"])]
    for number, world in enumerate(worlds):
        own = table[table["world"] == world]
        means = own.groupby("dimension")["gap"].mean().reindex(dimensions)
        places = [place + (number - (len(worlds) - 1) / 2) * 0.24 for place in range(len(dimensions))]
        axes.plot(means, places, marker="o", linestyle="none", markersize=6, color=WORLDS[world], label=world)
        if own["seed"].nunique() > 1:
            for place, (_, values) in zip(places, _in_order(own, dimensions), strict=True):
                axes.plot(student_interval(values), [place, place], color=WORLDS[world], linewidth=1.6)
    axes.set_yticks(range(len(dimensions)), dimensions)
    axes.set_ylim(len(dimensions) - 0.5, -0.6)
    axes.set_xlabel("perception less expectation, points of a seven-point scale")
    axes.margins(x=0.1)
    axes.legend(frameon=False, fontsize=8.5)
    sns.despine(ax=axes)
    return axes


def _in_order(own: pd.DataFrame, dimensions: list[str]) -> list[tuple[str, pd.Series]]:
    groups = dict(tuple(own.groupby("dimension")["gap"]))
    return [(name, groups.get(name, pd.Series(dtype=float))) for name in dimensions]


def recommendation(table: pd.DataFrame, axes: Axes, *, palette: dict[str, str]) -> Axes:
    """Draw the net promoter score by year.

    Parameters
    ----------
    table : DataFrame
        Columns year, series (what a line is called), seed and nps (points from -100 to 100).
    axes : Axes
        Where to draw.
    palette : dict
        Colour of each series.
    """
    axes.axhline(0.0, color=GREY, linewidth=0.9)
    sns.lineplot(table, x="year", y="nps", hue="series", style="series", palette=palette, markers=True, dashes=False,
                 errorbar=student_interval, ax=axes)  # fmt: skip
    axes.set(xlabel="year (the programme starts with year 1)", ylabel="net promoter score, points")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    low, high = axes.get_ylim()
    axes.set_ylim(max(low, -SCORES), min(high, SCORES))
    axes.legend(frameon=False, fontsize=8.5, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=len(palette))
    sns.despine(ax=axes)
    return axes
