"""Market share over the years, in the worlds with and without the programme."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simbiz.plots.number_text import counted
from simbiz.plots.style import WITH, WORLDS, figure, in_percent, save, student_interval
from simbiz.studies.claims.words import DECLINES

HEADROOM = 1.5


def share_over_time(
    table: pd.DataFrame, axes: Axes, *, before: float | None = None, after: float | None = None
) -> Axes:
    """Draw yearly shares with 95 % intervals over replicates.

    Parameters
    ----------
    table : DataFrame
        Columns year, share and world ("with the programme" or "without it"); a row per replicate.
    axes : Axes
        Where to draw.
    before, after : float, optional
        Printed shares, drawn as horizontal lines.
    """
    for level, name, lift in (
        (before, "printed before", -9),
        (after, "printed after", 3),
    ):
        if level is None:
            continue
        axes.axhline(level, color="0.45", linewidth=0.9, linestyle=(0, (4, 3)))
        place: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
        axes.annotate(f"{name}: {100.0 * level:.2f} %", (0.0, level), (2, lift), fontsize=7.5, color="0.3", **place)
    axes.axvspan(-1.5, 0.5, color="0.94", zorder=0)
    sns.lineplot(
        table,
        x="year",
        y="share",
        hue="world",
        style="world",
        palette=WORLDS,
        markers=True,
        dashes=False,
        errorbar=student_interval,
        ax=axes,
    )
    axes.set(xlabel="year (the programme starts with year 1)", ylabel="market share by value", ylim=(0, None))
    # The intervals of two or three seeds are wider than any share; what lies above the axes is cut.
    drawn = [*table["share"], *(level for level in (before, after) if level is not None)]
    axes.set_ylim(0, min(axes.get_ylim()[1], HEADROOM * max(drawn)))
    axes.yaxis.set_major_locator(MaxNLocator(10, steps=[1, 2, 5, 10]))
    in_percent(axes.yaxis)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(table["year"].min() - 0.3, table["year"].max() + 0.3)
    sns.despine(ax=axes)
    return axes


def claims_figure(table: pd.DataFrame, path: Path, *, before: float, after: float) -> None:
    """Write the shares of the audit as a figure: a panel per cause of the decline, rivals stopped.

    Parameters
    ----------
    table : DataFrame
        As for `share_over_time`, with a column decline.
    path : Path
        File to write; the ending gives the format (svg, png, pdf).
    before, after : float
        Printed shares.
    """
    with figure(*size_of_declines(table)) as drawn:
        shares_by_decline(table, drawn, before=before, after=after)
        save(drawn, path)


def _pairs(table: pd.DataFrame) -> str:
    """How many pairs of worlds a panel shows, and how many of them to the last year."""
    worlds = table[table["world"] == WITH]
    first, last = (int((worlds["year"] == year).sum()) for year in (worlds["year"].min(), worlds["year"].max()))
    return counted(first, "pair") + (f", {last} to year {worlds['year'].max()}" if last < first else "")


def size_of_declines(table: pd.DataFrame) -> tuple[float, float]:
    """Room for a panel a cause, in inches."""
    return 3.6 * table["decline"].nunique(), 3.4


def shares_by_decline(table: pd.DataFrame, drawn: Figure, *, before: float, after: float) -> None:
    """Draw the shares of the audit into a figure: a panel per cause of the decline, on one scale.

    Parameters
    ----------
    table : DataFrame
        As for `share_over_time`, with a column decline.
    drawn : Figure
        Where to draw.
    before, after : float
        Printed shares.
    """
    declines = [name for name in DECLINES if name in set(table["decline"])]
    panels: Any = drawn.subplots(1, len(declines), sharey=True, squeeze=False)
    for panel, decline in zip(panels[0], declines, strict=True):
        own = table[table["decline"] == decline]
        share_over_time(own, panel, before=before, after=after)
        panel.set_title(f"{DECLINES[decline]} ({_pairs(own)})", fontsize=10)
        legend = panel.get_legend()
        legend.set_title("")
        legend.set_frame_on(False)
        if panel is not panels[0][0]:
            legend.remove()
            panel.set_ylabel("")
    # Panels of one scale: the highest of them decides it, not the last that was drawn.
    means = table.groupby(["decline", "world", "year"])["share"].mean()
    panels[0][0].set_ylim(0, HEADROOM * max(means.max(), before, after))
