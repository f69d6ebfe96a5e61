"""The audit of the claims in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simbiz.plots.number_text import counted, listed, percent
from simbiz.plots.sheet import Shown
from simbiz.plots.tables_claims import SEPARATOR, in_words, judged_rows, own_case
from simbiz.report.sentences import Answer
from simbiz.results.load import Result
from simbiz.statistics.verdicts import NOT_REACHED, REFUTED, SUPPORTED, TOO_FEW, UNDECIDED
from simbiz.studies.claims.horizons import FIRST_YEAR as FIRST
from simbiz.studies.claims.horizons import FULL_YEAR_AFTER as AFTER
from simbiz.studies.claims.statistics import BEFORE_AFTER, PAIRED
from simbiz.studies.claims.words import (
    DECLINES,
    HOW_JUDGED,
    MAIN,
    MARKS,
    RIVALS,
    estimate_as_printed,
    target_as_printed,
)

Row = Mapping[str, Any]

WORDS = {
    "share.value": "the market share",
    "share_index.chain": "the share as an index of the base year's",
    "performance.revenue": "the growth of revenue",
}
TRUE = {
    SUPPORTED: "come true",
    REFUTED: "do not come true",
    UNDECIDED: "are undecided",
    TOO_FEW: "need more worlds to say",
}
WHEN = {FIRST: "in the first year", AFTER: "in the first full year after the last step"}
JOINT = {
    "share_after": "the share",
    "share_index_after": "the share index",
    "performance_growth": "the growth of performance",
    "revenue_after": "the revenue",
}


def claims_answer(result: Result) -> Answer:
    """Verdicts on the main claims, on all readings, and on what they depend."""
    case = own_case(result)
    words = f"{RIVALS.get(case['rivals'], case['rivals'])}, {DECLINES.get(case['decline'], case['decline'])}"
    report = result.report
    sentences = [
        *_counts(result, words),
        *_elsewhere(report),
        *(sentence for name in MAIN for sentence in _main(result, name)),
        *_joint(report, case),
    ]
    cautions = [
        f"This is the case in which {words}, {report['parameters']}; {_pairs(report)}. Other cases stand in the "
        "tables.",
        HOW_JUDGED,
        "Before-after compares with the base year, as the paper does; paired compares with the same world without the "
        "programme: what the programme causes. Of a level, paired asks for what the paper adds to its number before.",
        *_given(result),
        *_fit(report),
    ]
    tables = [*_by_case(report), *_resting(result)]
    return Answer(sentences, tables, cautions)


def _pairs(report: Row) -> str:
    """How many pairs of the case that is told first count, of how many, and why the others do not."""
    case = report["headline"]
    own = next(row for row in report["pairs"] if all(row[name] == value for name, value in case.items()))
    why = listed([f"{number} {reason}" for reason, number in own["left_out"].items()])
    told = f"{own['counted']} of {counted(own['planned'], 'pair')} of worlds count"
    return f"{told} ({why}); a pair that does not shows nothing" if why else told


def _counts(result: Result, case: str) -> Iterator[str]:
    """In the scenario's own case, how many readings come true, compared before and after, at both horizons."""
    told, count = [], 0
    for horizon in (FIRST, AFTER):
        rows = [row for row in judged_rows(result, f"{horizon}{SEPARATOR}{BEFORE_AFTER}") if not row["built_in"]]
        found, count = [row["verdict"] for row in rows], len(rows)
        parts = [f"{_of(found, verdict)} {words}" for verdict, words in TRUE.items() if verdict in found]
        if NOT_REACHED in found:
            parts.append(f"{found.count(NOT_REACHED)} lie beyond the end of the runs")
        told.append(f"{WHEN[horizon]} {listed(parts)}")
    yield (
        f"Where {case}: of {count} readings of the published forecasts that were not given to the model, "
        f"{'; '.join(told)}."
    )


def _elsewhere(report: Row) -> Iterator[str]:
    """Verdicts on the first of the main readings over all cases, beside the base year."""
    wanted = {"id": MAIN[0], "test": "reach", "comparator": BEFORE_AFTER}
    told, cases = [], 0
    for horizon in (FIRST, AFTER):
        asked = wanted | {"horizon": horizon}
        found = [row["verdict"] for row in report["claims"] if all(row[key] == value for key, value in asked.items())]
        parts = [f"{verdict} in {_of(found, verdict)}" for verdict in (*TRUE, NOT_REACHED) if verdict in found]
        told.append(f"{WHEN[horizon]} {listed(parts)}")
        cases = len(found)
    if cases > 1:
        yield (
            f"Over {cases} cases of what rivals do and why the share fell, the forecast of {WORDS[MAIN[0]]} is "
            f"{'; '.join(told)}."
        )


