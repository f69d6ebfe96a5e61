"""What the first customers get, number by number: sizes, baskets, tastes, needs and the clock of the seasons."""

import math

import numpy as np
import pytest
from scipy import stats
from worlds import market, world

from simbiz.draws import name_id, normals, uniforms
from simbiz.state import customers as made
from simbiz.state.columns import TASTE_PARTS
from simbiz.state.layout import Layout

SEED, SEGMENT = 5, 1
MODEL = world({"customers": 60}, seed=SEED)
LAYOUT = MODEL.layout
MINE = MODEL.customers[MODEL.customers.segment == SEGMENT]
STREAM = int(LAYOUT.parameters[SEGMENT].stream)
PERSON = list(LAYOUT.scenario.segments.values())[SEGMENT]


def normal(decision, alternative=0):
    return normals(SEED, name_id(decision) ^ STREAM, MINE.id.copy(), 0, alternative, 0)


def test_the_market_is_so_many_customers_that_demand_with_what_goes_outside_is_met():
    stated = LAYOUT.scenario.market
    for size, segment in zip(made.market_size(LAYOUT), LAYOUT.scenario.segments.values(), strict=True):
        demand = size * segment.needs_per_year * segment.basket
        assert demand * (1.0 - stated.outside_share) == pytest.approx(stated.value * segment.value_share, rel=1e-3)


def test_a_usual_basket_is_log_normal_around_its_mean():
    spread = LAYOUT.parameters[SEGMENT].basket_spread
    expected = PERSON.basket * made.KOPECKS * np.exp(spread * normal("usual basket") - 0.5 * spread * spread)
    np.testing.assert_allclose(MINE.basket, expected, rtol=1e-6)


def test_tastes_for_firms_are_keyed_by_their_names_and_rounded():
    spread = LAYOUT.parameters[SEGMENT].firm_taste_spread
    for column, name in enumerate(LAYOUT.firms):
        expected = np.rint(spread * normal("firm taste", name_id(name)) * TASTE_PARTS)
        np.testing.assert_array_equal(MINE.firm_taste[:, column], expected)


def test_a_taste_beyond_the_column_is_the_strongest_and_never_its_opposite():
    assert made._in_parts(np.array([-100.0, 0.00037, 100.0])).tolist() == [-32767, 1, 32767]


def test_need_rates_have_mean_1_and_the_declared_variance():
    luck = (np.arange(100_000) + 0.5) / 100_000
    for dispersion in (0.5, 1.75):
        rates = made._gamma(luck, dispersion)
        np.testing.assert_allclose(rates[::9999], stats.gamma(1 / dispersion, scale=dispersion).ppf(luck[::9999]))
        assert rates.mean() == pytest.approx(1.0, abs=1e-3)
        assert rates.var() == pytest.approx(dispersion, rel=1e-2)


def test_the_first_need_falls_into_the_week_that_holds_its_time():
    luck = uniforms(SEED, name_id("need") ^ STREAM, MINE.id.copy(), 0, 0, 0)
    np.testing.assert_allclose(MINE.need_time, -np.log(luck) / MINE.rate.astype(float), rtol=1e-12)
    clock = MODEL.clock[SEGMENT]
    within = MINE.due < len(clock) - 1
    assert (clock[MINE.due[within]] <= MINE.need_time[within]).all()
    assert (MINE.need_time[within] < clock[MINE.due[within] + 1]).all()


def test_the_season_is_highest_at_its_peak_and_growth_is_that_of_a_year():
    growing = Layout.of(market({"market.growth": 0.3}))
    peak = growing.scenario.market.season_peak_week % 52
    weights = made.season_weights(growing, 52)
    assert weights[SEGMENT].argmax() == peak
    assert weights[SEGMENT].max() == pytest.approx(1.0 + growing.parameters.season_amplitude[SEGMENT], rel=1e-12)
    weeks = np.diff(made.season_clock(growing, 60, 8), axis=1)
    flat = made.season_weights(growing, 60)
    assert weeks[SEGMENT, 7] / flat[SEGMENT, 7] == pytest.approx(1.3 ** (0 / 52), rel=1e-9)
    assert weeks[SEGMENT, 59] / flat[SEGMENT, 59] == pytest.approx(1.3, rel=1e-9)
    assert math.isclose(weights.sum() / weights.size, 1.0, rel_tol=1e-9)
