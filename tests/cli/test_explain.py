"""simbiz explain: meaning, value, range, source and origin of a number."""

import json

import pytest
from click.testing import CliRunner

from simbiz.catalogue import load_catalogue
from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.scenario import load_scenario, scenario_names
from simbiz.scenario.setting import CATALOGUE, COMMAND_LINE, DEFAULT, setting, setting_keys


def simbiz(*arguments):
    return CliRunner().invoke(main, ["explain", *arguments])


@pytest.mark.parametrize("name", sorted(scenario_names()))
def test_every_key_of_every_scenario_can_be_explained(name):
    scenario = load_scenario(name)
    keys = list(setting_keys(scenario))
    assert len(keys) > 200
    for key in keys[:: 7 if name != "partner_dv" else 1]:
        found = setting(name, key)
        assert found.key == key
        assert found.meaning


def test_a_number_says_the_line_that_sets_it(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('extends = "partner_dv"\n\n[market]\ngrowth = 0.2\n[parameters]\nforgetting = 0.04\n')
    found = setting(file, "market.growth")
    assert (found.value, found.origin) == (0.2, f"{file}:4")
    assert setting(file, "forgetting").origin == f"{file}:6"
    assert setting(file, "market.value").origin.endswith("partner_dv.toml:13")
    assert setting(file, "loyalty_coefficient").origin == CATALOGUE
    assert setting(file, "shock").origin == DEFAULT
    assert setting(file, "market.growth", {"market.growth": 0.1}).origin == COMMAND_LINE


def test_a_parameter_brings_what_the_catalogue_declares():
    parameter = load_catalogue().parameters["forgetting"]
    found = setting("partner-dv", "forgetting")
    assert found.facts["range"] == list(parameter.range)
    assert found.facts["unit"] == parameter.unit
    assert found.facts["citation"] == load_catalogue().sources[parameter.source].citation


def test_an_effect_of_a_tool_is_found_without_its_table():
    name, _, effect = next(iter(load_catalogue().effects()))
    found = setting("partner-dv", name)
    assert (found.key, found.value) == (f"effects.{name}", effect.value)
    assert setting("partner-dv", name, {f"effects.{name}": 0.1}).origin == COMMAND_LINE


def test_people_and_programs_read_the_same():
    shown = simbiz("market.growth")
    assert shown.exit_code == 0
    for text in ("growth of demand", "partner_dv.toml:", "simbiz run partner-dv --set 'market.growth=...'"):
        assert text in shown.stdout
    data = json.loads(simbiz("market.growth", "--json").stdout)
    assert data["meaning"] in " ".join(shown.stdout.split())


def test_an_unknown_key_suggests_the_nearest():
    result = simbiz("market.grwth")
    assert result.exit_code == BAD_INPUT
    assert result.stderr == "market.grwth is not a key of partner_dv. Did you mean 'market.growth'?\n"
    assert simbiz("loyality").stderr.endswith("Did you mean 'loyalty'?\n")


def test_a_value_of_the_scenario_is_explained_with_what_it_may_be_and_where_that_comes_from():
    told = json.loads(simbiz("programme.parallel", "--json").stdout)
    assert told["value"] == 1
    assert told["facts"]["levels"] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert told["facts"]["source"]
    share = json.loads(simbiz("market.outside_share", "--json").stdout)["facts"]
    low, high = share["range"]
    assert low < 0.10 < high
