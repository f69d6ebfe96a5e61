import math

import numpy as np
import pytest

from simbiz.draws import name_id, normals, uniforms
from simbiz.submodels.lead import lead_lost, wait_hours, waiting_term

MANY = 20_000
WHO = np.arange(MANY, dtype=np.uint32)


def test_waits_are_log_normal_around_the_firms_median():
    waits = np.array([wait_hours(12.0, 0.8, z) for z in normals(4, name_id("wait"), WHO, 0, 0, 0)])
    assert abs((waits < 12.0).mean() - 0.5) < 5 * math.sqrt(0.25 / MANY)
    assert abs(np.log(waits).std() - 0.8) < 5 * 0.8 / math.sqrt(2 * MANY)


def test_waits_without_dispersion_are_the_median():
    assert wait_hours(3.0, 0.0, 2.5) == 3.0


def test_an_instant_answer_costs_nothing():
    assert waiting_term(0.0, 1.29, 1.0) == 0.0
    assert waiting_term(5.0, 1.29, 0.0) == 0.0


def test_waiting_takes_from_the_log_odds_in_proportion_to_log_hours():
    one = waiting_term(math.e - 1.0, 1.29, 0.5)
    assert one == pytest.approx(0.645)
    assert waiting_term(math.e**3 - 1.0, 1.29, 0.5) == pytest.approx(3 * one)


@pytest.mark.parametrize(("ownership", "memory", "nurturing"), [(0.8, 0.4, 0.0), (0.8, 0.0, 0.2), (0.0, 0.0, 0.0)])
def test_a_lead_is_lost_when_ownership_memory_and_nurturing_all_fail(ownership, memory, nurturing):
    luck = uniforms(4, name_id("owner"), WHO, 0, 0, 0)
    lost = np.mean([lead_lost(ownership, memory, nurturing, one) for one in luck])
    expected = (1 - ownership) * (1 - memory) * (1 - nurturing)
    assert abs(lost - expected) <= 5 * math.sqrt(expected * (1 - expected) / MANY)


@pytest.mark.parametrize("sure", range(3))
def test_one_sure_hold_on_a_lead_is_enough(sure):
    holds = [1.0 if number == sure else 0.0 for number in range(3)]
    assert not any(lead_lost(*holds, luck) for luck in (1e-16, 0.5, 1 - 1e-16))
