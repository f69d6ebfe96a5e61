"""Claims about the firms of a market, and about the sign of a change: growth by net promoter score, costs, frequency.

A world in which a statement cannot be tested (equal scores, a rest that does not grow, nothing to compare with) has no
value. Where that is so in half of the worlds or more there is no verdict, but "not testable".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import Claim, Reading
from simbiz.experiment.claim_cases import HORIZONS, Case, interval, printed_numbers, reached, target_value, verdict
from simbiz.experiment.claim_statistics import BASE, BEFORE_AFTER, COMPARATORS, Worlds
from simbiz.experiment.run import YEAR

NOT_TESTABLE, NOT_REACHED = "not testable", "not reached"
LEADING_PART = 3  # the best third of the firms leads
LEAST_GROWTH = 0.02  # a year: of the rest, for a ratio of growths to mean anything

Floats = NDArray[np.float64]
Statistic = Callable[[Worlds, int, str, str], float]


def yearly_growth(worlds: Worlds, year: int, comparator: str, metric: str = "revenue") -> Floats:
    """Growth of all firms, compound a year, over what the comparator names; float64 array (firm,).

    NaN for a firm that has nothing to compare with.
    """
    value = worlds.programme[metric][year + 1]
    reference = worlds.programme[metric][BASE] if comparator == BEFORE_AFTER else worlds.nothing[metric][year + 1]
    ratio = np.divide(value, reference, out=np.full(value.shape, np.nan), where=reference > 0)
    return np.asarray(ratio ** (1.0 / year) - 1.0)


def mean_score(worlds: Worlds, year: int, score: str) -> Floats:
    """Mean score of all firms over the years from the base year to the horizon; float64 array (firm,)."""
    return np.asarray(worlds.programme[score][BASE : year + 2].mean(axis=0))


def leaders(scores: Floats) -> NDArray[np.bool_]:
    """Which firms lead: the best third, at least one, with all that equal the last of them; bool array (firm,)."""
    number = max(1, len(scores) // LEADING_PART)
    return np.asarray(scores >= np.sort(scores)[-number])


def _two_growths(worlds: Worlds, year: int, comparator: str, score: str) -> tuple[float, float]:
    """Mean growth of leaders and of the rest; NaN where one of the two is empty."""
    growth, scores = yearly_growth(worlds, year, comparator), mean_score(worlds, year, score)
    known = np.isfinite(growth)
    if not known.any():
        return np.nan, np.nan
    growth, leading = growth[known], leaders(scores[known])
    if leading.all():
        return np.nan, np.nan
    return float(growth[leading].mean()), float(growth[~leading].mean())


def _growth_of_leaders(worlds: Worlds, year: int, comparator: str, score: str) -> float:
    first, rest = _two_growths(worlds, year, comparator, score)
    return first - rest


def _growth_ratio(worlds: Worlds, year: int, comparator: str, score: str) -> float:
    first, rest = _two_growths(worlds, year, comparator, score)
    return first / rest if rest > LEAST_GROWTH else np.nan


def _rank_correlation(worlds: Worlds, year: int, comparator: str, score: str) -> float:
    """Spearman's rank correlation of score and growth over the firms."""
    growth, scores = yearly_growth(worlds, year, comparator), mean_score(worlds, year, score)
    known = np.isfinite(growth)
    ranks = np.array([rankdata(values[known]) for values in (scores, growth)])
    if known.sum() < 2 or (np.ptp(ranks, axis=1) == 0.0).any():
        return np.nan
    return float(np.corrcoef(ranks)[0, 1])


def _profit_of_leaders(worlds: Worlds, year: int, comparator: str, score: str) -> float:
    """Profit of the leaders together over what the comparator names."""
    leading = leaders(mean_score(worlds, year, score))
    profit = worlds.programme["profit"]
    reference = profit[BASE] if comparator == BEFORE_AFTER else worlds.nothing["profit"][year + 1]
    before = float(reference[leading].sum())
    return float(profit[year + 1][leading].sum()) / before if before > 0.0 else np.nan


def _change(worlds: Worlds, year: int, comparator: str, metric: str) -> float:
    """Relative growth of a metric of the focal firm."""
    reference = worlds.reference(metric, year, comparator)
    return worlds.value(metric, year) / reference - 1.0 if reference > 0.0 else np.nan


def _fall(worlds: Worlds, year: int, comparator: str, metric: str) -> float:
    return -_change(worlds, year, comparator, metric)


STATISTICS: dict[str, Statistic] = {
    "growth_of_leaders": _growth_of_leaders,
    "rank_correlation": _rank_correlation,
    "growth_ratio": _growth_ratio,
    "profit_of_leaders": _profit_of_leaders,
    "change": _change,
    "fall": _fall,
}


def market_rows(case: Case, name: str, claim: Claim) -> Iterator[dict[str, Any]]:
    """Rows of the audit for one claim about the market: as for other claims, by test "reach" only.

    A reading that speaks of a later year is reported at the usual horizons without a verdict, and judged in its own.
    """
    for reading_name, reading in claim.readings.items():
        horizons = list(HORIZONS.items()) + ([(None, f"year {reading.years}")] if reading.years else [])
        for first_year, horizon in horizons:
            pairs = _pairs(case, reading, first_year)
            for comparator in COMPARATORS:
                yield {
                    **{"id": f"{name}.{reading_name}", "claim": claim.meaning, "reading": reading.meaning},
                    **{"source": claim.source, "kind": claim.kind, "test": "reach", "comparator": comparator},
                    **{"horizon": horizon, "rivals": case.rivals, "decline": case.decline},
                    **_judged(pairs, reading, comparator),
                    **{"built_in": reading.built_in, "depends_on": reading.untestable or reading.depends_on},
                    "caveat": _caveat(reading),
                }


def _caveat(reading: Reading) -> str:
    """What must be said beside the metric that a reading is about."""
    metric = load_catalogue().metrics.get(reading.statistic.partition(" ")[2])
    return metric.caveat if metric else ""


def _pairs(case: Case, reading: Reading, first_year: bool | None) -> list[tuple[Worlds, int]]:
    """Pairs that live to a horizon, with its year; None is the year that the reading names."""
    if first_year is not None:
        return reached(case, first_year)
    return [(worlds, reading.years) for worlds in case.pairs if reading.years + 1 < len(worlds.programme["revenue"])]


def _judged(pairs: list[tuple[Worlds, int]], reading: Reading, comparator: str) -> dict[str, Any]:
    target = target_value(reading.target, printed_numbers())
    result: dict[str, Any] = {"horizon_weeks": None, "baseline": None, "target": target, "estimate": None}
    result |= {"interval": None, "passing": None, "worlds": 0}
    if reading.untestable:
        return result | {"verdict": NOT_TESTABLE}
    if not pairs:
        return result | {"verdict": NOT_REACHED}
    kind, _, metric = reading.statistic.partition(" ")
    all_values = np.array([STATISTICS[kind](worlds, year, comparator, metric) for worlds, year in pairs])
    values = all_values[np.isfinite(all_values)]
    years = int(np.median([year for _, year in pairs]))
    result |= {"horizon_weeks": years * YEAR, "worlds": len(values), "interval": interval(values)}
    if 2 * len(values) <= len(pairs):
        return result | {"verdict": NOT_TESTABLE}
    result["estimate"] = float(values.mean())
    if years < reading.years:
        return result | {"verdict": NOT_REACHED}
    passed = values > target if reading.strictly else values >= target - reading.half_unit
    result["passing"] = float(passed.mean())
    return result | {"verdict": verdict(result["passing"])}
