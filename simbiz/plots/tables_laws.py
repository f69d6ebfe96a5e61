"""Tables of the laws of markets: statistics against their tolerances, and parameter points under which they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.plots.number_text import counted, figures, listed, named, plain
from simbiz.plots.sheet import Sheet, Shown
from simbiz.results.load import Result
from simbiz.studies.patterns.laws import too_small
from simbiz.studies.patterns.tables import MARKET, STATIONARITY

Row = Mapping[str, Any]

NAN = float("nan")
HOLDS = {True: "yes", False: "no", None: "-"}
CERTAIN = 0.05  # two sorts of points differ where luck does it less often, all parameters together
SMALLEST = 0.0005
FEWEST = 3  # of either sort of points, for them to be compared


def segments(result: Result) -> list[str]:
    """Segments whose statistics were measured, and the whole market."""
    return list(dict.fromkeys(row["segment"] for row in result.report.get("patterns", [])))


def laws(result: Result, subject: str | None = None) -> Sheet:
    """Every statistic of a segment against the tolerance of its law."""
    known = segments(result)
    if not known:
        raise InputError("no run finished", file=result.folder)
    segment = subject or known[0]
    rows = [row for row in result.report["patterns"] if row["segment"] == segment]
    measured = [row for row in rows if _has_tolerance(row) and row["value"] is not None]
    if not measured:
        raise InputError(f"no statistic of {segment} has a tolerance", file=result.folder)
    declared = load_catalogue().patterns
    cells = [
        [
            f"{row['id']} {plain(row['statistic'])}",
            row["meaning"],
            decimals(row["value"]),
            " to ".join(map(decimals, row["range"])),
            allowed(row["low"], row["high"]),
            HOLDS[row["holds"]],
            "yes" if row["gated"] else "no",
            declared[row["id"]].law,
        ]
        for row in rows
    ]
    gates = [row for row in measured if row["gated"]]
    failing = [f"{row['id']} {row['meaning']} ({decimals(row['value'])}, {allowed(row['low'], row['high'])})"
               for row in gates if not row["holds"]]  # fmt: skip
    who = "the whole market" if segment == MARKET else f"segment {segment}"
    if gates:
        says = f"Laws of markets, {who}: {len(gates) - len(failing)} of {counted(len(gates), 'gate')} hold."
        says += f" Outside: {'; '.join(failing)}." if failing else ""
    else:
        holding = sum(bool(row["holds"]) for row in measured)
        says = f"Laws of markets, {who}: {holding} of {counted(len(measured), 'statistic')} lie within their tolerance."
        says += " None of them is a gate: organisations have no public panel to compare with."
    seeds = counted(len(result.report["seeds"]), "seed")
    note = (
        f"Median of {seeds}, the line is their range; of {STATIONARITY} the worst firm and the range over firms. "
        "Every row has a scale of its own, on which its tolerance ends at the two limits; arrow heads lie further out. "
        "Hollow: no gate."
    )
    small = too_small(result.report)
    if small:
        note += f" The tolerances are meant for larger studies: {'; '.join(small)}."
    heads = ["statistic", "what is measured", "value", "range", "tolerance", "holds", "gate", "law"]
    return Sheet({"laws": pd.DataFrame(_lines(measured))}, [Shown(heads, cells)], says, note)


def _has_tolerance(row: Row) -> bool:
    return row["low"] is not None or row["high"] is not None


def _lines(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for row in rows:
        least, most = row["range"]
        yield {
            "name": f"{row['id']} {row['meaning']}",
            "value": row["value"],
            "least": _number(least),
            "most": _number(most),
            "low": _number(row["low"]),
            "high": _number(row["high"]),
            "holds": bool(row["holds"]),
            "gated": bool(row["gated"]),
            "written": decimals(row["value"]),
            "allowed": allowed(row["low"], row["high"]),
        }


def _number(value: float | None) -> float:
    return NAN if value is None else float(value)


def decimals(value: float | None) -> str:
    """Statistic as text with three figures; what three decimals do not show is nothing."""
    return figures(value) if value is None or not abs(value) < SMALLEST else "0.000"


def allowed(low: float | None, high: float | None) -> str:
    """Tolerance as text."""
    if low is None and high is None:
        return "-"
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"{low:g} to {high:g}"


def points_tried(result: Result, subject: str | None = None) -> Sheet:
    """Points of a calibration within the declared ranges, and which parameters decide whether they pass."""
    report = result.report
    passes = np.array([one["passes"] for one in report["points"]], dtype=bool)
    of_sequence = np.arange(len(passes)) < report["tried"] - report["from_local_search"]
    lines, cells = [], []
    for path, bound in report["bounds"].items():
        low, high = bound["range"]
        values = np.array([one["values"][path] for one in report["points"]])
        chance = _chance(values[of_sequence], passes[of_sequence])
        told = chance * len(report["bounds"]) < CERTAIN
        passing = f"{figures(values[passes].min())} to {figures(values[passes].max())}" if passes.any() else "-"
        lines.append({"name": named(path), "places": (values - low) / (high - low), "passes": passes, "bold": told,
                      "shipped": (bound["shipped"] - low) / (high - low), "written": passing})  # fmt: skip
        cells.append([named(path), f"{low:g} to {high:g}", f"{bound['shipped']:g}", passing, bound["evidence"],
                      "-" if chance != chance else figures(chance, 2), "yes" if told else "no"])  # fmt: skip
    moving = [line["name"] for line in lines if line["bold"]]
    deciding = listed(moving) if moving else "none of them can be told to decide it, each for itself"
    says = (
        f"{int(passes.sum())} of {counted(len(passes), 'point')} pass. Of {counted(len(lines), 'parameter')} that were "
        f"varied, {deciding}{' decide it' if len(moving) > 1 else ' decides it' if moving else ''}."
    )
    note = (
        "A point is a value of every parameter; one that passes has every fitted law within its tolerance and met the "
        "base year. The answer is the set, not a best point. Bold: values that pass differ from those that do not "
        f"(two-sample Kolmogorov-Smirnov test, {100 * CERTAIN:.0f} % for all parameters together"
    )
    note += ", points of the local search left out)." if report["from_local_search"] else ")."
    heads = ["parameter", "declared range", "shipped", "passing", "evidence", "probability by luck", "decides"]
    return Sheet({"points": pd.DataFrame(lines)}, [Shown(heads, cells)], says, note)


def _chance(values: Any, passes: Any) -> float:
    """Probability that luck alone sets values that pass so far from those that do not; not a number for too few."""
    if min(passes.sum(), (~passes).sum()) < FEWEST:
        return NAN
    return float(ks_2samp(values[passes], values[~passes]).pvalue)


def meaning_of(name: str) -> str:
    """What a statistic measures, by the name of its law and its own."""
    law, _, statistic = name.partition(".")
    return load_catalogue().patterns[law].statistics[statistic].meaning


def points_and_laws(result: Result, subject: str | None = None) -> Sheet:
    """Fitted and predicted statistics at all points of a calibration against their tolerances."""
    report = result.report
    names = dict.fromkeys(name.split(".")[0] for one in report["points"] for name in one["predictions"])
    lines, cells, points, told = [], [], [], []
    for use in ("fitted", "predicted"):
        for segment in names:
            for name, (low, high) in report[use].items():
                law, meaning = name.partition(".")[0], meaning_of(name)
                found = [_number(one["statistics"].get(segment, {}).get(name)) for one in report["points"]]
                passing = [v for v, one in zip(found, report["points"], strict=True) if one["passes"] and v == v]
                inside = sum(_inside(value, low, high) for value in found)
                span = f"{figures(min(passing))} to {figures(max(passing))}" if passing else "-"
                lines.append({"name": f"{law} {meaning} ({segment}, {use})", "low": _number(low), "high": _number(high),
                              "written": span, "allowed": allowed(low, high), "holds": inside == len(found),
                              "gated": True})  # fmt: skip
                points.append(found)
                cells.append([f"{name} ({segment})", meaning, use, allowed(low, high), _span(found), span,
                              f"{inside} of {len(found)}"])  # fmt: skip
                if use == "fitted":
                    told.append((inside, f"{law} {meaning}"))
    hardest = min(told)
    says = (
        f"Laws at {counted(len(report['points']), 'point')}: what most often lies outside its tolerance is "
        f"{hardest[1]}, within it at {hardest[0]}."
        if hardest[0] < len(report["points"])
        else f"Laws at {counted(len(report['points']), 'point')}: every fitted law lies within its tolerance at all."
    )
    note = (
        "A mark is the median over seeds at a point. Fitted laws decide whether a point passes; predicted ones do "
        "not, and are looked at afterwards. Every row has a scale of its own, on which its tolerance ends at the two "
        "limits; what lies further out is drawn at the edge."
    )
    heads = ["statistic", "what is measured", "use", "tolerance", "all points", "passing points", "within"]
    return Sheet({"laws": pd.DataFrame(lines)}, [Shown(heads, cells)], says, note, {"points": points})


def _inside(value: float, low: float | None, high: float | None) -> bool:
    return value == value and (low is None or value >= low) and (high is None or value <= high)


def _span(values: Sequence[float]) -> str:
    known = [value for value in values if value == value]
    return f"{figures(min(known))} to {figures(max(known))}" if known else "-"
