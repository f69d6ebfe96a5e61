"""The report of a study of orders, as plain data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simbiz.runs.run import YEAR
from simbiz.statistics.best_set import BestSet, against_best, best_set, pair_widths
from simbiz.studies.orders.candidates import Candidate
from simbiz.studies.orders.screening import Screening
from simbiz.studies.orders.surrogate import tool_pairs
from simbiz.studies.orders.worlds import OUTCOMES

if TYPE_CHECKING:
    from simbiz.studies.orders.study import Done, OrdersStudy

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Final:
    """What lived through the final.

    Parameters
    ----------
    finalists : list of Candidate
        Those that halving left for any outcome, and the programme's order.
    programme, at_once : Candidate
        The programme's order, and the same with all tools at once.
    compared : list of Candidate
        Columns of the values.
    left : mapping of str to list of Candidate
        Who was left for each outcome.
    values : mapping of str to float64 array (block, candidate)
        Outcomes, more being better.
    """

    finalists: list[Candidate]
    programme: Candidate
    at_once: Candidate
    compared: list[Candidate]
    left: Mapping[str, Sequence[Candidate]]
    values: Mapping[str, Values]

    def of(self, outcome: str, candidates: Sequence[Candidate]) -> Values:
        """Values of some candidates; float64 array (block, candidate)."""
        return self.values[outcome][:, [self.compared.index(candidate) for candidate in candidates]]


def orders_report(
    study: OrdersStudy, screening: Screening, predicted: Mapping[str, Values], final: Final, done: Done
) -> dict[str, Any]:
    """What a study of orders found.

    Returns
    -------
    dict
        The object that ``simbiz orders --json`` prints. `ahead` is the mean less that of the best of the others, in the
        direction that is better; the intervals of `finalists` hold for all of them together, those of the programme's
        order and of all tools at once each for itself; None where one seed or none was left to compare on.
    """
    settings = study.settings
    return {
        "schema_version": 1,
        "scenario": study.scenario.name,
        "customers": study.scenario.customers,
        "weeks": study.scenario.calendar.weeks or YEAR * study.scenario.calendar.years,
        "rivals": study.scenario.rivals.mode,
        "tools": list(study.tools),
        "parallel": list(study.levels),
        "candidates": len(study.candidates),
        "budget": _budget(settings.runs, screening, final, done),
        "programme": _named(final.programme),
        "outcomes": {name: _outcome(name, study, screening, predicted[name], final) for name in settings.outcomes},
    }


def _budget(runs: int, screening: Screening, final: Final, done: Done) -> dict[str, Any]:
    blocks = len(next(iter(final.values.values())))
    return {
        "runs": runs,
        "screening": {"runs": done.screening, "seeds": len(screening.orders)},
        "halving": [{"candidates": each.candidates, "seeds": each.seeds, "runs": each.runs} for each in done.rounds],
        "final": {"runs": done.final, "seeds": blocks, "candidates": len(final.compared)},
        "left_out": done.left_out,
    }


def _outcome(name: str, study: OrdersStudy, screening: Screening, predicted: Values, final: Final) -> dict[str, Any]:
    sign = 1.0 if OUTCOMES[name].more_is_better else -1.0
    mine = list(dict.fromkeys([*final.left[name], final.programme]))
    others = [candidate for candidate in final.finalists if candidate not in mine]
    candidates = [*mine, *others]
    values = final.of(name, candidates)
    found = best_set(values)
    ranked = sorted(range(len(candidates)), key=lambda number: -found.mean[number])
    rows = [{**_named(candidates[number]), **_row(found, number, sign)} for number in ranked]
    own = study.candidates.index(final.programme) if final.programme in study.candidates else None
    return {
        "meaning": OUTCOMES[name].meaning,
        "unit": OUTCOMES[name].unit,
        "more_is_better": OUTCOMES[name].more_is_better,
        "skill": [surrogate.skill for surrogate in screening.surrogates[name]],
        "expected": _expected(predicted, own, values),
        "finalists": rows,
        "best": [row for row in rows if row["inside"]],
        "places": _places([row["order"] for row in rows if row["inside"]], study.tools),
        "programme": _programme(final, rows, candidates, values),
        "at_once": _at_once(final, name, values, sign),
        "first_steps": _first_steps(screening, name, study.tools),
        "precedence": _precedence(screening, name, study.tools),
        "levels": _levels(screening, name, sign),
    }


def _row(found: BestSet, number: int, sign: float) -> dict[str, Any]:
    row = {"mean": sign * found.mean[number], "ahead": found.ahead[number]}
    row |= {"low": found.low[number], "high": found.high[number]}
    plain = {key: _finite(value) for key, value in row.items()}
    return {**plain, "inside": bool(found.inside[number])}


def _places(orders: Sequence[Sequence[str]], tools: Sequence[str]) -> dict[str, list[int]]:
    """First and last place, from 1, of every tool in the orders that cannot be told apart from the best."""
    places = {tool: [order.index(tool) + 1 for order in orders] for tool in tools}
    return {tool: [min(own), max(own)] for tool, own in sorted(places.items(), key=lambda item: sum(item[1]))}


def _expected(predicted: Values, programme: int | None, values: Values) -> dict[str, Any]:
    """What the surrogate makes of all orders, in the direction that is better, against the mean order.

    `told` is the difference to its leader that the final can tell, the median over finalists, and `within` the number
    of orders that should be no further from the best.
    """
    best, worst = float(predicted.max()), float(predicted.min())
    found: dict[str, Any] = {"best": best, "worst": worst, "programme": None, "programme_rank": None}
    leader = int(np.argmax(values.mean(axis=0))) if len(values) else 0
    told = float(np.median(np.delete(pair_widths(values)[leader], leader))) if values.shape[1] > 1 else 0.0
    found |= {"told": _finite(told), "within": int((predicted >= best - told).sum())}
    if programme is not None:
        own = predicted[programme]
        found |= {"programme": float(own), "programme_rank": int((predicted > own).sum()) + 1}
    return found


def _programme(
    final: Final, rows: Sequence[Mapping[str, Any]], candidates: Sequence[Candidate], values: Values
) -> dict[str, Any]:
    """The programme's order: place among the finalists, difference to the best of the others with both limits."""
    place = next(number for number, row in enumerate(rows, start=1) if _is(row, final.programme))
    row = rows[place - 1]
    own = candidates.index(final.programme)
    others = np.delete(values, own, axis=1)
    found = {"place": place, "mean": row["mean"], "inside": row["inside"]}
    if not others.size:
        return {**_named(final.programme), **found, "ahead": None, "low": None, "high": None}
    return {**_named(final.programme), **found, **_limits(against_best(values[:, own], others))}


