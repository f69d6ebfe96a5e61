import math

import numpy as np
import pytest

from simbiz.draws import name_id, uniforms
from simbiz.submodels.rivals import (
    CANDIDATE,
    FOLLOWER,
    LEADER,
    answer_weeks,
    benchmarks,
    notices,
    strategy_class,
)

LUCKS = uniforms(3, name_id("monitoring of competitors"), np.arange(20_000, dtype=np.uint32), 0, 0, 0)


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(0.0, FOLLOWER), (0.32, FOLLOWER), (1 / 3, CANDIDATE), (0.66, CANDIDATE), (2 / 3, LEADER), (1.0, LEADER)],
)
def test_a_firm_is_of_the_class_whose_limit_it_has_reached(rate, expected):
    assert strategy_class(rate, 1 / 3, 2 / 3) == expected


def test_only_growth_beyond_the_threshold_is_noticed():
    for share, expected in ((0.10, False), (0.1149, False), (0.1151, True), (0.05, False)):
        assert notices(0.10, share, 0.15, 1.0, 0.999) == expected
    assert not notices(0.1, 0.1, 0.0, 1.0, 0.5)


@pytest.mark.parametrize("monitoring", [0.0, 0.5, 0.75, 1.0])
def test_growth_is_noticed_as_often_as_the_market_is_watched(monitoring):
    seen = np.mean([notices(0.1, 0.2, 0.15, monitoring, luck) for luck in LUCKS])
    assert abs(seen - monitoring) <= 5 * math.sqrt(monitoring * (1 - monitoring) / len(LUCKS))


def test_a_candidate_answers_earlier_than_a_follower():
    assert [answer_weeks(strategy, 26, 0.5) for strategy in (FOLLOWER, CANDIDATE)] == [26, 13]
    assert [answer_weeks(strategy, 0, 0.5) for strategy in (FOLLOWER, CANDIDATE)] == [0, 0]


@pytest.mark.parametrize("hazard", [0.0, 0.1, 2.0, 100.0])
@pytest.mark.parametrize("years", [0.25, 1.0])
def test_practice_from_elsewhere_comes_with_a_hazard(hazard, years):
    expected = 1.0 - math.exp(-hazard * years)
    found = np.mean([benchmarks(hazard, years, luck) for luck in LUCKS])
    assert abs(found - expected) <= 5 * math.sqrt(expected * (1 - expected) / len(LUCKS)) + 1e-9
