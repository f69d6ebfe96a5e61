"""What is seen beside what is caused, as points with intervals over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from simbiz.plots.style import BLUE, VERMILION, figure, save

SEEN, CAUSED = VERMILION, BLUE
COMPARISONS = {"programme": "caused by the programme", "integration": "caused by the integration"}
SORTED = {"same_year": "sorted in that year", "year_0": "sorted in year 0"}

Row = Mapping[str, Any]


def uplifts(rows: Sequence[Row], axes: Axes) -> Axes:
    """Draw the naive uplift of a segment beside the causal ones.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of one segment and measure as ``simbiz seen-and-caused --json`` prints them.
    axes : Axes
        Where to draw.
    """
    lines: list[tuple[str, str, float, Sequence[float] | None]] = []
    for when, text in SORTED.items():
        own = [row for row in rows if row["sorted"] == when]
        if own and own[0]["naive"] is not None:
            lines.append((f"seen, {text}", SEEN, own[0]["naive"], own[0]["naive_interval"]))
        for row in own:
            if row["causal"] is not None:
                name = f"{COMPARISONS[row['comparison']]}, {text}"
                lines.append((name, CAUSED, row["causal"], row["causal_interval"]))
    axes.axvline(0.0, color="0.45", linewidth=0.9)
    for place, (_, colour, value, limits) in enumerate(lines):
        if limits is not None:
            axes.plot(limits, [place, place], color=colour, linewidth=2.0, solid_capstyle="butt")
        axes.plot([value], [place], marker="o", color=colour, markersize=5.5, linestyle="none")
        axes.annotate(f"{value:+.0%}", (value, place), (0, 6), textcoords="offset points", ha="center", fontsize=7.5)
    axes.set_yticks(range(len(lines)), [name for name, *_ in lines])
    axes.set_ylim(len(lines) - 0.5, -0.8)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
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
            uplifts([row for row in spent if row["segment"] == segment], panel)
            panel.set_title(segment, fontsize=10)
            panel.set_xlabel("uplift of what a customer spends in a year")
            names = [[label.get_text() for label in one.get_yticklabels()] for one in (panel, panels[0][0])]
            if panel is not panels[0][0] and names[0] == names[1]:
                panel.set_yticklabels([])
        save(drawn, path)
