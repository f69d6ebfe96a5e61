"""The competitive market map: firms by share and growth, in the sixteen cells between the borders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator

from simbiz.plots.labels import Label, place_names
from simbiz.plots.style import GREY, colours, in_percent, rows_of

CLASSES = 4
SMALLEST_CELL = 0.05  # of the height of the axes: a lower one has no room for its number


def market_position(
    table: pd.DataFrame,
    axes: Axes,
    *,
    share_borders: Sequence[float | None],
    growth_borders: Sequence[float | None],
    focal: str | None = None,
) -> Axes:
    """Draw firms as points between the borders of one variant of the map.

    Parameters
    ----------
    table : DataFrame
        Columns firm, share_before, share and growth (index of the share); a row per firm.
    axes : Axes
        Where to draw.
    share_borders, growth_borders : sequence of three floats or None
        Lower, middle, upper; None where no firm can reach a border.
    focal : str, optional
        Firm that is drawn larger; arrows come from the share that a firm had.
    """
    _limits(table, share_borders, growth_borders, axes)
    for border in share_borders:
        if border is not None:
            axes.axvline(border, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)))
    for border in growth_borders:
        if border is not None and border > 0.0:
            axes.axhline(border, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)))
    _number_cells(share_borders, growth_borders, axes)
    palette = colours(list(table["firm"]), focal)
    for row in rows_of(table):
        is_focal = row.firm == focal
        colour = palette[str(row.firm)]
        arrow: dict[str, Any] = {"arrowstyle": "->", "color": colour, "linewidth": 1.4 if is_focal else 0.8}
        axes.annotate("", (row.share, row.growth), (row.share_before, row.growth), arrowprops=arrow)
        axes.plot(row.share, row.growth, marker="o", markersize=9 if is_focal else 6, color=colour)
    place_names(_names(table, focal), axes)
    axes.set(xlabel="market share by value (strong firms to the right)", ylabel="share as an index of the share before")
    in_percent(axes.xaxis)
    in_percent(axes.yaxis)
    sns.despine(ax=axes)
    return axes


def _names(table: pd.DataFrame, focal: str | None) -> list[Label]:
    """Names of the firms, the focal one first, beside their points; arrows are kept clear."""
    first = table.assign(other=table["firm"] != focal).sort_values("other", kind="stable")
    return [
        Label(str(row.firm).replace("_", " "), (row.share, row.growth), bold=row.firm == focal,
              clear=((row.share_before, row.growth), (0.5 * (row.share + row.share_before), row.growth)))
        for row in rows_of(first)
    ]  # fmt: skip


def _limits(
    table: pd.DataFrame, share_borders: Sequence[float | None], growth_borders: Sequence[float | None], axes: Axes
) -> None:
    """Room for all points and borders; a share is never negative."""
    shares = [*table["share"], *table["share_before"], *(b for b in share_borders if b is not None and b > 0.0)]
    growths = [*table["growth"].dropna(), *(b for b in growth_borders if b is not None)]
    growths = [growth for growth in growths if growth > 0.0]
    axes.set_xlim(0.0, 1.12 * max(shares))
    # Growth is a ratio: as much above 1 is as much below it.
    axes.set_yscale("log")
    axes.set_ylim(0.86 * min(growths), 1.14 * max(growths))
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 1.5, 2.0, 3.0, 5.0, 7.0)))
    axes.yaxis.set_minor_locator(NullLocator())


def _number_cells(share_borders: Sequence[float | None], growth_borders: Sequence[float | None], axes: Axes) -> None:
    """Numbers of the cells in their corners: leaders 1 to 4 down the right-most column, outsiders 13 to 16."""
    columns = _edges(share_borders, axes.get_xlim())
    rows = _edges(growth_borders, axes.get_ylim())
    for column in range(CLASSES):
        for row in range(CLASSES):
            left, right = columns[CLASSES - 1 - column], columns[CLASSES - column]
            bottom, top = rows[CLASSES - 1 - row], rows[CLASSES - row]
            if right > left and _height(bottom, top, axes) > SMALLEST_CELL:
                axes.annotate(f"{CLASSES * column + row + 1}", (right, top), (-3, -3), textcoords="offset points",
                              ha="right", va="top", fontsize=8, color="0.6")  # fmt: skip


def _height(bottom: float, top: float, axes: Axes) -> float:
    """Part of the height of the axes between two values; growth is drawn by its logarithm."""
    low, high = axes.get_ylim()
    return float(np.log(top / bottom) / np.log(high / low)) if top > bottom > 0.0 else 0.0


def _edges(borders: Sequence[float | None], limits: tuple[float, float]) -> list[float]:
    low, high = limits
    lower = low if borders[0] is None else borders[0]
    upper = high if borders[2] is None else borders[2]
    inner = [lower, borders[1] if borders[1] is not None else np.nan, upper]
    return [low, *(float(np.clip(edge, low, high)) for edge in inner), high]
