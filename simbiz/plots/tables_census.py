"""Table of a census: every order of adoption with the same seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from simbiz.errors import InputError
from simbiz.plots.number_text import counted, plain
from simbiz.plots.sheet import Sheet, Shown
from simbiz.plots.style import rows_of
from simbiz.plots.tables_orders import measure
from simbiz.results.load import Result
from simbiz.runs.stored_plan import study_in
from simbiz.studies.orders.candidates import every_order
from simbiz.studies.orders.tools import prerequisites
from simbiz.studies.orders.worlds import OUTCOMES

INNER = (0.05, 0.95)
PROGRAMME, BEST = "the programme's order", "the best order"


def outcomes_of_census(result: Result) -> list[str]:
    """Outcomes of which every order has a mean."""
    return list(result.report.get("outcomes", []))


def census(result: Result, subject: str | None = None) -> Sheet:
    """How the means of all orders are spread, by what stands first, with the programme's order among them."""
    report = result.report
    name = subject or (outcomes_of_census(result) or [""])[0]
    judged = OUTCOMES[name]
    scale, unit, digits = measure(judged.unit)
    unit = "%" if judged.unit == "share" else unit
    column = report["outcomes"].index(name)
    orders = _orders(report["tools"])
    means = [np.nan if row is None else scale * row[column] for row in report["means"]]
    table = pd.DataFrame({"order": orders, "value": means})
    table = table.dropna().sort_values("value", ascending=not judged.more_is_better, ignore_index=True)
    if not len(table):
        raise InputError("every order has a run that failed", file=result.folder)
    marks = {BEST: float(table["value"].iloc[0])}
    own = tuple(tool for tool in study_in(result.folder).scenario.programme.order if tool in report["tools"])
    place = table.index[table["order"] == own]
    if len(place):
        marks = {PROGRAMME: float(table.loc[place[0], "value"])} | marks
    firsts = _by_first(table, ascending=not judged.more_is_better)
    says = _said(table, firsts, place, judged.meaning, lambda value: f"{value:,.{digits}f} {unit}")
    seeds = counted(len(report["seeds"]), "seed")
    note = (
        f"Mean of every order over the same {seeds}, {report['weeks']} weeks from the start; on these seeds, so that "
        f"part of the spread is luck. {'More' if judged.more_is_better else 'Less'} is better. All tools at once is "
        "no order: simbiz orders sets it beside the best ones."
    )
    cells = [[f"{name} first", *(f"{value:,.{digits}f}" for value in values)] for name, *values in rows_of(firsts)]
    heads = ["orders with", "least", "5 % lie below", "median", "5 % lie above", "most"]
    named_cells = [[title, f"{value:,.{digits}f}"] for title, value in marks.items()]
    caption = f"{judged.meaning.capitalize()}, {unit}"
    shown = [Shown(heads, cells, caption), Shown(["order", unit], named_cells, "Marked orders")]
    return Sheet({"firsts": firsts, "orders": table}, shown, says, note,
                 {"marks": marks, "unit": f"{judged.meaning}, {unit}"})  # fmt: skip


def _orders(tools: Sequence[str]) -> list[tuple[str, ...]]:
    """Orders in the order in which a census lists their means."""
    return [tuple(tools[place] for place in order) for order in every_order(tools, prerequisites(tools))]


def _by_first(table: pd.DataFrame, *, ascending: bool) -> pd.DataFrame:
    """Spread of the orders that begin with each tool, the best median first."""
    groups = table.groupby(table["order"].str[0])["value"]
    names = [plain(str(tool)) for tool in groups.groups]
    low, high = (groups.quantile(part) for part in INNER)
    firsts = pd.DataFrame({"name": names, "least": groups.min(), "low": low, "median": groups.median(), "high": high,
                           "most": groups.max()})  # fmt: skip
    return firsts.sort_values("median", ascending=ascending, ignore_index=True)


def _said(table: pd.DataFrame, firsts: pd.DataFrame, place: Any, meaning: str, told: Any) -> str:
    best, worst = table["value"].iloc[0], table["value"].iloc[-1]
    order = ", ".join(plain(tool) for tool in table["order"].iloc[0])
    says = (
        f"{meaning.capitalize()}, {counted(len(table), 'order')}: from {told(worst)} to {told(best)} ({order}). "
        f"Orders that begin with {firsts['name'].iloc[0]} are best in the median ({told(firsts['median'].iloc[0])}), "
        f"those with {firsts['name'].iloc[-1]} worst ({told(firsts['median'].iloc[-1])})."
    )
    if len(place):
        says += f" The programme's order comes to {told(table.loc[place[0], 'value'])}: place {place[0] + 1}."
    return says
