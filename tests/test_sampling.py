import numpy as np
import pytest
from worlds import market

from simbiz.market.model import OmnichannelModel
from simbiz.market.sampling import HABIT, demand_error, effective_purchases, share_error
from simbiz.scenario import without_programme
from simbiz.state.customers import agent_counts
from simbiz.state.layout import Layout

ALIKE = {"parameters.basket_spread": 0.0, "parameters.basket_noise": 0.0, "market.outside_share": 0.0}


def layout(**changes):
    return Layout.of(market({key.replace("__", "."): value for key, value in changes.items()}))


def test_purchases_of_one_size_count_one_each():
    given = Layout.of(market(ALIKE | {"customers": "market", "segments.person.basket": 36.0}))
    needs = np.array([segment.needs_per_year for segment in given.scenario.segments.values()])
    assert effective_purchases(given) == pytest.approx(float(needs @ agent_counts(given)), rel=1e-12)


def test_a_sample_by_value_of_a_tenth_is_more_certain_than_a_tenth_of_the_purchases_and_less_than_all():
    whole, sample = layout(customers="market"), layout(customers=3604)
    assert effective_purchases(whole) / 10 < effective_purchases(sample) < effective_purchases(whole)


def test_unequal_baskets_and_the_years_of_a_period_change_the_error_by_their_roots():
    plain, unequal = Layout.of(market(ALIKE)), Layout.of(market(ALIKE | {"parameters.basket_noise": 0.5}))
    share = np.array([0.1, 0.5])
    np.testing.assert_allclose(share_error(unequal, share) / share_error(plain, share), np.exp(0.125), rtol=1e-12)
    np.testing.assert_allclose(share_error(plain, share) / share_error(plain, share, 4.0), 2.0, rtol=1e-12)
    expected = HABIT * np.sqrt(0.1 * 0.9 / effective_purchases(plain))
    assert share_error(plain, share)[0] == pytest.approx(expected, rel=1e-12)
    assert demand_error(plain) == pytest.approx(HABIT / np.sqrt(effective_purchases(plain)), rel=1e-12)


@pytest.mark.slow
def test_yearly_shares_of_a_market_at_rest_vary_as_much_as_is_said():
    """Between a sixth below and a sixth above, over seven firms, twelve worlds and eight years at shipped values."""
    changes = {"customers": 5000, "calendar.burn_in_weeks": 416, "calendar.years": 8, "rivals.mode": "stopped"}
    scenario = without_programme(market(changes | {"past.share_index_before": 1.0, "past.decline": "one_off"}))
    ratios = []
    for seed in range(1, 13):
        model = OmnichannelModel(scenario, rng=seed).run()
        years = (model.tallies.revenue[model.start :] @ model.expansion).reshape(8, 52, -1).sum(axis=1)
        shares = years / years.sum(axis=1, keepdims=True)
        declared = np.array([firm.share for firm in scenario.firms.values()])
        ratios.append((shares - declared) / share_error(model.layout, declared))
        model.release()
    assert np.sqrt(np.mean(np.square(ratios))) == pytest.approx(1.0, abs=1 / 6)
