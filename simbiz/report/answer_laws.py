"""Laws of markets, calibrations, ablations, censuses of orders, and what is seen and caused, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simbiz.plots import tables_census, tables_laws, tables_studies, tables_uplifts
from simbiz.plots.figures import sheet_of
from simbiz.plots.number_text import NOTHING, counted, listed, plain
from simbiz.plots.sheet import Shown
from simbiz.report.sentences import Answer
from simbiz.results.load import Result
from simbiz.studies.patterns.laws import too_small

Row = Mapping[str, Any]

LUCK = 0.05  # part of intervals of 95 % that miss what they are about


def patterns_answer(result: Result) -> Answer:
    """Which gates hold, and which do not."""
    report = result.report
    rows = [row for row in report["patterns"] if row["gated"]]
    failing = [row for row in rows if not row["holds"]]
    heads = ["statistic", "segment", "what is measured", "value", "tolerance"]
    cells = [
        [f"{row['id']} {plain(row['statistic'])}", row["segment"], row["meaning"], tables_laws.decimals(row["value"]),
         tables_laws.allowed(row["low"], row["high"])]
        for row in failing
    ]  # fmt: skip
    names = list(dict.fromkeys(f"{row['meaning']} ({row['id']})" for row in failing))
    told = f"; outside their tolerance: {'; '.join(names)}" if failing else ""
    holding = f"{len(rows) - len(failing)} of {counted(len(rows), 'test')}"
    first = f"{holding} of the laws hold in a market in which nothing happens{told}."
    cautions = [
        f"{counted(len(report['seeds']), 'seed')}; gates concern persons and the whole market, since no panel of "
        "organisations is public.",
        *(f"The tolerances are meant for larger studies: {why}." for why in too_small(report)),
        *_failed(report),
        "That repeat buying looks like that of consumer panels does not validate a case that is mostly wholesale.",
    ]
    shown = [Shown(heads, cells, "Gates that do not hold")] if failing else []
    return Answer([first], shown, cautions)


def calibrate_answer(result: Result) -> Answer:
    """How many points pass, what decides it, and whether the predictions hold there."""
    report = result.report
    sentences = [sheet_of(name, result).says for name in ("points", "fitted")]
    passing = [one for one in report["points"] if one["passes"]]
    if passing:
        holding = sum(all(one["predictions"].values()) for one in passing)
        laws = "; ".join(map(tables_laws.meaning_of, report["predicted"]))
        sentences.append(
            f"Laws that were not fitted hold at {holding} of {counted(len(passing), 'point')} that pass: {laws}."
        )
    cautions = [
        f"{counted(len(report['seeds']), 'seed')} at every point, a sample of {report['customers']:,} customers."
        if isinstance(report["customers"], int)
        else f"{counted(len(report['seeds']), 'seed')} at every point, the whole market.",
        "Claims are tested and never fitted: no quantity that a claim is about can be a target.",
        *_failed(report),
    ]
    if report["passing"] < report["fewest"]:
        cautions.insert(0, f"Fewer than {counted(report['fewest'], 'point')} pass: --points tries more.")
    return Answer(sentences, (), cautions)


def ablation_answer(result: Result) -> Answer:
    """What each mechanism adds to the gain in share, by horizon."""
    known = tables_studies.horizons_of_ablation(result)
    sentences = [sheet_of("mechanisms", result, horizon).says for horizon in known]
    mechanisms = len({row["mechanism"] for row in result.report["rows"]})
    cautions = [
        f"By luck alone about {LUCK * mechanisms:.0f} of {mechanisms} intervals of 95 % would not hold 0: few that do "
        "not say little.",
        "A mechanism that cannot be told from 0 may still matter: more seeds tell.",
        *_failed(result.report),
    ]
    parts = result.report.get("effect_parts")
    return Answer(sentences, [_parts_of_effect(parts)] if parts else (), cautions)


def _parts_of_effect(parts: Mapping[str, Any]) -> Shown:
    """What an effect gains with the mechanisms off through which it acts."""
    rows = [
        [row["horizon"], listed([plain(name) for name in row["off"]]) or "nothing", _in_points(row["gain"]),
         " to ".join(_in_points(end) for end in row["interval"] or ()), str(row["pairs"])]
        for row in parts["rows"]
    ]  # fmt: skip
    low, high = parts["range"]
    caption = f"Gain in share, in points, of {plain(parts['effect'])} from {low:g} to {high:g}, by what is switched off"
    return Shown(["horizon", "switched off", "gain", "95 %", "pairs"], rows, caption)


def _in_points(value: float | None) -> str:
    return NOTHING if value is None else f"{100.0 * value:+.2f}"


def census_answer(result: Result) -> Answer:
    """How all orders are spread, by outcome."""
    report = result.report
    known = tables_census.outcomes_of_census(result)
    sentences = [sheet_of("census", result, name).says for name in known]
    heads = ["outcome", *(f"place {place}" for place in range(1, 4))]
    cells = [[plain(name), *(", ".join(map(plain, row["order"])) for row in rows[: len(heads) - 1])]
             for name, rows in report["best"].items()]  # fmt: skip
    cells = [[*row, *[""] * (len(heads) - len(row))] for row in cells]
    cautions = [
        f"{counted(len(report['seeds']), 'seed')}, the same for all orders: what is best on them need not be best on "
        "others. simbiz orders says what can be told.",
        *_failed(report),
    ]
    if report["base_year_missed_or_restless_runs"]:
        lost = counted(report["base_year_missed_or_restless_runs"], "run")
        cautions.append(f"{lost} missed the base year or do not rest, and are in these means.")
    return Answer(sentences, [Shown(heads, cells, "The best orders on these seeds")], cautions)


def seen_answer(result: Result) -> Answer:
    """What is seen and what was caused of every segment, and what everybody gained."""
    report = result.report
    spent = [name for name in tables_uplifts.groups(result) if name.endswith("spent")]
    sentences = [sheet_of("uplifts", result, name).says for name in spent]
    rows = [
        [row["segment"], f"{100 * row['first_use_with_talk']:.1f} %", f"{100 * row['first_use_without_talk']:.1f} %",
         tables_uplifts.difference(row)]
        for row in report["diffusion"]
    ]  # fmt: skip
    heads = ["segment", "where people talk", "where nobody talks", "difference, points (95 %)"]
    years = counted(report["years_lived"], "year")
    caption = f"Customers who have used a new channel of the firm at least once, after {years}"
    cautions = [
        f"{counted(len(report['seeds']), 'seed')}; in brackets 95 % intervals over them. Buyers on several channels "
        "differ from those on one before any programme: what is seen holds that difference, what is caused does not.",
        *tables_uplifts.few_buyers(report, report["seen_and_caused"]),
        *_failed(report),
    ]
    shown = [table for table in (tables_uplifts.occasions(report),) if table]
    shown += [Shown(heads, rows, caption)] if rows else []
    nothing = "No segment has enough buyers on one channel." if report["seeds"] else "No run finished."
    return Answer(sentences or [nothing], shown, cautions)


def _failed(report: Row) -> Iterator[str]:
    if report.get("failed_runs"):
        yield f"{counted(report['failed_runs'], 'run')} failed and are left out."
