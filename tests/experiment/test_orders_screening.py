"""What screening foretells of orders at every number of tools under way at a time."""

import numpy as np
import pytest

from simbiz.studies.orders.candidates import every_order
from simbiz.studies.orders.screening import Screening, screened

TOOLS = list("abcd")
ALL = every_order(TOOLS, {})
LEVELS = (1, 2)


def worth(level):
    """Give what orders are worth: at the first level the sooner `a` the better, at the second the sooner `b`."""
    place = np.argsort(ALL, axis=1)[:, level]
    return 5.0 * level - place


def screening(luck=(0.0, 30.0, -10.0)):
    values = [np.stack([worth(level) for level in range(2)]) + shift for shift in luck]
    return Screening([ALL] * len(luck), {"share": values}, LEVELS)


def test_every_level_has_orders_of_its_own_that_are_best_and_levels_can_be_compared():
    found = screening().predict(ALL)["share"].reshape(2, -1)
    for level in range(2):
        assert (ALL[np.argsort(-found[level])[:6], 0] == level).all()
    expected = np.stack([worth(level) for level in range(2)])
    np.testing.assert_allclose(found, expected - expected.mean(), atol=0.1)
    np.testing.assert_allclose(screening().level_means("share"), np.repeat([[-2.5, 2.5]], 3, axis=0), atol=1e-12)


def test_what_is_foretold_of_some_orders_is_less_their_mean_and_the_level_comes_from_the_level():
    some = screening().predict(ALL[:6])["share"].reshape(2, -1)
    assert (ALL[:6, 0] == 0).all()
    np.testing.assert_allclose(some.mean(axis=1), [-2.5, 2.5], atol=1e-9)


def test_an_order_with_a_missing_run_is_left_out_of_its_block():
    runs = len(ALL) * len(LEVELS)
    table = np.concatenate([np.concatenate([worth(0), worth(1)])[:, None]] * 2)
    table[3] = table[runs + len(ALL) + 7] = np.nan
    kept = screened([ALL, ALL], table, LEVELS, ["share"])
    assert [len(orders) for orders in kept.orders] == [len(ALL) - 1] * 2
    assert kept.orders[0].tolist() == np.delete(ALL, 3, axis=0).tolist()
    assert kept.values["share"][1][1].tolist() == pytest.approx(np.delete(worth(1), 7).tolist())
