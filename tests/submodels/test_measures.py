import math
from itertools import pairwise

import pytest

from simbiz.submodels.measures import added_level, performance_level


def test_a_performance_fades_geometrically_while_it_lasts():
    levels = [performance_level(week, 6, 0.25) for week in range(6)]
    assert levels[0] == 1.0
    for before, after in pairwise(levels):
        assert after / before == pytest.approx(math.exp(-0.25))


def test_what_does_not_fade_stays_until_it_ends():
    assert [performance_level(week, 3, 0.0) for week in (-1, 0, 2, 3)] == [0.0, 1.0, 1.0, 0.0]


def test_nothing_is_left_of_a_performance_before_it_and_after_its_last_week():
    assert performance_level(-1, 10, 0.1) == performance_level(10, 10, 0.1) == 0.0


def test_performances_add_up_to_full_and_not_beyond():
    assert added_level(0.25, 0.5) == 0.75
    assert added_level(0.75, 0.5) == 1.0
    assert added_level(0.0, 0.0) == 0.0
