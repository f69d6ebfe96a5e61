"""Initial customers: how many there are, and the traits that luck gives each of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from simbiz.draws import name_id, normals, uniforms
from simbiz.scenario.market_size import customers_by_segment
from simbiz.state.columns import (
    LOYALTY_PARTS,
    NEVER,
    NO_CHANNEL,
    NO_FIRM,
    TASTE_PARTS,
    customer_dtype,
    records,
    voice_dtype,
)
from simbiz.state.layout import Layout
from simbiz.submodels.awareness import MOST_IMPRESSIONS
from simbiz.submodels.journey import whole_between

KOPECKS = 100_000.0  # in a thousand roubles
WEEKS_PER_YEAR = 52
SMALLEST_RATE = 1e-9
MADE_TOGETHER = 8192  # few enough for the processor's own memory

NEED = name_id("need")
RATE = name_id("need rate")
BASKET = name_id("usual basket")
AFFINITY = name_id("digital affinity")
CHANNEL_TASTE = name_id("channel taste")
FIRM_TASTE = name_id("firm taste")
FIRST_IMPRESSIONS = name_id("first impressions")
MEMBERS = name_id("members")


def market_size(layout: Layout) -> NDArray[np.int64]:
    """Customers of the whole market by segment, at least one; see `simbiz.scenario.market_size`."""
    sizes = list(customers_by_segment(layout.scenario).values())
    size: NDArray[np.int64] = np.maximum(1, np.round(sizes)).astype(np.int64)
    return size


def agent_counts(layout: Layout) -> NDArray[np.int64]:
    """Agents by segment: the whole market, or a sample of it with at least one each.

    A sample is shared out so that it tells the firms' shares by value as exactly as its size allows (Neyman 1934): in
    proportion to customers times the spread of what one of them adds to a share. That is the root mean square of what
    customers buy, as far as firms are chosen alike by small and large ones. No segment has more agents than
    customers, unless the sample is larger than the market: then it has the market's proportions.
    """
    size = market_size(layout)
    wanted = layout.scenario.customers
    if wanted == "market":
        return size
    if wanted >= size.sum():
        shares = size * (wanted / size.sum())
    else:
        shares = shared_out(float(wanted), size * value_spread(layout), size)
    counts: NDArray[np.int64] = np.maximum(1, np.round(shares)).astype(np.int64)
    return counts


def value_spread(layout: Layout) -> NDArray[np.float64]:
    """Root mean square of what a customer of each segment buys in a year at list prices, thousand roubles; (segment,).

    Need rates are gamma with mean 1 and variance `need_dispersion`, usual baskets log-normal around their mean.
    """
    segments = layout.scenario.segments.values()
    mean = np.array([segment.needs_per_year * segment.basket for segment in segments])
    squares = (1.0 + layout.parameters.need_dispersion) * np.exp(layout.parameters.basket_spread**2)
    return np.asarray(mean * np.sqrt(squares))


def shared_out(wanted: float, weights: NDArray[np.float64], most: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share out a number by weights, no part larger than the most it may be; what is over goes to the others.

    Parameters
    ----------
    wanted : float
        Number, at most the sum of `most`.
    weights : float64 array (part,)
        Above 0.
    most : int64 array (part,)
        Largest parts.

    Returns
    -------
    float64 array (part,)
    """
    parts, is_full = np.zeros(len(weights)), np.zeros(len(weights), dtype=bool)
    while True:
        left = wanted - most[is_full].sum()
        parts = np.where(is_full, most, left * weights / max(weights[~is_full].sum(), SMALLEST_RATE))
        if not (parts > most).any():
            return parts
        is_full |= parts > most


def expansion(layout: Layout) -> NDArray[np.float64]:
    """Customers for whom one agent of each segment stands."""
    return market_size(layout) / agent_counts(layout)


def base_revenue(layout: Layout) -> NDArray[np.float64]:
    """Revenue of each firm in the base year as declared, thousand roubles; (firm,)."""
    return np.array([firm.share * layout.scenario.market.value for firm in layout.scenario.firms.values()])


