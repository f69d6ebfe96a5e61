"""Table of a search among orders of adoption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from simbiz.errors import InputError
from simbiz.plots.best_orders import INSIDE, OUTSIDE, WORSE
from simbiz.plots.number_text import counted, plain
from simbiz.plots.sheet import Sheet, Shown
from simbiz.results.load import Result

Row = Mapping[str, Any]

MOST_FINALISTS = 10
NAN = float("nan")
AT_ONCE = "all at once"
CAN_BE_BEST = {INSIDE: "yes", WORSE: "no", OUTSIDE: "-"}


def outcomes_of_orders(result: Result) -> list[str]:
    """Outcomes by which orders were judged."""
    return list(result.report.get("outcomes", {}))


def orders(result: Result, subject: str | None = None) -> Sheet:
    """Finalists, the programme's order and all tools at once, beside the best of the others."""
    name = subject or outcomes_of_orders(result)[0]
    outcome = result.report["outcomes"][name]
    scale, unit, digits = measure(outcome["unit"])
    special = [(outcome["programme"], "programme")]
    if outcome["at_once"] is not None:
        special.append((outcome["at_once"], AT_ONCE))
    own = outcome["programme"]
    others = [row for row in outcome["finalists"] if (row["order"], row["parallel"]) != (own["order"], own["parallel"])]
    ranked = [(row, "") for row in others[:MOST_FINALISTS]]
    sign = 1.0 if outcome["more_is_better"] else -1.0
    rows = [(row, title) for row, title in (*ranked, *special) if row["ahead"] is not None]
    if not rows:
        raise InputError("no order could be compared on fresh seeds", file=result.folder)
    lines = [
        {
            "order": _order(row) if title != AT_ONCE else "",
            "difference": scale * row["ahead"],
            "low": scale * (NAN if row["low"] is None else row["low"]),
            "high": scale * (NAN if row["high"] is None else row["high"]),
            "standing": OUTSIDE if title == AT_ONCE else INSIDE if row["inside"] else WORSE,
            "name": title,
        }
        for row, title in rows
    ]
    table = pd.DataFrame(lines)
    cells = [
        [line["name"] or str(place), f"{scale * row['mean']:,.{digits}f}", f"{line['difference']:+,.{digits}f}",
         _limits(line, digits), CAN_BE_BEST[line["standing"]], _order(row)]
        for place, ((row, _), line) in enumerate(zip(rows, lines, strict=True), start=1)
    ]  # fmt: skip
    best, finalists = outcome["best"], outcome["finalists"]
    which = "is one of them" if own["inside"] else "is not one of them"
    says = (
        f"{outcome['meaning'].capitalize()}: {len(best)} of {counted(len(finalists), 'finalist')} cannot be told from "
        f"the best; the programme's order {which}. First stands {plain(_order(finalists[0]))}."
    )
    better = "more is better" if sign > 0 else "less is better; differences are turned, so that right is better"
    hidden = len(finalists) - len(ranked) - 1
    note = (
        f"Mean less that of the best of the other finalists; {better}. Intervals hold 95 % for all finalists together "
        "(comparison with the best: they end at 0 where the sign is certain). All at once is no order: it is compared "
        "with the best one for itself."
    )
    if hidden > 0:
        note += f" {counted(hidden, 'more finalist')} {'is' if hidden == 1 else 'are'} not drawn."
    heads = ["", f"mean, {unit}", "ahead of the best of the others", "95 %", "can be the best", "order"]
    return Sheet({"orders": table}, [Shown(heads, cells)], says, note, {"unit": f"{outcome['meaning']}, {unit}"})


def measure(unit: str) -> tuple[float, str, int]:
    """Factor, unit and decimals with which an outcome of orders is written."""
    if unit == "share":
        return 100.0, "percentage points", 2
    return 1.0, unit, 1 if unit == "weeks" else 0


def _order(row: Row) -> str:
    order = ", ".join(tool.replace("_", " ") for tool in row["order"])
    return order + (f" ({row['parallel']} at a time)" if row["parallel"] > 1 else "")


def _limits(line: Row, digits: int) -> str:
    if line["low"] != line["low"] and line["high"] != line["high"]:
        return "-"
    return f"{line['low']:+,.{digits}f} to {line['high']:+,.{digits}f}"
