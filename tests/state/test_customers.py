import numpy as np
import pytest
from scipy import stats
from worlds import lived, market

from simbiz.state import customers as customers_module
from simbiz.state.columns import LOYALTY_PARTS, TASTE_PARTS
from simbiz.state.customers import (
    agent_counts,
    expansion,
    initial_customers,
    market_size,
    season_clock,
    shared_out,
    value_spread,
)
from simbiz.state.layout import Layout

STOCK = 1.5


def layout(**changes):
    return Layout.of(market({"customers": 20_000} | changes))


def customers_of(given, seed=2):
    clock = season_clock(given, 400, 300)
    stock = np.full((len(given.segments), len(given.firms)), STOCK)
    return initial_customers(given, seed, clock, stock), clock


def values(given, parameter):
    return given.parameters[parameter]


def test_the_whole_market_buys_what_the_scenario_says():
    given = layout(customers="market")
    scenario = given.scenario
    segments = scenario.segments.values()
    bought = [n * s.needs_per_year * s.basket for n, s in zip(agent_counts(given), segments, strict=True)]
    total = scenario.market.value / (1 - scenario.market.outside_share)
    np.testing.assert_allclose(bought, [total * s.value_share for s in segments], rtol=1e-3)
    np.testing.assert_array_equal(expansion(given), 1.0)


@pytest.mark.parametrize("count", [1, 300, 20_000])
def test_a_sample_stands_for_the_whole_market(count):
    given = layout(customers=count)
    agents = agent_counts(given)
    assert (agents >= 1).all()
    assert abs(agents.sum() - count) <= len(agents)
    np.testing.assert_allclose(agents * expansion(given), market_size(given))


@pytest.mark.parametrize("count", [500, 2_000, 5_000])
def test_no_few_customers_make_the_value_of_a_sample(count):
    given = layout(customers=count)
    customers, _ = customers_of(given)
    value = expansion(given)[customers.segment] * customers.rate * customers.basket
    # The market itself is as concentrated as its gamma rates and log-normal baskets make it.
    spread = (1.0 + values(given, "need_dispersion")[0]) * np.exp(values(given, "basket_spread")[0] ** 2)
    effective = value.sum() ** 2 / (value**2).sum()  # Kish (1965)
    assert effective > 0.5 * min(agent_counts(given).sum(), 2 * market_size(given)[0]) / spread