def season_weights(layout: Layout, weeks: int) -> NDArray[np.float64]:
    """Weight of each week in the building season, mean 1 over a year; float64 array (segment, weeks)."""
    wave = np.cos(2.0 * np.pi * (np.arange(weeks) - layout.scenario.market.season_peak_week) / WEEKS_PER_YEAR)
    return np.asarray(1.0 + layout.parameters.season_amplitude[:, None] * wave)


def season_clock(layout: Layout, weeks: int, growth_from: int) -> NDArray[np.float64]:
    """Season-weighted time at the beginning of each week, by segment.

    A week weighs 1 + amplitude * cos(2 pi (week - peak) / 52), times (1 + growth) ** years once growth has
    begun; without growth 52 weeks weigh 52.

    Returns
    -------
    float64 array (segment, weeks + 1)
    """
    week = np.arange(weeks)
    growth = (1.0 + layout.scenario.market.growth) ** (np.maximum(0, week - growth_from + 1) / WEEKS_PER_YEAR)
    weights = season_weights(layout, weeks) * growth
    clock = np.zeros((len(layout.segments), weeks + 1))
    np.cumsum(weights, axis=1, out=clock[:, 1:])
    return clock


def initial_customers(
    layout: Layout, seed: int, clock: NDArray[np.float64], stock: NDArray[np.float64], threads: int = 1
) -> Any:
    """Customers before the first week.

    They are made block by block, so that no more than the customers themselves has to be held.

    Parameters
    ----------
    layout : Layout
        Names and parameters.
    seed : int
        Replicate seed.
    clock : float64 array (segment, weeks + 1)
        Season-weighted time.
    stock : float64 array (segment, firm)
        Mean number of living impressions at the start.
    threads : int
        Threads that make blocks.

    Returns
    -------
    record array (customer,)
        In the order of segments and ids.
    """
    counts = agent_counts(layout)
    customers = records(customer_dtype(layout), int(counts.sum()))
    shares = np.array([firm.share for firm in layout.scenario.firms.values()])

    def make(number: int, row: int, first: int, end: int) -> None:
        block = customers[row + first : row + end]
        block.id, block.segment = np.arange(first, end), number
        _set_traits(layout, number, seed, block)
        _set_first_impressions(layout, number, seed, block, stock[number])
        _set_first_need(layout, number, seed, block, clock[number])
        block.loyalty = np.rint(shares * LOYALTY_PARTS)
        block.last_channel, block.last_firm, block.slot_firm = NO_CHANNEL, NO_FIRM, NO_FIRM

    rows = (np.cumsum(counts) - counts).tolist()
    blocks = [
        (number, rows[number], first, min(first + MADE_TOGETHER, count))
        for number, count in enumerate(counts.tolist())
        for first in range(0, count, MADE_TOGETHER)
    ]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(make, *zip(*blocks, strict=True)))
    return customers


def first_of_segments(layout: Layout, customers: Any) -> NDArray[np.int64]:
    """Row and id of the first of these customers of each segment; int64 array (2, segment).

    Customers stand in the order of segments; one without any begins where the next begins.
    """
    rows = np.searchsorted(customers.segment, np.arange(len(layout.segments)))
    ids = [int(customers.id[row]) if row < len(customers) else 0 for row in rows]
    return np.array([rows, ids], dtype=np.int64)


def silent_voices(count: int) -> Any:
    """What customers tell before anybody has bought anything; record array (customer,)."""
    voices = records(voice_dtype(), count)
    voices.firm, voices.week = NO_FIRM, NEVER
    return voices


