"""Parts of a week are emptied for every use, and add up to its counts."""

import copy
import pickle

import numpy as np
import pytest
from worlds import market

from simbiz.market.parts import Parts
from simbiz.state.columns import add_counts, part_dtype, records, tally_dtype
from simbiz.state.layout import Layout

LAYOUT = Layout.of(market())


def test_the_sum_of_all_parts_is_laid_out_as_a_tally():
    parts = Parts(part_dtype(LAYOUT))
    expected = records(tally_dtype(LAYOUT), 1)
    for number, (_, part) in enumerate(parts.emptied(3, noting=False)):
        part.needs[0] = number + 1
        part.complaint_gap[-1, -1, -1] = -number
        add_counts(expected[0], part)
    np.testing.assert_array_equal(parts.total(), expected.view(np.ndarray).view(np.int64))
    assert (expected.needs[0, 0], expected.complaint_gap[0, -1, -1, -1]) == (6, -3)


def test_parts_are_empty_whenever_they_are_taken():
    parts = Parts(part_dtype(LAYOUT))
    for noting in (True, False):
        ((notes, part),) = parts.emptied(1, noting)
        assert not parts.total().any()
        assert notes.speakers == []
        assert part.noting == noting
        part.needs[0] = 1


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda parts: pickle.loads(pickle.dumps(parts))])
def test_a_copy_of_parts_shares_nothing_with_them(copied):
    parts = Parts(part_dtype(LAYOUT))
    ((_, part),) = parts.emptied(1, noting=False)
    part.needs[0] = 1
    ((_, other),) = copied(parts).emptied(1, noting=False)
    other.needs[1] = 1
    assert (part.needs.tolist(), other.needs.tolist()) == ([1, 0], [0, 1])
