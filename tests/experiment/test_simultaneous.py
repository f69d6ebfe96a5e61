"""Statements about several alternatives at once hold together as often as they say."""

import numpy as np
import pytest
from scipy import stats

from simbiz.statistics.simultaneous import all_pairs, best_and_alike, on_common_seeds

TRUE = np.array([0.0, 0.0, 0.3, 0.5, 0.5])


def samples(count, seeds, rng):
    """Draw alternatives that share most of their luck, with spreads of their own."""
    shared = rng.normal(size=(count, 1, seeds))
    own = rng.normal(size=(count, len(TRUE), seeds)) * np.array([0.3, 0.5, 0.4, 1.0, 0.6])[:, None]
    return TRUE[:, None] + 2.0 * shared + own


def test_one_pair_is_the_paired_t_interval():
    a, b = np.random.default_rng(1).normal(size=(2, 7))
    (found,) = all_pairs(np.array([a, b]))
    low, high = stats.ttest_rel(b, a).confidence_interval(0.95)
    assert (found.mean - found.half, found.mean + found.half) == pytest.approx((low, high))
    assert found.half_together == pytest.approx(found.half)
    assert found.variance_reduction == pytest.approx((a.var(ddof=1) + b.var(ddof=1)) / (b - a).var(ddof=1))


def test_intervals_of_all_pairs_hold_together_with_95_per_cent_and_those_of_one_do_not():
    count, together, alone = 600, 0, 0
    for values in samples(count, 8, np.random.default_rng(2)):
        pairs = all_pairs(values)
        errors = [abs(pair.mean - (TRUE[pair.second] - TRUE[pair.first])) for pair in pairs]
        together += all(error <= pair.half_together for error, pair in zip(errors, pairs, strict=True))
        alone += all(error <= pair.half for error, pair in zip(errors, pairs, strict=True))
    assert together / count >= 0.95 - 3.0 * np.sqrt(0.05 * 0.95 / count)
    assert alone / count < 0.90


def test_the_best_and_those_alike_hold_the_truly_best_with_95_per_cent():
    count, held = 600, 0
    true = TRUE + np.array([0.0, 0.0, 0.0, 0.0, 0.2])
    for values in samples(count, 8, np.random.default_rng(3)) + (true - TRUE)[:, None]:
        found = best_and_alike(values)
        held += 4 in (found.best, *found.alike)
    assert held / count >= 0.95 - 3.0 * np.sqrt(0.05 * 0.95 / count)


def test_what_lies_far_behind_is_told_apart_and_what_is_the_same_is_not():
    base = np.random.default_rng(4).normal(size=10)
    found = best_and_alike(np.array([base, base + 1.0, base + 1.0, base - 5.0]))
    assert (found.best, found.alike) == (1, [2])
    assert found.behind == pytest.approx({0: 1.0, 2: 0.0, 3: 6.0})
    turned = best_and_alike(np.array([base, base + 1.0, base + 1.0, base - 5.0]), lowest=True)
    assert (turned.best, turned.alike) == (3, [])


def test_a_seed_that_one_alternative_lacks_is_missed_by_its_own_differences_alone():
    values = np.random.default_rng(5).normal(size=(3, 6))
    values[2, 3:] = np.nan
    assert [pair.seeds for pair in all_pairs(values)] == [6, 3, 3]
    assert all_pairs(values)[0] == all_pairs(np.array([values[0], values[1], values[0]]))[0]


def test_who_shares_fewer_than_two_seeds_with_the_best_cannot_be_told_apart_from_it():
    values = np.array([[5.0, 5.1, 5.2], [1.0, np.nan, np.nan], [np.nan] * 3])
    found = best_and_alike(values)
    assert (found.best, found.alike) == (0, [1])
    assert 2 not in found.behind
    with pytest.raises(ValueError, match="no alternative"):
        best_and_alike(values[2:])


def test_luck_may_throw_one_of_three_as_far_behind_as_half_of_five_per_cent_allow():
    values = np.array([[5.0, 6.0, 8.0, 5.0], [4.0, 6.5, 7.0, 5.0], [1.0, 2.0, 3.0, 1.0]])
    found = best_and_alike(values)
    difference = values[0] - values[1]
    expected = stats.t.ppf(1.0 - 0.05 / 2, 3) * difference.std(ddof=1) / 2.0
    assert found.best == 0
    assert found.allowed[1] == pytest.approx(expected, rel=1e-12)
    assert (found.alike, list(found.behind)) == ([1], [1, 2])


def test_on_common_seeds_every_difference_is_that_of_the_means():
    values = np.random.default_rng(6).normal(size=(4, 8))
    values[0, :2], values[2, 5:], values[3] = np.nan, np.nan, np.nan
    common = on_common_seeds(values)
    means = np.nanmean(common[:3], axis=1)
    pairs = [pair for pair in all_pairs(common) if pair.second != 3]
    assert [pair.seeds for pair in pairs] == [3, 3, 3]
    assert [pair.mean for pair in pairs] == pytest.approx([means[p.second] - means[p.first] for p in pairs])


def test_an_alternative_alone_has_no_common_seeds():
    assert np.isnan(on_common_seeds(np.array([[1.0, 2.0], [np.nan, np.nan]]))).all()