def _set_traits(layout: Layout, number: int, seed: int, customers: Any) -> None:
    """Need rate, basket and tastes: what a customer keeps for life."""
    parameters, segment = layout.parameters[number], layout.scenario.segments[layout.segments[number]]
    stream, who = int(parameters.stream), customers.id.copy()

    def normal(decision: int, alternative: int = 0) -> NDArray[np.float64]:
        return np.asarray(normals(seed, decision ^ stream, who, 0, alternative, 0))

    rate = _gamma(uniforms(seed, RATE ^ stream, who, 0, 0, 0), parameters.need_dispersion)
    customers.rate = np.maximum(SMALLEST_RATE, rate * segment.needs_per_year / WEEKS_PER_YEAR)
    spread = parameters.basket_spread
    customers.basket = segment.basket * KOPECKS * np.exp(spread * normal(BASKET) - 0.5 * spread**2)
    affinity = normal(AFFINITY)
    customers.affinity = _in_parts(affinity)
    least, most = segment.buying_centre
    luck = uniforms(seed, MEMBERS ^ stream, who, 0, 0, 0)
    customers.members = [whole_between(least, most, chance) for chance in luck.tolist()] if most > least else least
    for column, (name, channel) in enumerate(layout.catalogue.channels.items()):
        own = parameters.channel_taste_spread * normal(CHANNEL_TASTE, name_id(name))
        taste = channel.digital * parameters.affinity_spread * affinity + own
        customers.channel_taste[:, column] = _in_parts(taste)
    for column, firm in enumerate(layout.firms):
        taste = parameters.firm_taste_spread * normal(FIRM_TASTE, name_id(firm))
        customers.firm_taste[:, column] = _in_parts(taste)


def _in_parts(values: NDArray[np.float64]) -> NDArray[np.int16]:
    """Whole parts of a util or a standard deviation, as far as the column reaches."""
    most = np.iinfo(np.int16).max / TASTE_PARTS
    return np.rint(np.clip(values, -most, most) * TASTE_PARTS).astype(np.int16)


def _set_first_impressions(layout: Layout, number: int, seed: int, customers: Any, stock: NDArray[np.float64]) -> None:
    stream, who = int(layout.parameters[number].stream), customers.id.copy()
    for column, firm in enumerate(layout.firms):
        luck = uniforms(seed, FIRST_IMPRESSIONS ^ stream, who, 0, name_id(firm), 0)
        customers.impressions[:, column] = _poisson(luck, float(stock[column]))


def _set_first_need(layout: Layout, number: int, seed: int, customers: Any, clock: NDArray[np.float64]) -> None:
    stream, who = int(layout.parameters[number].stream), customers.id.copy()
    luck = uniforms(seed, NEED ^ stream, who, 0, 0, 0)
    customers.need_time = -np.log(luck) / customers.rate.astype(np.float64)
    customers.due = _week_of(clock, customers.need_time)


def _week_of(clock: NDArray[np.float64], need_time: NDArray[np.float64]) -> NDArray[np.int64]:
    """Weeks in which needs arise, as `simbiz.submodels.need.week_of` for many; the last week for those beyond it."""
    return np.asarray(np.minimum(np.searchsorted(clock[1:], need_time, side="right"), clock.shape[0] - 1))


def set_due(customers: Any, due: NDArray[Any], clock: NDArray[np.float64], since: int) -> None:
    """Set anew when needs arise from some week on, after the clock has changed there.

    Parameters
    ----------
    customers : record array (customer,)
        `due` of those who wait for their next need is written.
    due : int32 array (customer,)
        The same weeks once more; written.
    clock : float64 array (segment, weeks + 1)
        Season-weighted time; before the week it is as it was.
    since : int
        First week in which it differs.
    """
    for segment, time in enumerate(clock):
        rows = np.flatnonzero((customers.segment == segment) & (customers.under_way == 0) & (customers.due >= since))
        due[rows] = _week_of(time, customers.need_time[rows])
        customers.due[rows] = due[rows]


def _gamma(luck: NDArray[np.float64], dispersion: float) -> NDArray[np.float64]:
    """Gamma quantiles with mean 1 and variance `dispersion`; all 1 without dispersion."""
    if dispersion <= 0.0:
        return np.ones_like(luck)
    return np.asarray(gammaincinv(1.0 / dispersion, luck), dtype=np.float64) * dispersion


def _poisson(luck: NDArray[np.float64], mean: float) -> NDArray[np.int64]:
    """Poisson quantiles, as `simbiz.submodels.awareness.poisson` for many."""
    terms = np.exp(-mean) * np.cumprod([1.0, *(mean / k for k in range(1, MOST_IMPRESSIONS + 1))])
    return np.minimum(np.searchsorted(np.cumsum(terms), luck, side="left"), MOST_IMPRESSIONS)
