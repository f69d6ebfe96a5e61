"""The page: Mesa's SolaraViz on the market model, with a lesson, the standing, tools and uncertainties beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import solara
from mesa.visualization import SolaraViz

from simbiz.dashboard import opened
from simbiz.dashboard.choices_view import Choices
from simbiz.dashboard.inputs import in_force_words
from simbiz.dashboard.lesson_view import LessonCard, Standing
from simbiz.dashboard.paired_model import PairedModel
from simbiz.dashboard.panels import PAGES, in_order, panels
from simbiz.dashboard.setup import InForce, Setup, lesson_setup

STYLE = Path(__file__).with_name("page.css")
PLAY_INTERVAL = 101  # milliseconds, a place of Mesa's slider
WEEKS_A_STEP = 5


@solara.component
def Page() -> None:
    """What a browser shows: the scenario that the server was started with, or a step of the lesson."""
    visit, mounted = solara.use_reactive((0, opened.setup())), solara.use_reactive(0)
    number, setup = visit.value

    def go_to(step: int | None) -> None:
        visit.set((number + 1, opened.setup() if step is None else lesson_setup(step, setup.seed)))

    # Every visit begins with new inputs. What stands in the side bar is only forgotten if it is gone for a moment.
    solara.use_effect(lambda: mounted.set(number), [number])
    if mounted.value == number:
        Classroom(setup, go_to).key(f"visit {number}")


@solara.component
def Classroom(setup: Setup, go_to: Any) -> None:
    """Two worlds with everything that shows and changes them.

    Parameters
    ----------
    setup : Setup
        The worlds.
    go_to : callable
        Called with the number of a step of the lesson, or None to leave it.
    """
    choices = solara.use_memo(InForce, [])
    model = solara.use_memo(lambda: solara.reactive(setup.model()), [])
    shown = model.value
    # Mesa keeps models alive: a world that was replaced is let go.
    solara.use_effect(lambda: shown.release, [shown])
    # All of it is fixed for SolaraViz, which marks no input that waits: inputs are ours, and `choices` hands them on.
    params = {"scenario": setup.scenario, "against": setup.against, "choices": choices, "rng": setup.seed}
    first = setup.lesson_step.page if setup.lesson_step else 0
    components = solara.use_memo(lambda: panels(setup.names, first), [])
    with solara.Column(gap="0px"):
        solara.Style(STYLE)
        solara.Style(page_names(first))
        LessonCard(setup, shown, go_to)
        Standing(setup, shown)
        SolaraViz(
            model, components=components, model_params=params, name=setup.scenario.title,
            play_interval=PLAY_INTERVAL, render_interval=WEEKS_A_STEP,
        )  # fmt: skip
        BelowControls(setup, shown, choices)


@solara.component
def BelowControls(setup: Setup, model: PairedModel, choices: InForce) -> None:
    """Choices in the side bar; Solara puts what is nested deeper below the rest, here below Mesa's controls."""
    SideBar(setup, model, choices)


@solara.component
def SideBar(setup: Setup, model: PairedModel, choices: InForce) -> None:
    """The part of the side bar that is ours."""
    with solara.Sidebar(), solara.Column():
        Choices(setup, model, choices)
        with solara.Card("In force"):
            solara.Text(in_force_words(model.layout.scenario, model.seed_used))


def page_names(first: int) -> str:
    """Style that says what SolaraViz numbers: its pages, of which one comes first."""
    # The first child is the mark below the page that is shown.
    rules = (
        f'.v-tabs .v-tab:nth-child({number})::after {{ content: "{name}"; }}'
        for number, name in enumerate(in_order(PAGES, first), start=2)
    )
    return "\n".join(rules)
