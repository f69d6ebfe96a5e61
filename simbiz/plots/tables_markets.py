"""Tables of pay-back, of the loyalty of buyers, and of market maps in every variant of the method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from simbiz.errors import InputError
from simbiz.plots.number_text import NOTHING, counted, figures, listed, percent
from simbiz.plots.sheet import Sheet, Shown
from simbiz.results.load import Result
from simbiz.runs.stored_plan import study_in

Row = Mapping[str, Any]
Panel = tuple[str, str | None, str, bool]

NAN = float("nan")
MONEY = "thousand roubles"
FEW_WORLDS = 3  # intervals over two or three worlds are wider than what firms differ by: the table alone has them
QUARTER = 12  # weeks between rows of the table of a path, a multiple of what is kept
# Panels of the figure of loyalty: measure, what is expected of it, how it is called, whether it is a share.
PANELS: tuple[Panel, ...] = (
    ("frequency", "expected_frequency", "purchases a buyer and year", False),
    ("requirements", "expected_requirements", "share of their needs that buyers buy here", True),
    ("churn", None, "buyers of the year before who did not return", True),
)
CLASSES = "1 to 4 leaders, 5 to 8 strong, 9 to 12 weak, 13 to 16 outsiders; within each the fastest growing first"


def payback(result: Result, subject: str | None = None) -> Sheet:
    """Gain and cost to date by week, over all pairs of worlds and of each."""
    report = result.report
    if not report["worlds"]:
        raise InputError("no pair of worlds finished", file=result.folder)
    if not report.get("path"):
        raise InputError("an earlier version kept years alone: simbiz payback makes it anew", file=result.folder)
    path = pd.DataFrame([{"week": 0, "gain": 0.0, "low": 0.0, "high": 0.0, "cost": 0.0}, *map(_point, report["path"])])
    weeks = [row["week"] for row in report["path"]]
    pairs = pd.DataFrame(
        [
            {"week": week, "seed": pair["seed"], "gain": gain}
            for pair in report["pairs"]
            for week, gain in zip([0, *weeks], [0.0, *pair["gain_to_date"]], strict=True)
        ]
    )
    shown = [row for row in report["path"] if row["week"] % QUARTER == 0 or row["week"] == weeks[-1]]
    cells = [[str(row["week"]), f"{row['cost_to_date']:,.0f}", f"{row['gain_to_date']:+,.0f}", between(row["interval"])]
             for row in shown]  # fmt: skip
    heads = ["to the end of week", f"implementation, {MONEY}", f"gain in profit, {MONEY}", "95 % interval"]
    ends = [[str(pair["seed"]), str(pair["week"] or "not within the calendar"), f"{pair['gain_to_date'][-1]:+,.0f}"]
            for pair in report["pairs"]]  # fmt: skip
    twins = [
        Shown(heads, cells, f"Means over {counted(report['worlds'], 'pair')}"),
        Shown(["seed", "week of pay-back", f"gain to week {weeks[-1]}, {MONEY}"], ends, "Pairs of worlds"),
    ]
    facts = {"weeks": [pair["week"] for pair in report["pairs"] if pair["week"]], "median": report["week"]}
    return Sheet({"path": path, "pairs": pairs}, twins, _payback_said(report), _payback_note(report), facts)


def _point(row: Row) -> dict[str, float]:
    low, high = row["interval"] or (NAN, NAN)
    return {"week": row["week"], "gain": row["gain_to_date"], "low": low, "high": high, "cost": row["cost_to_date"]}


def _payback_said(report: Row) -> str:
    last, lowest = report["path"][-1], min(report["path"], key=lambda row: row["gain_to_date"])
    paid = sum(pair["week"] is not None for pair in report["pairs"])
    when = f", by week {report['week']:.0f} in the median of these" if paid else ""
    dip = (
        f" It is lowest with {lowest['gain_to_date']:+,.0f} at the end of week {lowest['week']}."
        if lowest["gain_to_date"] < 0.0
        else ""
    )
    return (
        f"Gain in profit to the end of week {last['week']}: {last['gain_to_date']:+,.0f} {MONEY}, after "
        f"{last['cost_to_date']:,.0f} for implementation.{dip} Paid back in {paid} of "
        f"{counted(len(report['pairs']), 'pair')}{when}."
    )


def _payback_note(report: Row) -> str:
    return (
        "Profit with the programme less profit of the same world without it, summed from its start; implementation is "
        f"taken off already. Mean of {counted(report['worlds'], 'pair')} of worlds. Paid back: from that week's end on "
        "the sum is never below nothing again."
    )


def between(span: Sequence[float] | None) -> str:
    """Interval of money, with signs."""
    return NOTHING if span is None else " to ".join(f"{limit:+,.0f}" for limit in span)


def segments_of(result: Result) -> list[str]:
    """Segments in which somebody bought."""
    return list(dict.fromkeys(row["segment"] for row in result.report["firms"] if row["frequency"] is not None))


def loyalty(result: Result, subject: str | None = None) -> Sheet:
    """Loyalty of the buyers of every firm of a segment over its share, and what that predicts."""
    report, scenario, known = result.report, study_in(result.folder).scenario, segments_of(result)
    if not known:
        raise InputError("no run finished, or nobody bought", file=result.folder)
    segment = subject or known[0]
    rows = [row for row in report["firms"] if row["segment"] == segment]
    titles = {row["firm"]: scenario.firms[row["firm"]].title for row in rows}
    spans = report["worlds"] > FEW_WORLDS
    tables = {what: pd.DataFrame([_loyal(row, titles, name, expected, spans) for row in rows])
              for name, expected, what, _ in PANELS}  # fmt: skip
    cells = [
        [titles[row["firm"]], percent(row["share"]), percent(row["penetration"]),
         *(cell for panel in PANELS for cell in _cells(row, panel))]
        for row in sorted(rows, key=lambda row: -row["share"])
    ]  # fmt: skip
    heads = ["firm", "share", "part of customers who buy"]
    for _, expected, what, _ in PANELS:
        heads += [f"{what} (95 %)", "expected"] if expected else [f"{what} (95 %)"]
    focal = titles[scenario.focal]
    return Sheet(tables, [Shown(heads, cells)], _loyalty_said(rows, scenario.focal, focal, segment, report["year"]),
                 _loyalty_note(report), {"focal": focal})  # fmt: skip


def _loyal(row: Row, titles: Mapping[str, str], name: str, expected: str | None, spans: bool) -> dict[str, Any]:
    low, high = (row.get("intervals", {}).get(name) if spans else None) or (NAN, NAN)
    own = {"firm": titles[row["firm"]], "share": row["share"], "low": low, "high": high}
    return own | {"value": _number(row[name]), "expected": _number(row[expected]) if expected else NAN}


def _number(value: float | None) -> float:
    return NAN if value is None else value


def _cells(row: Row, panel: Panel) -> list[str]:
    name, expected, _, is_share = panel
    span = row.get("intervals", {}).get(name)
    limits = f" ({' to '.join(_text(max(end, 0.0), is_share) for end in span)})" if span else ""
    return [f"{_text(row[name], is_share)}{limits}", *([_text(row[expected], is_share)] if expected else [])]


def _text(value: float | None, is_share: bool) -> str:
    return percent(value) if is_share else figures(value)


def _loyalty_said(rows: Sequence[Row], focal: str, title: str, segment: str, year: int) -> str:
    own = next(row for row in rows if row["firm"] == focal)
    if own["frequency"] is None:
        return f"Nobody of segment {segment} bought from {title} in year {year}."
    return (
        f"Segment {segment}, year {year}: buyers of {title}, with a share of {percent(own['share'])}, buy "
        f"{figures(own['frequency'])} times (expected {figures(own['expected_frequency'])}), cover "
        f"{percent(own['requirements'])} of their needs there (expected {percent(own['expected_requirements'])}), and "
        f"{percent(own['churn'])} of those of the year before did not return."
    )


def _loyalty_note(report: Row) -> str:
    worlds = counted(report["worlds"], "world")
    lines = (
        f"Vertical lines: 95 % intervals over {worlds}, cut at the frame; the table has them whole."
        if report["worlds"] > FEW_WORLDS
        else f"Means of {worlds}; the table has 95 % intervals."
        if report["worlds"] > 1
        else "One world."
    )
    return (
        "Double jeopardy: small firms have fewer buyers, who are also less loyal. Dashed: what the Dirichlet, fitted "
        "to all purchases of the segment, expects of a firm of that share; above it buyers are more loyal than the "
        f"share explains. For those who did not return it expects nothing. {lines}"
    )


def variants_of(result: Result) -> list[str]:
    """Variants of the method: the usual one, those that put the focal firm elsewhere, and the others."""
    report = result.report
    cells: Row = next((firm["labels"] for firm in report["firms"] if firm["focal"]), {})
    usual = report["default_variant"]
    names = [row["variant"] for row in report["variants"]]
    return sorted(names, key=lambda name: (name != usual, cells[name]["cell"] == cells[usual]["cell"]))


def standing(result: Result, subject: str | None = None) -> Sheet:
    """Firms on the map of one variant of the method."""
    report, known = result.report, variants_of(result)
    if not known:
        raise InputError("no run finished and met the base year", file=result.folder)
    name, firms = subject or known[0], report["firms"]
    variant = next(row for row in report["variants"] if row["variant"] == name)
    table = pd.DataFrame([{"firm": firm["title"], "share_before": firm["share_before"], "share": firm["share"],
                           "growth": _number(firm["growth"])} for firm in firms])  # fmt: skip
    since = f"year {report['growth_since']}"
    heads = ["firm", f"share, {since}", f"share, year {report['year']}", "growth", "cell", "position",
             "worlds that say the same"]  # fmt: skip
    rows = [
        [firm["title"], percent(firm["share_before"]), percent(firm["share"]), figures(firm["growth"]),
         str(firm["labels"][name]["cell"]), in_class(firm["labels"][name]), percent(firm["labels"][name]["worlds"], 0)]
        for firm in firms
    ]  # fmt: skip
    own = next(firm for firm in firms if firm["focal"])
    label = own["labels"][name]
    says = (
        f"Competitive market map of year {report['year']} by the variant {name}: {own['title']} stands in cell "
        f"{label['cell']} ({in_class(label)}) with a share of {percent(own['share'])}, {figures(own['growth'])} times "
        f"that of {since}."
    )
    note = (
        f"Mean shares of {counted(report['worlds'], 'world')}. Cells: {CLASSES}. Variant {name}: {variant['meaning']}. "
        f"Arrows: share of {since} to that of year {report['year']}; dashed: borders of the cells."
    )
    facts = {f"{axis}_borders": [variant[f"{axis}_borders"][end] for end in ("lower", "middle", "upper")]
             for axis in ("share", "growth")}  # fmt: skip
    return Sheet({"map": table}, [Shown(heads, rows)], says, note, {**facts, "focal": own["title"]})


def in_class(label: Row) -> str:
    """Class of share and class of growth in words."""
    return f"{label['share_class']}, {label['growth_class']}"


def same_elsewhere(firm: Row, default: str) -> tuple[list[str], list[str]]:
    """Other variants that put a firm into the cell of the usual one, and those that do not, with their cell."""
    labels, own = firm["labels"], firm["labels"][default]["cell"]
    others = {name: label for name, label in labels.items() if name != default}
    same = [name for name, label in others.items() if label["cell"] == own]
    return same, [f"{name} says cell {label['cell']} ({in_class(label)})" for name, label in others.items()
                  if label["cell"] != own]  # fmt: skip


def cells_by_variant(result: Result) -> Shown:
    """Cell of every firm in every variant."""
    report = result.report
    names = [row["variant"] for row in report["variants"]]
    rows = [[firm["title"], percent(firm["share"], 2), *(str(firm["labels"][name]["cell"]) for name in names)]
            for firm in report["firms"]]  # fmt: skip
    return Shown(["firm", f"share, year {report['year']}", *names], rows, f"Cells by variant of the method ({CLASSES})")


def meanings(result: Result) -> str:
    """What the variants are."""
    return listed([f"{row['variant']}: {row['meaning']}" for row in result.report["variants"]])
