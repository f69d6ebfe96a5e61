"""What varies: every uncertain parameter and every effect with a range, and places in their ranges."""

import tomllib

import numpy as np
import pytest
from worlds import catalogue_with, shipped_table

from simbiz.catalogue import FOLDER, load_catalogue
from simbiz.errors import InputError
from simbiz.scenario import load_scenario, with_changes
from simbiz.scenario.uncertain_values import uncertain_values
from simbiz.studies.sensitivity.points import points_of
from simbiz.studies.sensitivity.uncertainty import UncertainLevels, Uncertainty, chosen, uncertainties
from simbiz.studies.uncertainty.points import UncertainPoints

# Profiles name segments; one without organisations opens its channels to everybody.
NO_ORGANISATIONS = {
    f"profiles.{name}": {"channels": {"branch": {"open": 2}, "phone": {"open": 2, "hours": 0.5}}}
    for name in load_scenario("partner-dv").profiles
}


def test_every_uncertain_parameter_and_every_effect_with_a_range_varies_and_nothing_else():
    parameters = tomllib.loads((FOLDER / "parameters.toml").read_text(encoding="utf-8"))
    tools = tomllib.loads((FOLDER / "tools.toml").read_text(encoding="utf-8"))
    tools |= tomllib.loads((FOLDER / "measures.toml").read_text(encoding="utf-8"))
    expected = {
        f"parameters.{name}": (*parameter["range"], parameter.get("distribution", "uniform"))
        for name, parameter in parameters.items()
        if parameter["role"] == "uncertainty"
    }
    for tool, record in tools.items():
        for effect in record["effects"]:
            if "range" in effect:
                where = [effect[key] for key in ("channel", "segment_kind", "dimension") if key in effect]
                path = ".".join(["effects", tool, effect["attribute"], *where])
                assert path not in expected
                expected[path] = (*effect["range"], "uniform")
    found = {source.path: (source.low, source.high, source.distribution) for source in uncertainties()}
    assert found == expected
    assert len(uncertainties()) == len(found) > 50


def test_of_a_scenario_only_the_effects_of_what_somebody_can_take_vary():
    def taken(name, changes=None):
        varied = uncertainties(scenario=load_scenario(name, changes))
        return {path.split(".")[1] for path in (source.path for source in varied) if path.startswith("effects.")}

    order = set(load_scenario("partner-dv").programme.order)
    assert taken("partner-dv") == order
    assert taken("value-in-use") - order == {"service_backbone"}
    assert taken("wow") == {"image", "contests", "classes", "coupons", "gifts"}
    trends = {"rivals.mode": "trend", "programme.order": []}
    assert taken("partner-dv", trends) == {"mobile_app", "bpm_crm", "website", "email", "messenger"}
    assert taken("partner-dv", {"rivals.mode": "responding"}) == set(load_catalogue().tools)
    paths = [source.path for source in uncertainties(scenario=load_scenario("partner-dv"))]
    assert [path for path in paths if path.startswith("parameters.")] == [
        source.path for source in uncertainties() if source.path.startswith("parameters.")
    ]


def test_of_a_scenario_the_values_that_nobody_knows_exactly_vary_where_it_has_them():
    scenario = load_scenario("partner-dv")
    own = [one for one in uncertainties(scenario=scenario) if one.path.split(".")[0] not in ("parameters", "effects")]
    assert [one.path for one in own] == list(uncertain_values(scenario))
    assert {"programme.parallel", "market.outside_share", "segments.person.shortlist"} <= {one.path for one in own}
    person = scenario.model_dump(mode="json")["segments"]["person"] | {"value_share": 1.0}
    only = with_changes(scenario, {"segments": {"person": person}, **NO_ORGANISATIONS})
    left = {path for path in uncertain_values(only) if path.startswith("segments.")}
    assert left == {"segments.person.shortlist", "segments.person.information_contacts"}


def test_a_kind_of_segment_has_what_is_declared_for_it_whatever_the_segment_is_called():
    person = load_scenario("partner-dv").model_dump(mode="json")["segments"]["person"] | {"value_share": 1.0}
    scenario = with_changes(load_scenario("partner-dv"), {"segments": {"builders": person}, **NO_ORGANISATIONS})
    declared = load_catalogue().scenario_values["person_shortlist"]
    assert uncertain_values(scenario)["segments.builders.shortlist"] == declared


