"""Pairs of worlds by case, and what it means that a claim holds in them."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from simbiz.catalogue import load_catalogue
from simbiz.experiment.claim_statistics import Worlds
from simbiz.experiment.run import YEAR
from simbiz.joint_sets import Test

TESTS: tuple[Test, ...] = ("reach", "match")
HORIZONS = {True: "first year", False: "first full year after the last step"}
SUPPORTED, REFUTED = 0.95, 0.05


@dataclass(frozen=True)
class Case:
    """Pairs of worlds under one mode of the rivals and one cause of the decline, one pair per seed."""

    rivals: str
    decline: str
    pairs: Sequence[Worlds]
    last_weeks: Sequence[int]

    def year(self, number: int, first_year: bool) -> int | None:
        """Year of a horizon in one pair: the first, or the first full one after the last step; None beyond the end."""
        year = 1 if first_year else self.last_weeks[number] // YEAR + 2
        return year if year + 1 < len(self.pairs[number].programme["market_share"]) else None


def reached(case: Case, first_year: bool) -> list[tuple[Worlds, int]]:
    """Pairs that live to the horizon, with its year."""
    years = [(worlds, case.year(number, first_year)) for number, worlds in enumerate(case.pairs)]
    return [(worlds, year) for worlds, year in years if year is not None]


def verdict(passing: float | None) -> str:
    """Verdict of a share of worlds: >= 0.95 supported, <= 0.05 refuted, otherwise undecided."""
    if passing is None:
        return "not reached"
    if passing >= SUPPORTED:
        return "supported"
    return "refuted" if passing <= REFUTED else "undecided"


def passes(value: float, target: float, half_unit: float, test: str) -> bool:
    """Whether a value reaches the target as printed, or matches it within half of its last digit."""
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
