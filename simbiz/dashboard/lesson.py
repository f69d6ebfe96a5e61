"""The guided lesson: steps that set up two worlds, ask a question, and answer with the numbers of these worlds."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.record import Count, Record, Text, checked
from simbiz.dashboard.last_year import difference_text, focal_value, metric_text
from simbiz.dashboard.paired_model import PairedModel
from simbiz.files import toml_file

FILE = Path(__file__).with_name("lesson.toml")


class Step(Record):
    """A step of the lesson.

    `scenario` is played beside `against`, by default beside itself without its programme; `worlds` says what the two
    are called. After `weeks` the `metrics` of both worlds are shown with `afterwards`. `page` is the page to open.
    """

    title: Text
    scenario: Text
    against: Text | None = None
    worlds: tuple[Text, Text]
    weeks: Count
    page: Count
    metrics: tuple[Text, ...]
    do: Text
    look: Text
    question: Text
    afterwards: Text


class Lesson(Record):
    """The steps of a lesson, in their order."""

    step: tuple[Step, ...]


class Answer(NamedTuple):
    """What happened to one metric of the focal firm: its meaning and its texts in both worlds."""

    metric: str
    meaning: str
    values: tuple[str, str]
    difference: str


@cache
def lesson(path: Path = FILE) -> tuple[Step, ...]:
    """Steps of a lesson; the shipped one by default.

    Raises
    ------
    InputError
        For a mistake in the file, with its line.
    """
    file = toml_file.read(path)
    return checked(Lesson, file.data, lambda keys: (file.path, file.line_of(keys))).step


def answers(step: Step, model: PairedModel) -> list[Answer]:
    """What happened in the two worlds that were played; empty until the weeks of the step are lived.

    Parameters
    ----------
    step : Step
        The step of the lesson.
    model : PairedModel
        The worlds that stand on the page.
    """
    return numbers(step.metrics, model) if model.weeks_played >= step.weeks else []


def numbers(metrics: tuple[str, ...], model: PairedModel) -> list[Answer]:
    """Metrics of the focal firm over the last year lived, in both worlds and as a difference."""
    catalogue, found = load_catalogue().metrics, []
    for name in metrics:
        metric = catalogue[name]
        one, other = (focal_value(world, name) for world in model.worlds_side_by_side)
        texts = (metric_text(one, metric), metric_text(other, metric))
        found.append(Answer(name, metric.explanation, texts, difference_text(one - other, metric)))
    return found
