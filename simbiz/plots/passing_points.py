"""Points that were tried within their ranges: those that pass and those that do not, a row a parameter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from simbiz.plots.style import BLUE, rows_of

FAILING = "0.55"
NUMBERS = 1.42  # right end of the numbers


def passing_points(table: pd.DataFrame, axes: Axes) -> Axes:
    """Draw where points lie within the declared ranges.

    Parameters
    ----------
    table : DataFrame
        Columns name, places (of all points in the range: 0 at its lower end, 1 at its upper), passes (of each), shipped
        (place of the shipped value), bold (whether passing moves with it) and written (range that passes); a row a
        parameter.
    axes : Axes
        Where to draw.
    """
    for place, row in enumerate(rows_of(table)):
        places, passes = np.asarray(row.places, dtype=float), np.asarray(row.passes, dtype=bool)
        axes.barh(place, 1.0, height=0.62, color="0.94", linewidth=0)
        if passes.any():
            low, high = places[passes].min(), places[passes].max()
            axes.barh(place, high - low, left=low, height=0.62, color=BLUE, alpha=0.15, linewidth=0)
        axes.plot(places[passes], np.full(passes.sum(), place - 0.14), marker="o", color=BLUE, markersize=5,
                  linestyle="none", label="passes" if place == 0 else None)  # fmt: skip
        axes.plot(places[~passes], np.full((~passes).sum(), place + 0.14), marker="x", color=FAILING, markersize=4.5,
                  linestyle="none", label="does not pass" if place == 0 else None)  # fmt: skip
        axes.plot([row.shipped] * 2, [place - 0.4, place + 0.4], color="0.2", linewidth=1.2,
                  label="shipped value" if place == 0 else None)  # fmt: skip
        axes.text(NUMBERS, place, row.written, fontsize=8, ha="right", va="center")
    axes.set_yticks(range(len(table)), list(table["name"]))
    for label, bold in zip(axes.get_yticklabels(), table["bold"], strict=True):
        label.set_fontweight("bold" if bold else "normal")
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlim(-0.02, NUMBERS + 0.01)
    axes.set_xticks([0.0, 1.0], ["lower end", "upper end"])
    axes.set_xlabel("declared range", x=0.35)
    axes.text(NUMBERS, -0.72, "passing values", fontsize=8, color="0.3", ha="right", va="bottom")
    axes.legend(frameon=False, fontsize=8.5, loc="lower left", bbox_to_anchor=(-0.02, 1.02), ncols=3)
    sns.despine(ax=axes, left=True)
    return axes
