"""The figures of the page as SVG, each with a sentence that says what it shows."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from simbiz.dashboard import tables
from simbiz.dashboard.fan import FANS
from simbiz.dashboard.last_year import last_year
from simbiz.dashboard.paired_model import PairedModel
from simbiz.dashboard.tables import Names
from simbiz.plots import flows, live, market_position, timeline
from simbiz.plots.style import BLUE, figure, save

# Inches of a panel: small, so that type is large where the panel is half a screen.
WIDTH, HEIGHT = 4.3, 3.1
NARROW = 0.04  # of the calendar: a bar with less room for the number of its step

# Drawing changes settings that all pages of a server share.
DRAWING = Lock()


class Drawn(NamedTuple):
    """A figure as SVG, and what it shows in words."""

    svg: bytes
    words: str


def shares(model: PairedModel, names: Names) -> Drawn:
    """Shares of the last 13 weeks: the focal firm in both worlds and other draws of luck, rivals in the played one."""
    own, others = tables.shares(model, names)
    fan = FANS.of(model)
    weeks = np.unique(own["week"])
    lines = [line[: len(weeks)] for line in list(fan.lines.values())] if fan else []
    scenario = model.layout.scenario
    titles = {name: firm.title for name, firm in scenario.firms.items()}
    title = titles[scenario.focal]

    def draw(drawn: Any) -> None:
        axes = drawn.subplots()
        live.fan(weeks, lines, axes, label=f"{names[0]}, other seeds")
        live.worlds(own, axes, names=names, label=f"share of the last {tables.SMOOTHED_WEEKS} weeks", share=True)
        live.firms(others, axes, titles=titles, last_week=model.end - model.start)
        axes.set_ylim(0, 1.35 * max(own["value"].max(), others["value"].max(), *(line.max() for line in lines)))

    last = own[own["week"] == own["week"].max()].set_index("world")["value"]
    words = ", ".join(f"{last[name]:.1%} {name}" for name in names)
    when = f"the {tables.SMOOTHED_WEEKS} weeks up to week {model.weeks_played}"
    said = f"Share of {title} in {when}: {words}."
    return _drawn(draw, f"{said} {fan.words}" if fan else said)


def programme(model: PairedModel, names: Names) -> Drawn:
    """Steps of the programme, staff who use tools, and their working capacity."""
    steps, staff, weeks = tables.programme_steps(model), tables.staff(model), model.end - model.start

    def draw(drawn: Any) -> None:
        upper, lower = drawn.subplots(2, 1, height_ratios=(1.25, 1))
        if steps.empty:
            upper.axis("off")
            upper.text(0.5, 0.5, _no_steps(model), ha="center", transform=upper.transAxes)
        else:
            timeline.steps(steps, upper)
            upper.axvline(model.weeks_played, color="0.3", linewidth=0.9)
            upper.set(xlim=(0, weeks), xlabel="")
            upper.tick_params(labelbottom=False)
            _only_readable_numbers(upper, NARROW * weeks)
        timeline.staff_and_working_capacity(staff, lower)
        lower.set(xlim=(0, weeks), ylabel="")
        # Above the axes, where no line can come.
        lines, _ = lower.get_legend_handles_labels()
        lower.legend(lines, ["staff who use tools", "working capacity, 100 %: nobody learns"], ncols=2,
                     columnspacing=1.0, fontsize=8, frameon=False, loc="lower center",
                     bbox_to_anchor=(0.5, 1.0))  # fmt: skip

    begun = ", ".join(dict.fromkeys(steps["tool"])).replace("_", " ") or "none"
    return _drawn(draw, f"Tools begun until week {model.weeks_played}: {begun}.")


def loyalty(model: PairedModel, names: Names) -> Drawn:
    """Repeat purchases and the net promoter score of the focal firm in both worlds."""
    again, promoters = tables.repeats(model, names), tables.recommendation(model, names)

    def draw(drawn: Any) -> None:
        upper, lower = drawn.subplots(2, 1, sharex=True)
        live.worlds(again, upper, names=names, label="repeat, last 26 weeks", share=True)
        upper.set(xlabel="", xlim=(-tables.PAST_SHOWN, model.end - model.start))
        top = again["value"].max()
        upper.set_ylim(0, 1.7 * top if top > 0 else 1.0)
        live.worlds(promoters, lower, names=names, label="NPS, points", share=False)
        lower.get_legend().remove()

    last = again[again["week"] == again["week"].max()].set_index("world")["value"]
    words = ", ".join(f"{last[name]:.0%} {name}" for name in names)
    return _drawn(draw, f"Part of purchases that are repeat purchases, over 26 weeks: {words}.")


def position(model: PairedModel, names: Names) -> Drawn:
    """The competitive market map of the world that is played."""
    table, placed = tables.positions(model)
    scenario = model.layout.scenario
    title = scenario.firms[scenario.focal].title

    def draw(drawn: Any) -> None:
        axes = drawn.subplots()
        borders = [
            [value if np.isfinite(value) else None for value in (one.lower, one.middle, one.upper)]
            for one in (placed.share_borders, placed.growth_borders)
        ]
        market_position.market_position(table, axes, share_borders=borders[0], growth_borders=borders[1], focal=title)
        live.quiet(axes, but=BLUE)
        axes.set(xlabel="market share in the last year", ylabel="share, year before the start = 100 %")

    firm = model.layout.focal
    words = f"{title} is {placed.share_class[firm]} and {placed.growth_class[firm]}, cell {placed.cell[firm]}"
    _, beside = tables.positions(model.worlds_side_by_side[1])
    return _drawn(draw, f"{words}; {names[1]}: {beside.share_class[firm]} and {beside.growth_class[firm]}.")


def flows_of(which: int) -> Callable[[PairedModel, Names], Drawn]:
    """How journeys go from channel to channel in one of the two worlds."""

    def drawn_flows(model: PairedModel, names: Names) -> Drawn:
        worlds = model.worlds_side_by_side
        table = tables.flows(worlds[which])
        lost, switches = (
            last_year(worlds[which]).total(count)[0, model.layout.focal] for count in ("contexts_lost", "switches")
        )
        part = f"{lost / switches:.0%} of the changes of channel lose the context" if switches else "nobody changes"

        def draw(drawn: Any) -> None:
            flows.flows(table, drawn.subplots(), channels=list(model.layout.channels))

        return _drawn(draw, f"Last year, {names[which]}: {part}.")

    return drawn_flows


def _only_readable_numbers(axes: Any, narrow: float) -> None:
    """Leave out the numbers of bars that are too short for them."""
    for number in list(axes.texts):
        week, place = number.get_position()
        bars = (bar for bar in axes.patches if bar.get_y() < place < bar.get_y() + bar.get_height())
        if any(bar.get_width() < narrow and 0 < week - bar.get_x() < bar.get_width() for bar in bars):
            number.remove()


def _no_steps(model: PairedModel) -> str:
    order = model.layout.scenario.programme.order
    return "no tool has been begun yet" if order else "no programme: nothing is adopted"


def _drawn(draw: Callable[[Any], None], words: str) -> Drawn:
    file = BytesIO()
    with DRAWING, figure(WIDTH, HEIGHT) as sheet:
        draw(sheet)
        save(sheet, file, "svg")
    return Drawn(file.getvalue(), words)
