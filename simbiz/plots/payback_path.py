"""What a programme has gained and cost by each week, and the weeks in which it has paid for itself."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, MultipleLocator

from simbiz.plots.style import BLUE, GREY, ORANGE, VERMILION, in_numbers

YEAR = 52
FEW_PAIRS = 3  # the interval of two or three pairs is wider than anything it is about
ROOM = 1.3
CLEAR = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1.0}


def payback_path(
    table: pd.DataFrame, pairs: pd.DataFrame, axes: Axes, *, weeks: Sequence[int], median: float | None
) -> Axes:
    """Draw the gain in profit to date with its 95 % band, and what was spent on implementation to date.

    Parameters
    ----------
    table : DataFrame
        Columns week (0 is the start), gain, low, high (95 % interval; may be empty) and cost, thousand roubles.
    pairs : DataFrame
        Columns week, seed and gain of single pairs of worlds; lines of their own where there are few.
    axes : Axes
        Where to draw.
    weeks : sequence of int
        Week of pay-back of every pair that has one: marks on the line of nothing gained.
    median : float, optional
        Their median.
    """
    few = pairs["seed"].nunique() <= FEW_PAIRS
    axes.axhline(0.0, color=GREY, linewidth=0.9)
    if few:
        for number, (_, own) in enumerate(pairs.groupby("seed")):
            axes.plot(own["week"], own["gain"], color=BLUE, linewidth=0.8, alpha=0.6,
                      label="the same, single pairs" if number == 0 else None)  # fmt: skip
    else:
        axes.fill_between(table["week"], table["low"], table["high"], color=BLUE, alpha=0.18, linewidth=0,
                          label="its 95 % interval over pairs")  # fmt: skip
    axes.plot(table["week"], table["gain"], color=BLUE, linewidth=2.0, label="gain in profit to date, mean")
    axes.plot(table["week"], table["cost"], color=ORANGE, linewidth=1.6, linestyle=(0, (4, 2)),
              label="implementation to date, already taken off")  # fmt: skip
    if weeks:
        axes.plot(weeks, [0.0] * len(weeks), marker="|", markersize=11, markeredgewidth=1.6, color=VERMILION,
                  linestyle="none", label="week of pay-back, a pair", zorder=4)  # fmt: skip
    drawn = pd.concat([table["gain"], table["cost"], pairs["gain"]])
    low, high = ROOM * min(drawn.min(), 0.0), ROOM * max(drawn.max(), 0.0)
    if high > low:
        axes.set_ylim(low - 0.06 * (high - low), high)
    if median is not None:
        axes.axvline(median, color=VERMILION, linewidth=1.0, linestyle=(0, (1, 2)))
        axes.annotate(f"median: week {median:.0f}", (median, 0.0), (4, 4), xycoords=("data", "axes fraction"),
                      textcoords="offset points", fontsize=8, color="0.2", bbox=CLEAR)  # fmt: skip
    axes.set(xlabel="weeks from the start of the programme", ylabel="thousand roubles to date")
    axes.set_xlim(0, table["week"].max())
    long = table["week"].max() >= 2 * YEAR
    axes.xaxis.set_major_locator(MultipleLocator(YEAR) if long else MaxNLocator(integer=True))
    in_numbers(axes.yaxis)
    axes.legend(fontsize=8.5, loc="upper left", facecolor="white", edgecolor="none", framealpha=0.9)
    sns.despine(ax=axes)
    return axes
