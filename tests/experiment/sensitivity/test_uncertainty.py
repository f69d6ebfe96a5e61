"""What varies: every uncertain parameter and every effect with a range, and places in their ranges."""

import tomllib

import pytest
from worlds import catalogue_with, shipped_table

from simbiz.catalogue import FOLDER, load_catalogue
from simbiz.errors import InputError
from simbiz.experiment.sensitivity import Uncertainty, uncertainties
from simbiz.experiment.sensitivity.uncertainty import chosen
from simbiz.scenario import load_scenario


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
