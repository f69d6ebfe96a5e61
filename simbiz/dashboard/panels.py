"""The panels of the page, as components that Mesa's SolaraViz shows on its pages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import solara
from mesa.visualization.utils import update_counter

from simbiz.dashboard import figures
from simbiz.dashboard.paired_model import PairedModel
from simbiz.dashboard.people_view import customers_panel, reasons_panel
from simbiz.dashboard.tables import Names

T = TypeVar("T")
PAGES = ("Shares", "Loyalty and map", "Touchpoints", "Customers")


def in_order(pages: Sequence[T], first: int) -> list[T]:
    """Pages with one of them put before the others; SolaraViz opens the first."""
    return [pages[first], *(page for number, page in enumerate(pages) if number != first)]


def panels(names: Names, first: int = 0) -> list[tuple[Any, int]]:
    """Components with the page that each stands on.

    Parameters
    ----------
    names : tuple of str
        What the two worlds are called.
    first : int
        Which of `PAGES` comes first.
    """
    drawn = (
        ("Shares of the last 13 weeks", figures.shares, 0),
        (f"Tools and staff, {names[0]}", figures.programme, 0),
        ("Repeat purchases and recommendation", figures.loyalty, 1),
        (f"Competitive market map, {names[0]}", figures.position, 1),
        (f"From contact to contact, {names[0]}", figures.flows_of(0), 2),
        (f"From contact to contact, {names[1]}", figures.flows_of(1), 2),
    )
    place = {page: number for number, page in enumerate(in_order(range(len(PAGES)), first))}
    shown = [(figure_panel(title, draw, names), place[page]) for title, draw, page in drawn]
    return [*shown, (customers_panel(names), place[3]), (reasons_panel(names), place[3])]


def figure_panel(title: str, draw: Callable[[PairedModel, Names], figures.Drawn], names: Names) -> Any:
    """Component that draws a figure once for every week that is shown."""

    @solara.component
    def FigurePanel(model: PairedModel) -> None:
        update_counter.get()

        def now() -> figures.Drawn:
            with model.standing_still:
                return draw(model, names)

        drawn = solara.use_memo(now, [model, model.week])
        data = base64.b64encode(drawn.svg).decode()
        with solara.Column(gap="2px", classes=["panel"]):
            solara.v.Html(tag="h2", children=[title])
            attributes = {"src": f"data:image/svg+xml;base64,{data}", "alt": drawn.words}
            solara.v.Html(tag="img", attributes=attributes)
            solara.v.Html(tag="p", children=[drawn.words])

    return FigurePanel
