"""Customers by their taste for digital channels and their loyalty to a firm."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from simbiz.plots.style import GREEN, GREY, ORANGE, in_percent

DASHES = ("-", (0, (4, 2)))
MARKERS = {"organisation": "s", "person": "o"}
COLOURS = {"organisation": ORANGE, "person": GREEN}


def customer_map(table: pd.DataFrame, means: pd.DataFrame, axes: Axes, *, firm: str) -> Axes:
    """Draw a sample of customers as points, and means of groups by taste as lines.

    Parameters
    ----------
    table : DataFrame
        Columns segment, digital_affinity and loyalty (share of recent purchases at the firm, smoothed).
    means : DataFrame
        The same columns of groups, and low and high (95 % interval of the loyalty; may be empty).
    axes : Axes
        Where to draw.
    firm : str
        Title of the firm.
    """
    for segment, own in table.groupby("segment"):
        kind = str(segment)
        colour = COLOURS.get(kind, GREY)
        axes.plot(own["digital_affinity"], own["loyalty"], marker=MARKERS.get(kind, "o"), linestyle="none",
                  markersize=2.8, alpha=0.35, color=colour)  # fmt: skip
    for number, (segment, own) in enumerate(means.groupby("segment")):
        kind = str(segment)
        colour = COLOURS.get(kind, GREY)
        axes.plot(own["digital_affinity"], own["loyalty"], color=colour, linewidth=2.0, marker=MARKERS.get(kind, "o"),
                  markersize=6, markeredgecolor="white", linestyle=DASHES[number % len(DASHES)],
                  label=f"{kind}: means of groups, 95 % intervals", zorder=3)  # fmt: skip
        axes.vlines(own["digital_affinity"], own["low"], own["high"], color=colour, linewidth=1.4, zorder=3)
    in_percent(axes.yaxis)
    axes.set(xlabel="taste for digital channels, standard deviations", ylim=(-0.03, 1.03))
    axes.set_ylabel(f"loyalty to {firm}, part of recent purchases")
    axes.legend(frameon=False, fontsize=8.5, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2)
    sns.despine(ax=axes)
    return axes
