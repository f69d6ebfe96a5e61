"""Customers by their taste for digital channels and their loyalty to a firm."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from simbiz.plots.style import BLUE, VERMILION

MARKERS = {"organisation": "s", "person": "o"}
COLOURS = {"organisation": VERMILION, "person": BLUE}


def customer_map(table: pd.DataFrame, axes: Axes, *, firm: str) -> Axes:
    """Draw a sample of customers as points and the mean by tenths of affinity as lines.

    Parameters
    ----------
    table : DataFrame
        Columns segment, digital_affinity and loyalty (share of recent purchases at the firm, smoothed).
    axes : Axes
        Where to draw.
    firm : str
        Title of the firm.
    """
    for segment, own in table.groupby("segment"):
        kind = str(segment)
        colour = COLOURS.get(kind, BLUE)
        axes.plot(own["digital_affinity"], own["loyalty"], marker=MARKERS.get(kind, "o"), linestyle="none",
                  markersize=2.5, alpha=0.25, color=colour)  # fmt: skip
        tenths = pd.qcut(own["digital_affinity"], 10, duplicates="drop")
        means = own.groupby(tenths, observed=True)[["digital_affinity", "loyalty"]].mean()
        label = f"{kind}, mean of tenths"
        axes.plot(means["digital_affinity"], means["loyalty"], color=colour, linewidth=2.2, label=label)
    axes.set(xlabel="taste for digital channels, standard deviations", ylabel=f"loyalty to {firm}", ylim=(-0.03, 1.03))
    axes.legend(frameon=False, fontsize=8.5)
    sns.despine(ax=axes)
    return axes
