"""What can be chosen on the page: decisions, the order of tools, uncertainties; and what of it is not in force yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import solara

from simbiz.catalogue import load_catalogue
from simbiz.dashboard.inputs import Input, changed, decisions, in_force, uncertainties, waiting
from simbiz.dashboard.paired_model import PairedModel
from simbiz.dashboard.setup import InForce, Setup
from simbiz.dashboard.tool_order import ToolOrder
from simbiz.plots.number_text import counted

LONGEST_LIST = 12
RESET = ".v-navigation-drawer .v-card:first-child .v-btn:first-child .v-btn__content"
ORDER, SEED = "programme.order", "rng"


@solara.component
def Choices(setup: Setup, model: PairedModel, choices: InForce) -> None:
    """Everything that can be chosen, each marked as long as the worlds on the page were made without it.

    Parameters
    ----------
    setup : Setup
        Where choices begin.
    model : PairedModel
        The worlds on the page.
    choices : InForce
        Takes what was chosen, unless it would be refused.
    """
    order = solara.use_reactive(ToolOrder(setup.scenario.programme.order))
    values = solara.use_reactive(dict[str, Any]())
    chosen = solara.use_memo(lambda: decisions(setup.scenario, setup.seed), [])
    unknown = solara.use_memo(lambda: uncertainties(setup.scenario), [])
    now = solara.use_memo(lambda: in_force(model.layout.scenario, model.seed_used), [model])
    mistake = order.value.mistake(setup.scenario)
    if not mistake:
        _hand_on([*chosen, *unknown], values.value, order.value, setup, choices)
    wait = waiting([*chosen, *unknown], values.value, now)
    order_waits = order.value.tools != model.layout.scenario.programme.order
    _say_what_waits(len(wait) + order_waits)
    with solara.Card("Model parameters"):
        for one in chosen:
            _control(one, values, now)
    with solara.Card("Tools, in the order of adoption"), _column(order_waits):
        # Notes stand below: what moves down when one comes is made anew, and loses the focus.
        _tools(order)
        if order_waits:
            solara.v.Html(tag="p", class_="not-in-force", children=[_not_in_force(_listed(model))])
        if mistake:
            solara.Error(f"{mistake}. Reset goes on with the last order that was possible.", dense=True)
    with solara.Card("What nobody knows exactly"):
        _uncertainties(unknown, values, now)


def _hand_on(inputs: list[Input], values: dict[str, Any], order: ToolOrder, setup: Setup, choices: InForce) -> None:
    """Leave what was chosen where the next worlds take it from."""
    own = changed(inputs, values)
    choices.seed = own.pop(SEED, None)
    if order.tools != setup.scenario.programme.order:
        own[ORDER] = list(order.tools)
    choices.changes = own


def _say_what_waits(count: int) -> None:
    """SolaraViz's button and a line, which screen readers read out, say how many changes wait."""
    told = counted(count, "change")
    # Its label is out of reach, and what a style adds to it is part of its name.
    added = f"and apply {told}" if count else ""
    solara.Style(f'{RESET}::after {{ content: "{added}"; margin-left: 0.3em; }}')
    text = f"{told} not in force yet: Reset begins anew with what was chosen." if count else "All choices are in force."
    attributes = {"role": "status"}
    solara.v.Html(tag="p", class_="waits" if count else "", attributes=attributes, children=[text])


def _not_in_force(now: Any) -> str:
    return f"Not in force: the worlds on the page have {now}."


def _listed(model: PairedModel) -> str:
    return ", ".join(map(_spoken, model.layout.scenario.programme.order)) or "no tools"


def _column(waits: bool, *classes: str) -> Any:
    return solara.Column(gap="0px", classes=[*classes, *(["waiting"] if waits else [])])


