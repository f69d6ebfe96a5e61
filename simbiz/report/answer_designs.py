"""Sweeps and claims under uncertainty in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simbiz.catalogue import load_catalogue
from simbiz.plots.number_text import (
    NOTHING,
    counted,
    difference_of,
    in_words,
    listed,
    of_metric,
    percent,
    plain,
    unit_of_difference,
)
from simbiz.plots.sheet import Shown
from simbiz.report.sentences import Answer
from simbiz.results.load import Result
from simbiz.studies.claims.horizons import FIRST_YEAR as FIRST
from simbiz.studies.claims.horizons import FULL_YEAR_AFTER as AFTER
from simbiz.studies.claims.statistics import BEFORE_AFTER, PAIRED

Row = Mapping[str, Any]

WHEN = {FIRST: "in the first year", AFTER: "in the first full year after the last step"}
WORDS = {
    "share.value": "The forecast market share",
    "share_index.chain": "The forecast share index",
    "performance.revenue": "The forecast growth of revenue",
}


def uncertain_answer(result: Result) -> Answer:
    """In which share of all that is possible the main claims hold."""
    report = result.report
    sentences = [sentence for name in WORDS for sentence in _held(report, name)]
    standing = report["standing"]["all"]
    cautions = [
        "A point is a drawn set of everything uncertain. Where a range is assumed, a share of it is no probability.",
        f"{counted(standing['counted'], 'point')} count, {standing['missed']} missed the base year, "
        f"{standing['failed']} failed.",
    ]
    rows = [
        [in_words(name), str(group["counted"]), *(_share(report, claim, name) for claim in WORDS)]
        for name, group in report["standing"].items()
    ]
    heads = ["points with", "number", *(text.removeprefix("The forecast ") for text in WORDS.values())]
    caption = f"Share of the points at which a claim is reached, before-after, {AFTER}"
    return Answer(sentences, [Shown(heads, rows, caption)], cautions)


def _row(report: Row, name: str, horizon: str, comparator: str) -> Row | None:
    wanted = {"id": name, "horizon": horizon, "comparator": comparator, "test": "reach"}
    return next((row for row in report["claims"] if all(row[key] == value for key, value in wanted.items())), None)


def _held(report: Row, name: str) -> Iterator[str]:
    parts = []
    for horizon in (FIRST, AFTER):
        told = []
        for comparator, words in (
            (BEFORE_AFTER, "of the points beside the base year"),
            (PAIRED, "beside the same world without the programme"),
        ):
            row = _row(report, name, horizon, comparator)
            share = row["shares"]["all"] if row else None
            if share and share["share"] is not None:
                span = " to ".join(percent(end, 0) for end in share["interval"])
                told.append(f"{percent(share['share'], 0)} {words} ({span}, {share['verdict']})")
        if told:
            parts.append(f"{WHEN[horizon]} at {listed(told)}")
    if parts:
        yield f"{WORDS[name]} is reached {'; '.join(parts)}."


def _share(report: Row, claim: str, group: str) -> str:
    row = _row(report, claim, AFTER, BEFORE_AFTER)
    share = row["shares"].get(group, {}).get("share") if row else None
    return percent(share, 0)


def sweep_answer(result: Result) -> Answer:
    """Which point is best, and which cannot be told from it."""
    report = result.report
    best, metric = report["best"], load_catalogue().metrics[report["best"]["outcome"]]
    if best["point"] is None:
        return Answer(["No point gave a result."])
    paths = [factor["factor"] for factor in report["factors"]]
    asked, luck = (best["outcome"], best["year"]), {row["point"]: row["behind"] for row in best["behind"]}
    rows = {row["point"]: row for row in report["rows"] if (row["outcome"], row["year"]) == asked}
    points = {point["point"]: point["levels"] for point in report["points"]}
    alike = [best["point"], *sorted(best["alike"], key=lambda point: luck[point])]
    value, unit = _value(rows[best["point"]], best, metric)
    levels = listed([f"{in_words(path)} {_level(points[best['point']][path])}" for path in paths])
    what = f"{'gain in ' if best['of'] == 'difference' else ''}{plain(best['outcome'])} of year {best['year']}"
    others = f"{len(best['alike'])} of the {len(best['behind'])} others cannot be told from it"
    sentences = [f"The {best['direction']} {what} is {value}{unit}, with {levels}; {others}.", *_factors(report, what)]
    cells = [
        [str(number), *(_level(points[number][path]) for path in paths), _value(rows[number], best, metric)[0],
         _limits(rows[number], best, metric)]
        for number in alike
    ]  # fmt: skip
    heads = ["point", *(in_words(path) for path in paths), f"{what},{unit}" if unit else what, "95 % interval"]
    cautions = [f"{counted(len(points), 'point')}, {counted(report['runs'], 'run')}. All points share their seeds."]
    lost = sum(point["missed_base_year"] + point["failed"] for point in report["points"])
    if lost:
        cautions.append(f"{counted(lost, 'seed')} failed or missed the base year at a point and are left out there.")
    caption = "The best point and those that cannot be told from it"
    return Answer(sentences, [Shown(heads, cells, caption)], cautions)


def _factors(report: Row, what: str) -> Iterator[str]:
    """Which factors move what is looked at, by the intervals of their levels."""
    best = report["best"]
    asked = {"outcome": best["outcome"], "year": best["year"], "of": best["of"]}
    rows = [row for row in report["effects"] if all(row[key] == value for key, value in asked.items())]
    moving = {row["factor"] for row in rows if row["interval"] and not row["interval"][0] <= 0.0 <= row["interval"][1]}
    known = list(dict.fromkeys(row["factor"] for row in rows))
    sure = [in_words(path) for path in known if path in moving]
    unsure = [in_words(path) for path in known if path not in moving]
    if sure:
        yield f"Over all points the {what} depends on {listed(sure)}: levels differ by more than luck explains."
    if unsure:
        yield f"No effect of {listed(unsure, 'or')} can be told from 0."


def _limits(row: Row, best: Row, metric: Any) -> str:
    """Interval of the value of a point."""
    span = row["difference_interval" if best["of"] == "difference" else "interval"]
    text = difference_of if best["of"] == "difference" else of_metric
    return " to ".join(text(end, metric) for end in span) if span else NOTHING


def _value(row: Row, best: Row, metric: Any) -> tuple[str, str]:
    if best["of"] == "difference":
        return difference_of(row["difference"], metric), f" {unit_of_difference(metric)}"
    return of_metric(row["mean"], metric), "" if metric.unit in ("share", "ratio") else f" {metric.unit}"


def _level(level: Any) -> str:
    return f"{level:.4g}" if isinstance(level, float) else str(level).replace("_", " ")
