import math

import numpy as np
import pytest

from simbiz.draws import name_id, uniforms
from simbiz.submodels.staff import (
    effect_level,
    initiative_at_rest,
    strength,
    uptake_hazard,
    uses_tool,
    weeks_of_learning,
    working_capacity,
)

MANY = 20_000
WHO = np.arange(MANY, dtype=np.uint32)


@pytest.mark.parametrize("use", [0.0, 0.05, 0.3, 0.9])
@pytest.mark.parametrize("lapse", [0.0, 0.005, 0.015])
@pytest.mark.parametrize("peers", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("culture", [0.0, 1.0, 3.0])
def test_use_without_training_rests_where_it_is_whatever_the_culture(use, lapse, peers, culture):
    hazard = uptake_hazard(initiative_at_rest(use, lapse, peers), 0.0, culture, use, peers)
    assert (1.0 - use) * hazard == pytest.approx(use * lapse, rel=1e-12, abs=1e-15)


def test_use_out_of_rest_returns_to_rest():
    initiative, lapse, peers = initiative_at_rest(0.2, 0.01, 0.5), 0.01, 0.5
    for use in (0.0, 0.6):
        for _ in range(3000):
            use += (1.0 - use) * uptake_hazard(initiative, 0.0, 1.0, use, peers) - use * lapse
        assert use == pytest.approx(0.2, abs=1e-6)


def test_training_lifts_use_to_the_balance_of_uptake_and_lapse():
    training, lapse = 0.04, 0.01
    uses = np.zeros(MANY, dtype=bool)
    for week in range(200):
        lucks = uniforms(2, name_id("staff uptake"), WHO, week, 0, 0)
        uses = np.array([uses_tool(bool(used), training, lapse, luck) for used, luck in zip(uses, lucks, strict=True)])
    expected = training / (training + lapse)
    assert abs(uses.mean() - expected) < 5 * math.sqrt(expected * (1 - expected) / MANY)


@pytest.mark.parametrize(("lapse", "luck", "expected"), [(0.1, 0.05, False), (0.1, 0.2, True), (0.0, 1e-16, True)])
def test_a_user_lapses_by_the_lapse_hazard_alone(lapse, luck, expected):
    assert uses_tool(True, 1.0, lapse, luck) == uses_tool(True, 0.0, lapse, luck) == expected


def test_a_hazard_is_a_probability():
    assert uptake_hazard(0.7, 0.7, 1.0, 1.0, 1.0) == 1.0
    assert uptake_hazard(0.1, 0.1, 1e9, 1.0, 1.0) == 1.0
    assert uptake_hazard(0.0, 0.0, 1.0, 1.0, 1.0) == 0.0


@pytest.mark.parametrize("culture", [0.25, 1.0, 2.0])
def test_culture_multiplies_what_training_does(culture):
    taught, alone = (uptake_hazard(0.01, training, culture, 0.2, 0.5) for training in (0.04, 0.0))
    assert taught - alone == pytest.approx(culture * 0.04 * 1.1)


def test_an_ordinary_firm_has_a_strength_of_one_and_so_has_every_firm_where_it_counts_for_nothing():
    assert [strength(1.0, power) for power in (0.0, 1.0, 5.0)] == [1.0] * 3
    assert [strength(amount, 0.0) for amount in (0.2, 1.0, 4.0)] == [1.0] * 3
    assert strength(2.0, 2.0) == 4.0


def test_twice_as_competent_colleagues_learn_in_half_the_weeks():
    assert [weeks_of_learning(6, skill) for skill in (0.5, 1.0, 2.0)] == [12.0, 6.0, 3.0]


@pytest.mark.parametrize(("learners", "expected"), [(0, 1.0), (5, 0.85), (10, 0.7)])
def test_learners_take_their_part_of_the_dip_from_the_work(learners, expected):
    assert working_capacity(learners, 10, 0.3) == pytest.approx(expected)


def test_a_firm_without_staff_has_no_dip():
    assert working_capacity(0, 0, 0.3) == 1.0


@pytest.mark.parametrize("use", [0.0, 0.2, 1.0])
def test_an_effect_scales_with_a_power_of_use(use):
    assert effect_level(0.5, use, 0.0) == 0.5
    assert effect_level(0.5, use, 1.0) == 0.5 * use
    assert effect_level(1.0, use, 2.0) == pytest.approx(use * use)
    assert effect_level(0.0, use, 1.0) == 0.0
