"""The page of customers: a sample of them, and why one of them chooses as it does in either world."""

from __future__ import annotations

from typing import Any

import solara
from mesa.visualization.utils import update_counter

from simbiz.dashboard.paired_model import PairedModel
from simbiz.dashboard.people import Person, person, reason, sample
from simbiz.dashboard.tables import Names

looked_at = solara.reactive(0)


def customers_panel(names: Names) -> Any:
    """Component with a table of customers; each can be picked."""

    @solara.component
    def CustomersPanel(model: PairedModel) -> None:
        update_counter.get()
        rows = solara.use_memo(lambda: sample(model), [model])
        people = solara.use_memo(lambda: [person(model, row) for row in rows], [model, model.week])
        with solara.Column(gap="2px", classes=["panel"]):
            solara.v.Html(tag="h2", children=[f"Some customers, {names[0]}"])
            with solara.v.Html(tag="div", class_="scrolling"), solara.v.Html(tag="table"):
                _cells("th", ("customer", "is doing", "last purchase", "perceived", "would choose"))
                for number, one in enumerate(people):
                    _row(number, one)

    return CustomersPanel


def reasons_panel(names: Names) -> Any:
    """Component that explains the customer who was picked, in both worlds."""

    @solara.component
    def ReasonsPanel(model: PairedModel) -> None:
        update_counter.get()
        rows = solara.use_memo(lambda: sample(model), [model])
        row = rows[min(looked_at.value, len(rows) - 1)]
        with solara.Column(gap="2px", classes=["panel"]):
            for name, world in zip(names, model.worlds_side_by_side, strict=True):
                _explained(name, person(world, row))

    return ReasonsPanel


def _row(number: int, one: Person) -> None:
    chosen = looked_at.value == number
    with solara.v.Html(tag="tr", class_="chosen" if chosen else ""):
        with solara.v.Html(tag="td"):
            solara.Button(one.name, text=True, dense=True, on_click=lambda: looked_at.set(number))
        for text in (one.doing, one.channel, one.experience, one.choice):
            solara.v.Html(tag="td", children=[text])


def _explained(name: str, one: Person) -> None:
    solara.v.Html(tag="h2", children=[f"{one.name}, {name}"])
    likely = sorted(one.contact.items(), key=lambda item: -item[1])[:3]
    facts = {
        "Is doing": one.doing,
        "Came as far as": one.stage,
        "Last experience": f"{one.channel}, perceived {one.experience}",
        "Would choose": f"{one.choice}, for {reason(one)}",
        "Would first use": ", ".join(f"{channel} {odds:.0%}" for channel, odds in likely),
    }
    with solara.v.Html(tag="dl"):
        for term, text in facts.items():
            solara.v.Html(tag="dt", children=[term])
            solara.v.Html(tag="dd", children=[text])


def _cells(tag: str, texts: tuple[str, ...]) -> None:
    with solara.v.Html(tag="tr"):
        for text in texts:
            solara.v.Html(tag=tag, children=[text])
