import math

import numpy as np
import pytest

from simbiz.draws import name_id, uniforms
from simbiz.submodels.word_of_mouth import (
    MOST_TIES,
    opinion_heard,
    ring_neighbour,
    tie_count,
    told_of,
    voice_weight,
)

MANY = 20_000
LUCK = uniforms(8, name_id("talk"), np.arange(MANY, dtype=np.uint32), 0, 0, 0)


def test_acquaintances_are_exponentially_spread_around_their_mean():
    counts = np.array([tie_count(5.0, luck) for luck in LUCK])
    assert abs(counts.mean() - 5.0) < 5 * 5.0 / math.sqrt(MANY)
    few = (counts <= 2).mean()
    assert abs(few - (1 - math.exp(-2.5 / 5.0))) < 5 * math.sqrt(0.25 / MANY)
    assert counts.max() <= MOST_TIES


def test_neighbours_stand_on_both_sides_at_growing_distance():
    assert [ring_neighbour(10, tie) for tie in range(6)] == [11, 9, 12, 8, 13, 7]


def test_neighbourhood_on_the_ring_is_mutual():
    for tie in range(0, 8, 2):
        assert ring_neighbour(ring_neighbour(40, tie), tie + 1) == 40


def test_an_experience_fades_geometrically():
    assert voice_weight(0, 0.05) == 1.0
    assert voice_weight(20, 0.05) == pytest.approx(voice_weight(1, 0.05) ** 20)


def test_many_agreeing_voices_come_close_to_their_judgement_and_none_say_nothing():
    assert opinion_heard(0.0, 0.0) == 0.0
    assert opinion_heard(-0.8, 1.0) == -0.4
    assert opinion_heard(1000 * -0.8, 1000.0) == pytest.approx(-0.8, rel=2e-3)


def test_a_firm_becomes_known_the_more_is_heard_of_it():
    assert not told_of(0.0, 0.5, 1e-16)
    for weight in (0.5, 3.0):
        known = np.mean([told_of(weight, 0.4, luck) for luck in LUCK])
        expected = 1 - math.exp(-0.4 * weight)
        assert abs(known - expected) < 5 * math.sqrt(expected * (1 - expected) / MANY)
