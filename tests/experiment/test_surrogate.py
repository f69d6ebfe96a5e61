import numpy as np
import pytest

from simbiz.studies.orders.candidates import every_order, sampled_orders
from simbiz.studies.orders.surrogate import fit_surrogate, precedence, precedence_effects, tool_pairs

TOOLS = list("abcdef")
ALL = every_order(TOOLS, {})


def blocks(worth, count=20, size=24, noise=0.0, seed=0):
    """Sample blocks of orders, and give each order its worth, the luck of its block and luck of its own."""
    rng, found = np.random.default_rng(seed), []
    for block in range(count):
        orders = sampled_orders(TOOLS, {}, size, seed=seed, block=block)
        found.append((orders, worth(orders) + 50.0 * rng.normal() + noise * rng.normal(size=len(orders))))
    return found


PLANTED = np.array([{(0, 1): 3.0, (2, 5): -2.0}.get(pair, 0.0) for pair in tool_pairs(6)])


def planted(orders):
    return precedence(orders) @ PLANTED


def test_planted_precedence_effects_are_recovered_exactly_without_luck():
    effect, low, high = precedence_effects(blocks(planted))
    np.testing.assert_allclose(effect, PLANTED, atol=1e-9)
    np.testing.assert_allclose(high - low, 0.0, atol=1e-9)


def test_intervals_of_precedence_effects_hold_together_as_often_as_promised():
    worlds = 150
    held = 0
    for seed in range(worlds):
        _, low, high = precedence_effects(blocks(planted, noise=2.0, seed=seed))
        held += bool(np.all((low <= PLANTED) & (high >= PLANTED)))
    assert held / worlds > 0.95 - 5 * np.sqrt(0.95 * 0.05 / worlds)


def test_the_surrogate_finds_the_best_of_all_orders_among_few():
    def worth(orders):
        return planted(orders) + 1.5 * (orders[:, 0] == 4)

    found = fit_surrogate(blocks(worth, noise=0.5))
    predicted = found.predict(ALL)
    assert worth(ALL)[np.argmax(predicted)] == worth(ALL).max()
    assert found.skill > 0.5


def test_the_surrogate_knows_that_it_knows_nothing_where_nothing_matters():
    def flat(orders):
        return np.zeros(len(orders))

    assert max(fit_surrogate(blocks(flat, noise=1.0, seed=seed)).skill for seed in range(10)) < 0.1
    assert fit_surrogate(blocks(flat)).skill == 0.0


def test_exchanging_neighbours_moves_one_precedence_only():
    one, other = precedence(np.array([[0, 1, 2, 3], [0, 2, 1, 3]], dtype=np.int8))
    assert np.count_nonzero(one != other) == 1


def test_too_few_orders_tell_no_effects():
    assert precedence_effects(blocks(planted, count=3, size=4)) is None


@pytest.mark.parametrize("tools", [2, 3])
def test_few_tools_have_effects_too(tools):
    orders = every_order(TOOLS[:tools], {})
    effect, _, _ = precedence_effects([(orders, precedence(orders).sum(axis=1))] * 4)
    np.testing.assert_allclose(effect, 1.0)
