"""Where nothing was done, about one test in twenty finds an effect at the 5 % level."""

import numpy as np
import pytest
from accounting import check_accounting
from scipy import stats
from worlds import world

TESTS, PAIRS = 60, 8


def share_in_the_first_year(seed):
    model = world({"customers": 1000, "programme.order": []}, seed=seed).run()
    check_accounting(model)
    money = (model.tallies.revenue @ model.expansion)[model.start :].sum(axis=0)
    return money[model.layout.focal] / money.sum()


@pytest.mark.slow
def test_pairs_of_unequal_seeds_without_a_programme_show_effects_as_often_as_chance():
    shares = np.array([share_in_the_first_year(seed) for seed in range(2 * TESTS * PAIRS)])
    effects = np.log(shares[::2] / shares[1::2]).reshape(TESTS, PAIRS)
    found = int((stats.ttest_1samp(effects, 0.0, axis=1).pvalue < 0.05).sum())
    # Two-sided binomial limits at 1e-4 for TESTS tests of size 5 %.
    low, high = stats.binom.ppf([5e-5, 1 - 5e-5], TESTS, 0.05)
    assert low <= found <= high, found
    signs = int((effects > 0).sum())
    assert stats.binomtest(signs, effects.size).pvalue > 1e-4


def test_pairs_of_one_seed_without_a_programme_show_no_effect_at_all():
    assert share_in_the_first_year(3) == share_in_the_first_year(3)
