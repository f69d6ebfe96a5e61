"""Pay-back in sentences and a table."""

from __future__ import annotations

from simbiz.plots.number_text import counted
from simbiz.plots.sheet import Shown
from simbiz.plots.tables_markets import MONEY, between
from simbiz.report.sentences import Answer, failed_runs
from simbiz.results.load import Result


def answer(result: Result) -> Answer:
    """Whether and when the programme has paid for itself."""
    report = result.report
    if not report["worlds"]:
        return Answer(["No pair of worlds finished, so that there is no answer.", *failed_runs(report)])
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
        *failed_runs(report),
    ]
    return Answer(sentences, [Shown(heads, rows, f"What the programme adds to profit, {MONEY}")], cautions)
