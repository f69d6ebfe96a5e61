"""What the published forecast says when its own numbers are set against each other, without any simulation.

In one period *revenue index = share index x market index*, so the printed numbers alone decide which of them
can hold together, and which market growth that takes.

Units: a share is a fraction of the market, an index is this period / last period, a growth is an index - 1,
revenue is in thousand roubles. Source: Nigay, Lebedinskaya & Barausova, Table 2 and the text below it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Literal, NamedTuple

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
class Printed:
    """The numbers as printed, each claim named after its field; ValueError where they form no index."""

    share_before: float
    share_after: float
    share_index_before: float
    share_index_after: float
    performance_growth: float
    revenue_after: float

    def __post_init__(self) -> None:
        """Refuse numbers that no market could show."""
        _check_share(self.share_before)
        _check_share(self.share_after)
        if min(self.share_index_before, self.share_index_after, self.revenue_index, self.revenue_after) <= 0:
            message = f"indices and revenue must be positive: {self}"
            raise ValueError(message)

    @property
    def share_index(self) -> float:
        """The index that the two printed shares make: D1 / D0."""
        return self.share_after / self.share_before

    @property
    def revenue_index(self) -> float:
        """The index of revenue when the printed growth of performance is read as growth of revenue."""
        return 1 + self.performance_growth

    @property
    def market_after(self) -> float:
        """The market after, in thousand roubles: R1 / D1."""
        return self.revenue_after / self.share_after


@dataclass(frozen=True)
class Reading:
    """One way to understand the printed numbers: what follows from it, as figures and as a sentence."""

    letter: str
    figures: dict[str, float]
    sentence: str


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


def required_utility(share_before: float, share_after: float) -> float:
    """Compute the utility, in logit units, that moves every customer's choice from one share to the other.

    logit(D1) - logit(D0), and exp of it is the ratio of odds. Raises ValueError unless both shares lie
    strictly between 0 and 1. Source: the multinomial logit (McFadden 1974) with one gain for all customers
    and rivals that stand still.
    """
    _check_share(share_before)
    _check_share(share_after)
    return math.log(share_after / (1 - share_after)) - math.log(share_before / (1 - share_before))


def logit_forecast(share_before: float, utility_gain: float) -> float:
    """Forecast the share after a gain in logit units; the inverse of `required_utility`, errors and all."""
    _check_share(share_before)
    return 1 / (1 + (1 - share_before) / share_before * math.exp(-utility_gain))


def trend_forecast(share_before: float, share_index: float, periods: float = 1) -> float:
    """Forecast the share after some periods of one share index: D0 x T ** periods; negative ones look back.

    Raises ValueError where the trend passes the whole market.
    """
    _check_share(share_before)
    share = float(share_before * share_index**periods)
    if share > 1:
        message = f"{share_before:.2%} passes the whole market after {periods:g} periods of {share_index:.2%}"
        raise ValueError(message)
    return share


def share_from_revenue_growth(share_before: float, revenue_growth: float, market_growth: float) -> float:
    """Compute the share that a growth of revenue gives in a growing market: D0 (1 + r) / (1 + g)."""
    return share_before * (1 + revenue_growth) / (1 + market_growth)


def revenue_growth_for_share(share_before: float, share_after: float, market_growth: float) -> float:
    """Compute the growth of revenue that a share takes in a growing market: D1 / D0 x (1 + g) - 1."""
    return share_after / share_before * (1 + market_growth) - 1


def spend_multiple(index: float, elasticity: float) -> float:
    """Compute how many times as much advertising alone lifts sales to an index: index ** (1 / elasticity)."""
    return math.exp(math.log(index) / elasticity)


def readings(printed: Printed) -> list[Reading]:
    """Work out the readings A to I of the printed numbers, where an infinite time means never."""
    chain = printed.share_index_after
    return [
        Reading(letter, figures, _SENTENCES[letter].format(printed=printed, chain=chain, **figures))
        for letter, figures in _figures(printed).items()
    ]


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
    fits = market_growth is None or (
        (low is None or low <= market_growth) and (high is None or market_growth <= high)
    )
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
    return (
        f" From {turn:+.2%} up reaching {share_claim} reaches all of them, below that {revenue_claim} does."
    )


def _check_share(share: float) -> None:
    if not 0 < share < 1:
        message = f"a share must lie between 0 and 1, as a fraction of the market: {share}"
        raise ValueError(message)


def _figures(printed: Printed) -> dict[str, dict[str, float]]:
    """Compute what follows from each reading, by its letter."""
    index, chain, revenue = printed.share_index, printed.share_index_after, printed.revenue_index
    base_needed = printed.share_after / chain
    return {
        "A": _market_needed(printed, index),
        "B": _market_needed(printed, revenue),
        "C": _market_needed(printed, chain),
        "D": {"share_after": printed.share_before * chain, "share_before_needed": base_needed},
        "E": {"years": _quotient(math.log(index), math.log(chain))},
        "F": {"periods": _quotient(index - 1, chain - 1)},
        "G": {"market_growth": revenue / chain - 1, "share_before_needed": base_needed},
        "H": {
            "ratio": chain / printed.share_index_before,
            "market_growth": revenue * printed.share_index_before / chain - 1,
        },
        "I": {"mean_index": (printed.share_index_before + index) / 2},
    }


def _market_needed(printed: Printed, revenue_index: float) -> dict[str, float]:
    revenue_before = printed.revenue_after / revenue_index
    market_before = revenue_before / printed.share_before
    return {
        "revenue_before": revenue_before,
        "market_before": market_before,
        "market_index": printed.market_after / market_before,
        "revenue_growth": revenue_index - 1,
    }


def _quotient(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else math.inf


_SENTENCES = {
    "A": "In a constant market revenue grows by {revenue_growth:.1%}, not {printed.performance_growth:.0%}.",
    "B": "If revenue grows by {printed.performance_growth:.0%}, the market index is {market_index:.3f}.",
    "C": "If {chain:.2%} is the revenue index, the market index is {market_index:.3f}.",
    "D": "If {chain:.2%} is the share index, the share becomes {share_after:.2%}; {printed.share_after:.2%} "
    "needs a base of {share_before_needed:.2%}.",
    "E": "If {chain:.2%} is a compound yearly index, the printed shares lie {years:.2f} years apart.",
    "F": "If {chain:.2%} is 1 + (1/m)(D1 - D0)/D0, the printed shares lie m = {periods:.1f} periods apart.",
    "G": "If {chain:.2%} is the firm's index over the market's, the market grows by {market_growth:.1%} and "
    "the base share is {share_before_needed:.2%}.",
    "H": "The printed share indices have the ratio {ratio:.4f}; read as the firm's index over the market's, "
    "the market grows by {market_growth:.1%}.",
    "I": "The mean of the printed index before and the index of the printed shares is {mean_index:.2%}.",
}
