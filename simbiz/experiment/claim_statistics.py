"""The statistics that claims speak of, each by two comparators.

*before-after*: the world with the programme against its own base year, the paper's way. *paired*: against the world
without the programme in the same year, with the same luck; a level is then the base year's times the paired ratio.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simbiz.market_map import GROWTH_CLASSES, SHARE_CLASSES, market_map

BEFORE_AFTER, PAIRED = "before-after", "paired"
COMPARATORS = (BEFORE_AFTER, PAIRED)
CLASSES = ("follower", "candidate", "leader")
BASE = 1  # row of year 0; row 0 is year -1

Metrics = Mapping[str, NDArray[np.float64]]
Statistic = Callable[["Worlds", int, str], float]


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
        """Value over what it is compared with."""
        return self.value(metric, year) / self.reference(metric, year, comparator)

    def level(self, metric: str, year: int, comparator: str) -> float:
        """Value itself, or the base year's value times the paired ratio."""
        return self.base(metric) * self.ratio(metric, year, comparator)

    def index_before(self) -> float:
        """Share of the base year over the share of the year before."""
        return self.base("market_share") / self.value("market_share", -1)


def growth(metric: str) -> Statistic:
    """Relative growth of a metric; against a loss or nothing it is measured in parts of its size."""

    def statistic(worlds: Worlds, year: int, comparator: str) -> float:
        reference = worlds.reference(metric, year, comparator)
        return (worlds.value(metric, year) - reference) / abs(reference)

    return statistic


def _rate(metric: str) -> Statistic:
    def statistic(worlds: Worlds, year: int, comparator: str) -> float:
        value = worlds.value(metric, year)
        if comparator == BEFORE_AFTER:
            return value
        return worlds.base(metric) + (value - worlds.reference(metric, year, comparator))

    return statistic


def _share_index(worlds: Worlds, year: int, comparator: str) -> float:
    return worlds.ratio("market_share", year, comparator)


def _relative_growth(worlds: Worlds, year: int, comparator: str) -> float:
    return worlds.ratio("revenue", year, comparator) / worlds.ratio("market_value", year, comparator)


def _improvement(worlds: Worlds, year: int, comparator: str) -> float:
    index = _share_index(worlds, year, comparator)
    return index / worlds.index_before() if comparator == BEFORE_AFTER else index


NUMBERS: dict[str, Statistic] = {
    "digitalization_rate": _rate("digitalization_rate"),
    "tools_mastered": _rate("tools_mastered"),
    "revenue_growth": growth("revenue"),
    "profit_growth": growth("profit"),
    "productivity_growth": growth("productivity"),
    "share": lambda worlds, year, comparator: worlds.level("market_share", year, comparator),
    "revenue": lambda worlds, year, comparator: worlds.level("revenue", year, comparator),
    "share_index": _share_index,
    "revenue_index": lambda worlds, year, comparator: worlds.ratio("revenue", year, comparator),
    "share_index_yearly": lambda worlds, year, comparator: _share_index(worlds, year, comparator) ** (1.0 / year),
    "share_index_azoev": lambda worlds, year, comparator: 1.0 + (_share_index(worlds, year, comparator) - 1.0) / year,
    "relative_growth": _relative_growth,
    "share_index_improvement": _improvement,
    "mean_share_index": lambda worlds, year, comparator: (
        (worlds.index_before() + _share_index(worlds, year, comparator)) / 2.0
    ),
}

BASELINES = {
    "share": "market_share",
    "revenue": "revenue",
    "digitalization_rate": "digitalization_rate",
    "tools_mastered": "tools_mastered",
    "profit_growth": "profit",
    "productivity_growth": "productivity",
    "revenue_growth": "revenue",
    "revenue_index": "revenue",
}


def baseline(statistic: str, worlds: Worlds, year: int, comparator: str) -> float:
    """Value of the statistic's quantity in what it is compared with; the share where it is an index of shares."""
    return worlds.reference(BASELINES.get(statistic, "market_share"), year, comparator)


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
