"""The page of a result: filled into a template whose every value is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from simbiz.errors import InputError
from simbiz.plots.figures import fitting, sheet_of, subjects_of, svg_of
from simbiz.plots.number_text import counted
from simbiz.plots.sheet import Sheet
from simbiz.report.answer_studies import compare_title
from simbiz.report.answers import answer_of
from simbiz.report.assumed import assumed_of
from simbiz.report.reproduced import reproduction_of
from simbiz.results.load import Result
from simbiz.runs.counted import left_out_text
from simbiz.runs.rest import problem_text
from simbiz.runs.stored_plan import study_in
from simbiz.scenario import Scenario

COMPARE = "compare"
TEMPLATE, STYLE = "report.html", "report.css"


@dataclass(frozen=True)
class Drawn:
    """A figure on a page.

    Parameters
    ----------
    anchor : str
        Its name on the page.
    title, subject : str
        What it shows, and of what; the latter empty where there is one such figure.
    head, body : str
        The picture as an SVG element: its opening tag, and all after it.
    sheet : Sheet
        Its table twins, alternative text and note.
    """

    anchor: str
    title: str
    subject: str
    head: str
    body: str
    sheet: Sheet


def page_of(result: Result, printed: str = "") -> str:
    """Make the page of a result.

    Parameters
    ----------
    result : Result
        The result.
    printed : str
        What the study says as the command line prints it.

    Returns
    -------
    str
        HTML without script and without anything to load; the same result gives the same text.

    Raises
    ------
    InputError
        If the study has not been done to its end, or an earlier version did not keep what it was asked.
    """
    if not result.report:
        raise InputError("has no report yet: the command that made it goes on with it", file=result.folder)
    scenario = study_in(result.folder).scenario
    figures, left_out = _figures(result)
    return _environment().get_template(TEMPLATE).render(
        result=result,
        scenario=scenario,
        title=titled(result, scenario),
        question=scenario.question if set(_titles(result, scenario)) == {scenario.name} else "",
        asked=result.settings.get("question", ""),
        facts=_facts(result, scenario),
        answer=answer_of(result, [one.sheet for one in figures]),
        figures=figures,
        left_out=left_out,
        assumed=assumed_of(result, scenario),
        reproduction=reproduction_of(result),
        printed=printed,
        style=_environment().get_template(STYLE).render(),
    )  # fmt: skip


def titled(result: Result, scenario: Scenario) -> str:
    """What the page is called: by its scenario, or by what it compares."""
    return compare_title(result) if result.kind == COMPARE else scenario.title


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("simbiz.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["joined"] = joined
    return made


def joined(text: str) -> str:
    """Text in which no line ends before a per cent sign."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _figures(result: Result) -> tuple[list[Drawn], list[tuple[str, str]]]:
    """Figures that the result can give, and titles of the others with the reason."""
    drawn, left_out = [], []
    for name, kind in fitting(result).items():
        try:
            subjects: Sequence[str | None] = subjects_of(name, result)[: kind.reported] or [None]
            for number, subject in enumerate(subjects, start=1):
                sheet = sheet_of(name, result, subject)
                anchor = f"{name}-{number}"
                words = sheet.subject or _words(subject)
                drawn.append(Drawn(anchor, kind.title, words, *_parts(name, sheet, anchor), sheet))
        except InputError as error:
            left_out.append((kind.title, error.message))
    return drawn, left_out


def _words(subject: str | None) -> str:
    return "" if subject is None else subject.replace(" | ", ", ").replace("_", " ")


def _parts(name: str, sheet: Sheet, anchor: str) -> tuple[str, str]:
    """An SVG element that says what it is called and described by: its opening tag, and all after it."""
    head = f'<svg role="img" aria-labelledby="{anchor}-title {anchor}-text"'
    text = svg_of(name, sheet, anchor).replace("<svg", head, 1)
    end = text.index(">") + 1
    return text[:end], text[end:]


def _titles(result: Result, scenario: Scenario) -> dict[str, str]:
    """Titles of the scenarios that a study is about; a comparison of whole scenarios is about each."""
    if result.kind != COMPARE:
        return {scenario.name: scenario.title}
    return {one["scenario"]: one.get("title", "") for one in result.report["alternatives"]}


def _facts(result: Result, scenario: Scenario) -> list[tuple[str, str]]:
    """What was done, in numbers."""
    standing = result.standing
    runs = counted(standing.get("ok", 0), "run")
    for status, word in (("failed", "failed"), ("planned", "left to do")):
        if standing.get(status):
            runs += f", {standing[status]} {word}"
    sample = "the whole market" if scenario.customers == "market" else f"a sample of {scenario.customers:,} customers"
    titles = [": ".join(filter(None, pair)) for pair in _titles(result, scenario).items()]
    facts = [("study", result.kind), *(("scenario", title) for title in titles), ("runs", runs)]
    facts.append(("market", sample))
    lost = left_out_text(result.report.get("not_counted", {}), result.report.get("planned_runs", 0))
    if lost:
        facts.append(("left out", lost))
    facts += [("does not rest", problem_text(one["problems"][0])) for one in result.report.get("restless", [])[:5]
              if one["problems"]]  # fmt: skip
    return facts
