"""Inputs of the page come from the catalogue and the records of a scenario."""

from typing import get_args

import pytest
from worlds import catalogue_with, market, shipped_table

from simbiz.catalogue import load_catalogue
from simbiz.dashboard.inputs import MARKS, changed, decisions, in_force, in_force_words, uncertainties, waiting
from simbiz.scenario import with_changes

SCENARIO = market()


def by_path(inputs):
    return {one.path: one for one in inputs}


def test_every_uncertainty_and_every_ranged_effect_is_offered_once_within_its_declared_range():
    catalogue = load_catalogue()
    ranges = {f"parameters.{n}": p.range for n, p in catalogue.parameters.items() if p.role == "uncertainty"}
    ranges |= {f"effects.{n}": effect.range for n, _, effect in catalogue.effects() if effect.range}
    inputs = uncertainties(SCENARIO)
    assert {one.path: (one.low, one.high) for one in inputs} == ranges
    assert len(inputs) == len(ranges)


def test_an_input_says_what_it_means_and_in_what_unit():
    catalogue = load_catalogue()
    for name, one in by_path(uncertainties(SCENARIO)).items():
        assert one.meaning
        parameter = catalogue.parameters.get(name.removeprefix("parameters."))
        if parameter is not None and parameter.unit not in ("ratio", "switch"):
            assert one.title.endswith(parameter.unit)


def test_the_shipped_value_is_a_place_of_its_slider():
    for one in uncertainties(SCENARIO):
        places = (one.value - one.low) / one.step
        assert places == pytest.approx(round(places), abs=1e-6), one.path
        assert (one.high - one.low) / one.step >= MARKS * (1 - 1e-6)


def test_a_value_that_a_slider_only_rounds_is_no_change():
    one = uncertainties(SCENARIO)[0]
    assert one.nearest(one.value + 0.4 * one.step) == one.value
    assert one.nearest(one.value + one.step) == one.value + one.step


def test_a_value_of_the_scenario_outside_its_range_stays_within_reach():
    first = uncertainties(SCENARIO)[0]
    beyond = first.high + 1.0
    (again,) = (one for one in uncertainties(with_changes(SCENARIO, {first.path: beyond})) if one.path == first.path)
    assert (again.value, again.high) == (beyond, beyond)
    assert again.low == first.low


def test_every_behaviour_of_the_rivals_is_offered():
    modes = get_args(type(SCENARIO.rivals).model_fields["mode"].annotation)
    assert by_path(decisions(SCENARIO, 1))["rivals.mode"].allowed == modes


def test_what_the_firm_decides_is_offered_whole_and_before_what_it_does_not_decide():
    own = [one.path for one in decisions(SCENARIO, 1)]
    declared = {f"programme.{name}" for name in type(SCENARIO.programme).model_fields} - {"programme.order"}
    declared |= {f"parameters.{name}" for name, one in load_catalogue().parameters.items() if one.role == "lever"}
    assert set(own[: len(declared)]) == declared
    assert set(own[len(declared) :]) == {"rivals.mode", "rng", "customers"}


def test_a_parameter_that_is_declared_a_lever_is_offered_with_the_decisions(tmp_path):
    table = shipped_table("parameters")
    table["gross_margin"]["role"] = "lever"
    catalogue = catalogue_with(tmp_path, parameters=table)
    assert "parameters.gross_margin" in by_path(decisions(SCENARIO, 1, catalogue))
    assert "parameters.gross_margin" not in by_path(uncertainties(SCENARIO, catalogue))


def setting_value(scenario, path):
    value = scenario.model_dump(mode="json")
    for part in path.split("."):
        value = value[part]
    return value


def test_every_limit_of_a_decision_is_a_scenario_that_can_be_played():
    for one in decisions(SCENARIO, 1):
        values = one.allowed or (one.low, one.high)
        for value in values:
            if one.path != "rng":
                set_to = int(value) if one.kind == "whole" else value
                assert setting_value(with_changes(SCENARIO, {one.path: set_to}), one.path) == set_to


def test_what_was_moved_back_is_no_change():
    first, second = uncertainties(SCENARIO)[:2]
    values = {first.path: first.value, second.path: second.high}
    assert changed([first, second], values) == {second.path: second.high}


def test_an_input_waits_as_long_as_the_worlds_were_made_with_another_value():
    inputs = [*decisions(SCENARIO, 1), *uncertainties(SCENARIO)]
    first = uncertainties(SCENARIO)[0]
    values = {first.path: first.high, "rng": 7}
    assert waiting(inputs, {}, in_force(SCENARIO, 1)) == []
    assert set(waiting(inputs, values, in_force(SCENARIO, 1))) == {first.path, "rng"}
    made = with_changes(SCENARIO, {first.path: first.high})
    assert waiting(inputs, values, in_force(made, 7)) == []
    assert set(waiting(inputs, {}, in_force(made, 7))) == {first.path, "rng"}


def test_what_is_in_force_is_said_with_its_values():
    words = in_force_words(with_changes(SCENARIO, {"rivals.mode": "trend"}), 7)
    assert "rivals trend" in words
    assert "seed of the luck 7" in words
