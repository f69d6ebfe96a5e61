"""Pairs of worlds by case, and what it means that a claim holds in them."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import Reading
from simbiz.scenario import Scenario
from simbiz.studies.claims.horizons import least_years, year_of
from simbiz.studies.claims.joint_sets import Test
from simbiz.studies.claims.statistics import NUMBERS, PAIRED, Values, Worlds

TESTS: tuple[Test, ...] = ("reach", "match")


@dataclass(frozen=True)
class Case:
    """Pairs of worlds under one mode of the rivals and one cause of the decline, one pair per seed.

    Parameters
    ----------
    rivals, decline : str
        The mode and the cause.
    pairs : sequence of Worlds
        Pairs that count.
    last_weeks : sequence of int
        Last week of the programme in each of them.
    left_out : mapping of str to int
        Number of pairs that were planned and do not count, by reason.
    asked : sequence of float, optional
        Years that were planned for each pair whose answer a verdict needs; every planned pair, to any year, by default.
    """

    rivals: str
    decline: str
    pairs: Sequence[Worlds]
    last_weeks: Sequence[int]
    left_out: Mapping[str, int] = field(default_factory=dict)
    asked: Sequence[float] | None = None

    @property
    def planned(self) -> int:
        """Number of pairs that were planned."""
        return len(self.pairs) + sum(self.left_out.values())

    def asked_at(self, horizon: str) -> int:
        """Number of pairs whose answer a verdict at a horizon needs, whether they count or not."""
        if self.asked is None:
            return self.planned
        return sum(years >= least_years(horizon) for years in self.asked)

    def year(self, number: int, horizon: str) -> int | None:
        """Year of a horizon in one pair; None beyond the end."""
        year = year_of(horizon, self.last_weeks[number])
        return year if year + 1 < len(self.pairs[number].programme["market_share"]) else None


def reached(case: Case, horizon: str) -> list[tuple[Worlds, int]]:
    """Pairs that live to the horizon, with its year."""
    years = [(worlds, case.year(number, horizon)) for number, worlds in enumerate(case.pairs)]
    return [(worlds, year) for worlds, year in years if year is not None]


def headline(scenario: Scenario, rivals: Sequence[str], declines: Sequence[str]) -> tuple[str, str]:
    """Case that is told first: the scenario's own, as far as a study has it, otherwise the first of each."""
    own = (scenario.rivals.mode, scenario.past.decline)
    mode, decline = (name if name in known else known[0] for name, known in zip(own, (rivals, declines), strict=True))
    return mode, decline


def asked(reading: Reading, comparator: str) -> tuple[float, float]:
    """Target of a reading of a number by a comparator, and half of its last printed digit."""
    if comparator == PAIRED and reading.paired is not None:
        return target_value(reading.paired.target, printed_numbers()), reading.paired.half_unit
    return target_value(reading.target, printed_numbers()), reading.half_unit


def passed(reading: Reading, parts: Values, comparator: str, test: str) -> NDArray[np.bool_]:
    """Whether a reading of a number holds in each pair of worlds, from the parts of its statistic.

    Parameters
    ----------
    reading : Reading
        The reading.
    parts : float64 array (pair, part)
        As `Statistic.of` gives them.
    comparator, test : str
        One of `COMPARATORS`, one of `TESTS`.

    Returns
    -------
    bool array (pair,)
        False where the statistic is no number, or a part of nothing is asked for.
    """
    target, half_unit = asked(reading, comparator)
    margins, sizes = NUMBERS[reading.statistic].margins(parts, target)
    return np.asarray(passes(margins, 0.0, half_unit * sizes, test) & (sizes > 0.0))


def passes(value: Any, target: Any, half_unit: Any, test: str) -> Any:
    """Whether a value reaches the target as printed, or matches it within half of its last digit; of arrays, each."""
    if test == "reach":
        return value >= target - half_unit
    return abs(value - target) <= half_unit


def interval(values: NDArray[np.float64]) -> list[float] | None:
    """95 % interval of the mean (Student), the Monte-Carlo error; None for fewer than two worlds."""
    if len(values) < 2:
        return None
    half = float(student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return [float(values.mean()) - half, float(values.mean()) + half]


def printed_numbers() -> dict[str, float]:
    """Every number that the claims print, by name."""
    return {name: value for claim in load_catalogue().claims.values() for name, value in claim.printed.items()}


_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def target_value(expression: str, printed: Mapping[str, float]) -> float:
    """Value of a target: sums, differences, products and quotients of printed numbers."""

    def value(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            result: float = _OPERATIONS[type(node.op)](value(node.left), value(node.right))
            return result
        if isinstance(node, ast.Name):
            return printed[node.id]
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return float(node.value)
        raise ValueError(f"{expression!r} is more than + - * / on printed numbers")

    return value(ast.parse(expression, mode="eval").body)
