"""Which claims can hold together at all, in how many worlds they do, and what two null models forecast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from simbiz.catalogue import load_catalogue
from simbiz.claims_arithmetic import Printed, logit_forecast, required_utility, trend_forecast
from simbiz.experiment.claim_cases import (
    HORIZONS,
    TESTS,
    Case,
    interval,
    passes,
    printed_numbers,
    reached,
    verdict,
)
from simbiz.experiment.claim_statistics import COMPARATORS, NUMBERS, PAIRED, Worlds
from simbiz.experiment.run import YEAR
from simbiz.joint_sets import HALF_UNITS, joint_sets

# The reading that says what a printed number is compared with.
READINGS = {
    "share_after": "share.value",
    "share_index_after": "share_index.chain",
    "performance_growth": "performance.revenue",
    "revenue_after": "revenue.level",
}
GIVEN = ("access", "appeal")
TAKEN = ("journey_effort",)
ODDS = ("awareness", "lead_survival")


def statistic_of(claim: str) -> str:
    """Name the statistic that is compared with a printed number."""
    name, _, reading = READINGS[claim].partition(".")
    return load_catalogue().claims[name].readings[reading].statistic


def _printed() -> Printed:
    numbers = printed_numbers()
    return Printed(**{name: numbers[name] for name in Printed.__dataclass_fields__})


def joint_rows(case: Case, market_before: float) -> Iterator[dict[str, Any]]:
    """Every set of two or more claims: what its arithmetic needs of the market, and the worlds in which it holds.

    Parameters
    ----------
    case : Case
        Pairs of worlds.
    market_before : float
        Stated size of the market in the base year, thousand roubles.
    """
    printed = _printed()
    for test in TESTS:
        for claims in joint_sets(printed, test, market_before=market_before):
            if len(claims.claims) < 2:
                continue
            for first_year, horizon in HORIZONS.items():
                for comparator in COMPARATORS:
                    held = [
                        all(_holds(claim, worlds, year, comparator, test, printed) for claim in claims.claims)
                        for worlds, year in reached(case, first_year)
                    ]
                    passing = float(np.mean(held)) if held else None
                    yield {
                        "claims": list(claims.claims),
                        "test": test,
                        "comparator": comparator,
                        "horizon": horizon,
                        "rivals": case.rivals,
                        "decline": case.decline,
                        "possible": claims.possible,
                        "market_growth": [claims.market_growth_low, claims.market_growth_high],
                        "reason": claims.reason,
                        "passing": passing,
                        "verdict": verdict(passing),
                    }


def _holds(claim: str, worlds: Worlds, year: int, comparator: str, test: str, printed: Printed) -> bool:
    value = NUMBERS[statistic_of(claim)](worlds, year, comparator)
    return passes(value, getattr(printed, claim), HALF_UNITS[claim], test)


def utility_given(worlds: Worlds, year: int) -> float:
    """Utils by which the programme changed what customers meet at the firm, paired, before loyalty amplifies it.

    Access + appeal - effort, plus the logarithms of awareness and of the survival of leads, which multiply the odds
    of a purchase as a util multiplies them by e.
    """

    def change(metric: str) -> float:
        return worlds.value(metric, year) - worlds.reference(metric, year, PAIRED)

    utils = sum(change(name) for name in GIVEN) - sum(change(name) for name in TAKEN)
    return utils + sum(float(np.log(worlds.ratio(name, year, PAIRED))) for name in ODDS)


def null_forecasts(case: Case) -> Iterator[dict[str, Any]]:
    """Two forecasts without customers beside the model's: the trend, and the one-line logit formula.

    The required utility of a claim about the share is what a logit share would need, for every customer and at once;
    beside it stand the utils that the tools gave in the model.
    """
    printed = _printed()
    required = {
        "share_after": required_utility(printed.share_before, printed.share_after),
        "share_index_after": required_utility(printed.share_before, printed.share_before * printed.share_index_after),
        "performance_growth": required_utility(printed.share_before, printed.share_before * printed.revenue_index),
    }
    for first_year, horizon in HORIZONS.items():
        pairs = reached(case, first_year)
        if not pairs:
            continue
        given = np.array([utility_given(worlds, year) for worlds, year in pairs])
        shares = np.array([worlds.value("market_share", year) for worlds, year in pairs])
        years = float(np.median([year for _, year in pairs]))
        yield {
            "rivals": case.rivals,
            "decline": case.decline,
            "horizon": horizon,
            "horizon_weeks": int(years) * YEAR,
            "trend_share": trend_forecast(printed.share_before, printed.share_index_before, years),
            "logit_share": logit_forecast(printed.share_before, float(given.mean())),
            "model_share": float(shares.mean()),
            "utility_given": float(given.mean()),
            "utility_given_interval": interval(given),
            "utility_required": required,
        }
