"""Orders of adoption beside the best one, with intervals that hold for all of them at once."""

from __future__ import annotations

import textwrap

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from simbiz.plots.style import BLUE, GREY, ORANGE, in_numbers, rows_of

WRAPPED = 60
TICKS = 5  # the names of orders leave little room below
INSIDE, WORSE, OUTSIDE = "cannot be told from the best", "worse", "no order, compared for itself"
LOOKS = {INSIDE: (BLUE, "o"), WORSE: ("0.45", "X"), OUTSIDE: (ORANGE, "D")}


def best_orders(table: pd.DataFrame, axes: Axes, *, unit: str) -> Axes:
    """Draw by how much each order falls short of the best of the others.

    Parameters
    ----------
    table : DataFrame
        Columns order (text), difference, low, high (simultaneous interval of the difference to the best of the
        others), standing (one of `LOOKS`) and, where it has a name of its own, name.
    axes : Axes
        Where to draw.
    unit : str
        What differs, and its unit.
    """
    axes.axvline(0.0, color=GREY, linewidth=0.9)
    for place, row in enumerate(rows_of(table)):
        colour, marker = LOOKS[row.standing]
        axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2.4, solid_capstyle="butt")
        axes.plot([row.difference], [place], marker=marker, color=colour, markersize=6.0)
    texts = [": ".join(filter(None, (row.name, row.order))) for row in rows_of(table)]
    axes.set_yticks(range(len(table)), texts)
    for label, name in zip(axes.get_yticklabels(), table["name"], strict=True):
        label.set_fontweight("bold" if name else "normal")
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlabel("\n".join(textwrap.wrap(f"difference to the best of the others: {unit}", WRAPPED)))
    axes.xaxis.set_major_locator(MaxNLocator(TICKS))
    in_numbers(axes.xaxis)
    for name in [name for name in LOOKS if name in set(table["standing"])]:
        colour, marker = LOOKS[name]
        axes.plot([], [], color=colour, marker=marker, linewidth=2.4, label=name)
    axes.legend(frameon=False, fontsize=8.5, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3)
    sns.despine(ax=axes)
    return axes
