"""Market share week by week in paired worlds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter
from scipy.stats import t as student

from simbiz.plots.style import GREY, PALE, WITH, WITHOUT, WORLDS

YEAR = 52
SMOOTHED_WEEKS = 13
CLEAR = {"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1.0}


def share_band(table: pd.DataFrame, axes: Axes, *, targets: dict[str, float] | None = None) -> Axes:
    """Draw the share over time with the paired world without the programme, each with a 95 % band over seeds.

    Parameters
    ----------
    table : DataFrame
        Columns week (0 where the programme starts), seed, world ("with the programme" or "without it") and share.
    axes : Axes
        Where to draw.
    targets : dict of str to float, optional
        Printed shares by name, drawn as lines.
    """
    axes.axvspan(table["week"].min() / YEAR, 0.0, color=PALE, zorder=0, linewidth=0)
    for name, level in (targets or {}).items():
        axes.axhline(level, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)))
        note = f"{name}: {level:.2%}"
        axes.annotate(note, (1.0, level), (-2, 3), xycoords=("axes fraction", "data"), textcoords="offset points",
                      ha="right", fontsize=8, color="0.2", bbox=CLEAR)  # fmt: skip
    for world in (WITH, WITHOUT):
        runs = table[table["world"] == world].pivot_table(index="week", columns="seed", values="share")
        if runs.empty:
            continue
        smooth = runs.rolling(SMOOTHED_WEEKS, min_periods=1).mean()
        mean, years = smooth.mean(axis=1), smooth.index.to_numpy() / YEAR
        axes.plot(years, mean, color=WORLDS[world], linewidth=1.8, label=world)
        if runs.shape[1] > 1:
            half = student.ppf(0.975, runs.shape[1] - 1) * smooth.std(axis=1, ddof=1) / np.sqrt(runs.shape[1])
            axes.fill_between(years, mean - half, mean + half, color=WORLDS[world], alpha=0.2, linewidth=0)
    axes.set(xlabel="years from the start of the programme", ylabel="market share by value", ylim=(0, None))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(x=0)
    axes.legend(frameon=False, loc="upper left", title=f"mean of {SMOOTHED_WEEKS} weeks, band: 95 % over seeds",
                alignment="left", fontsize=8.5, title_fontsize=8)  # fmt: skip
    sns.despine(ax=axes)
    return axes
