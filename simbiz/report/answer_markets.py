"""Pay-back, loyalty and the market map in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simbiz.experiment.planned import study_in
from simbiz.plots.number_text import counted
from simbiz.plots.sheet import Shown
from simbiz.report.sentences import Answer
from simbiz.result.load import Result

Row = Mapping[str, Any]


def payback_answer(result: Result) -> Answer:
    """Whether and when the programme has paid for itself."""
    report = result.report
    if not report["worlds"]:
        return Answer(["No pair of worlds finished, so that there is no answer."])
    if report["week"] is None:
        sentence = "The programme pays for itself in no world within the calendar."
    else:
        first, last = report["weeks"]
        sentence = (
            f"The programme has paid for itself in {report['paid_back']:.0%} of the worlds, by week "
            f"{report['week']:.0f} (median; {first} to {last})."
        )
    rows = [
        [str(year["year"]), *(f"{year[name]:,.0f}" for name in ("cost_to_date", "gain", "gain_to_date")), _limits(year)]
        for year in report["years"]
    ]
    heads = ["year", "implementation to date", "gain in the year", "gain to date", "95 %"]
    cautions = [
        f"{counted(report['worlds'], 'pair')} of worlds with the same luck, one without the programme.",
        "A gain that is lost once more does not count: from that week on the sum is never below nothing.",
    ]
    return Answer([sentence], [Shown(heads, rows, "What the programme adds to profit, thousand roubles")], cautions)


def _limits(year: Row) -> str:
    return "-" if year["interval"] is None else " to ".join(f"{limit:+,.0f}" for limit in year["interval"])


def loyalty_answer(result: Result) -> Answer:
    """How loyal the focal firm's buyers are, beside what is expected."""
    report, scenario = result.report, study_in(result.folder).scenario
    own = [row for row in report["firms"] if row["firm"] == scenario.focal and row["frequency"] is not None]
    title = scenario.firms[scenario.focal].title
    sentences = [
        f"{title}, {row['segment']}, year {report['year']}: {row['frequency']:.2f} purchases a buyer, where a firm of "
        f"its share may expect {row['expected_frequency']:.2f}."
        for row in own
    ]
    rows = [
        [row["segment"], row["firm"], f"{row['share']:.1%}", f"{row['penetration']:.1%}",
         *(_number(row[name], ".2f") for name in ("frequency", "expected_frequency")),
         *(_number(row[name], ".1%") for name in ("requirements", "expected_requirements", "churn"))]
        for row in report["firms"]
    ]  # fmt: skip
    heads = ["segment", "firm", "share", "buyers", "purchases a buyer", "expected", "share of requirements", "expected",
             "left since last year"]  # fmt: skip
    cautions = [f"Means of {counted(report['worlds'], 'world')}; expected: the Dirichlet fitted to all purchases."]
    return Answer(sentences or ["Nobody bought."], [Shown(heads, rows, "Loyalty of every firm's buyers")], cautions)


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def map_answer(result: Result) -> Answer:
    """Where the focal firm stands by the default variant, and whether the method decides it."""
    report = result.report
    if not report["worlds"]:
        return Answer(["No world is left to draw a map of."])
    variant = report["default_variant"]
    focal = next(firm for firm in report["firms"] if firm["focal"])
    label = focal["labels"][variant]
    cell = f"cell {label['cell']} ({label['share_class']}, {label['growth_class']})"
    sentence = f"{focal['title']} stands in {cell} by {variant} in year {report['year']}"
    if focal["stability"] is not None:
        sentence += f"; {focal['stability']:.0%} of the other variants say the same"
    variants = [one["variant"] for one in report["variants"]]
    rows = [
        [firm["title"], f"{firm['share']:.2%}", *(str(firm["labels"][name]["cell"]) for name in variants)]
        for firm in report["firms"]
    ]
    cautions = [f"Mean shares of {counted(report['worlds'], 'world')}; growth since year {report['growth_since']}."]
    table = Shown(["firm", "share", *variants], rows, "Cells by variant of the method")
    return Answer([f"{sentence}."], [table], cautions)