@solara.component
def _control(one: Input, values: solara.Reactive[dict[str, Any]], now: dict[str, Any]) -> None:
    """A slider or list; its label, which is also its name for screen readers, says where its value is not in force."""
    value = values.value.get(one.path, one.value)
    waits = bool(waiting([one], values.value, now))
    label = f"{one.title} (changed)" if waits else one.title

    def choose(new: Any) -> None:
        values.set({**values.value, one.path: one.nearest(new)})

    with _column(waits):
        if one.kind == "choice":
            solara.Select(label, value=value, values=list(one.allowed), on_value=choose)
        elif one.kind == "whole":
            low, high, step = map(int, (one.low, one.high, one.step))
            solara.SliderInt(label, value=value, min=low, max=high, step=step, on_value=choose)
        else:
            solara.SliderFloat(label, value=value, min=one.low, max=one.high, step=one.step, on_value=choose)
        if waits:
            solara.v.Html(tag="p", class_="not-in-force", children=[_not_in_force(now[one.path])])


def _tools(order: solara.Reactive[ToolOrder]) -> None:
    tools = load_catalogue().tools
    with solara.v.Html(tag="ol", class_="tools"):
        for place, tool in enumerate(order.value.tools):
            with solara.v.Html(tag="li"):
                _tool_line(place, tool, order)
    rest = [tool for tool in tools if tool not in order.value.tools]
    if rest:
        solara.Text("Not in the programme:")
        with solara.v.Html(tag="ul", class_="tools"):
            for tool in rest:
                with solara.v.Html(tag="li"):
                    solara.Button(
                        f"+ {_spoken(tool)}", dense=True, text=True,
                        on_click=lambda tool=tool: order.set(order.value.with_tool(tool)),
                    )  # fmt: skip
                    solara.v.Html(tag="p", class_="meaning", children=[tools[tool].meaning])


def _tool_line(place: int, tool: str, order: solara.Reactive[ToolOrder]) -> None:
    solara.v.Html(tag="span", class_="tool", children=[_spoken(tool)])
    moves = (
        ("↑", f"{_spoken(tool)} earlier", lambda: order.set(order.value.moved(tool, -1)), place == 0),
        ("↓", f"{_spoken(tool)} later", lambda: order.set(order.value.moved(tool, 1)),
         place + 1 == len(order.value.tools)),
        ("\u00d7", f"leave {_spoken(tool)} out", lambda: order.set(order.value.without_tool(tool)), False),
    )  # fmt: skip
    for sign, name, act, off in moves:
        solara.Button(sign, on_click=act, disabled=off, dense=True, text=True, attributes={"aria-label": name})
    solara.v.Html(tag="p", class_="meaning", children=[load_catalogue().tools[tool].meaning])


def _uncertainties(inputs: Sequence[Input], values: solara.Reactive[dict[str, Any]], now: dict[str, Any]) -> None:
    unfolded, word = solara.use_reactive(False), solara.use_reactive("")
    solara.Button(
        f"{'Hide' if unfolded.value else 'Show'} {len(inputs)} uncertainties", text=True, dense=True,
        on_click=lambda: unfolded.set(not unfolded.value), attributes={"aria-expanded": str(unfolded.value).lower()},
    )  # fmt: skip
    if not unfolded.value:
        return
    solara.InputText("Find", value=word, continuous_update=True)
    wanted = [one for one in inputs if word.value.lower() in f"{one.title} {one.meaning}".lower()]
    for one in wanted[:LONGEST_LIST]:
        _slider(one, values, now).key(one.path)
    if len(wanted) > LONGEST_LIST:
        solara.Text(f"and {len(wanted) - LONGEST_LIST} more: find them by a word")


@solara.component
def _slider(one: Input, values: solara.Reactive[dict[str, Any]], now: dict[str, Any]) -> None:
    value, waits = values.value.get(one.path, one.value), bool(waiting([one], values.value, now))
    with _column(waits, "uncertainty"):
        solara.v.Html(tag="label", children=[f"{one.title}: {value:g}"])
        solara.SliderFloat(
            "", value=value, min=one.low, max=one.high, step=one.step,
            on_value=lambda new: values.set({**values.value, one.path: one.nearest(new)}),
        )  # fmt: skip
        solara.v.Html(tag="p", class_="meaning", children=[f"{one.meaning} ({one.low:g} to {one.high:g})"])
        if waits:
            solara.v.Html(tag="p", class_="not-in-force", children=[_not_in_force(f"{now[one.path]:g}")])


def _spoken(tool: str) -> str:
    return tool.replace("_", " ")
