from itertools import pairwise

import pytest

from simbiz.submodels.shock import shock_level


def test_a_shock_comes_at_once_and_falls_evenly_over_its_last_weeks():
    levels = [shock_level(week, 10, 8, 3) for week in range(8, 20)]
    assert levels == [0, 0, 1, 1, 1, 1, 1, 0.75, 0.5, 0.25, 0, 0]


def test_a_shock_that_does_not_fade_ends_as_it_came():
    assert [shock_level(week, 0, 2, 0) for week in (-1, 0, 1, 2)] == [0, 1, 1, 0]


@pytest.mark.parametrize("fade", [1, 5, 52])
def test_a_fading_shock_loses_the_same_every_week(fade):
    levels = [shock_level(week, 0, 60, fade) for week in range(59 - fade, 61)]
    falls = [a - b for a, b in pairwise(levels)]
    assert falls == pytest.approx([1.0 / (fade + 1)] * (fade + 1))