@pytest.mark.parametrize("count", [500, 2_000, 5_000, 20_000])
def test_no_other_sharing_out_of_a_sample_tells_value_shares_more_exactly(count):
    given = layout(customers=count)
    size, agents, spread = market_size(given), agent_counts(given), value_spread(given)
    assert (agents <= size).all()

    def variance(number):
        return ((size * spread) ** 2 / number).sum()

    for moved in ([count // 20, -count // 20], [-count // 20, count // 20]):
        other = agents + moved
        if (other <= size).all():
            assert variance(other) > variance(agents)


def test_the_spread_of_what_customers_buy_is_that_of_the_customers_made():
    given = layout(customers="market", **{"market.value": 5e6})
    customers, _ = customers_of(given)
    yearly = 52.0 * customers.rate.astype(float) * customers.basket / 1e5
    for number, spread in enumerate(value_spread(given)):
        mine = yearly[customers.segment == number]
        assert np.sqrt((mine**2).mean()) == pytest.approx(spread, rel=0.08)


@pytest.mark.parametrize(
    ("wanted", "weights", "most", "expected"),
    [
        (100.0, [1, 3], [90, 90], [25, 75]),
        (100.0, [1, 9], [90, 50], [50, 50]),
        (100.0, [1, 1, 18], [90, 90, 60], [20, 20, 60]),
        (100.0, [1, 9, 90], [90, 6, 60], [34, 6, 60]),
        (150.0, [1, 1], [90, 60], [90, 60]),
    ],
)
def test_what_a_full_part_cannot_take_goes_to_the_others(wanted, weights, most, expected):
    np.testing.assert_allclose(shared_out(wanted, np.array(weights, float), np.array(most)), expected)


def test_a_sample_larger_than_the_market_has_its_proportions():
    given = layout(customers=1_000_000)
    size, agents = market_size(given), agent_counts(given)
    np.testing.assert_allclose(agents / size, 1_000_000 / size.sum(), rtol=1e-3)


@pytest.mark.parametrize("first", [0, 13, 100])
def test_a_year_of_52_weeks_weighs_52_weeks_wherever_it_begins(first):
    clock = season_clock(layout(), 300, 300)
    np.testing.assert_allclose(clock[:, first + 52] - clock[:, first], 52.0, rtol=1e-12)
    weights = np.diff(clock[0])
    assert (weights > 0).all()
    assert weights[:52].argmax() == layout().scenario.market.season_peak_week


def test_growth_begins_with_the_week_from_which_it_is_declared():
    still, growing = layout(), layout(**{"market.growth": 0.1})
    before, after = season_clock(still, 260, 104), season_clock(growing, 260, 104)
    np.testing.assert_array_equal(before[:, :105], after[:, :105])
    ratio = np.diff(after)[:, 104:] / np.diff(before)[:, 104:]
    np.testing.assert_allclose(ratio[0], 1.1 ** ((np.arange(156) + 1) / 52))


def test_need_rates_are_gamma_with_the_mean_of_the_segment():
    given = layout()
    customers, _ = customers_of(given)
    for number, segment in enumerate(given.scenario.segments.values()):
        rates = customers.rate[customers.segment == number].astype(float) * 52 / segment.needs_per_year
        dispersion = values(given, "need_dispersion")[number]
        law = stats.gamma(1 / dispersion, scale=dispersion)
        assert stats.kstest(rates, law.cdf).pvalue > 1e-5
        assert abs(rates.mean() - 1) < 5 * np.sqrt(dispersion / len(rates))


def test_usual_baskets_are_log_normal_with_the_mean_of_the_segment():
    given = layout()
    customers, _ = customers_of(given)
    for number, segment in enumerate(given.scenario.segments.values()):
        baskets = customers.basket[customers.segment == number].astype(float) / (segment.basket * 100_000)
        spread = values(given, "basket_spread")[number]
        assert stats.kstest((np.log(baskets) + spread**2 / 2) / spread, "norm").pvalue > 1e-5


def test_tastes_for_firms_are_independent_normals():
    given = layout()
    customers, _ = customers_of(given)
    spread = values(given, "firm_taste_spread")[0]
    for column in range(len(given.firms)):
        assert stats.kstest(customers.firm_taste[:, column] / TASTE_PARTS / spread, "norm").pvalue > 1e-5
    correlation = np.corrcoef(customers.firm_taste.T) - np.eye(len(given.firms))
    assert np.abs(correlation).max() < 5 / np.sqrt(len(customers))


def test_digital_affinity_ties_the_tastes_for_channels_together():
    given = layout()
    customers, _ = customers_of(given)
    common, own = values(given, "affinity_spread")[0], values(given, "channel_taste_spread")[0]
    loading = np.array([channel.digital for channel in given.catalogue.channels.values()]) * common
    expected = np.outer(loading, loading) + own**2 * np.eye(len(loading))
    error = 5 * np.sqrt(2 * np.outer(expected.diagonal(), expected.diagonal()) / len(customers))
    assert (np.abs(np.cov(customers.channel_taste.T / TASTE_PARTS) - expected) < error).all()
    affinity = customers.affinity / TASTE_PARTS
    assert stats.kstest(affinity, "norm").pvalue > 1e-5


def test_first_impressions_are_poisson_around_the_stock():
    customers, _ = customers_of(layout())
    for column in range(customers.impressions.shape[1]):
        counts = np.bincount(customers.impressions[:, column], minlength=9)[:9]
        expected = stats.poisson.pmf(np.arange(9), STOCK)
        expected[-1] += stats.poisson.sf(8, STOCK)
        assert stats.chisquare(counts, expected / expected.sum() * counts.sum()).pvalue > 1e-5


def test_first_needs_arise_as_all_others_do():
    given = layout(**{"mechanisms.need_heterogeneity": False, "mechanisms.season": False})
    customers, clock = customers_of(given)
    waits = customers.need_time * customers.rate
    assert stats.kstest(waits, "expon").pvalue > 1e-5
    late = customers.need_time >= clock[0, -1]
    np.testing.assert_array_equal(customers.due[~late], np.floor(customers.need_time[~late]))
    assert (customers.due[late] == 400).all()


@pytest.mark.parametrize(("together", "threads"), [(1_000_000, 1), (999, 1), (256, 2), (7, 3)])
def test_customers_are_the_same_however_many_are_made_together(monkeypatch, together, threads):
    given = layout(customers=2_500)
    clock = season_clock(given, 400, 300)
    stock = np.full((len(given.segments), len(given.firms)), STOCK)
    usual = initial_customers(given, 3, clock, stock)
    monkeypatch.setattr(customers_module, "MADE_TOGETHER", together)
    assert initial_customers(given, 3, clock, stock, threads).tobytes() == usual.tobytes()


def test_at_the_start_nobody_has_tried_anything():
    customers, _ = customers_of(layout())
    for name in ("satisfaction", "expectation", "under_way", "need_number", "slot_effort"):
        assert not customers[name].any(), name
    np.testing.assert_allclose(customers.loyalty.sum(axis=1, dtype=float) / LOYALTY_PARTS, 1.0, rtol=1e-4)


def test_needs_in_a_year_of_the_market_are_what_the_scenario_says():
    model = lived()
    needs = model.tallies.needs[model.start :].sum(axis=0)
    for number, segment in enumerate(model.layout.scenario.segments.values()):
        mine = model.customers[model.customers.segment == number]
        # Rates are given; what is left to luck is Poisson.
        expected = mine.rate.astype(float).sum() * 52
        assert abs(needs[number] - expected) < 5 * np.sqrt(expected)
        assert segment.needs_per_year > 0
