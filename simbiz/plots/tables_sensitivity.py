"""Tables of a study of sensitivity: which parameters decide an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.plots.number_text import counted, figures, listed, named, percent, plain
from simbiz.plots.sheet import Sheet, Shown
from simbiz.plots.style import rows_of
from simbiz.results.load import Result
from simbiz.studies.claims.horizons import FULL_YEAR_AFTER
from simbiz.studies.claims.statistics import PAIRED
from simbiz.studies.sensitivity.methods import method_named
from simbiz.studies.sensitivity.ranking import groups_in_words, groups_of, leader_of, order_of

Stage = Mapping[str, Any]

MAIN_CLAIMS = ("share.value", "performance.revenue", "share_index.chain")
PREFERRED = [f"{reading} | {PAIRED} | {FULL_YEAR_AFTER}" for reading in MAIN_CLAIMS]
WORDS = {"share.value": "market share", "performance.revenue": "growth of revenue", "share_index.chain": "share index"}
INDICES = {
    "mu_star": "mean size of effect",
    "sigma": "spread of effect",
    "ST": "total index",
    "S1": "first-order index",
}
DRAWN_BY = {"mu_star": "morris", "ST": "sobol"}
NAMED = 3


def outcomes(result: Result) -> list[str]:
    """Outcomes that some input moves in the last stage, the main claims against the paired world first."""
    stages = result.report.get("stages") or []
    moved = [name for name, one in stages[-1]["outcomes"].items() if one.get("moves")] if stages else []
    return [*(name for name in PREFERRED if name in moved), *(name for name in moved if name not in PREFERRED)]


def unit_of(outcome: str) -> str:
    """What is measured with its unit: a reading of a claim, or a metric."""
    reading, horizon, _ = outcome.partition(" | ")
    if horizon:
        return f"{_reading(reading)} ({_unit(reading)})"
    metric = outcome.partition(" ")[0]
    return f"{plain(metric)} ({load_catalogue().metrics[metric].unit})"


def _unit(name: str) -> str:
    """Unit of a reading of a claim: money, or a part of something."""
    claim, _, reading = name.partition(".")
    unit = load_catalogue().claims[claim].readings[reading].unit
    return unit if "roubles" in unit else "0.1 = 10 percentage points"


def _stage_with(result: Result, names: Sequence[str], subject: str | None) -> tuple[Stage, str]:
    """Last stage that has some indices of an outcome."""
    known = outcomes(result)
    if not known:
        raise InputError("no input moves any outcome", file=result.folder)
    outcome = subject or known[0]
    for stage in reversed(result.report["stages"]):
        one = stage["outcomes"].get(outcome, {})
        if one.get("moves") and all(name in one["indices"] for name in names):
            return stage, outcome
    methods = ", ".join(method_named(stage["method"]).title for stage in result.report["stages"])
    raise InputError(f"its method gives no {' and '.join(names)} ({methods})", file=result.folder)


def _indices(stage: Stage, outcome: str, names: Sequence[str]) -> pd.DataFrame:
    """Indices by parameter with the half widths of their intervals, NaN where there is none."""
    one = stage["outcomes"][outcome]
    table = pd.DataFrame({"parameter": [row["path"] for row in stage["inputs"]]})
    for name in names:
        table[name] = np.asarray(one["indices"][name], dtype=float)
        halves = one["half_widths"].get(name) or [None] * len(table)
        table[f"{name}_conf"] = np.array([np.nan if half is None else half for half in halves], dtype=float)
    return table


def _shown(table: pd.DataFrame, names: Sequence[str], leading: str) -> Shown:
    rows = []
    for row in table.sort_values(leading, ascending=False, key=abs).to_dict("records"):
        cells = [named(str(row["parameter"]))]
        for name in names:
            half = row[f"{name}_conf"]
            cells.append(figures(row[name]) + (f" ± {figures(half)}" if half == half else ""))
        rows.append(cells)
    return Shown(["parameter", *(f"{INDICES[name]} ({name})" if name in INDICES else name for name in names)], rows)


def leaders(stage: Stage, outcome: str) -> str:
    """Which parameters stand above others as far as intervals tell; where they tell nothing, the largest estimates."""
    one = stage["outcomes"][outcome]
    index = one["indices"][leader_of(one)]
    names = [f"{named(row['path'])} ({figures(index[number])})" for number, row in enumerate(stage["inputs"])]
    told = groups_in_words(one, names)
    if len(groups_of(one)) > 1:
        return told
    return f"{told}; the largest estimates are {listed([names[number] for number in order_of(one)[:NAMED]])}"


def titled(outcome: str) -> str:
    """Outcome in words: a reading of a claim by what it measures."""
    _, *rest = outcome.split(" | ")
    return ", ".join([about(outcome), *rest])


def about(outcome: str) -> str:
    """What an outcome measures, without comparator and horizon."""
    reading, horizon, _ = outcome.partition(" | ")
    return _reading(reading) if horizon else plain(reading)


def _reading(name: str) -> str:
    """Reading of a claim in words."""
    claim, _, reading = name.partition(".")
    return WORDS.get(name) or load_catalogue().claims[claim].readings[reading].meaning


def sobol(result: Result, subject: str | None = None) -> Sheet:
    """First-order and total Sobol' indices."""
    stage, outcome = _stage_with(result, ("S1", "ST"), subject)
    table = _indices(stage, outcome, ("S1", "ST"))
    says = f"Total Sobol' indices of {titled(outcome)}: {leaders(stage, outcome)}."
    note = (
        f"{_design(stage)}; thin lines are 95 % intervals. A total index well above the first-order one means "
        "interactions. Estimates of so many points can lie below 0 or above 1."
    )
    if (table["S1"] > table["ST"]).any():
        note += " A first-order index above the total one is such an error of estimation."
    return Sheet({"sobol": table}, [_shown(table, ("ST", "S1"), "ST")], says, note, subject=titled(outcome))


