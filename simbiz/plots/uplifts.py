"""What is seen beside what is caused, as points with intervals over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from simbiz.plots.intervals import limits_of, span
from simbiz.plots.number_text import signed_percent
from simbiz.plots.style import BLUE, GREY, VERMILION, figure, in_percent, rows_of, save

SEEN_ROW, CAUSED_ROW = "seen", "caused"
LOOKS = {SEEN_ROW: (VERMILION, "D"), CAUSED_ROW: (BLUE, "o")}
COMPARISONS = {"programme": "caused by the programme", "integration": "caused by the integration"}
COLUMNS = ["name", "kind", "value", "low", "high"]
SORTED = {"same_year": "sorted in that year", "year_0": "sorted in year 0"}

Row = Mapping[str, Any]


def lines_of(rows: Sequence[Row]) -> pd.DataFrame:
    """What is drawn of the rows of one segment and measure, as ``simbiz seen-and-caused --json`` prints them.

    Parameters
    ----------
    rows : sequence of mapping
        The rows.

    Returns
    -------
    DataFrame
        Columns name, kind ("seen" or "caused"), value, low and high (95 % interval; may be empty).
    """
    lines = []
    for when, text in SORTED.items():
        own = [row for row in rows if row["sorted"] == when]
        for name, label in (("naive", "seen"), ("shuffled", "with shuffled channel labels")):
            if own and own[0].get(name) is not None:
                lines.append(line_of(f"{label}, {text}", SEEN_ROW, own[0][name], own[0][f"{name}_interval"]))
        for row in own:
            if row["causal"] is not None:
                name = f"{COMPARISONS[row['comparison']]}, {text}"
                lines.append(line_of(name, CAUSED_ROW, row["causal"], row["causal_interval"]))
    return pd.DataFrame(lines, columns=COLUMNS)


def line_of(name: str, kind: str, value: float, interval: Sequence[float] | None) -> dict[str, Any]:
    """One line of `lines_of`."""
    low, high = interval or (float("nan"), float("nan"))
    return {"name": name, "kind": kind, "value": value, "low": low, "high": high}


def uplifts(table: pd.DataFrame, axes: Axes) -> Axes:
    """Draw the naive uplift of a segment beside the causal ones.

    Parameters
    ----------
    table : DataFrame
        As `lines_of` gives it.
    axes : Axes
        Where to draw. What of an interval lies far out is cut, with an arrow head at the cut.
    """
    axes.axvline(0.0, color=GREY, linewidth=0.9)
    limits = limits_of([*table["value"], 0.0])
    for place, row in enumerate(rows_of(table)):
        colour, marker = LOOKS[row.kind]
        if row.low == row.low:
            span(row.low, row.high, place, limits, axes, colour, 2.0)
        axes.plot([row.value], [place], marker=marker, color=colour, markersize=5.5, linestyle="none")
        axes.annotate(signed_percent(row.value), (row.value, place), (0, 6), textcoords="offset points", ha="center",
                      fontsize=7.5)  # fmt: skip
    if not len(table):
        axes.text(0.5, 0.5, "not defined: too few bought on one channel", transform=axes.transAxes, ha="center")
    axes.set_yticks(range(len(table)), list(table["name"]))
    axes.set_ylim(len(table) - 0.5, -0.8)
    in_percent(axes.xaxis)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.margins(x=0.12)
    sns.despine(ax=axes)
    return axes


def uplifts_figure(rows: Sequence[Row], path: Path) -> None:
    """Write what customers spend in a year as a figure: a panel a segment.

    Parameters
    ----------
    rows : sequence of mapping
        Rows ``seen_and_caused`` of the report.
    path : Path
        File to write; the ending gives the format (svg, png, pdf).
    """
    spent = [row for row in rows if row["measure"] == "spent"]
    segments = list(dict.fromkeys(row["segment"] for row in spent))
    with figure(3.4 + 3.2 * len(segments), 3.0) as drawn:
        panels: Any = drawn.subplots(1, len(segments), sharey=False, squeeze=False)
        for panel, segment in zip(panels[0], segments, strict=True):
            uplifts(lines_of([row for row in spent if row["segment"] == segment]), panel)
            panel.set_title(segment, fontsize=10)
            panel.set_xlabel("uplift of what a customer spends in a year")
            names = [[label.get_text() for label in one.get_yticklabels()] for one in (panel, panels[0][0])]
            if panel is not panels[0][0] and names[0] == names[1]:
                panel.set_yticklabels([])
        save(drawn, path)
