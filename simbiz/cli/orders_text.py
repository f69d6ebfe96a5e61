"""The tables of a search among orders, for people."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from simbiz.cli.output import WIDTH, echo, print_table

FINALISTS_SHOWN, PRECEDENCE_SHOWN = 5, 6
COLUMNS = {
    "share": "share",
    "share_last_year": "share",
    "profit": "profit",
    "payback": "week",
    "loyalty": "repeat rate",
}


def print_best_of_all(report: Mapping[str, Any]) -> None:
    """Print the best orders of a census, by each outcome."""
    echo(f"All {report['orders']} orders of {len(report['tools'])} tools, {len(report['seeds'])} seeds each.")
    for name, rows in report["best"].items():
        echo(f"\nThe best on these seeds by {name}:\n")
        lines = [
            [str(place), _value(name, row["mean"]), " ".join(row["order"])] for place, row in enumerate(rows, start=1)
        ]
        print_table(["", COLUMNS[name], "order"], lines)


def print_orders(report: Mapping[str, Any]) -> None:
    """Print for each outcome who may be the best, what else was compared, and what makes an order good."""
    _print_head(report)
    for name, outcome in report["outcomes"].items():
        _print_outcome(name, outcome, report)


def _print_head(report: Mapping[str, Any]) -> None:
    budget, customers = report["budget"], report["customers"]
    sample = "the whole market" if customers == "market" else f"a sample of {customers} customers"
    rounds = ", ".join(f"{each['candidates']} orders x {each['seeds']}" for each in budget["halving"]) or "none"
    final = budget["final"]
    several = ", ".join(f"{level} at a time" for level in report["parallel"])
    text = [
        f"{report['candidates']} candidates: every order of {len(report['tools'])} tools, {several}; {sample}, "
        f"{report['weeks']} weeks from the start, rivals {report['rivals']}.",
        f"Budget {budget['runs']} runs: {budget['screening']['runs']} different ones on {budget['screening']['seeds']} "
        f"seeds to screen, {rounds} seeds to halve, {final['candidates']} x {final['seeds']} fresh seeds to compare.",
    ]
    if budget["left_out"]:
        text.append(f"{budget['left_out']} runs are left out: they failed, missed the base year, or stand beside such.")
    text.append(
        "Behind: what an order is behind the best of the other finalists (negative: ahead of them), with an interval "
        "that holds for all of them together (95 %); for the programme's order and all tools at once each for itself. "
        "Orders marked = cannot be told apart from the best."
    )
    for part in text:
        echo(textwrap.fill(part, WIDTH))


def _print_outcome(name: str, outcome: Mapping[str, Any], report: Mapping[str, Any]) -> None:
    title = f"{outcome['meaning'][0].upper()}{outcome['meaning'][1:]}, {_unit(name)}"
    echo("\n" + title + "\n" + "-" * len(title))
    finalists, own, at_once = outcome["finalists"], outcome["programme"], outcome["at_once"]
    lines = [_line(name, row, str(place)) for place, row in enumerate(finalists[:FINALISTS_SHOWN], start=1)]
    lines.append(_line(name, own, "programme"))
    if at_once is not None:
        lines.append(_line(name, at_once, "at once"))
    print_table(["", "=", COLUMNS[name], "behind", "95 %", "order"], lines)
    echo()
    texts = (_best, _expected, _first_steps, _precedence)
    for part in (part for text in texts for part in text(name, outcome, report)):
        echo(textwrap.fill(part, WIDTH, subsequent_indent="  ", break_on_hyphens=False))
    if outcome["levels"]:
        _print_levels(name, outcome["levels"])


def _best(name: str, outcome: Mapping[str, Any], report: Mapping[str, Any]) -> list[str]:
    """Who cannot be told apart from the best, and where the tools stand in them."""
    best, finalists = outcome["best"], outcome["finalists"]
    places = ", ".join(
        f"{tool} {first}" if first == last else f"{tool} {first}-{last}"
        for tool, (first, last) in outcome["places"].items()
    )
    which = "is among them" if outcome["programme"]["inside"] else "is not among them"
    return [
        f"{len(best)} of {len(finalists)} finalists cannot be told apart from the best; the programme's order (place "
        f"{outcome['programme']['place']}) {which}. Where the tools stand in them: {places}."
    ]


def _line(name: str, row: Mapping[str, Any], place: str) -> list[str]:
    order = "all tools at once" if place == "at once" else " ".join(row["order"])
    if row["parallel"] > 1 and place != "at once":
        order += f" ({row['parallel']} at a time)"
    mark = "=" if row.get("inside") else ""
    behind = None if row["ahead"] is None else -row["ahead"]
    limits = None if row["low"] is None or row["high"] is None else (-row["high"], -row["low"])
    return [place, mark, _value(name, row["mean"]), _difference(name, behind), _interval(name, limits), order]


def _value(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if name == "profit":
        return f"{value:,.0f}"
    return f"{value:.1f}" if name == "payback" else f"{100.0 * value:.2f} %"


def _difference(name: str, value: float | None) -> str:
    """Difference in points, thousand roubles or weeks; a zero has no sign."""
    if value is None:
        return "-"
    digits, scale = {"profit": (0, 1.0), "payback": (1, 1.0)}.get(name, (2, 100.0))
    return f"{round(scale * value, digits) + 0.0:,.{digits}f}"


def _interval(name: str, limits: Sequence[float] | None) -> str:
    return "-" if limits is None else f"{_difference(name, limits[0])} to {_difference(name, limits[1])}"


def _unit(name: str) -> str:
    return {"profit": "thousand roubles", "payback": "weeks"}.get(name, "% and points")


def _expected(name: str, outcome: Mapping[str, Any], report: Mapping[str, Any]) -> list[str]:
    skill, expected = outcome["skill"][0], outcome["expected"]
    if skill <= 0.0:
        return ["The linear model of orders foretells nothing here: no order is expected to be better than another."]
    span = f"{_signed(name, expected['best'])} against the mean order"
    text = f"Over all {report['candidates']} orders the linear model expects the best at {span}"
    if expected["programme_rank"] is not None:
        text += f", the programme's at {_signed(name, expected['programme'])} (rank {expected['programme_rank']})"
    text += f"; it explains {skill:.0%} of what differs within new seeds."
    if expected["told"] is not None:
        text += f" It expects {expected['within']} orders no further from the best than the final can tell"
        text += f" ({_difference(name, expected['told'])})."
    return [text]


def _first_steps(name: str, outcome: Mapping[str, Any], report: Mapping[str, Any]) -> list[str]:
    rows = outcome["first_steps"]
    if rows is None:
        return []
    best = [row["tool"] for row in rows if row["inside"]]
    top, last = rows[0], rows[-1]
    text = f"Best first step: {_or(best)}"
    if len(best) > 1:
        text += " (cannot be told apart)"
    parts = [f"{row['tool']} {_signed(name, row['effect'])} ({_limits(name, row)})" for row in (top, last)]
    return [f"{text}. Against the mean order: {parts[0]}; the worst: {parts[1]}."]


def _or(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _signed(name: str, value: float) -> str:
    text = _difference(name, value)
    return text if text.startswith("-") else f"+{text}"


def _limits(name: str, row: Mapping[str, Any]) -> str:
    if row["low"] is None:
        return "-"
    return f"{_signed(name, row['low'])} to {_signed(name, row['high'])}"


def _precedence(name: str, outcome: Mapping[str, Any], report: Mapping[str, Any]) -> list[str]:
    rows = outcome["precedence"]
    if rows is None:
        return ["Too few orders were screened to tell what should stand before what."]
    sure = [row for row in rows if row["low"] > 0.0]
    if not sure:
        return ["What should stand before what: no pair of tools can be told (95 % for all pairs together)."]
    parts = [
        f"{row['first']} before {row['then']} {_signed(name, row['effect'])} ({_limits(name, row)})" for row in sure
    ]
    text = f"What makes an order good: {'; '.join(parts[:PRECEDENCE_SHOWN])}"
    left = len(sure) - PRECEDENCE_SHOWN
    return [text + (f"; and {left} more pairs." if left > 0 else ".")]


def _print_levels(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    echo("\nTools at a time, over all orders of screening:\n")
    lines = []
    for row in rows:
        limits = None if row["low"] is None else (-row["high"], -row["low"])
        mark = "=" if row["inside"] else ""
        cells = [_value(name, row["mean"]), _difference(name, -row["ahead"]), _interval(name, limits)]
        lines.append([str(row["parallel"]), mark, *cells])
    print_table(["at a time", "=", COLUMNS[name], "behind", "95 %"], lines)
