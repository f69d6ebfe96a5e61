import numpy as np
import pytest
from scipy.stats import t as student

from simbiz.statistics.best_set import against_best, best_set, pair_errors, pair_widths, simultaneous_interval

WORLDS = 4000


def unequal_normals(rng, means, blocks):
    """Draw blocks in which candidates share luck, and two share nearly all of it: no two pairs have the same spread."""
    count = len(means)
    own = np.linspace(0.5, 3.0, count)
    values = means + rng.normal(size=(blocks, 1)) * 5.0 + rng.normal(size=(blocks, count)) * own
    values[:, 1] = means[1] + (values[:, 0] - means[0]) + rng.normal(size=blocks) * 0.05
    return values


def true_ahead(means):
    return np.array([means[i] - np.delete(means, i).max() for i in range(len(means))])


@pytest.mark.parametrize("means", [np.zeros(6), np.array([0.0, 0.0, -0.3, -1.0, -2.0, 0.1])], ids=["flat", "spread"])
@pytest.mark.parametrize("blocks", [5, 20])
def test_all_intervals_hold_and_the_best_is_inside_as_often_as_promised(means, blocks):
    rng, truth, held, inside = np.random.default_rng(3), true_ahead(means), 0, 0
    for _ in range(WORLDS):
        found = best_set(unequal_normals(rng, means, blocks))
        held += bool(np.all((found.low <= truth + 1e-12) & (truth <= found.high + 1e-12)))
        inside += bool(found.inside[np.argmax(means)])
    least = 0.95 - 5 * np.sqrt(0.95 * 0.05 / WORLDS)
    assert held / WORLDS > least
    assert inside / WORLDS > least


def test_two_candidates_are_told_apart_at_the_one_sided_level_of_student():
    rng = np.random.default_rng(1)
    wrong = sum(not best_set(rng.normal(size=(8, 2))).inside[0] for _ in range(WORLDS))
    assert abs(wrong / WORLDS - 0.05) < 5 * np.sqrt(0.05 * 0.95 / WORLDS)


def test_luck_that_all_candidates_share_changes_no_interval():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(12, 5))
    one, other = best_set(values), best_set(values + 100.0 * rng.normal(size=(12, 1)))
    np.testing.assert_allclose(one.low, other.low, atol=1e-9)
    np.testing.assert_allclose(one.high, other.high, atol=1e-9)


def test_candidates_that_are_the_same_in_every_block_are_all_inside():
    found = best_set(np.repeat(np.random.default_rng(4).normal(size=(9, 1)), 4, axis=1))
    assert found.inside.all()
    assert np.all(found.low == 0.0)
    assert np.all(found.high == 0.0)


def test_a_clear_winner_is_alone_and_the_others_are_behind():
    rng = np.random.default_rng(5)
    found = best_set(rng.normal(size=(30, 1)) * 10 + rng.normal(size=(30, 4)) * 0.1 + [0.0, 5.0, 1.0, 2.0])
    assert found.inside.tolist() == [False, True, False, False]
    assert found.low[1] == 0.0
    assert found.high[1] > 2.9
    assert np.all(found.high[[0, 2, 3]] == 0.0)


def test_one_block_tells_nothing():
    found = best_set(np.array([[1.0, 2.0, 3.0]]))
    assert found.inside.all()
    assert np.all(np.isinf(found.low))


def test_a_single_candidate_is_the_best():
    assert best_set(np.ones((3, 1))).inside.tolist() == [True]


def test_the_error_of_a_pair_is_that_of_its_differences():
    values = np.random.default_rng(6).normal(size=(15, 3)).cumsum(axis=1)
    difference = values[:, 2] - values[:, 0]
    assert pair_errors(values)[2, 0] == pytest.approx(difference.std(ddof=1) / np.sqrt(15))


def test_what_is_compared_with_the_best_is_held_by_its_interval():
    rng, held = np.random.default_rng(7), 0
    for _ in range(WORLDS):
        values = rng.normal(size=(10, 1)) + rng.normal(size=(10, 4)) + [0.0, 0.2, 0.2, -1.0]
        _, low, high = against_best(rng.normal(size=10) + 0.7, values)
        held += low <= 0.5 <= high
    assert held / WORLDS > 0.95 - 5 * np.sqrt(0.95 * 0.05 / WORLDS)


def test_intervals_of_several_quantities_hold_together():
    rng, held = np.random.default_rng(8), 0
    for _ in range(WORLDS):
        _, low, high = simultaneous_interval(rng.normal(size=(7, 6)))
        held += bool(np.all((low <= 0.0) & (high >= 0.0)))
    assert held / WORLDS > 0.95 - 5 * np.sqrt(0.95 * 0.05 / WORLDS)


def test_two_candidates_are_apart_by_students_quantile_of_one_side_with_one_degree_less_than_blocks():
    values = np.array([[1.0, 3.0], [2.0, 2.5], [4.0, 9.0], [3.0, 3.5]])
    difference = values[:, 1] - values[:, 0]
    error = difference.std(ddof=1) / 2.0
    expected = student.ppf(0.95, 3) * error
    assert pair_widths(values)[0, 1] == pytest.approx(expected, rel=1e-12)
    three = np.column_stack([values, values[:, 0] * 2.0])
    assert pair_widths(three)[0, 1] == pytest.approx(student.ppf(0.975, 3) * error, rel=1e-12)


def test_what_is_ahead_of_the_best_candidate_lies_between_the_ends_for_the_best_of_them():
    reference, noise = np.zeros(4), np.array([[1.0], [-1.0], [2.0], [-2.0]])
    values = np.array([5.0, 1.0]) + noise * np.array([1.0, 0.1])
    width = student.ppf(1.0 - 0.05 / 4, 3) * noise.std(ddof=1) / 2.0
    assert against_best(reference, values) == pytest.approx((-5.0, -5.0 - width, -5.0 + width), rel=1e-12)
