"""Claims about the firms of a market, and about the sign of a change: growth by net promoter score, costs, frequency.

A world in which a statement cannot be tested (equal scores, a rest that does not grow, nothing to compare with) has no
value and shows nothing. Where that is so in half of the worlds or more there is no verdict, but "not testable". A
statistic is made of two parts by a form; over many worlds it is the form of their mean parts, so that a ratio is one of
sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import Claim, Reading
from simbiz.runs.run import YEAR
from simbiz.statistics.verdicts import NOT_REACHED, NOT_TESTABLE, judged
from simbiz.studies.claims.cases import Case, printed_numbers, reached, target_value
from simbiz.studies.claims.horizons import HORIZONS, nth_year
from simbiz.studies.claims.statistics import BASE, BEFORE_AFTER, COMPARATORS, Form, Worlds, estimated, over

LEADING_PART = 3  # the best third of the firms leads
LEAST_GROWTH = 0.02  # a year: of the rest, for a ratio of growths to mean anything

Floats = NDArray[np.float64]
Parts = Callable[[Worlds, int, str, str], tuple[float, float]]
NO_VALUE = (np.nan, np.nan)


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
        return NO_VALUE
    growth, leading = growth[known], leaders(scores[known])
    if leading.all():
        return NO_VALUE
    return float(growth[leading].mean()), float(growth[~leading].mean())


def _growths_that_compare(worlds: Worlds, year: int, comparator: str, score: str) -> tuple[float, float]:
    first, rest = _two_growths(worlds, year, comparator, score)
    return (first, rest) if rest > LEAST_GROWTH else NO_VALUE


def _rank_correlation(worlds: Worlds, year: int, comparator: str, score: str) -> tuple[float, float]:
    """Spearman's rank correlation of score and growth over the firms, beside none."""
    growth, scores = yearly_growth(worlds, year, comparator), mean_score(worlds, year, score)
    known = np.isfinite(growth)
    ranks = np.array([rankdata(values[known]) for values in (scores, growth)])
    if known.sum() < 2 or (np.ptp(ranks, axis=1) == 0.0).any():
        return NO_VALUE
    return float(np.corrcoef(ranks)[0, 1]), 0.0


def _profit_of_leaders(worlds: Worlds, year: int, comparator: str, score: str) -> tuple[float, float]:
    """Profit of the leaders together, and what the comparator names."""
    leading = leaders(mean_score(worlds, year, score))
    profit = worlds.programme["profit"]
    reference = profit[BASE] if comparator == BEFORE_AFTER else worlds.nothing["profit"][year + 1]
    before = float(reference[leading].sum())
    return (float(profit[year + 1][leading].sum()), before) if before > 0.0 else NO_VALUE


def _metric(worlds: Worlds, year: int, comparator: str, metric: str) -> tuple[float, float]:
    """A metric of the focal firm, and what the comparator names."""
    reference = worlds.reference(metric, year, comparator)
    return (worlds.value(metric, year), reference) if reference > 0.0 else NO_VALUE


STATISTICS: dict[str, tuple[Parts, Form]] = {
    "growth_of_leaders": (_two_growths, lambda first, rest: first - rest),
    "rank_correlation": (_rank_correlation, lambda value, none: value - none),
    "growth_ratio": (_growths_that_compare, over),
    "profit_of_leaders": (_profit_of_leaders, over),
    "change": (_metric, lambda value, reference: over(value, reference) - 1.0),
    "fall": (_metric, lambda value, reference: 1.0 - over(value, reference)),
}


def market_rows(case: Case, name: str, claim: Claim) -> Iterator[dict[str, Any]]:
    """Rows of the audit for one claim about the market: as for other claims, by test "reach" only.

    A reading that speaks of a later year is reported at the usual horizons without a verdict, and judged in its own.
    """
    for reading_name, reading in claim.readings.items():
        later = [nth_year(reading.years)] if reading.years else []
        for horizon in (*HORIZONS, *later):
            pairs = reached(case, horizon)
            for comparator in COMPARATORS:
                yield {
                    **{"id": f"{name}.{reading_name}", "claim": claim.meaning, "reading": reading.meaning},
                    **{"source": claim.source, "kind": claim.kind, "quantity": reading.quantity, "unit": reading.unit},
                    **{"test": "reach", "comparator": comparator, "horizon": horizon},
                    **{"rivals": case.rivals, "decline": case.decline},
                    **_row(case, pairs, reading, comparator, case.asked_at(horizon)),
                    **{"built_in": reading.built_in, "depends_on": reading.untestable or reading.depends_on},
                    "caveat": _caveat(reading),
                }


def _caveat(reading: Reading) -> str:
    """What must be said beside the metric that a reading is about."""
    metric = load_catalogue().metrics.get(reading.statistic.partition(" ")[2])
    return metric.caveat if metric else ""


def _row(case: Case, pairs: list[tuple[Worlds, int]], reading: Reading, comparator: str, asked: int) -> dict[str, Any]:
    target = target_value(reading.target, printed_numbers())
    nothing = ("horizon_weeks", "value", "baseline", "estimate", "interval")
    result: dict[str, Any] = {"target": target} | dict.fromkeys(nothing)
    if reading.untestable:
        return result | judged(0, 0, asked, NOT_TESTABLE)
    if not pairs:
        return result | judged(0, 0, asked, NOT_REACHED if case.pairs else None)
    kind, _, metric = reading.statistic.partition(" ")
    of, form = STATISTICS[kind]
    parts = np.array([of(worlds, year, comparator, metric) for worlds, year in pairs])
    parts = parts[np.isfinite(parts).all(axis=1)]
    years = int(np.median([year for _, year in pairs]))
    result |= {"horizon_weeks": years * YEAR}
    if 2 * len(parts) <= len(pairs):
        return result | judged(0, len(parts), asked, NOT_TESTABLE)
    result["estimate"], result["interval"] = estimated(parts, form)
    result["value"], result["baseline"] = map(float, parts.mean(axis=0))
    if years < reading.years:
        return result | judged(0, len(parts), asked, NOT_REACHED)
    values = form(*parts.T)
    holds = values > target if reading.strictly else values >= target - reading.half_unit
    return result | judged(int(holds.sum()), len(parts), asked)
