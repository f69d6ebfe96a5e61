"""Pay-back, loyalty and the market map in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simbiz.plots.number_text import counted, figures, listed, percent
from simbiz.plots.sheet import Shown
from simbiz.plots.tables_markets import MONEY, between, cells_by_variant, in_class, meanings, same_elsewhere
from simbiz.report.sentences import Answer
from simbiz.results.load import Result
from simbiz.runs.stored_plan import study_in

Row = Mapping[str, Any]


def payback_answer(result: Result) -> Answer:
    """Whether and when the programme has paid for itself."""
    report = result.report
    if not report["worlds"]:
        return Answer(["No pair of worlds finished, so that there is no answer.", *_failed(report)])
    if report["week"] is None:
        sentences = ["The programme pays for itself in no world within the calendar."]
    else:
        first, last = report["weeks"]
        paid = round(report["paid_back"] * report["worlds"])
        sentences = [
            f"The programme has paid for itself in {paid} of {counted(report['worlds'], 'world')}, there by week "
            f"{report['week']:.0f} (median; {first} to {last})."
        ]
    rows = [
        [str(year["year"]), f"{year['cost_to_date']:,.0f}", f"{year['gain']:+,.0f}", f"{year['gain_to_date']:+,.0f}",
         between(year["interval"])]
        for year in report["years"]
    ]  # fmt: skip
    if report["years"]:
        end = report["years"][-1]
        limits = f" (95 %: {between(end['interval'])})" if end["interval"] else ""
        sentences.append(
            f"By the end of year {end['year']} it has added {end['gain_to_date']:+,.0f} {MONEY} to profit{limits}, "
            f"after {end['cost_to_date']:,.0f} for its implementation."
        )
    heads = ["year", "implementation to date", "gain in the year", "gain to date", "95 % interval of it"]
    cautions = [
        f"{counted(report['worlds'], 'pair')} of worlds with the same luck, one without the programme.",
        "A gain that is lost once more does not count: from that week on the sum is never below nothing.",
        *_failed(report),
    ]
    return Answer(sentences, [Shown(heads, rows, f"What the programme adds to profit, {MONEY}")], cautions)


def _failed(report: Row) -> Iterator[str]:
    if report["failed_runs"]:
        yield f"{counted(report['failed_runs'], 'run')} failed and are left out."


def loyalty_answer(result: Result) -> Answer:
    """How loyal the focal firm's buyers are, beside what is expected."""
    report, scenario = result.report, study_in(result.folder).scenario
    own = [row for row in report["firms"] if row["firm"] == scenario.focal and row["frequency"] is not None]
    title = scenario.firms[scenario.focal].title
    sentences = [
        f"Segment {row['segment']}, year {report['year']}: {_loyal(row, title)}: {row['frequency']:.2f} purchases a "
        f"buyer where {row['expected_frequency']:.2f} may be expected, and {percent(row['requirements'])} of their "
        f"needs where {percent(row['expected_requirements'])} may be expected."
        for row in own
    ]
    cautions = [
        f"Means of {counted(report['worlds'], 'world')}. Expected: the Dirichlet fitted to all purchases of the "
        "segment, in which small firms have fewer and less loyal buyers (double jeopardy).",
        *_failed(report),
    ]
    return Answer(sentences or ["Nobody bought."], (), cautions)


def _loyal(row: Row, title: str) -> str:
    """Whether buyers buy more often than the share lets expect, as far as the worlds tell."""
    span = row.get("intervals", {}).get("excess_frequency")
    if span and span[0] <= 0.0 <= span[1]:
        return f"buyers of {title} cannot be told to be more or less loyal than its share lets expect"
    more = "more" if row["excess_frequency"] > 0.0 else "less"
    return f"buyers of {title} are {more} loyal than its share lets expect"


def map_answer(result: Result) -> Answer:
    """Where the focal firm stands by the default variant, and whether the method decides it."""
    report = result.report
    if not report["worlds"]:
        return Answer(["No world is left to draw a map of."])
    variant = report["default_variant"]
    focal = next(firm for firm in report["firms"] if firm["focal"])
    label, since = focal["labels"][variant], f"year {report['growth_since']}"
    same, different = same_elsewhere(focal, variant)
    grown = f", {figures(focal['growth'])} times that of {since}" if focal["growth"] is not None else ""
    sentences = [
        f"{focal['title']} stands in cell {label['cell']} ({in_class(label)}) in year {report['year']}, with a share "
        f"of {percent(focal['share'], 2)}{grown}; that is the usual variant of the method, {variant}.",
    ]
    if different:
        agree = f"{listed(same)} {'say' if len(same) > 1 else 'says'} the same" if same else "none says the same"
        sentences.append(f"The method decides it: of the other variants {agree}; {'; '.join(different)}.")
    else:
        sentences.append("The method does not decide it: every variant says the same.")
    if report["worlds"] > 1:
        alone = round(label["worlds"] * report["worlds"])
        sentences.append(
            f"Luck: by {variant}, {alone} of {counted(report['worlds'], 'world')} taken alone put it into that cell."
        )
    cautions = [
        f"Mean shares of {counted(report['worlds'], 'world')}. Growth is that since {since}.",
        f"Variants: {meanings(result)}.",
        *_failed(report),
    ]
    return Answer(sentences, [cells_by_variant(result)], cautions)
