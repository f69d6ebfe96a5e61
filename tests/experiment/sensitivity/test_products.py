"""Inputs that act only together: what the catalogue declares of them is what the model does."""

from functools import cache

import pytest

from simbiz.catalogue import load_catalogue
from simbiz.market.model import OmnichannelModel
from simbiz.scenario import load_scenario
from simbiz.studies.sensitivity.products import families, partners
from simbiz.studies.sensitivity.uncertainty import uncertainties

# A market in which everything declared can act: services on their backbone, feedback, tools at once.
MARKET = {
    "customers": 400,
    "calendar.burn_in_weeks": 52,
    "calendar.weeks": 52,
    "programme.order": ["bpm_crm", "smm", "service_backbone"],
    "programme.parallel": 2,
    "programme.budget": 1.0,
    "profiles.initiative.feedback": 1.0,
    "parameters.step_weeks_factor": 0.2,
}
# What is counted of an input itself, whether anything follows from it or not.
ITSELF = {"contexts_lost", "opinion"}
KNOWN = {one.path: one for one in uncertainties()}
DECLARED = partners(list(KNOWN))


@cache
def world(*changes):
    """Give all that customers did, week by week, in a market with some changes."""
    model = OmnichannelModel(load_scenario("partner-dv", MARKET | dict(changes)), rng=3)
    while model.running:
        model.step()
    told = {name: model.tallies[name].tobytes() for name in model.tallies.dtype.names if name not in ITSELF}
    model.release()
    return told


@pytest.mark.parametrize("path", DECLARED)
def test_where_all_that_it_acts_with_is_off_an_input_does_exactly_nothing(path):
    low, high = KNOWN[path].low, KNOWN[path].high
    off = tuple((other, 0.0) for other in DECLARED[path])
    assert world((path, low), *off) == world((path, high), *off)


@pytest.mark.parametrize("path", DECLARED)
def test_where_what_it_acts_with_is_on_an_input_does_something(path):
    low, high = KNOWN[path].low, KNOWN[path].high
    on = tuple((other, KNOWN[other].high) for other in DECLARED[path])
    assert world((path, low), *on) != world((path, high), *on)


def test_integration_is_declared_with_the_costs_of_a_lost_context_and_of_coordination():
    found = DECLARED["effects.bpm_crm.integration"]
    for mechanism in ("context", "coordination"):
        assert {f"parameters.{name}" for name in load_catalogue().mechanisms[mechanism].off} <= set(found)


def test_partners_that_do_not_vary_are_left_out():
    paths = ["effects.bpm_crm.integration", "parameters.context_loss_effort", "parameters.forgetting"]
    assert partners(paths) == {paths[0]: [paths[1]]}
    assert partners(paths[1:]) == {}


def test_what_hangs_together_over_several_is_one_family():
    paths = list("abcdef")
    found = families(paths, {"a": ["b"], "c": ["b"], "d": ["e"]})
    assert sorted(map(sorted, found)) == [[0, 1, 2], [3, 4]]
    assert families(paths, {"a": ["b"], "c": ["d"], "d": ["a"]}) == [frozenset({0, 1, 2, 3})]
