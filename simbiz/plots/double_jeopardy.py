"""How loyal the buyers of firms of different shares are, beside what share alone predicts."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from simbiz.plots.intervals import PALE_GREY
from simbiz.plots.labels import Label, place_names
from simbiz.plots.style import BLUE, GREY, in_percent, rows_of

HEADROOM = 0.22


def double_jeopardy(table: pd.DataFrame, axes: Axes, *, what: str, is_share: bool, focal: str) -> Axes:
    """Draw a measure of loyalty over the share of every firm, with the line that the Dirichlet predicts.

    Ehrenberg, Goodhardt & Barwise (1990): small firms have fewer buyers, who also buy less often.

    Parameters
    ----------
    table : DataFrame
        Columns firm, share, value, low and high (95 % interval; may be empty) and expected (may be empty).
    axes : Axes
        Where to draw.
    what : str
        What is measured.
    is_share : bool
        Whether it is a share, written in per cent.
    focal : str
        Firm that is drawn in blue.
    """
    known = table[table["value"].notna()]
    line = table[table["expected"].notna()].sort_values("share")
    if len(line):
        axes.plot(line["share"], line["expected"], color=GREY, linewidth=1.3, linestyle=(0, (4, 2)), marker=".",
                  label="expected of that share")  # fmt: skip
    values = pd.concat([known["value"], line["expected"]])
    room = max(values.max() - values.min(), 0.05 * values.max()) * HEADROOM
    bottom, top = values.min() - room, values.max() + room
    for row in rows_of(known):
        colour = BLUE if row.firm == focal else PALE_GREY
        if row.low == row.low:
            axes.vlines(row.share, max(row.low, bottom), min(row.high, top), color=colour, linewidth=1.4)
        axes.plot(row.share, row.value, marker="o" if row.firm == focal else "D", color=colour, linestyle="none",
                  markersize=7 if row.firm == focal else 5, zorder=3)  # fmt: skip
    axes.set_ylim(bottom, top)
    axes.set_xlim(0.0, 1.15 * table["share"].max())
    axes.set(xlabel="share of the segment by value")
    axes.set_title(what, fontsize=9.5, loc="left")
    in_percent(axes.xaxis)
    if is_share:
        in_percent(axes.yaxis)
    sns.despine(ax=axes)
    order = known.assign(other=known["firm"] != focal).sort_values("other", kind="stable")
    covered = [(row.share, row.expected) for row in rows_of(line)]
    labels = [Label(str(row.firm), (row.share, row.value), bold=row.firm == focal) for row in rows_of(order)]
    place_names(labels, axes, size=7.5, others=covered)
    return axes