def _design(stage: Stage) -> str:
    method = method_named(stage["method"])
    return f"{method.title}, {stage['size']} {method.size_is}, {counted(stage['points'], 'point')}"


def interactions(result: Result, subject: str | None = None) -> Sheet:
    """Second-order Sobol' indices of all pairs."""
    stage, outcome = _stage_with(result, ("S1", "ST"), subject)
    pairs = stage["outcomes"][outcome]["pairs"]
    if not pairs:
        raise InputError("its method gives no second-order indices; sobol-second-order does", file=result.folder)
    paths = [row["path"] for row in stage["inputs"]]
    matrix = pd.DataFrame(np.full((len(paths), len(paths)), np.nan), index=paths, columns=paths)
    for pair in pairs:
        first, second = sorted(pair["inputs"])
        matrix.iloc[first, second] = pair["S2"]
    ordered = sorted(pairs, key=lambda pair: -abs(pair["S2"]))
    rows = [
        [
            *(named(paths[number]) for number in pair["inputs"]),
            f"{figures(pair['S2'])} ± {figures(pair['S2_half_width'])}",
        ]
        for pair in ordered
    ]
    told_apart = [pair["S2"] > pair["S2_half_width"] for pair in ordered]
    sure = [row for row, apart in zip(rows, told_apart, strict=True) if apart]
    facts = {"sure": {tuple(sorted(pair["inputs"])) for pair, apart in zip(ordered, told_apart, strict=True) if apart}}
    told = listed([f"{one} with {other} ({index})" for one, other, index in sure[:NAMED]])
    note = (
        f"{_design(stage)}. Share of the variance that belongs to two parameters together, beyond what each has "
        "alone; 95 % intervals stand in the table. Bold: can be told from 0, its estimate being above the half width "
        "of its interval."
    )
    says = f"Second-order Sobol' indices of {titled(outcome)}: {told or 'none can be told from 0'}."
    shown = Shown(["parameter", "with", "S2"], rows)
    return Sheet({"interactions": matrix}, [shown], says, note, facts, titled(outcome))


def morris(result: Result, subject: str | None = None) -> Sheet:
    """Mean size and spread of the elementary effects of Morris."""
    stage, outcome = _stage_with(result, ("mu_star", "sigma"), subject)
    table = _indices(stage, outcome, ("mu_star", "sigma"))
    says = f"Morris screening of {titled(outcome)}: {leaders(stage, outcome)}."
    note = (
        f"{_design(stage)}. An effect is that of the whole range of a parameter: far to the right it is large, above "
        "the line it depends on the others more than it is large."
    )
    shown = _shown(table, ("mu_star", "sigma"), "mu_star")
    return Sheet({"morris": table}, [shown], says, note, {"unit": unit_of(outcome)}, titled(outcome))


