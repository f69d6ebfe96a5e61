"""Runs, comparisons, sensitivity and orders in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simbiz.catalogue import load_catalogue
from simbiz.plots import tables_orders, tables_sensitivity
from simbiz.plots.figures import sheet_of, subjects_of
from simbiz.plots.number_text import (
    counted,
    difference_of,
    in_words,
    listed,
    of_metric,
    plain,
    unit_of_difference,
)
from simbiz.plots.sheet import Shown
from simbiz.report.sentences import Answer
from simbiz.results.load import Result
from simbiz.runs.stored_plan import study_in

Row = Mapping[str, Any]

LEADING = ("market_share", "revenue", "profit", "digitalization_rate")
SHOWN = (
    *LEADING, "share_index", "awareness", "consideration", "digital_contacts", "contexts_lost", "leads_lost", "wait",
    "servqual_gap", "repeat_rate", "nps_customers",
)  # fmt: skip
PRECEDENCES = 5
MAIN = 3
CHANGES = 6


def run_answer(result: Result) -> Answer:
    """Where the focal firm goes from the base year to the last."""
    report, scenario = result.report, study_in(result.folder).scenario
    means, metrics = report["means"], load_catalogue().metrics
    if not means:
        return Answer(["No run finished, so that there is no answer."])
    years = list(next(iter(means.values())))
    title, last = scenario.firms[scenario.focal].title, years[-1]
    told = [
        f"{plain(name)} from {of_metric(means[name].get('0'), metrics[name])} to "
        f"{of_metric(means[name][last], metrics[name])}{_unit(metrics[name])}"
        for name in LEADING
        if name in means
    ]
    follows = "follows its programme" if scenario.programme.order else "follows no programme"
    sentence = f"{title} {follows}. From year 0 to year {last}: {'; '.join(told)}."
    rows = [
        [plain(name), *(of_metric(value, metrics[name]) for value in means[name].values()), metrics[name].unit,
         metrics[name].explanation]
        for name in SHOWN
        if name in means
    ]  # fmt: skip
    heads = ["metric", *(f"year {year}" for year in years), "unit", "what it is"]
    worlds = report["finished_runs"]
    luck = (
        f"Means of {counted(worlds, 'world')}, which carry the luck of their seeds: the tables of the figures hold "
        "intervals."
        if worlds > 1
        else "One world, with the luck of its seed: what it says without more seeds (--replicates) has no interval."
    )
    cautions = [
        f"{luck} The programme starts with year 1.",
        "This is what happens, not what the programme causes: for that a world without it is needed "
        "(simbiz claims, simbiz compare).",
    ]
    if report["missed_base_year"]:
        cautions.append(f"{counted(report['missed_base_year'], 'run')} missed the base year and are in these means.")
    return Answer([sentence], [Shown(heads, rows, f"{title} by year")], cautions)


def _unit(metric: Any) -> str:
    return "" if metric.unit in ("share", "ratio") else f" {metric.unit}"


def compare_answer(result: Result) -> Answer:
    """Which alternatives can be told apart in the last year, by main outcome."""
    report, metrics = result.report, load_catalogue().metrics
    year = report["years"][-1]
    main = [name for name in LEADING if name in report["outcomes"]] or report["outcomes"][:3]
    sentences = [sentence for name in main for sentence in _compared(report, name, year, metrics[name])]
    cautions = [
        f"{counted(len(report['seeds']), 'seed')} in which all alternatives share their luck; year {year}. Means and "
        "differences are over the seeds that all alternatives have. The intervals of all pairs of an outcome, in "
        "brackets, hold together with 95 %.",
        "What cannot be told apart may still differ: more seeds tell.",
    ]
    for one in report["alternatives"]:
        lost = one["missed_base_year"] + one["failed"]
        if lost:
            cautions.append(f"{one['name']}: {counted(lost, 'world')} failed or missed the base year and are left out.")
    rows = [
        [one["name"], one["scenario"], _changes(one["changes"], one["scenario"] == report["scenario"])]
        for one in report["alternatives"]
    ]
    caption = f"Alternatives, and what each changes of {report['scenario']}"
    return Answer(sentences, [Shown(["alternative", "scenario", "what it changes"], rows, caption)], cautions)


def compare_title(result: Result) -> str:
    """What is compared, by name."""
    return f"Comparison of {listed([one['name'] for one in result.report['alternatives']])}"


def _changes(changes: Row, is_same: bool) -> str:
    """Changes of a scenario in words: the first of them, and how many more there are."""
    told = [f"{in_words(path)}: {_value(value)}" for path, value in list(changes.items())[:CHANGES]]
    if len(changes) > CHANGES:
        told.append(f"{len(changes) - CHANGES} more")
    return "; ".join(told) or ("nothing" if is_same else "not kept: this version wrote no changes of whole scenarios")


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{plain(key)} {_value(one)}" for key, one in value.items()) or "none"
    return "none" if value is None else plain(str(value))


def _compared(report: Row, outcome: str, year: int, metric: Any) -> Iterator[str]:
    chosen = {"outcome": outcome, "year": year}
    values = [row for row in report["values"] if _has(row, chosen) and row["mean"] is not None]
    values.sort(key=lambda row: -row["mean"])
    if not values:
        return
    means = listed([f"{row['alternative']} {of_metric(row['mean'], metric)}" for row in values])
    pairs = [row for row in report["pairs"] if _has(row, chosen) and row["difference"] is not None]
    apart = [_above(row, metric) for row in pairs if row["told_apart"]]
    told = (
        f"Of {counted(len(pairs), 'pair')} {len(apart)} can be told apart, in {unit_of_difference(metric)}: "
        f"{'; '.join(apart)}."
        if apart
        else f"None of {counted(len(pairs), 'pair')} can be told apart."
    )
    name = plain(outcome).capitalize()
    seeds = counted(max(row["seeds"] for row in values), "seed")
    yield f"{name} in year {year}{_of_unit(metric)}, means over {seeds}: {means}. {told}"


def _above(row: Row, metric: Any) -> str:
    """The larger of a pair, and by how much."""
    high, low, sign = row["second"], row["first"], 1.0
    if row["difference"] < 0.0:
        high, low, sign = low, high, -1.0
    ends = sorted(sign * end for end in row["interval_together"])
    span = " to ".join(difference_of(end, metric) for end in ends)
    return f"{high} above {low} by {difference_of(sign * row['difference'], metric)} ({span})"


def _of_unit(metric: Any) -> str:
    return "" if metric.unit in ("share", "ratio") else f" ({metric.unit})"


def _has(row: Row, wanted: Mapping[str, Any]) -> bool:
    return all(row[key] == value for key, value in wanted.items())


def sensitivity_answer(result: Result) -> Answer:
    """Which parameters decide the main outcomes, and how much is luck."""
    report = result.report
    stage = report["stages"][-1]
    main = tables_sensitivity.outcomes(result)[:MAIN]
    sentences = [f"{_decided(stage, one)} {tables_sensitivity.of_variance(result, one)}" for one in main]
    cautions = [
        f"{counted(len(report['seeds']), 'seed')}, the same at all points; decline {report['decline']}, rivals "
        f"{report['rivals']}. An index says what decides an outcome within the declared ranges, not that these hold.",
    ]
    cautions += filter(None, (tables_sensitivity.told_from_zero(stage, one) for one in main[:1]))
    cautions += _still(stage)
    lost = max((one["blocks_left_out"] for one in stage["outcomes"].values()), default=0)
    if lost:
        cautions.append(f"{counted(lost, 'block')} of the design lack a point and are left out where they do.")
    if report["failed_runs"]:
        cautions.append(f"{counted(report['failed_runs'], 'run')} failed.")
    return Answer([sentence.strip() for sentence in sentences] or ["No parameter moves any outcome."], (), cautions)


def _decided(stage: Row, outcome: str) -> str:
    leading = next(iter(stage["outcomes"][outcome]["indices"]))
    index = tables_sensitivity.INDICES.get(leading, leading)
    what = tables_sensitivity.titled(outcome)
    return f"What {what} hangs on, by the {index}: {tables_sensitivity.leaders(stage, outcome)}."


def _still(stage: Row) -> Iterator[str]:
    """Outcomes that nothing moves, by what they are about."""
    known: dict[str, list[bool]] = {}
    for name, one in stage["outcomes"].items():
        known.setdefault(tables_sensitivity.about(name), []).append(one.get("moves") is False)
    told = [f"{what} ({sum(still)} of {counted(len(still), 'outcome')})" for what, still in known.items() if any(still)]
    if told:
        yield f"No parameter that was varied moves {'; '.join(told)}."


def orders_answer(result: Result) -> Answer:
    """Which orders may be the best, and what makes an order good."""
    report = result.report
    sentences = [sheet_of("orders", result, name).says for name in subjects_of("orders", result)]
    rows = []
    for name, outcome in report["outcomes"].items():
        scale, unit, digits = tables_orders.measure(outcome["unit"])
        first = [plain(row["tool"]) for row in outcome["first_steps"] or [] if row["inside"]]
        sure = [row for row in outcome["precedence"] or [] if row["low"] > 0.0][:PRECEDENCES]
        pairs = ((f"{plain(row['first'])} before {plain(row['then'])}", scale * row["effect"]) for row in sure)
        before = [f"{pair} {effect:+,.{digits}f}" for pair, effect in pairs]
        rows.append([name, listed(first, "or") or "-", "; ".join(before) or "no pair can be told", unit])
    heads = ["result", "best first step", "what should stand before what", "unit"]
    cautions = [
        f"{report['candidates']:,} candidates, {counted(report['budget']['runs'], 'run')}. The comparison is among the "
        "finalists; of the other orders only a linear model speaks.",
        f"{report['weeks']} weeks from the start, rivals {report['rivals']}.",
    ]
    if report["budget"]["left_out"]:
        lost = counted(report["budget"]["left_out"], "run")
        cautions.append(f"{lost} failed, missed the base year, or stand beside such.")
    return Answer(sentences, [Shown(heads, rows, "What makes an order good, from screening")], cautions)
