"""Sheets drawn into figures: which axes functions, in which panels, in which size."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from simbiz.plots import sensitivity as decisive
from simbiz.plots import timeline
from simbiz.plots import uplifts as uplift_axes
from simbiz.plots.alternatives import alternatives
from simbiz.plots.best_orders import best_orders
from simbiz.plots.boxes import boxes
from simbiz.plots.customer_map import customer_map
from simbiz.plots.distribution import by_first, histogram
from simbiz.plots.double_jeopardy import double_jeopardy
from simbiz.plots.flows import HEAD
from simbiz.plots.flows import flows as bands
from simbiz.plots.forest import VERDICTS
from simbiz.plots.forest import forest as forest_axes
from simbiz.plots.funnel import funnel as funnel_axes
from simbiz.plots.intervals import intervals
from simbiz.plots.market_position import market_position
from simbiz.plots.passing_points import passing_points
from simbiz.plots.payback_path import payback_path
from simbiz.plots.service import gaps as gap_axes
from simbiz.plots.service import recommendation as recommendation_axes
from simbiz.plots.share_band import share_band
from simbiz.plots.shares import share_over_time, shares_by_decline
from simbiz.plots.shares import size_of_declines as size_of_causes
from simbiz.plots.sheet import Sheet
from simbiz.plots.style import in_percent
from simbiz.plots.tables_markets import PANELS
from simbiz.plots.tolerances import tolerances

Size = tuple[float, float]

WIDE = 7.6
PARAMETERS_SHOWN = decisive.SHOWN


def of(width: float, height: float) -> Any:
    """One size for every sheet."""
    return lambda sheet: (width, height)


def by_rows(head: float, row: float, most: int | None = None, width: float = WIDE) -> Any:
    """Size by the number of rows of the table, in inches."""
    return lambda sheet: (width, head + row * min(len(sheet.table), most or len(sheet.table)))


def share(sheet: Sheet, drawn: Figure) -> None:
    """Week by week as lines with bands, year by year as points."""
    targets = sheet.facts["targets"]
    axes = drawn.add_subplot()
    if sheet.facts["weekly"]:
        share_band(sheet.table, axes, targets=targets)
        return
    share_over_time(sheet.table, axes, **dict(zip(("before", "after"), targets.values(), strict=False)))
    legend = axes.get_legend()
    if legend is not None:
        legend.set_title("")
        legend.set_frame_on(False)


def size_of_declines(sheet: Sheet) -> Size:
    """Room for a panel a cause."""
    return size_of_causes(sheet.table)


def declines(sheet: Sheet, drawn: Figure) -> None:
    """A panel a cause of the decline."""
    shares_by_decline(sheet.table, drawn, **sheet.facts)


def size_of_programme(sheet: Sheet) -> Size:
    """Room for a bar a tool, and for the staff."""
    return WIDE, 0.9 + 0.3 * sheet.table["tool"].nunique() + (2.4 if "staff" in sheet.tables else 0.0)


def programme(sheet: Sheet, drawn: Figure) -> None:
    """Steps above, staff below on the same weeks."""
    if "staff" not in sheet.tables:
        timeline.steps(sheet.tables["steps"], drawn.add_subplot())
        return
    tools = sheet.tables["steps"]["tool"].nunique()
    above, below = drawn.subplots(2, 1, sharex=True, height_ratios=[0.6 + 0.3 * tools, 2.4])
    timeline.steps(sheet.tables["steps"], above)
    above.set_xlabel("")
    timeline.staff_and_working_capacity(sheet.tables["staff"], below)


def flows(sheet: Sheet, drawn: Figure) -> None:
    """Before on the left, after on the right, channels in the order of the catalogue."""
    for panel, (title, table) in zip(drawn.subplots(1, len(sheet.tables)), sheet.tables.items(), strict=True):
        bands(table, panel)
        panel.set_title(f"{title}: {panel.get_title()}", fontsize=9, pad=HEAD)


def funnel(sheet: Sheet, drawn: Figure) -> None:
    """A bar a stage and world."""
    funnel_axes(sheet.table, drawn.add_subplot())


def gaps(sheet: Sheet, drawn: Figure) -> None:
    """A point a dimension and world."""
    gap_axes(sheet.table, drawn.add_subplot())


def recommendation(sheet: Sheet, drawn: Figure) -> None:
    """A line a series."""
    recommendation_axes(sheet.table, drawn.add_subplot(), palette=sheet.facts["palette"])


def positions(sheet: Sheet, drawn: Figure) -> None:
    """Firms between the borders."""
    market_position(sheet.table, drawn.add_subplot(), **sheet.facts)


def customers(sheet: Sheet, drawn: Figure) -> None:
    """A point a customer."""
    customer_map(sheet.tables["customers"], sheet.tables["means"], drawn.add_subplot(), firm=sheet.facts["firm"])


def forest(sheet: Sheet, drawn: Figure) -> None:
    """A row a reading."""
    forest_axes(sheet.table[sheet.table["verdict"].isin(list(VERDICTS))], drawn.add_subplot())


def held(sheet: Sheet, drawn: Figure) -> None:
    """A row a reading."""
    axes = intervals(sheet.table, drawn.add_subplot(), unit="share of the points at which it is reached")
    axes.set_xlim(-0.03, 1.03)
    in_percent(axes.xaxis)


def region(sheet: Sheet, drawn: Figure) -> None:
    """A row a bounded parameter."""
    boxes(sheet.table, drawn.add_subplot(), **sheet.facts)


def tornado(sheet: Sheet, drawn: Figure) -> None:
    """A bar a parameter."""
    decisive.tornado(sheet.table, drawn.add_subplot(), **sheet.facts)


def sobol(sheet: Sheet, drawn: Figure) -> None:
    """Two bars a parameter."""
    decisive.sobol(sheet.table, drawn.add_subplot())


def size_of_matrix(sheet: Sheet) -> Size:
    """Room for a cell a pair."""
    return 3.4 + 0.42 * len(sheet.table), 2.2 + 0.36 * len(sheet.table)


def interactions(sheet: Sheet, drawn: Figure) -> None:
    """A cell a pair."""
    decisive.interactions(sheet.table, drawn.add_subplot(), sure=sheet.facts["sure"])


def morris(sheet: Sheet, drawn: Figure) -> None:
    """A point a parameter."""
    decisive.morris(sheet.table, drawn.add_subplot(), unit=sheet.facts["unit"])


def importance(sheet: Sheet, drawn: Figure) -> None:
    """A bar a parameter."""
    decisive.effects(sheet.table, drawn.add_subplot(), unit=sheet.facts["unit"])


def values(sheet: Sheet, drawn: Figure) -> None:
    """A line an alternative."""
    alternatives(sheet.table, drawn.add_subplot(), **sheet.facts)


def estimates(sheet: Sheet, drawn: Figure) -> None:
    """A row an estimate."""
    intervals(sheet.table, drawn.add_subplot(), unit=sheet.facts["unit"])


def orders(sheet: Sheet, drawn: Figure) -> None:
    """A row an order."""
    best_orders(sheet.table, drawn.add_subplot(), unit=sheet.facts["unit"])


def laws(sheet: Sheet, drawn: Figure) -> None:
    """A row a statistic."""
    tolerances(sheet.table, drawn.add_subplot(), points=sheet.facts.get("points", ()))


def points_tried(sheet: Sheet, drawn: Figure) -> None:
    """A row a parameter."""
    passing_points(sheet.table, drawn.add_subplot())


def uplifts(sheet: Sheet, drawn: Figure) -> None:
    """A row an uplift."""
    uplift_axes.uplifts(sheet.table, drawn.add_subplot()).set_xlabel(f"uplift of {sheet.facts['measure']}")


def payback(sheet: Sheet, drawn: Figure) -> None:
    """Sums to date over weeks."""
    payback_path(sheet.tables["path"], sheet.tables["pairs"], drawn.add_subplot(), **sheet.facts)


def loyalty(sheet: Sheet, drawn: Figure) -> None:
    """A panel a measure, a point a firm."""
    for panel, (_, _, what, is_share) in zip(drawn.subplots(1, len(PANELS)), PANELS, strict=True):
        double_jeopardy(sheet.tables[what], panel, what=what, is_share=is_share, focal=sheet.facts["focal"])


def size_of_census(sheet: Sheet) -> Size:
    """Room for the distribution, and for a line a first step."""
    return WIDE, 3.9 + 0.32 * len(sheet.tables["firsts"])


def census(sheet: Sheet, drawn: Figure) -> None:
    """The distribution above, first steps below on the same scale."""
    rows = len(sheet.tables["firsts"])
    above, below = drawn.subplots(2, 1, sharex=True, height_ratios=[2.2, 0.7 + 0.32 * rows])
    histogram(sheet.tables["orders"]["value"], above, marks=sheet.facts["marks"], unit="")
    by_first(sheet.tables["firsts"], below, unit=sheet.facts["unit"])
