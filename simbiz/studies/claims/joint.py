"""Which claims can hold together at all, in how many worlds they do, and what two null models forecast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import Reading
from simbiz.runs.run import YEAR
from simbiz.studies.claims.arithmetic import Printed, logit_forecast, required_utility, trend_forecast
from simbiz.studies.claims.cases import TESTS, Case, interval, passed, printed_numbers, reached
from simbiz.studies.claims.horizons import HORIZONS
from simbiz.studies.claims.joint_sets import JointSet, Test, joint_sets
from simbiz.studies.claims.rows import counted_worlds
from simbiz.studies.claims.statistics import COMPARATORS, NUMBERS, PAIRED, Worlds

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


def reading_of(claim: str) -> Reading:
    """Find the reading that is compared with a printed number."""
    name, _, reading = READINGS[claim].partition(".")
    return load_catalogue().claims[name].readings[reading]


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
    for test in TESTS:
        sets = joint_sets(_printed(), test, market_before=market_before)
        for horizon in HORIZONS:
            for comparator in COMPARATORS:
                alone = _alone(case, horizon, comparator, test)
                told = {"test": test, "comparator": comparator, "horizon": horizon}
                told |= {"rivals": case.rivals, "decline": case.decline}
                for claims in sets:
                    if len(claims.claims) > 1:
                        yield (
                            {"claims": list(claims.claims)}
                            | told
                            | _arithmetic(claims)
                            | _together(case, claims, alone, horizon)
                        )


def _alone(case: Case, horizon: str, comparator: str, test: Test) -> dict[str, list[bool]]:
    """Whether each claim holds in each pair that lives to the horizon."""
    pairs, found = reached(case, horizon), {}
    for claim in READINGS:
        reading = reading_of(claim)
        parts = NUMBERS[reading.statistic].of(pairs, comparator)
        found[claim] = passed(reading, parts, comparator, test).tolist() if pairs else []
    return found


def _arithmetic(claims: JointSet) -> dict[str, Any]:
    growth = [claims.market_growth_low, claims.market_growth_high]
    return {"possible": claims.possible, "market_growth": growth, "reason": claims.reason}


def _together(case: Case, claims: JointSet, alone: dict[str, list[bool]], horizon: str) -> dict[str, Any]:
    """Worlds in which all claims of a set hold."""
    holds = [all(held) for held in zip(*(alone[claim] for claim in claims.claims), strict=True)]
    return counted_worlds(case, holds, horizon)


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
    for horizon in HORIZONS:
        pairs = reached(case, horizon)
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