def _is(row: Mapping[str, Any], candidate: Candidate) -> bool:
    return Candidate(tuple(row["order"]), row["parallel"]) == candidate


def _limits(found: tuple[float, float, float]) -> dict[str, float | None]:
    return {name: _finite(value) for name, value in zip(("ahead", "low", "high"), found, strict=True)}


def _at_once(final: Final, name: str, values: Values, sign: float) -> dict[str, Any] | None:
    """All tools at once against the best order of the finalists."""
    if not len(values) or final.at_once in final.finalists:
        return None
    own = final.of(name, [final.at_once])[:, 0]
    return {**_named(final.at_once), "mean": sign * float(own.mean()), **_limits(against_best(own, values))}


def _first_steps(screening: Screening, name: str, tools: Sequence[str]) -> list[dict[str, Any]] | None:
    steps = screening.first_steps(name)
    if steps is None:
        return None
    found, (effect, low, high) = steps
    rows = [
        {
            "tool": tool,
            "effect": float(effect[number]),
            "low": _finite(low[number]),
            "high": _finite(high[number]),
            "inside": bool(found.inside[number]),
        }
        for number, tool in enumerate(tools)
    ]
    return sorted(rows, key=lambda row: -float(row["effect"]))


def _precedence(screening: Screening, name: str, tools: Sequence[str]) -> list[dict[str, Any]] | None:
    """Effects of one tool standing before another, turned so that they are not negative, the largest first."""
    effects = screening.precedence(name)
    if effects is None:
        return None
    rows = []
    for (first, second), effect, low, high in zip(tool_pairs(len(tools)), *effects, strict=True):
        before, behind = (first, second) if effect >= 0.0 else (second, first)
        limits = (low, high) if effect >= 0.0 else (-high, -low)
        row = {"first": tools[before], "then": tools[behind], "effect": abs(float(effect))}
        rows.append({**row, "low": float(limits[0]), "high": float(limits[1])})
    return sorted(rows, key=lambda row: -float(row["effect"]))


def _levels(screening: Screening, name: str, sign: float) -> list[dict[str, Any]] | None:
    """How many tools at a time, over the orders of screening; None where there is nothing to compare."""
    if len(screening.levels) < 2:
        return None
    means = np.array([block.mean(axis=1) for block in screening.values[name]])
    found = best_set(means)
    return [{"parallel": level, **_row(found, number, sign)} for number, level in enumerate(screening.levels)]


def _named(candidate: Candidate) -> dict[str, Any]:
    return {"order": list(candidate.order), "parallel": candidate.parallel}


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
