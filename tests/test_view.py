"""A shock moves tastes for a time, and customers follow while it lasts."""

import numpy as np
import pytest
from worlds import fields_that_differ, lived, market, world

from simbiz.errors import InputError
from simbiz.market.view import taste_for_digital
from simbiz.scenario import Shock

SHOCK = {"start_week": 10, "weeks": 20, "fade_weeks": 9, "digital_taste": 2.0}


def shifts(model, week):
    now, model.week = model.week, model.start + week
    found, model.week = model.worlds().channel_shift, now
    return found


def test_without_a_shock_tastes_stay_where_they_are():
    assert taste_for_digital(None, 5) == 0.0
    assert not world().worlds().channel_shift.any()


def test_a_shock_moves_the_taste_for_digital_channels_and_for_no_other():
    model = world({"shock": SHOCK})
    digital = [channel.kind == "digital" for channel in model.layout.catalogue.channels.values()]
    for week, level in ((9, 0.0), (10, 1.0), (20, 1.0), (25, 0.5), (29, 0.1), (30, 0.0), (-150, 0.0)):
        expected = np.where(digital, 2.0 * level, 0.0)
        np.testing.assert_allclose(shifts(model, week), np.tile(expected, (2, 1)), rtol=1e-12)


def test_a_shock_of_no_strength_moves_nothing():
    silent = world({"shock": SHOCK, "mechanisms.shock": False})
    assert not shifts(silent, 10).any()
    assert fields_that_differ(silent.run().tallies, lived().tallies) == []


def test_a_segment_may_be_shocked_more_than_another():
    model = world({"shock": SHOCK, "segments.person.parameters.shock_strength": 3.0})
    found = shifts(model, 10).max(axis=1)
    assert found.tolist() == [2.0, 6.0]


def test_customers_turn_to_digital_channels_while_a_shock_lasts():
    shock = {"shock": {"start_week": 0, "weeks": 26, "digital_taste": 3.0}, "programme.order": []}
    model, usual = world(shock).run(), lived(programme=False)
    digital = np.array([channel.kind == "digital" for channel in model.layout.catalogue.channels.values()])
    weeks = slice(model.start, model.start + 26)

    def share(one):
        contacts = one.tallies.contacts[weeks].sum(axis=(0, 1, 3))
        return contacts[digital].sum() / contacts.sum(), contacts.sum()

    (after, count), (before, fewer) = share(model), share(usual)
    assert after - before > 5 * np.sqrt(0.25 / count + 0.25 / fewer)


def test_a_shock_cannot_fade_for_longer_than_it_lasts():
    with pytest.raises(InputError, match="shock: fade_weeks 21 must be at most weeks 20"):
        market({"shock": SHOCK | {"fade_weeks": 21}})
    assert Shock(start_week=0, weeks=1, fade_weeks=1, digital_taste=1.0).fade_weeks == 1
