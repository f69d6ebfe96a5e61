import math

import pytest
from rules import with_parameters

from simbiz.catalogue import DIMENSIONS
from simbiz.submodels import service
from simbiz.submodels.service import (
    expectation_after,
    expectation_at_rest,
    judged,
    perceived,
    satisfaction_after,
)

WEIGHTS = with_parameters(
    perceived_channel_quality=0.25,
    perceived_context_loss=0.5,
    perceived_wait=0.125,
    perceived_memory=0.75,
    perceived_failure=2.5,
)
NOTHING_SPECIAL = {"channel_quality": 0.0, "contexts_lost": 0.0, "log_hours": 0.0, "remembered": 0.0, "failed": 0.0}


def perceptions(**happened):
    return [perceived(number, 0.0, *(NOTHING_SPECIAL | happened).values(), WEIGHTS) for number in range(5)]


def test_the_rule_numbers_the_dimensions_as_the_catalogue_orders_them():
    assert [getattr(service, name.upper()) for name in DIMENSIONS] == list(range(5))


@pytest.mark.parametrize(
    ("happened", "dimension", "change"),
    [
        ({"channel_quality": 2.0}, "tangibility", 0.5),
        ({"contexts_lost": 2.0}, "reliability", -1.0),
        ({"log_hours": 2.0}, "responsiveness", -0.25),
        ({"remembered": 1.0}, "empathy", 0.75),
        ({"failed": 1.0}, "reliability", -2.5),
    ],
)
def test_what_happens_is_perceived_on_its_own_dimension(happened, dimension, change):
    expected = [change if name == dimension else 0.0 for name in DIMENSIONS]
    assert perceptions(**happened) == expected


def test_an_experience_without_anything_special_is_perceived_as_delivered():
    for number in range(5):
        assert perceived(number, 0.3, *NOTHING_SPECIAL.values(), WEIGHTS) == 0.3


def test_an_expectation_decays_geometrically_week_by_week():
    expectation = 0.8
    for _ in range(30):
        expectation = expectation_at_rest(expectation, 1, 0.02)
    assert expectation == pytest.approx(expectation_at_rest(0.8, 30, 0.02), rel=1e-12)
    assert expectation == pytest.approx(0.8 * math.exp(-0.6), rel=1e-12)
    assert expectation_at_rest(0.8, 0, 0.02) == 0.8


def test_an_expectation_closes_a_constant_gap_geometrically():
    expectation = 0.0
    for times in range(1, 20):
        expectation = expectation_after(expectation, 1.0, 0.3, 0.1)
        assert expectation == pytest.approx(1.0 - 0.7**times, rel=1e-12)


def test_an_expectation_rises_with_its_own_part_of_a_surprise_and_falls_with_another():
    assert expectation_after(0.0, 1.0, 0.3, 0.1) == 0.3
    assert expectation_after(0.0, -1.0, 0.3, 0.1) == -0.1
    assert expectation_after(0.4, 0.4, 0.3, 0.1) == 0.4


@pytest.mark.parametrize(("weight", "expected"), [(1.0, 0.6), (0.0, -0.2), (0.5, 0.2)])
def test_a_judgement_lies_between_perception_and_gap(weight, expected):
    assert judged(0.6, -0.2, weight) == pytest.approx(expected, abs=1e-15)


def test_satisfaction_goes_geometrically_to_a_constant_judgement():
    satisfaction = 0.0
    for times in range(1, 20):
        satisfaction = satisfaction_after(satisfaction, -0.5, 0.3)
        assert satisfaction == pytest.approx(-0.5 * (1.0 - 0.7**times), rel=1e-12)
    assert satisfaction_after(0.2, 0.9, 0.0) == 0.2
    assert satisfaction_after(0.2, 0.9, 1.0) == pytest.approx(0.9)
