"""Market share week by week in paired worlds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from scipy.stats import t as student

from simbiz.plots.style import GREY, PALE, WITH, WITHOUT, WORLDS, in_percent

YEAR = 52
SMOOTHED_WEEKS = 13
FEW_SEEDS = 3
HEADROOM = 1.25
CLEAR = {"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1.0}


def share_band(table: pd.DataFrame, axes: Axes, *, targets: dict[str, float] | None = None) -> Axes:
    """Draw the share over time with the paired world without the programme, each with a 95 % band over seeds.

    The band of two or three seeds would be wider than any share: they are drawn as lines of their own.

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
        note = f"{name}: {100.0 * level:.2f} %"
        axes.annotate(note, (1.0, level), (-2, 3), xycoords=("axes fraction", "data"), textcoords="offset points",
                      ha="right", fontsize=8, color="0.2", bbox=CLEAR)  # fmt: skip
    highest = [*(targets or {}).values()]
    for world in (WITH, WITHOUT):
        runs = table[table["world"] == world].pivot_table(index="week", columns="seed", values="share")
        if runs.empty:
            continue
        smooth = runs.rolling(SMOOTHED_WEEKS, min_periods=1).mean()
        mean, years = smooth.mean(axis=1), smooth.index.to_numpy() / YEAR
        highest.append(float(smooth.max().max()))
        axes.plot(years, mean, color=WORLDS[world], linewidth=1.8, label=world)
        if 1 < runs.shape[1] <= FEW_SEEDS:
            axes.plot(years, smooth, color=WORLDS[world], linewidth=0.7, alpha=0.6)
        elif runs.shape[1] > 1:
            half = student.ppf(0.975, runs.shape[1] - 1) * smooth.std(axis=1, ddof=1) / np.sqrt(runs.shape[1])
            axes.fill_between(years, mean - half, mean + half, color=WORLDS[world], alpha=0.2, linewidth=0)
    axes.set(xlabel="years from the start of the programme", ylabel="weekly share by value")
    axes.set_ylim(0, HEADROOM * max(highest))
    in_percent(axes.yaxis)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(x=0)
    seeds = table["seed"].nunique()
    beside = "" if seeds == 1 else ", thin: single seeds" if seeds <= FEW_SEEDS else ", band: 95 % interval over seeds"
    title = f"mean of {SMOOTHED_WEEKS} weeks{beside}"
    axes.legend(frameon=False, loc="upper left", title=title, alignment="left", fontsize=8.5, title_fontsize=8)
    sns.despine(ax=axes)
    return axes
