"""The programme as it was carried out: steps of each tool, staff who use tools, and their working capacity."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from simbiz.plots.style import BLUE, GREY, ORANGE, SKY, VERMILION, in_percent, rows_of

SHADES = (SKY, BLUE)


def steps(table: pd.DataFrame, axes: Axes) -> Axes:
    """Draw the steps of each tool as bars.

    Parameters
    ----------
    table : DataFrame
        Columns tool, step (from 0), first_week, last_week (from the start of the programme), attempt, failed.
    axes : Axes
        Where to draw.
    """
    tools = list(dict.fromkeys(table["tool"]))
    for row in rows_of(table):
        place = tools.index(str(row.tool))
        length = row.last_week - row.first_week + 1
        colour = VERMILION if row.failed else SHADES[int(row.step) % len(SHADES)]
        axes.barh(place, length, left=row.first_week, height=0.62, color=colour, edgecolor="white", linewidth=0.6,
                  hatch="////" if row.failed else None)  # fmt: skip
        if length >= 3:
            axes.text(row.first_week + length / 2, place, f"{int(row.step) + 1}", ha="center", va="center",
                      fontsize=7.5, color="white" if colour != SKY else "black")  # fmt: skip
    axes.set_yticks(range(len(tools)), [tool.replace("_", " ") for tool in tools])
    axes.set_ylim(len(tools) - 0.4, -0.6)
    axes.set_xlabel("weeks from the start of the programme")
    if table["failed"].any():
        axes.legend(handles=[Patch(facecolor=VERMILION, hatch="////", edgecolor="white", label="failed, repeated")],
                    frameon=False, fontsize=8)  # fmt: skip
    sns.despine(ax=axes)
    return axes


def staff_and_working_capacity(table: pd.DataFrame, axes: Axes) -> Axes:
    """Draw how many of the staff use tools and how much of their work they can do meanwhile: the J-curve.

    Parameters
    ----------
    table : DataFrame
        Columns week (from the start of the programme), digital_share and working_capacity (relative to
        the base year); a row per week, means over seeds.
    axes : Axes
        Where to draw.
    """
    axes.axhline(1.0, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.plot(table["week"], table["digital_share"], color=BLUE, linewidth=1.8, label="staff who use digital tools")
    axes.plot(table["week"], table["working_capacity"], color=ORANGE, linewidth=1.8,
              label="working capacity of the staff, base year = 100 %")  # fmt: skip
    in_percent(axes.yaxis)
    axes.set(xlabel="weeks from the start of the programme", ylabel="staff; working capacity", ylim=(0, 1.15))
    axes.margins(x=0)
    axes.legend(frameon=False, fontsize=8.5, loc="lower right")
    sns.despine(ax=axes)
    return axes
