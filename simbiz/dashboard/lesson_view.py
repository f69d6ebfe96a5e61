"""The lesson on the page, and the numbers of the last year, whether there is a lesson or not."""

from __future__ import annotations

from collections.abc import Callable

import solara
from mesa.visualization.utils import update_counter

from simbiz.dashboard.lesson import Answer, Step, answers, lesson, numbers
from simbiz.dashboard.paired_model import PairedModel
from simbiz.dashboard.setup import Setup

STANDING = ("market_share", "contexts_lost", "leads_lost", "nps_customers", "profit")


@solara.component
def LessonCard(setup: Setup, model: PairedModel, on_step: Callable[[int | None], None]) -> None:
    """What to do, what to look at and a question; after it was played, what happened in these worlds.

    Parameters
    ----------
    setup : Setup
        What stands on the page.
    model : PairedModel
        The worlds.
    on_step : callable
        Called with the number of another step, or None to leave the lesson.
    """
    update_counter.get()
    number, step = setup.step, setup.lesson_step
    with solara.v.Html(tag="section", class_="lesson", attributes={"aria-label": "Lesson"}):
        with solara.Row(classes=["links"], style={"align-items": "center"}):
            if number is None or step is None:
                solara.Button("Start the lesson (ten minutes)", on_click=lambda: on_step(0), outlined=True, small=True)
            else:
                last = len(lesson()) - 1
                solara.v.Html(tag="h2", children=[f"Lesson, step {number + 1} of {last + 1}: {step.title}"])
                solara.Button("Back", on_click=lambda: on_step(number - 1), disabled=number == 0, small=True)
                solara.Button("Next", on_click=lambda: on_step(number + 1), disabled=number == last, small=True)
                solara.Button("Leave the lesson", on_click=lambda: on_step(None), text=True, small=True)
        if step is not None:
            _texts(step, model)


@solara.component
def Standing(setup: Setup, model: PairedModel) -> None:
    """Week, seed, and what the last year brought in both worlds.

    Parameters
    ----------
    setup : Setup
        What stands on the page.
    model : PairedModel
        The worlds.
    """
    update_counter.get()
    firm = model.layout.scenario.firms[model.layout.scenario.focal].title
    week = f"Week {model.weeks_played} of {model.end - model.start}"
    with solara.v.Html(tag="section", class_="standing", attributes={"aria-label": "Standing"}):
        if model.refused:
            solara.Error(f"{model.refused}. Played without any change.", dense=True)
        found = solara.use_memo(lambda: numbers(STANDING, model), [model, model.week])
        _table(week, found, setup.names)
        note = f"{firm}, last 52 weeks; seed {model.seed_used}. Changed inputs act from the next Reset on."
        solara.v.Html(tag="p", class_="meaning", children=[note])


def _texts(step: Step, model: PairedModel) -> None:
    found = answers(step, model)
    texts = {"Do": step.do, "Look": step.look, "Question": step.question}
    if found:
        texts = {"Question": step.question, "What happened here": _sentences(found, step), "Think": step.afterwards}
    for name, text in texts.items():
        with solara.v.Html(tag="p"):
            solara.v.Html(tag="b", children=[f"{name}. "])
            solara.v.Html(tag="span", children=[text])


def _sentences(found: list[Answer], step: Step) -> str:
    """Numbers of these worlds in words."""
    one, other = step.worlds
    texts = [f"{_spoken(answer.metric)} {_number(answer)} against {answer.values[1]}" for answer in found]
    return f"In the last year, {one} against {other}: {'; '.join(texts)}."


def _table(week: str, found: list[Answer], names: tuple[str, str]) -> None:
    with solara.v.Html(tag="table"):
        with solara.v.Html(tag="tr"):
            # Read out by screen readers whenever it changes.
            solara.v.Html(tag="th", class_="week", attributes={"aria-live": "polite"}, children=[week])
            for answer in found:
                attributes = {"title": answer.meaning}
                solara.v.Html(tag="th", attributes=attributes, children=[_spoken(answer.metric)])
        for world, name in enumerate(names):
            with solara.v.Html(tag="tr", class_=f"world{world}"):
                solara.v.Html(tag="th", children=[name])
                for answer in found:
                    solara.v.Html(tag="td", children=[answer.values[world]])


def _number(answer: Answer) -> str:
    """The first of two values, without the unit that follows the second."""
    value, _, unit = answer.values[0].partition(" ")
    return value if unit and answer.values[1].endswith(f" {unit}") else answer.values[0]


def _spoken(metric: str) -> str:
    return metric.replace("nps", "NPS").replace("_", " ")
