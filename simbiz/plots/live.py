"""Two worlds while they are played: lines that grow week by week, drawn small and read from afar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from simbiz.plots.style import BLUE, GREY, PALE, WORLDS, in_percent

LINES = tuple(zip(WORLDS.values(), ("-", (0, (5, 2))), strict=True))
RIVALS = "0.6"
CLOSEST = 0.055  # of the height of the axes, between two names


def worlds(table: pd.DataFrame, axes: Axes, *, names: Sequence[str], label: str, share: bool) -> Axes:
    """Draw one quantity in two worlds, the second dashed.

    Parameters
    ----------
    table : DataFrame
        Columns week (0 where the programme starts), world (one of `names`) and value.
    axes : Axes
        Where to draw.
    names : sequence of str
        The two worlds, in the order of the legend.
    label : str
        Quantity and unit, for the axis.
    share : bool
        Whether values are shares, shown in per cent.
    """
    _past(table["week"], axes)
    # The second lies on top: where both are the same, both are seen.
    for name, (colour, dashes) in zip(names, LINES, strict=True):
        own = table[table["world"] == name]
        axes.plot(own["week"], own["value"], color=colour, linestyle=dashes, linewidth=2.2, label=name)
    axes.set(xlabel="weeks from the start", ylabel=label)
    axes.margins(x=0)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    if share:
        in_percent(axes.yaxis)
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    sns.despine(ax=axes)
    return axes


def fan(weeks: NDArray[Any], lines: Sequence[NDArray[np.float64]], axes: Axes, *, label: str) -> Axes:
    """Draw one quantity of the first world in other draws of luck, pale and behind everything else.

    Parameters
    ----------
    weeks : array (week,)
        Weeks, 0 where the programme starts.
    lines : sequence of float64 array (week,)
        The quantity, a line a draw.
    axes : Axes
        Where to draw.
    label : str
        What the legend calls them.
    """
    if lines:
        paths = [np.column_stack([weeks, line]) for line in lines]
        axes.add_collection(LineCollection(paths, colors=BLUE, linewidths=0.7, alpha=0.3, zorder=1, label=label))
    return axes


def firms(table: pd.DataFrame, axes: Axes, *, titles: Mapping[str, str], last_week: int) -> Axes:
    """Draw what other firms have as thin lines with their names at the ends.

    Parameters
    ----------
    table : DataFrame
        Columns week, firm and value; a row per week and firm.
    axes : Axes
        Where to draw, beside other lines.
    titles : mapping of str to str
        What each firm is called.
    last_week : int
        End of the calendar, so that the axis does not move while the world is played.
    """
    ends = []
    for firm, own in table.groupby("firm", sort=False):
        axes.plot(own["week"], own["value"], color=RIVALS, linewidth=1.1, zorder=1)
        ends.append((float(own["value"].iloc[-1]), titles[str(firm)]))
    axes.set_ylim(0, 1.12 * table["value"].max())
    axes.set_xlim(table["week"].min(), last_week)
    top = axes.get_ylim()[1]
    place = -1.0
    for value, title in sorted(ends):
        place = max(value, place + CLOSEST * top)
        now = (table["week"].max(), place)
        axes.annotate(title, now, (3, 0), textcoords="offset points", va="center", fontsize=8, color="0.35",
                      annotation_clip=False)  # fmt: skip
    return axes


def quiet(axes: Axes, *, but: str) -> Axes:
    """Give points and arrows the grey of other firms' lines, but for those of one colour.

    Parameters
    ----------
    axes : Axes
        Where firms are drawn as points with arrows.
    but : str
        The colour that stays.
    """
    for line in axes.get_lines():
        if line.get_marker() == "o" and line.get_color() != but:
            line.set_color(RIVALS)
    for text in axes.texts:
        arrow = text.arrow_patch if isinstance(text, Annotation) else None
        if arrow is not None and to_hex(arrow.get_edgecolor()) != to_hex(but):
            arrow.set_color(RIVALS)
    return axes


def _past(weeks: pd.Series, axes: Axes) -> None:
    """Shade what lies before the start."""
    if weeks.min() < 0:
        axes.axvspan(weeks.min(), 0.0, color=PALE, zorder=0, linewidth=0)
    axes.axvline(0.0, color=GREY, linewidth=0.8)
