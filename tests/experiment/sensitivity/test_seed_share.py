"""The parts of parameters and seed in the variance, against all products taken one by one."""

from itertools import product

import numpy as np
import pytest

from simbiz.studies.sensitivity.seed_share import shares_of_variance


def one_by_one(values):
    blocks, points, seeds = values.shape
    centred = values - values.mean()
    cells = list(product(range(blocks), range(points)))

    def mean(same_point, same_seed):
        return np.mean(
            [
                centred[(*one, s)] * centred[(*other, t)]
                for one, other in product(cells, cells)
                for s, t in product(range(seeds), range(seeds))
                if (one == other if same_point else one[0] != other[0]) and (s == t) == same_seed
            ]
        )

    apart = mean(False, False)
    whole = mean(True, True) - apart
    return (mean(True, False) - apart) / whole, (mean(False, True) - apart) / whole


@pytest.mark.parametrize("shape", [(3, 2, 2), (4, 1, 3), (2, 3, 2)])
def test_parts_are_those_of_products_over_points_of_different_blocks(shape):
    rng = np.random.default_rng(sum(shape))
    values = 2.0 * rng.normal(size=(*shape[:2], 1)) + rng.normal(size=shape[2]) + 0.5 * rng.normal(size=shape)
    found = shares_of_variance(values)
    assert (found["parameters"], found["seed"]) == pytest.approx(one_by_one(values), rel=1e-9)
    assert sum(found.values()) == pytest.approx(1.0, rel=1e-12)


def test_there_are_no_parts_of_one_block_one_seed_or_nothing_that_moves():
    assert shares_of_variance(np.ones((1, 3, 4))) is None
    assert shares_of_variance(np.ones((3, 3, 1))) is None
    assert shares_of_variance(np.ones((3, 3, 4))) is None
