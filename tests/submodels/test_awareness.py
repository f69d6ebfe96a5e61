import math

import numpy as np
import pytest
from scipy import stats

from simbiz.draws import name_id, uniforms
from simbiz.submodels.awareness import (
    MOST_IMPRESSIONS,
    advertising_stock,
    arrived,
    binomial,
    impressions_alive,
    poisson,
)

MANY = 20_000
WHO = np.arange(MANY, dtype=np.uint32)
# No point of the grid lies on a step of a distribution, where rounding may decide either way.
LUCK = (np.arange(400) + 0.5123) / 400.3


def luck(name, draw=0):
    return uniforms(11, name_id(name), WHO, 0, 0, draw)


@pytest.mark.parametrize("trials", [0, 1, 2, 7, 30, MOST_IMPRESSIONS])
@pytest.mark.parametrize("probability", [0.0, 0.01, 0.3, 0.5, 0.97, 1.0])
def test_survivors_are_the_binomial_quantile(trials, probability):
    ours = [binomial(one, trials, probability) for one in LUCK]
    np.testing.assert_array_equal(ours, stats.binom.ppf(LUCK, trials, probability))


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.3, 1.0, 4.0, 12.0, 25.0])
def test_newcomers_are_the_poisson_quantile(mean):
    ours = [poisson(one, mean) for one in LUCK]
    np.testing.assert_array_equal(ours, stats.poisson.ppf(LUCK, mean))


@pytest.mark.parametrize("luck_of_the_last", [1 - 1e-16, 1 - 2**-53])
def test_the_quantiles_end_even_where_the_sum_of_the_terms_falls_short_of_1(luck_of_the_last):
    assert binomial(luck_of_the_last, MOST_IMPRESSIONS, 0.9999) <= MOST_IMPRESSIONS
    assert poisson(luck_of_the_last, 50.0) == MOST_IMPRESSIONS


def test_impressions_have_a_ceiling():
    assert impressions_alive(MOST_IMPRESSIONS, 1.0, 40.0, 0.5, 0.9) == MOST_IMPRESSIONS


@pytest.mark.parametrize(("reach", "forgetting", "weeks"), [(0.06, 0.03, 20), (0.3, 0.1, 5), (0.02, 0.01, 60)])
def test_a_look_after_many_weeks_equals_a_look_every_week_in_distribution(reach, forgetting, weeks):
    first, stock = 4, 1.0
    stocks = [stock]
    for _ in range(weeks):
        stocks.append(advertising_stock(stocks[-1], reach, forgetting))

    retention = math.exp(-forgetting * weeks)
    news = arrived(stocks[-1], stocks[0], retention)
    at_once = [impressions_alive(first, retention, news, *pair) for pair in zip(luck("a"), luck("b"), strict=True)]

    weekly = np.full(MANY, first)
    one_week = math.exp(-forgetting)
    for week in range(weeks):
        arrivals = arrived(stocks[week + 1], stocks[week], one_week)
        pairs = zip(weekly, luck("old", week), luck("new", week), strict=True)
        weekly = np.array([impressions_alive(int(n), one_week, arrivals, old, new) for n, old, new in pairs])

    top = int(max(np.max(at_once), weekly.max())) + 1
    table = np.array([np.bincount(at_once, minlength=top), np.bincount(weekly, minlength=top)])
    rare = table.sum(axis=0) < 20
    table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)])
    assert stats.chi2_contingency(table[:, table.sum(axis=0) > 0]).pvalue > 1e-5


def test_awareness_is_the_chance_that_one_impression_is_alive():
    first, retention, news = 3, 0.4, 0.25
    pairs = zip(luck("c"), luck("d"), strict=True)
    aware = np.mean([impressions_alive(first, retention, news, old, new) > 0 for old, new in pairs])
    expected = 1.0 - (1.0 - retention) ** first * math.exp(-news)
    assert abs(aware - expected) < 5 * math.sqrt(expected * (1 - expected) / MANY)


def test_advertising_at_a_steady_reach_rests_at_reach_over_forgetting():
    stock = 7.0
    for _ in range(3000):
        stock = advertising_stock(stock, 0.05, 0.02)
    assert stock == pytest.approx(0.05 / (1.0 - math.exp(-0.02)), rel=1e-12)
    assert advertising_stock(stock, 0.05, 0.02) == pytest.approx(stock, rel=1e-14)


def test_nobody_forgets_what_has_just_been_seen():
    assert arrived(3.0, 3.0, 1.0) == 0.0
    assert impressions_alive(5, 1.0, 0.0, 0.999, 0.999) == 5


def test_newcomers_are_what_the_stock_holds_beyond_what_is_left_of_the_old_one():
    assert arrived(2.0, 1.0, 0.5) == 1.5
    assert arrived(0.5 - 1e-16, 1.0, 0.5) == 0.0
    assert arrived(0.4, 1.0, 0.5) == 0.0


def test_survivors_and_newcomers_have_luck_of_their_own():
    for old, new in ((0.1, 0.9), (0.9, 0.1)):
        assert impressions_alive(20, 0.5, 6.0, old, new) == binomial(old, 20, 0.5) + poisson(new, 6.0)