def importance(result: Result, subject: str | None = None) -> Sheet:
    """Leading index of the last method, whichever it is."""
    outcome = subject or next(iter(outcomes(result)), None)
    if outcome is None:
        raise InputError("no input moves any outcome", file=result.folder)
    stage = result.report["stages"][-1]
    leading = next(iter(stage["outcomes"][outcome]["indices"]))
    if leading in DRAWN_BY:
        raise InputError(f"{leading} is drawn by the figure {DRAWN_BY[leading]}", file=result.folder)
    table = _indices(stage, outcome, (leading,))
    drawn = table.rename(columns={leading: "value", f"{leading}_conf": "error"})
    says = f"Importance of parameters for {titled(outcome)} ({leading}): {leaders(stage, outcome)}."
    note = f"{_design(stage)}. {method_named(stage['method']).meaning}"
    facts = {"unit": f"{leading.replace('_', ' ')} of {titled(outcome)}"}
    return Sheet({"importance": drawn}, [_shown(table, (leading,), leading)], says, note, facts, titled(outcome))


def tornado(result: Result, subject: str | None = None) -> Sheet:
    """Mean effect of a parameter from one end of its range to the other, half of it to either side."""
    stage, outcome = _stage_with(result, ("mu", "sigma"), subject)
    effects = _mean_effects(stage, outcome)
    effects = effects.reindex(effects["mu"].abs().sort_values(ascending=False).index)
    table = pd.DataFrame({"parameter": effects["parameter"], "low": -effects["mu"] / 2.0, "high": effects["mu"] / 2.0,
                          "error": effects["error"] / 2.0})  # fmt: skip
    rows = [[named(row.parameter), figures(row.mu), f"± {figures(row.error)}"] for row in rows_of(effects)]
    top = listed([f"{named(row.parameter)} ({figures(row.mu)})" for row in rows_of(effects.head(NAMED))])
    says = (
        f"Mean effect on {titled(outcome)} of raising a parameter from the lower to the upper end; the largest "
        f"estimates are {top}."
    )
    note = (
        f"{_design(stage)}. Mean of steps in which that parameter alone was changed, for its whole range (mu of "
        "Morris); half is drawn to either side, thin lines are half of the 95 % interval; effects of both signs "
        "cancel. Bars whose intervals overlap have no order that could be told."
    )
    heads = ["parameter", "effect from the lower to the upper end", "95 %"]
    facts = {"middle": 0.0, "unit": unit_of(outcome)}
    return Sheet({"tornado": table}, [Shown(heads, rows)], says, note, facts, titled(outcome))


def _mean_effects(stage: Stage, outcome: str) -> pd.DataFrame:
    """Mean effects of Morris with their signs, and the half widths of their 95 % intervals (Student)."""
    effects, steps = _indices(stage, outcome, ("mu", "sigma")), stage["outcomes"][outcome]
    trajectories = steps["blocks"] - steps["blocks_left_out"]
    return effects.assign(error=student.ppf(0.975, trajectories - 1) * effects["sigma"] / np.sqrt(trajectories))


def told_from_zero(stage: Stage, outcome: str) -> str:
    """How many parameters have an index that can be told from 0; of Morris a mean effect with its sign."""
    one = stage["outcomes"][outcome]
    leading = next(iter(one["indices"]))
    if leading == "mu_star":
        effects = _mean_effects(stage, outcome)
        sure, what = int((effects["mu"].abs() > effects["error"]).sum()), "mean effect of one sign"
    elif any(half is not None for half in one["half_widths"].get(leading) or []):
        table = _indices(stage, outcome, (leading,))
        sure, what = int((table[leading] > table[f"{leading}_conf"]).sum()), INDICES.get(leading, leading)
    else:
        return ""
    has = "has" if sure == 1 else "have"
    of = counted(len(stage["inputs"]), "parameter")
    return f"Of {of} {sure or 'none'} {has} a {what} on {titled(outcome)} that can be told from 0 (95 %)."


def of_variance(result: Result, outcome: str) -> str:
    """Shares of a single world's variance in words; empty where one seed does not tell them."""
    parts = result.report["stages"][-1]["outcomes"][outcome].get("variance")
    if not parts:
        return ""
    told = {name: percent(max(part, 0.0), 0) for name, part in parts.items()}
    return f"Of the variance of a single world {told['parameters']} lies with the parameters, {told['seed']} with luck."
