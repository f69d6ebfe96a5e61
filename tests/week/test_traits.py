"""Columns keep whole parts; what the rules get of them is right to a part."""

import numpy as np
import pytest
from worlds import world

from simbiz.state.columns import JUDGEMENT_PARTS, LOYALTY_PARTS, TASTE_PARTS
from simbiz.week import traits


def test_tastes_reach_the_rules_to_a_part_of_a_util():
    model = world({"customers": 300})
    customer = model.customers[5]
    customer.firm_taste[2], customer.channel_taste[3] = round(-1.237 * TASTE_PARTS), round(0.5 * TASTE_PARTS)
    assert traits.taste_for_firm(2, customer) == pytest.approx(-1.237, abs=0.5 / TASTE_PARTS)
    assert traits.taste_for_channel(3, customer) == 0.5


@pytest.mark.parametrize("loyalty", [0.0, 1e-6, 0.3333, 0.8, 1.0])
def test_a_loyalty_is_kept_to_the_nearest_part(loyalty):
    customer = world({"customers": 300}).customers[5]
    traits.set_loyalty(1, loyalty, customer)
    assert traits.loyalty_to(1, customer) == pytest.approx(loyalty, abs=0.5 / LOYALTY_PARTS)


def test_every_firm_has_a_bit_of_its_own():
    customer = world({"customers": 300}).customers[5]
    for firm in range(7):
        assert not traits.tried(firm, customer)
    traits.remember_purchase(4, customer)
    traits.remember_purchase(4, customer)
    assert [bool(traits.tried(firm, customer)) for firm in range(7)] == [False] * 4 + [True] + [False] * 2
    traits.remember_purchase(1, customer)
    assert [firm for firm in range(7) if traits.tried(firm, customer)] == [1, 4]


def test_more_than_eight_firms_have_bits_too():
    bought = np.zeros(2, dtype=np.uint8)
    customer = type("Customer", (), {"bought": bought})()
    traits.remember_purchase(11, customer)
    assert [firm for firm in range(16) if traits.tried(firm, customer)] == [11]


@pytest.mark.parametrize(("judgement", "told"), [(0.25, 0.25), (-1.1, -1.1), (100.0, 32.0), (-100.0, -32.0)])
def test_a_judgement_is_told_to_a_part_and_within_reach(judgement, told):
    voice = type("Voice", (), {"judgement": traits.judgement_in_parts(judgement)})()
    assert traits.judgement_told(voice) == pytest.approx(told, abs=1 / JUDGEMENT_PARTS)
