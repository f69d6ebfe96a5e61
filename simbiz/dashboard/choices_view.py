"""What SolaraViz's flat list of inputs has no room for: the order of tools, and uncertainties behind a fold."""

from __future__ import annotations

from typing import Any

import solara

from simbiz.catalogue import load_catalogue
from simbiz.dashboard.inputs import Input, changed, uncertainties
from simbiz.dashboard.setup import InForce
from simbiz.dashboard.tool_order import ToolOrder
from simbiz.scenario import Scenario

LONGEST_LIST = 12


@solara.component
def FurtherChoices(scenario: Scenario, in_force: InForce) -> None:
    """Order of tools and uncertainties; what is chosen acts from the next reset on.

    Parameters
    ----------
    scenario : Scenario
        Where choices begin.
    in_force : InForce
        Takes the changes, unless they would be refused.
    """
    order = solara.use_reactive(ToolOrder(scenario.programme.order))
    values = solara.use_reactive(dict[str, Any]())
    inputs = solara.use_memo(lambda: uncertainties(scenario), [])
    mistake = order.value.mistake(scenario)
    own = changed(inputs, values.value)
    if order.value.tools != scenario.programme.order:
        own["programme.order"] = list(order.value.tools)
    if not mistake:
        in_force.changes = own
    with solara.Card("Tools, in the order of adoption"):
        if mistake:
            solara.Error(f"{mistake}. Reset goes on with the last order that was possible.", dense=True)
        _tools(order)
    with solara.Card("What nobody knows exactly"):
        _uncertainties(inputs, values, own)
    if own:
        solara.Info("Changed: acts from the next Reset on.", dense=True, icon=False)


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


def _uncertainties(inputs: list[Input], values: solara.Reactive[dict[str, Any]], own: dict[str, Any]) -> None:
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
        _slider(one, values).key(one.path)
    if len(wanted) > LONGEST_LIST:
        solara.Text(f"and {len(wanted) - LONGEST_LIST} more: find them by a word")


@solara.component
def _slider(one: Input, values: solara.Reactive[dict[str, Any]]) -> None:
    value = values.value.get(one.path, one.value)
    with solara.Column(gap="0px", classes=["uncertainty"]):
        solara.v.Html(tag="label", children=[f"{one.title}: {value:g}"])
        solara.SliderFloat(
            "", value=value, min=one.low, max=one.high, step=one.step,
            on_value=lambda new: values.set({**values.value, one.path: one.nearest(new)}),
        )  # fmt: skip
        solara.v.Html(tag="p", class_="meaning", children=[f"{one.meaning} ({one.low:g} to {one.high:g})"])


def _spoken(tool: str) -> str:
    return tool.replace("_", " ")
