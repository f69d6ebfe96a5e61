"""Which of the printed claims can hold together in one period, and in which markets: arithmetic, no simulation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Literal, NamedTuple

from simbiz.studies.claims.arithmetic import Printed

Test = Literal["match", "reach"]
SHARE_CLAIMS = ("share_after", "share_index_after")
REVENUE_CLAIMS = ("performance_growth", "revenue_after")
HALF_UNITS: Mapping[str, float] = MappingProxyType(
    {
        "share_after": 0.00005,
        "share_index_after": 0.00005,
        "performance_growth": 0.005,
        "revenue_after": 0.5,
    }
)


@dataclass(frozen=True)
class JointSet:
    """Whether some claims can hold together in one period, and in which markets.

    The market growth needed lies from `market_growth_low` to `market_growth_high`; None is no limit on that
    side, and both are None where no market growth helps. `possible` takes account of a given market growth.
    """

    claims: tuple[str, ...]
    test: Test
    possible: bool
    market_growth_low: float | None
    market_growth_high: float | None
    reason: str


class _Limits(NamedTuple):
    low: float
    high: float


def joint_sets(
    printed: Printed,
    test: Test,
    *,
    market_growth: float | None = None,
    market_before: float | None = None,
    half_units: Mapping[str, float] = HALF_UNITS,
) -> list[JointSet]:
    """Ask of every set of claims whether one period on the printed base share can bring them all.

    Raises ValueError on an unknown test, or where no market is left before or after.

    Parameters
    ----------
    printed : Printed
        The claims; the share before is taken as exact, because a simulation starts from it.
    test : {"match", "reach"}
        *match*: within half a printed unit of the target; *reach*: at least the target.
    market_growth : float, optional
        Growth of the market given from outside; without it the market is free.
    market_before : float, optional
        The market before, in thousand roubles. Revenue in money restates another claim under a stated
        market, and without one it says nothing here: `revenue_after` takes no part.
    half_units : mapping of str to float
        The tolerances of *match*, by claim.

    Returns
    -------
    list of JointSet
        Small sets first: 7 rows, or 15 with a stated market.
    """
    if test not in ("match", "reach"):
        message = f"{test!r} is not a test of a claim: use 'match' or 'reach'"
        raise ValueError(message)
    limits = _limits(printed, test, market_growth, market_before, half_units)
    return [
        _joint_set(claims, limits, test, 1 / printed.share_before, market_growth)
        for size in range(1, len(limits) + 1)
        for claims in combinations(limits, size)
    ]


def _limits(
    printed: Printed,
    test: Test,
    market_growth: float | None,
    market_before: float | None,
    half_units: Mapping[str, float],
) -> dict[str, _Limits]:
    """Bound the share index by the claims about the share, and the revenue index by the others."""
    no_market_after = market_growth is not None and market_growth <= -1
    no_market_before = market_before is not None and market_before <= 0
    if no_market_after or no_market_before:
        message = f"no market is left: growth {market_growth}, size before {market_before}"
        raise ValueError(message)
    target_and_base = {
        "share_after": (printed.share_after, printed.share_before),
        "share_index_after": (printed.share_index_after, 1.0),
        "performance_growth": (printed.revenue_index, 1.0),
    }
    if market_before is not None:
        target_and_base["revenue_after"] = (printed.revenue_after, printed.share_before * market_before)
    if test == "reach":
        return {claim: _Limits(target / base, math.inf) for claim, (target, base) in target_and_base.items()}
    return {
        claim: _Limits((target - half_units[claim]) / base, (target + half_units[claim]) / base)
        for claim, (target, base) in target_and_base.items()
    }


def _joint_set(
    claims: tuple[str, ...],
    limits: Mapping[str, _Limits],
    test: Test,
    whole_market: float,
    market_growth: float | None,
) -> JointSet:
    of_share = {claim: limits[claim] for claim in claims if claim in SHARE_CLAIMS}
    of_revenue = {claim: limits[claim] for claim in claims if claim in REVENUE_CLAIMS}
    share, revenue = _common(of_share, whole_market), _common(of_revenue, math.inf)
    if share.low > share.high:
        return JointSet(claims, test, False, None, None, _contradiction("share", of_share, whole_market))
    if revenue.low > revenue.high:
        return JointSet(claims, test, False, None, None, _contradiction("revenue", of_revenue, math.inf))
    low = revenue.low / share.high - 1 if revenue.low > 0 else None
    high = revenue.high / share.low - 1 if share.low > 0 and revenue.high < math.inf else None
    fits = market_growth is None or ((low is None or low <= market_growth) and (high is None or market_growth <= high))
    reason = _market_sentence(low, high, fits, market_growth)
    if test == "reach" and len(claims) > 1:
        reason += _nesting_sentence(of_share, of_revenue)
    return JointSet(claims, test, fits, low, high, reason)


def _common(asked: Mapping[str, _Limits], ceiling: float) -> _Limits:
    """Intersect the limits that are asked with everything from zero to the ceiling."""
    lows, highs = [0.0], [ceiling]
    for limits in asked.values():
        lows.append(limits.low)
        highs.append(limits.high)
    return _Limits(max(lows), min(highs))


def _contradiction(kind: str, asked: Mapping[str, _Limits], ceiling: float) -> str:
    needs = [f"{limits.low:.5f} to {limits.high:.5f} ({claim})" for claim, limits in asked.items()]
    if ceiling < max(limits.low for limits in asked.values()):
        needs.append(f"at most {ceiling:.5f} (the whole market)")
    return f"One {kind} index would have to be {' and '.join(needs)}."


def _market_sentence(low: float | None, high: float | None, fits: bool, market_growth: float | None) -> str:
    if low is None:
        needed = "No market growth is excluded"
    elif high is None:
        needed = f"It takes a market growth of at least {low:+.2%}"
    else:
        needed = f"It takes a market growth from {low:+.2%} to {high:+.2%}"
    if market_growth is not None:
        needed += f"; the given {market_growth:+.2%} {'fits' if fits else 'does not fit'}"
    return f"{needed}."


def _nesting_sentence(of_share: Mapping[str, _Limits], of_revenue: Mapping[str, _Limits]) -> str:
    """Name the strictest claim; between one about the share and one about revenue market growth decides."""
    strictest = [max(asked, key=lambda claim: asked[claim].low) for asked in (of_share, of_revenue) if asked]
    if len(strictest) == 1:
        return f" Reaching {strictest[0]} reaches all of them."
    share_claim, revenue_claim = strictest
    turn = of_revenue[revenue_claim].low / of_share[share_claim].low - 1
    return f" From {turn:+.2%} up reaching {share_claim} reaches all of them, below that {revenue_claim} does."
