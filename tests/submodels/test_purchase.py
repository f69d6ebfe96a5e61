import math

import numpy as np
import pytest

from simbiz.draws import name_id, normals
from simbiz.submodels.purchase import amount_paid, basket_value


def test_baskets_are_log_normal_with_the_usual_basket_as_their_mean():
    count, noise = 40_000, 0.5
    draws = normals(9, name_id("basket"), np.arange(count, dtype=np.uint32), 0, 0, 0)
    values = np.array([basket_value(100.0, noise, z) for z in draws])
    spread = 100.0 * math.sqrt(math.exp(noise**2) - 1.0)
    assert abs(values.mean() - 100.0) < 5 * spread / math.sqrt(count)
    assert abs(np.log(values).std() - noise) < 5 * noise / math.sqrt(2 * count)


def test_a_basket_without_noise_is_the_usual_one():
    assert basket_value(123.0, 0.0, 2.0) == 123.0


@pytest.mark.parametrize(
    ("basket", "price", "offer", "paid"), [(100.4, 1.0, 0.0, 100), (200.0, 1.1, 0.1, 198), (0.1, 1.0, 0.0, 1)]
)
def test_what_is_paid_is_the_basket_at_the_price_less_the_offer_in_whole_kopecks(basket, price, offer, paid):
    assert amount_paid(basket, price, offer) == paid