def test_levels_are_equally_likely_and_a_scenario_gets_them_as_they_are():
    tools = UncertainLevels("programme.parallel", tuple(range(1, 9)))
    drawn = [tools.value((place + 0.5) / 800) for place in range(800)]
    assert [drawn.count(level) for level in range(1, 9)] == [100] * 8
    assert (tools.value(0.0), tools.value(1.0), tools.low, tools.high) == (1, 8, 1, 8)
    pairs = UncertainLevels("segments.person.shortlist", ((1, 1), (1, 3), (2, 4)))
    assert [pairs.setting(pairs.number(unit)) for unit in (0.0, 0.5, 1.0)] == [[1, 1], [1, 3], [2, 4]]
    scenario = with_changes(load_scenario("partner-dv"), {pairs.path: pairs.high})
    assert scenario.segments["person"].shortlist == (2, 4)
    assert pairs.described()["levels"] == [[1, 1], [1, 3], [2, 4]]


@pytest.mark.parametrize("method", ["morris", "sobol", "rbd-fast"])
def test_every_method_takes_levels_beside_numbers(method):
    inputs = [UncertainLevels("a", ((1, 1), (1, 2), (1, 3), (2, 4))), Uncertainty("b", 0.0, 1.0)]
    size = {"morris": 8, "sobol": 16, "rbd-fast": 128}[method]
    points = points_of(inputs, method, size, 1)
    assert set(points.values[:, 0]) == {0.0, 1.0, 2.0, 3.0}
    np.testing.assert_array_equal(points.values[:, 1], points.places[:, 1])


def test_in_a_hypercube_levels_come_equally_often_and_pairs_read_as_words():
    levels = UncertainLevels("a", ((1, 1), (1, 2), (2, 4)))
    table = UncertainPoints([levels, Uncertainty("b", 0.0, 1.0)], [], 30, 1).table()
    assert dict(table["a"].value_counts()) == {"1 to 1": 10, "1 to 2": 10, "2 to 4": 10}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"range": [0.3, 0.1]}, "range .* must rise"),
        ({"levels": [1, 2]}, "must have either a range, or levels"),
        ({"range": None, "levels": [2, 1]}, "levels must rise"),
        ({"range": None, "levels": [[2, 1], [3, 4]]}, "must be .least, most."),
        ({"range": None, "levels": [1]}, "at least 2"),
        ({"source": "nobody"}, "nobody is not a source"),
        ({"distribution": "log-uniform", "range": [0.0, 1.0]}, "needs a range above 0"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_in_one_line_with_its_place(tmp_path, changed, said):
    table = shipped_table("scenario_values")
    row = table["outside_share"] | changed
    table["outside_share"] = {key: value for key, value in row.items() if value is not None}
    with pytest.raises(InputError, match=said) as refused:
        _ = catalogue_with(tmp_path, scenario_values=table).scenario_values
    assert str(refused.value).startswith(f"{tmp_path / 'scenario_values.toml'}:")
    assert "\n" not in str(refused.value)


def test_a_constant_and_a_lever_do_not_vary(tmp_path):
    table = shipped_table("parameters")
    table["price_sensitivity"]["role"] = "lever"
    table["stickiness"]["role"] = "constant"
    del table["stickiness"]["range"]
    table["forgetting"]["distribution"] = "log-uniform"
    usual = {source.path for source in uncertainties()}
    changed = {source.path: source for source in uncertainties(catalogue_with(tmp_path, parameters=table))}
    assert usual - set(changed) == {"parameters.price_sensitivity", "parameters.stickiness"}
    assert changed["parameters.forgetting"].distribution == "log-uniform"


def test_a_uniform_value_is_as_far_between_the_ends_as_its_place():
    source = Uncertainty("x", -1.0, 3.0)
    assert [source.value(place) for place in (0.0, 0.25, 1.0)] == [-1.0, 0.0, 3.0]


def test_a_log_uniform_value_is_as_far_in_its_logarithm():
    source = Uncertainty("x", 0.01, 100.0, "log-uniform")
    assert [source.value(place) for place in (0.0, 0.25, 0.5, 1.0)] == pytest.approx([0.01, 0.1, 1.0, 100.0])


def test_a_beginning_means_all_that_lies_below_it():
    known = uncertainties()
    effects = chosen(known, "effects.website")
    assert effects == [source for source in known if source.path.startswith("effects.website.")]
    assert len(effects) > 1
    assert [source.path for source in chosen(known, "parameters.forgetting")] == ["parameters.forgetting"]
    assert len(chosen(known, "effects")) + len(chosen(known, "parameters")) == len(known)


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("parameters.forgeting", "parameters.forgetting"),
        ("effects.webside", "effects.website"),
        ("parameters.for", None),
    ],
)
def test_what_is_no_uncertain_parameter_is_refused_with_a_suggestion(wanted, meant):
    with pytest.raises(InputError, match=f"{wanted} is no uncertain parameter") as refused:
        chosen(uncertainties(), wanted)
    assert meant is None or f"Did you mean '{meant}'?" in str(refused.value)
