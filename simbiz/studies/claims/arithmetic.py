"""What the published forecast says when its own numbers are set against each other, without any simulation.

In one period *revenue index = share index x market index*, so the printed numbers alone decide which of them
can hold together, and which market growth that takes.

Units: a share is a fraction of the market, an index is this period / last period, a growth is an index - 1,
revenue is in thousand roubles. Source: Nigay, Lebedinskaya & Barausova, Table 2 and the text below it.
"""

import math
from dataclasses import dataclass


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
