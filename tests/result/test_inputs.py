"""A result folder is understood from its own files."""

import json

import pytest
from results_made import result
from studies import point

from simbiz.errors import InputError
from simbiz.results.inputs import read_inputs, read_scenario, scenario_files, stored_scenario, write_scenario
from simbiz.scenario import parameter_values, resolved


def test_a_scenario_comes_back_as_it_was(tmp_path):
    scenario = point({"parameters.price_sensitivity": 0.4, "past.decline": "ended"})
    name = write_scenario(tmp_path, scenario)
    assert read_scenario(tmp_path, name) == scenario
    assert resolved(read_scenario(tmp_path, name)) == resolved(scenario)
    assert list(scenario_files(tmp_path)) == [name]


def test_a_stored_scenario_says_every_value_that_a_run_uses(tmp_path):
    scenario = point()
    stored = stored_scenario(tmp_path, write_scenario(tmp_path, scenario))
    assert stored["resolved"]["parameters"] == parameter_values(scenario)
    assert {"tools", "channels", "measures", "firm_attributes"} <= stored["resolved"].keys()
    assert stored["scenario"]["title"] == scenario.title


def test_two_scenarios_have_two_names_and_one_has_one(tmp_path):
    names = {write_scenario(tmp_path, scenario) for scenario in (point(), point(), point({"customers": 151}))}
    assert len(names) == 2
    assert all(name.startswith("partner_dv-") for name in names)


def test_a_changed_scenario_is_refused(tmp_path):
    name = write_scenario(tmp_path, point())
    path = tmp_path / "scenarios" / f"{name}.json"
    path.write_text(path.read_text().replace('"customers": 60', '"customers": 61'))
    with pytest.raises(InputError, match=r"json: was changed: its content is not the one its name stands for"):
        read_scenario(tmp_path, name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema_version": 9}, "was written by a later simbiz (schema_version 9; this one reads up to 1)"),
        ({"schema_version": "one"}, "is damaged: it has no schema_version"),
        ({"settings": None}, "is damaged: it has no settings"),
        ({"name": None}, "is damaged: it has no name"),
    ],
)
def test_inputs_that_cannot_be_read_say_why(tmp_path, change, said):
    folder = result(tmp_path)
    path = folder / "study.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InputError) as caught:
        read_inputs(folder)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
