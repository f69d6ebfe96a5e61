import math

import pytest

from simbiz.submodels.services import paid_for_services, takes_services


def test_at_the_threshold_every_second_customer_takes_what_is_offered():
    assert takes_services(1.0, 0.7, 0.7, 0.4999)
    assert not takes_services(1.0, 0.7, 0.7, 0.5001)


def test_nobody_takes_what_is_not_offered():
    assert not takes_services(0.0, 100.0, 0.0, 1e-16)


@pytest.mark.parametrize(("value", "paid"), [(0.0, 0), (0.1, 1235), (1.0, 12345)])
def test_services_cost_a_part_of_the_product_in_whole_kopecks(value, paid):
    assert paid_for_services(12345, value) == paid


def test_the_more_satisfied_a_customer_the_likelier_it_takes_what_is_offered():
    odds = math.exp(0.5)
    probability = 0.8 * odds / (1.0 + odds)
    assert takes_services(0.8, 1.2, 0.7, probability - 1e-9)
    assert not takes_services(0.8, 1.2, 0.7, probability + 1e-9)
