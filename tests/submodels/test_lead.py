import math

import numpy as np
import pytest

from simbiz.draws import name_id, normals, uniforms
from simbiz.submodels.lead import lead_lost, nurtured, stage_of_contact, wait_class, wait_hours, waiting_term

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


@pytest.mark.parametrize(("ownership", "held"), [(0.8, 0.4), (0.8, 0.0), (0.0, 0.0)])
def test_a_lead_is_lost_when_nobody_owns_it_and_no_database_holds_it(ownership, held):
    luck = uniforms(4, name_id("owner"), WHO, 0, 0, 0)
    lost = np.mean([lead_lost(ownership, held, 1.0, one) for one in luck])
    expected = (1 - ownership) * (1 - held)
    assert abs(lost - expected) <= 5 * math.sqrt(expected * (1 - expected) / MANY)


@pytest.mark.parametrize("holds", [(1.0, 0.0), (0.0, 1.0)])
def test_one_sure_hold_on_a_lead_is_enough(holds):
    assert not any(lead_lost(*holds, 1.0, luck) for luck in (1e-16, 0.5, 1 - 1e-16))


def test_a_lead_advances_as_far_as_the_firm_knows_it_and_meets_its_interest():
    assert stage_of_contact(identified=False, interested=True, answered=True) == 1
    assert stage_of_contact(identified=True, interested=False, answered=True) == 2
    assert stage_of_contact(identified=True, interested=True, answered=False) == 3
    assert stage_of_contact(identified=True, interested=True, answered=True) == 4


def test_nurturing_keeps_in_touch_with_its_own_probability():
    luck = uniforms(4, name_id("nurture"), WHO, 0, 0, 0)
    kept = np.mean([nurtured(0.3, 1.0, one) for one in luck])
    assert abs(kept - 0.3) < 5 * math.sqrt(0.21 / MANY)
    assert not nurtured(0.0, 1.0, 1e-16)
    assert not nurtured(0.3, 0.0, 1e-16)


def test_classes_of_waits_double():
    assert [wait_class(hours, 0.125, 5) for hours in (0.0, 0.125, 0.2, 0.25, 0.5, 0.9, 1.0, 1.1, 1e9)] == [
        *(0, 0, 1, 1, 2, 3, 3, 4, 4)
    ]
