"""The statistics that claims speak of, each by two comparators.

*before-after*: the world with the programme against its own base year, the paper's way. *paired*: against the world
without the programme in the same year, with the same luck; of a level it is the difference between the two.

A statistic is made of parts, numbers of a pair of worlds, by a form. Over many pairs the form is taken of the means of
the parts: a ratio is the sum of the values over the sum of what they are compared with, so that a pair in which that is
near nothing weighs no more than any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from simbiz.market_map import GROWTH_CLASSES, SHARE_CLASSES, market_map

BEFORE_AFTER, PAIRED = "before-after", "paired"
COMPARATORS = (BEFORE_AFTER, PAIRED)
CLASSES = ("follower", "candidate", "leader")
BASE = 1  # row of year 0; row 0 is year -1

Metrics = Mapping[str, NDArray[np.float64]]
Values = NDArray[np.float64]
Parts = Callable[["Worlds", int, str], tuple[float, ...]]
Form = Callable[..., Any]


@dataclass(frozen=True)
class Worlds:
    """A pair of worlds with the same luck.

    Parameters
    ----------
    programme, nothing : mapping of str to float64 array (year, firm)
        Metrics of the world with the programme and of the one without; rows are years from -1 on.
    focal : int
        Column of the firm that claims are about.
    limits : tuple of float
        Digitalization rates from which a firm is a candidate, and a leader.
    """

    programme: Metrics
    nothing: Metrics
    focal: int
    limits: tuple[float, float]

    def value(self, metric: str, year: int) -> float:
        """Value with the programme."""
        return float(self.programme[metric][year + 1, self.focal])

    def base(self, metric: str) -> float:
        """Value in the base year."""
        return self.value(metric, 0)

    def reference(self, metric: str, year: int, comparator: str) -> float:
        """What the value is compared with: the base year, or the same year without the programme."""
        return self.base(metric) if comparator == BEFORE_AFTER else float(self.nothing[metric][year + 1, self.focal])

    def ratio(self, metric: str, year: int, comparator: str) -> float:
        """Value over what it is compared with; not a number over nothing."""
        return float(over(self.value(metric, year), self.reference(metric, year, comparator)))


@dataclass(frozen=True)
class Statistic:
    """A number of a pair of worlds.

    Parameters
    ----------
    parts : callable
        Numbers of a pair in a year by a comparator, the value first, then what it is compared with.
    form : callable
        What is made of the parts, element by element.
    in_references : bool
        Whether a target counts in sizes of what is compared with: "+28 %" of a statistic in money.
    """

    parts: Parts
    form: Form
    in_references: bool = False

    def __call__(self, worlds: Worlds, year: int, comparator: str) -> float:
        """Number of one pair of worlds."""
        return float(self.form(*self.parts(worlds, year, comparator)))

    def of(self, pairs: Sequence[tuple[Worlds, int]], comparator: str) -> Values:
        """Parts of many pairs, each in its own year; float64 array (pair, part)."""
        return np.array([self.parts(worlds, year, comparator) for worlds, year in pairs], dtype=float)

    def margins(self, parts: Values, target: float) -> tuple[Values, Values]:
        """By how much each pair exceeds a target, and in what size the target counts there."""
        sizes = np.abs(parts[:, 1]) if self.in_references else np.ones(len(parts))
        return np.asarray(self.form(*parts.T) - target * sizes), sizes


def over(value: Any, reference: Any) -> Any:
    """Quotient; not a number where there is nothing to divide by."""
    quotient = np.full(np.shape(value), np.nan)
    return np.divide(value, reference, out=quotient, where=np.asarray(reference) != 0.0)


@cache
def quantile(number: int) -> float:
    """Student's quantile for a 95 % interval over so many worlds."""
    return float(student.ppf(0.975, number - 1))


def estimated(parts: Values, form: Form) -> tuple[float | None, list[float] | None]:
    """Form of the mean parts, and its 95 % interval.

    Parameters
    ----------
    parts : float64 array (world, part)
        Parts of a statistic.
    form : callable
        What is made of them.

    Returns
    -------
    float, list
        The estimate, None without worlds or where it is no number; the interval, None for fewer than two worlds.

    Notes
    -----
    The interval is that of the jackknife with Student's t (Miller, Biometrika 1974): of a mean or a difference exactly
    Student's, of a ratio of sums as good as the delta method and without derivatives.
    """
    number = len(parts)
    estimate = float(form(*parts.mean(axis=0))) if number else np.nan
    if not np.isfinite(estimate):
        return None, None
    without = form(*((parts.sum(axis=0) - parts) / (number - 1)).T) if number > 1 else np.array([])
    if number < 2 or not np.isfinite(without).all():
        return estimate, None
    error = np.sqrt((number - 1) / number * ((without - without.mean()) ** 2).sum())
    half = quantile(number) * float(error)
    return estimate, [estimate - half, estimate + half]