def _of(found: Sequence[str], verdict: str) -> str:
    """How many verdicts there are of a kind, or that all are."""
    count = found.count(verdict)
    return f"all {count}" if count == len(found) else str(count)


def _main(result: Result, name: str) -> Iterator[str]:
    """A sentence on one of the main readings: both horizons, before-after and paired."""
    parts, target = [], ""
    for horizon in (FIRST, AFTER):
        found: dict[str, Row] = {}
        for comparator in (BEFORE_AFTER, PAIRED):
            rows = judged_rows(result, f"{horizon}{SEPARATOR}{comparator}")
            found.update((comparator, row) for row in rows if row["id"] == name)
        if len(found) == 2:
            before_after, paired = found[BEFORE_AFTER], found[PAIRED]
            target = target_as_printed(before_after)
            parts.append(
                f"{WHEN[horizon]} {_verdict(before_after)} beside the base year and {_verdict(paired)} beside the same "
                "world without the programme"
            )
    if parts:
        what = f"{WORDS[name][0].upper()}{WORDS[name][1:]}"
        yield f"{what} is forecast at {target}: {'; '.join(parts)}."


def _verdict(row: Row) -> str:
    if row["estimate"] is None or row["passing"] is None:
        return str(row["verdict"])
    reached = f"{row['passed']} of {row['asked']} worlds"
    if row["needed_at_best"]:
        reached += f"; {row['needed_at_best']} are needed at best"
    return f"{estimate_as_printed(row, row['estimate'])} ({row['verdict']}, reached in {reached})"


def _joint(report: Row, case: Mapping[str, str]) -> Iterator[str]:
    """Pairs of claims that cannot hold together by the arithmetic of the printed numbers."""
    wanted = dict(case) | {"comparator": BEFORE_AFTER, "test": "match", "horizon": FIRST}
    pairs = [
        listed([JOINT.get(name, name) for name in row["claims"]])
        for row in report["joint"]
        if len(row["claims"]) == 2 and not row["possible"] and all(row[key] == value for key, value in wanted.items())
    ]
    if pairs:
        yield f"By the arithmetic of the printed numbers these cannot hold in one period: {'; '.join(pairs)}."


def _given(result: Result) -> Iterator[str]:
    rows = judged_rows(result, f"{FIRST}{SEPARATOR}{BEFORE_AFTER}")
    given = [in_words(row) for row in rows if row["built_in"]]
    if given:
        yield f"Given to the model rather than found by it: {'; '.join(given)}."


def _resting(result: Result) -> Iterator[Shown]:
    """What some readings rest on besides what customers choose."""
    rows = judged_rows(result, f"{FIRST}{SEPARATOR}{BEFORE_AFTER}")
    cells = [[in_words(row), row["depends_on"]] for row in rows if row["depends_on"]]
    if cells:
        yield Shown(["reading", "rests on"], cells, "Readings that rest on more than what customers choose")


def _fit(report: Row) -> Iterator[str]:
    missed = sum(fit["missed"] for fit in report["fit"].values())
    runs = sum(fit["runs"] for fit in report["fit"].values())
    told = [
        f"{percent(fit['mean'][1], 2)} for {percent(fit['target'][1], 2)} where {DECLINES.get(name, name)}"
        for name, fit in report["fit"].items()
    ]
    lost = f"{missed} of {runs} runs missed it and are left out" if missed else f"none of {runs} runs missed it"
    if told:
        yield f"Fit to the base year: share {listed(told)}; {lost}."


def _by_case(report: Row) -> Iterator[Shown]:
    """Verdicts on the main readings under every mode of the rivals and cause of the decline, a table a horizon."""
    found = {
        (row["id"], row["horizon"], row["comparator"], row["rivals"], row["decline"]): row
        for row in report["claims"]
        if row["id"] in MAIN and row["test"] == "reach"
    }
    cases = list(dict.fromkeys((row["rivals"], row["decline"]) for row in report["claims"]))
    columns = [(name, comparator) for name in MAIN for comparator in (BEFORE_AFTER, PAIRED)]
    heads = ["where", *(f"{WORDS[name].removeprefix('the ')}, {comparator}" for name, comparator in columns)]
    for horizon in (FIRST, AFTER):
        rows = [
            [f"{RIVALS.get(rivals, rivals)}, {DECLINES.get(fall, fall)}",
             *(_cell(found.get((name, horizon, comparator, rivals, fall))) for name, comparator in columns)]
            for rivals, fall in cases
        ]  # fmt: skip
        yield Shown(heads, rows, f"Main claims {WHEN[horizon]}. {HOW_JUDGED}")


def _cell(row: Row | None) -> str:
    return "-" if row is None else f"{estimate_as_printed(row, row['estimate'])} {MARKS[row['verdict']]}"
