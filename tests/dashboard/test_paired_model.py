"""Two worlds side by side share everything but what a scenario changes from the start on."""

import numpy as np
import pytest
from worlds import fields_that_differ, lived, market

from simbiz.dashboard.paired_model import PairedModel
from simbiz.dashboard.setup import InForce
from simbiz.errors import InputError
from simbiz.scenario import load_scenario

SCENARIO = market()
LATER = 10


def same(model):
    one, other = model.worlds_side_by_side
    return not fields_that_differ(one.customers, other.customers) and np.array_equal(
        one.tallies.revenue[: model.week], other.tallies.revenue[: model.week]
    )


def test_it_stands_at_the_start_of_the_programme_with_its_past_behind_it():
    model = PairedModel(SCENARIO, rng=1)
    assert model.week == model.start == model.twin.week
    assert (model.weeks_played, model.steps) == (0, 0)
    assert same(model)


def test_the_worlds_are_the_same_until_the_programme_acts_and_differ_then():
    model = PairedModel(SCENARIO, rng=1, programme__start_week=LATER)
    for _ in range(LATER):
        model.step()
        assert same(model)
    while model.week < model.end:
        model.step()
    assert not same(model)


def test_it_is_the_very_model_and_its_twin_the_world_without_the_programme():
    model = PairedModel(SCENARIO, rng=1)
    for _ in range(model.end - model.start):
        model.step()
    for world, alone in zip(model.worlds_side_by_side, (lived(), lived(programme=False)), strict=True):
        assert not fields_that_differ(world.tallies, alone.tallies)


def test_a_step_after_the_last_week_does_nothing():
    model = PairedModel(SCENARIO, rng=1, calendar__weeks=3)
    for _ in range(5):
        model.step()
    assert (model.weeks_played, model.running) == (3, False)
    assert model.twin.week == model.end


def test_a_world_without_a_programme_has_a_twin_like_itself():
    model = PairedModel(SCENARIO, rng=1, choices=InForce({"programme.order": []}))
    for _ in range(20):
        model.step()
    assert same(model)


def test_what_was_chosen_beside_the_inputs_is_read_when_a_world_is_made():
    choices = InForce()
    assert PairedModel(SCENARIO, rng=1, choices=choices).layout.common["price_sensitivity"] == 2.5
    choices.changes = {"parameters.price_sensitivity": 3.0}
    model = PairedModel(SCENARIO, rng=1, choices=choices)
    assert {world.layout.common["price_sensitivity"] for world in model.worlds_side_by_side} == {3.0}


def test_a_seed_that_was_chosen_goes_before_that_of_the_start():
    assert PairedModel(SCENARIO, rng=1, choices=InForce(seed=5)).seed_used == 5


def test_changes_that_cannot_be_are_named_and_the_scenario_is_played_without_them():
    choices = InForce({"firms.partner_dv.starting_tools": []})
    model = PairedModel(SCENARIO, rng=1, choices=choices, programme__parallel=2)
    assert "cannot be reached" in model.refused
    assert model.layout.scenario == SCENARIO
    model.step()
    assert model.steps == model.weeks_played == 1


def test_another_scenario_beside_it_keeps_its_own_decisions_and_takes_every_other_change():
    against = market({"rivals.mode": "trend"})
    model = PairedModel(SCENARIO, rng=1, against=against, rivals__mode="responding", parameters__price_sensitivity=3.0)
    assert [world.layout.scenario.rivals.mode for world in model.worlds_side_by_side] == ["responding", "trend"]
    assert {world.layout.common["price_sensitivity"] for world in model.worlds_side_by_side} == {3.0}


def test_two_scenarios_with_different_pasts_cannot_stand_side_by_side():
    with pytest.raises(InputError, match="differ before the start of the programme"):
        PairedModel(SCENARIO, rng=1, against=market({"parameters.price_sensitivity": 3.0}))


def test_the_calendar_of_the_world_that_is_played_is_that_of_both():
    model = PairedModel(load_scenario(SCENARIO.name, {"customers": 300}), rng=1, calendar__weeks=5)
    assert model.end == model.twin.end == model.start + 5