def _compared(metric: str) -> Parts:
    return lambda worlds, year, comparator: (worlds.value(metric, year), worlds.reference(metric, year, comparator))


def _level(metric: str) -> Statistic:
    """Value itself, or the difference to the world without the programme."""

    def parts(worlds: Worlds, year: int, comparator: str) -> tuple[float, ...]:
        other = 0.0 if comparator == BEFORE_AFTER else worlds.reference(metric, year, comparator)
        return worlds.value(metric, year), other

    return Statistic(parts, lambda value, other: value - other)


def _money(metric: str) -> Statistic:
    """Difference in money, because what is earned without the programme may be near nothing, or a loss."""
    return Statistic(_compared(metric), lambda value, reference: value - reference, in_references=True)


def _index_by_year(form: Form) -> Statistic:
    def parts(worlds: Worlds, year: int, comparator: str) -> tuple[float, ...]:
        return *_compared("market_share")(worlds, year, comparator), float(year)

    return Statistic(parts, lambda value, reference, year: form(over(value, reference), year))


def _relative_growth(worlds: Worlds, year: int, comparator: str) -> tuple[float, ...]:
    return *_compared("revenue")(worlds, year, comparator), *_compared("market_value")(worlds, year, comparator)


def _share_and_past(worlds: Worlds, year: int, comparator: str) -> tuple[float, ...]:
    past = worlds.base("market_share"), worlds.value("market_share", -1)
    return *_compared("market_share")(worlds, year, comparator), *past


def _improvement(worlds: Worlds, year: int, comparator: str) -> tuple[float, ...]:
    # The earlier trend is in the world without the programme already.
    value, reference, base, before = _share_and_past(worlds, year, comparator)
    return (value, reference, base, before) if comparator == BEFORE_AFTER else (value, reference, 1.0, 1.0)


NUMBERS: dict[str, Statistic] = {
    "digitalization_rate": _level("digitalization_rate"),
    "tools_mastered": _level("tools_mastered"),
    "revenue_growth": Statistic(_compared("revenue"), lambda value, reference: over(value, reference) - 1.0),
    "profit_growth": _money("profit"),
    "productivity_growth": _money("productivity"),
    "share": _level("market_share"),
    "revenue": _level("revenue"),
    "share_index": Statistic(_compared("market_share"), over),
    "revenue_index": Statistic(_compared("revenue"), over),
    "share_index_yearly": _index_by_year(lambda index, year: index ** (1.0 / year)),
    "share_index_azoev": _index_by_year(lambda index, year: 1.0 + (index - 1.0) / year),
    "relative_growth": Statistic(
        _relative_growth, lambda own, own_before, all_, all_before: over(over(own, own_before), over(all_, all_before))
    ),
    "share_index_improvement": Statistic(
        _improvement, lambda value, reference, base, before: over(over(value, reference), over(base, before))
    ),
    "mean_share_index": Statistic(
        _share_and_past, lambda value, reference, base, before: (over(base, before) + over(value, reference)) / 2.0
    ),
}

MEASURED = {
    "share": "market_share",
    "revenue": "revenue",
    "digitalization_rate": "digitalization_rate",
    "tools_mastered": "tools_mastered",
    "profit_growth": "profit",
    "productivity_growth": "productivity",
    "revenue_growth": "revenue",
    "revenue_index": "revenue",
}


def measured(statistic: str) -> str:
    """Metric that a statistic is about; the share where it is an index of shares."""
    return MEASURED.get(statistic, "market_share")


def category(statistic: str, metrics: Metrics, year: int, worlds: Worlds) -> str:
    """Strategy class or cell of the competitive market map in one world."""
    if statistic == "strategy_class":
        rate = metrics["digitalization_rate"][year + 1, worlds.focal]
        return CLASSES[sum(rate >= limit for limit in worlds.limits)]
    shares, variant = metrics["market_share"], statistic.removeprefix("map_cell ")
    before = BASE if year > 0 else BASE - 1
    cells = market_map(shares[before], shares[year + 1], variant)
    return str(int(cells.cell[worlds.focal]))


def at_least(statistic: str, value: str, target: str) -> bool:
    """Whether a category is the target or better."""
    if statistic == "strategy_class":
        return CLASSES.index(value) >= CLASSES.index(target)
    if value == "0":
        return False
    (share, trend), (share_wanted, trend_wanted) = _classes(value), _classes(target)
    return share <= share_wanted and trend <= trend_wanted


def _classes(cell: str) -> tuple[int, int]:
    """Places of a cell among the share classes and the growth classes, 0 the best."""
    return divmod(int(cell) - 1, len(GROWTH_CLASSES))


def cell_name(cell: str) -> str:
    """Cell in words."""
    if cell == "0":
        return "undefined"
    share, trend = _classes(cell)
    return f"{SHARE_CLASSES[share]}, {GROWTH_CLASSES[trend]}"
