"""Tables of comparisons, sweeps and ablations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.plots.number_text import (
    counted,
    difference_of,
    figures,
    in_words,
    listed,
    of_metric,
    plain,
    points,
    unit_of_difference,
)
from simbiz.plots.sheet import Sheet, Shown
from simbiz.plots.style import rows_of
from simbiz.results.load import Result

Row = Mapping[str, Any]

MAIN_OUTCOMES = ("market_share", "revenue", "profit", "digitalization_rate")
MOST_MECHANISMS = 20
NAN = float("nan")


def compared_outcomes(result: Result) -> list[str]:
    """Outcomes of a comparison, the main ones first."""
    known = list(result.report.get("outcomes", []))
    return [*(name for name in MAIN_OUTCOMES if name in known), *(name for name in known if name not in MAIN_OUTCOMES)]


def values(result: Result, subject: str | None = None) -> Sheet:
    """An outcome of every alternative by year."""
    outcome, metric = _outcome(result, subject)
    rows = [row for row in result.report["values"] if row["outcome"] == outcome and row["mean"] is not None]
    if not rows:
        raise InputError("no two alternatives have a seed in common", file=result.folder)
    table = pd.DataFrame(
        [
            {"name": row["alternative"], "year": row["year"], "mean": row["mean"], "low": _end(row["interval"], 0),
             "high": _end(row["interval"], 1)}
            for row in rows
        ]
    )  # fmt: skip
    years, names = sorted(set(table["year"])), list(dict.fromkeys(table["name"]))
    cell = {(row["alternative"], row["year"]): _with_interval(row, metric) for row in rows}
    cells = [[name, *(cell.get((name, year), "-") for year in years)] for name in names]
    last = table[table["year"] == years[-1]].sort_values("mean", ascending=False)
    told = listed([f"{row.name} {of_metric(row.mean, metric)}" for row in rows_of(last)])
    unit = "" if metric.unit in ("share", "ratio") else f" ({metric.unit})"
    says = f"{outcome.replace('_', ' ').capitalize()} in year {years[-1]}{unit}: {told}."
    seeds = max(row["seeds"] for row in rows if row["year"] == years[-1])
    note = (
        f"Means over {counted(seeds, 'seed')}, the same for all; lines: 95 % intervals, each for itself. "
        "They hold what all alternatives share: what can be told apart is seen in the differences of pairs."
    )
    adopts = {one["name"]: one.get("programme", True) for one in result.report["alternatives"]}
    facts = {"unit": _axis(outcome, metric), "is_share": metric.unit == "share", "adopts": adopts}
    return Sheet({"values": table}, [Shown(["alternative", *(f"year {y}" for y in years)], cells)], says, note, facts)


def _outcome(result: Result, subject: str | None) -> tuple[str, Any]:
    outcome = subject or compared_outcomes(result)[0]
    return outcome, load_catalogue().metrics[outcome]


def _axis(outcome: str, metric: Any) -> str:
    name = outcome.replace("_", " ")
    return name if metric.unit == "share" else f"{name}, {metric.unit}"


def _end(interval: Sequence[float] | None, number: int) -> float:
    return NAN if interval is None else interval[number]


def _with_interval(row: Row, metric: Any) -> str:
    span = "" if row["interval"] is None else f" ({' to '.join(of_metric(end, metric) for end in row['interval'])})"
    return of_metric(row["mean"], metric) + span


def differences(result: Result, subject: str | None = None) -> Sheet:
    """Differences of all pairs of alternatives in the last year, with intervals that hold together."""
    outcome, metric = _outcome(result, subject)
    year = result.report["years"][-1]
    rows = [
        row
        for row in result.report["pairs"]
        if (row["outcome"], row["year"]) == (outcome, year) and row["difference"] is not None
    ]
    if not rows:
        raise InputError("no pair can be compared", file=result.folder)
    scale = 100.0 if metric.unit == "share" else 1.0
    table = pd.DataFrame(
        {
            "name": [f"{row['second']} less {row['first']}" for row in rows],
            "value": [scale * row["difference"] for row in rows],
            "low": [scale * _end(row["interval_together"], 0) for row in rows],
            "high": [scale * _end(row["interval_together"], 1) for row in rows],
            "marked": [bool(row["told_apart"]) for row in rows],
        }
    )
    cells = [
        [
            f"{row['second']} less {row['first']}",
            difference_of(row["difference"], metric),
            " to ".join(difference_of(end, metric) for end in row["interval_together"] or [None, None]),
            "yes" if row["told_apart"] else "no",
            figures(row["variance_reduction"], 2),
        ]
        for row in rows
    ]
    apart = sum(table["marked"])
    unit = unit_of_difference(metric)
    says = (
        f"Differences in {outcome.replace('_', ' ')} of year {year} between {counted(len(rows), 'pair')} of "
        f"alternatives, {unit}: {apart or 'none'} can be told from 0."
    )
    note = (
        "Blue: told apart; the intervals of all pairs hold together with 95 %, and have arrow heads where they are "
        "cut. Gain by pairing: how many times as many seeds would be needed if every alternative had its own luck."
    )
    heads = ["pair", f"difference, {unit}", "95 % interval together", "told apart", "gain by pairing"]
    facts = {"unit": f"difference in {outcome.replace('_', ' ')} of year {year}, {unit}"}
    return Sheet({"differences": table}, [Shown(heads, cells)], says, note, facts)


def levels(result: Result, subject: str | None = None) -> Sheet:
    """What each level of a factor does to what the sweep looks for the best of."""
    best = result.report["best"]
    metric = load_catalogue().metrics[best["outcome"]]
    asked = {"outcome": best["outcome"], "year": best["year"], "of": best["of"]}
    rows = [row for row in result.report["effects"] if all(row[key] == value for key, value in asked.items())]
    rows = [row for row in rows if row["effect"] is not None]
    if not rows:
        raise InputError("no level can be compared", file=result.folder)
    scale = 100.0 if metric.unit == "share" else 1.0
    names = [f"{in_words(row['factor'])}: {_level(row['level'])}" for row in rows]
    table = pd.DataFrame(
        {
            "name": names,
            "value": [scale * row["effect"] for row in rows],
            "low": [scale * _end(row["interval"], 0) for row in rows],
            "high": [scale * _end(row["interval"], 1) for row in rows],
        }
    )
    table["marked"] = (table["low"] > 0.0) | (table["high"] < 0.0)
    gain = "gain in " if best["of"] == "difference" else ""
    what = f"{gain}{best['outcome'].replace('_', ' ')} of year {best['year']}"
    cells = [
        [name, of_metric(row["mean"], metric), difference_of(row["effect"], metric),
         " to ".join(difference_of(end, metric) for end in row["interval"] or [None, None])]
        for name, row in zip(names, rows, strict=True)
    ]  # fmt: skip
    most = table.iloc[int(table["value"].argmax())]
    unit = unit_of_difference(metric)
    says = (
        f"Effects of levels on the {what}, against the mean of all points; the largest is {most['name']} "
        f"({most['value']:+.2f} {unit})."
    )
    over = "luck over seeds" if rows[0]["over"] == "seeds" else "luck and what the other factors do"
    note = f"Blue: the 95 % interval does not hold 0. Intervals are those of {over}."
    heads = ["level", f"mean {what}", f"effect, {unit}", "95 % interval"]
    return Sheet({"levels": table}, [Shown(heads, cells)], says, note, {"unit": f"effect on the {what}, {unit}"})


def _level(level: Any) -> str:
    return f"{level:.4g}" if isinstance(level, float) else str(level).replace("_", " ")


def horizons_of_ablation(result: Result) -> list[str]:
    """Horizons of an ablation, the last first."""
    return list(dict.fromkeys(row["horizon"] for row in result.report.get("rows", [])))[::-1]


def parts(result: Result, subject: str | None = None) -> Sheet:
    """What each mechanism adds to the gain in share."""
    known = horizons_of_ablation(result)
    horizon = subject or (known[0] if known else "")
    rows = [
        row
        for row in result.report.get("rows", [])
        if row["horizon"] == horizon and row["effect"] == "market_share" and row["contribution"] is not None
    ]
    if not rows:
        raise InputError("no mechanism can be compared", file=result.folder)
    rows.sort(key=lambda row: -abs(row["contribution"]))
    table = pd.DataFrame(
        {
            "name": [plain(row["mechanism"]) for row in rows],
            "value": [100.0 * row["contribution"] for row in rows],
            "low": [100.0 * _end(row["interval"], 0) for row in rows],
            "high": [100.0 * _end(row["interval"], 1) for row in rows],
        }
    )
    table["marked"] = (table["low"] > 0.0) | (table["high"] < 0.0)
    cells = [
        [plain(row["mechanism"]), points(row["full"]), points(row["without"]), points(row["contribution"]),
         " to ".join(points(end) for end in row["interval"] or [None, None])]
        for row in rows
    ]  # fmt: skip
    told = table[table["marked"]]
    top = listed([f"{row.name} ({row.value:+.2f})" for row in rows_of(told.head(3))])
    of = f"of {len(table)} mechanisms"
    says = f"Parts of mechanisms in the gain in share, {horizon}, percentage points: "
    if table["low"].isna().all():
        says += "one pair of worlds tells none from 0."
    elif not len(told):
        says += f"none {of} can be told from 0."
    else:
        says += f"{len(told)} {of} can be told from 0, the largest {top}."
    note = (
        "Gain of the full model less that without the mechanism; parts do not add up. Blue: the interval is off 0, as "
        "one in twenty is by luck. Lines are 95 % intervals over pairs of worlds, with arrow heads where they are cut."
    )
    if len(rows) > MOST_MECHANISMS:
        note += f" The {MOST_MECHANISMS} largest are drawn."
    heads = ["mechanism", "gain, full model", "gain without it", "part", "95 % interval"]
    facts = {"unit": "part in the gain in share, percentage points"}
    return Sheet({"parts": table.head(MOST_MECHANISMS)}, [Shown(heads, cells)], says, note, facts)
