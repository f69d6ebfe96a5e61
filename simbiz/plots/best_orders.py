"""Orders of adoption beside the best one, with intervals that hold for all of them at once."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from simbiz.plots.style import BLUE, GREY, VERMILION, rows_of


def best_orders(table: pd.DataFrame, axes: Axes, *, unit: str) -> Axes:
    """Draw by how much each order falls short of the best of the others.

    Parameters
    ----------
    table : DataFrame
        Columns order (text), difference, low, high (simultaneous interval of the difference to the best of the
        others), in_set (cannot be told from the best) and, where it has a name of its own, name.
    axes : Axes
        Where to draw.
    unit : str
        Of the difference.
    """
    axes.axvline(0.0, color=GREY, linewidth=0.9)
    for place, row in enumerate(rows_of(table)):
        colour = BLUE if row.in_set else "0.6"
        axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2.4, solid_capstyle="butt")
        axes.plot([row.difference], [place], marker="o", color=colour, markersize=5.5)
    texts = [f"{row.name}: {row.order}" if row.name else str(row.order) for row in rows_of(table)]
    axes.set_yticks(range(len(table)), texts)
    for label, name in zip(axes.get_yticklabels(), table["name"], strict=True):
        label.set_color(VERMILION if name else "black")
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlabel(f"difference to the best of the others, {unit}")
    axes.plot([], [], color=BLUE, linewidth=2.4, label="cannot be told from the best")
    axes.plot([], [], color="0.6", linewidth=2.4, label="worse")
    axes.legend(frameon=False, fontsize=8.5, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2)
    sns.despine(ax=axes)
    return axes
