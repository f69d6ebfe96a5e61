"""simbiz schema: what editors take for scenario files."""

import json

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from simbiz import toml_file
from simbiz.catalogue import load_catalogue
from simbiz.cli import main
from simbiz.scenario import scenario_names
from simbiz.scenario.schema import scenario_schema

VALIDATOR = Draft202012Validator(scenario_schema())


def simbiz(*arguments):
    return CliRunner().invoke(main, ["schema", *map(str, arguments)])


def test_the_schema_is_one():
    Draft202012Validator.check_schema(scenario_schema())
    assert json.loads(simbiz().stdout) == scenario_schema()


@pytest.mark.parametrize("path", scenario_names().values(), ids=lambda path: path.stem)
def test_every_shipped_scenario_fits_it(path):
    assert [error.message for error in VALIDATOR.iter_errors(toml_file.read(path).data)] == []


@pytest.mark.parametrize(
    "data",
    [
        {"markt": {}},
        {"market": {"grwth": 0.1}},
        {"parameters": {"price_sensitivty": 1.0}},
        {"parameters": {"price_sensitivity": -1.0}},
        {"mechanisms": {"loyalty": "no"}},
        {"programme": {"order": ["no_such_tool"]}},
        {"rivals": {"mode": "sleeping"}},
    ],
    ids=str,
)
def test_what_simbiz_refuses_is_marked_by_an_editor_too(data):
    assert list(VALIDATOR.iter_errors(data))


def test_every_declared_name_is_completed_with_its_meaning():
    catalogue, properties = load_catalogue(), scenario_schema()["properties"]
    for name, parameter in catalogue.parameters.items():
        assert parameter.meaning in properties["parameters"]["properties"][name]["description"]
    assert {*properties["mechanisms"]["properties"]} == {*catalogue.mechanisms}
    assert {*properties["effects"]["properties"]} >= {name for name, _, _ in catalogue.effects()}


def test_it_is_written_where_it_is_wanted(tmp_path):
    file = tmp_path / "editor" / "scenario.schema.json"
    result = simbiz("-o", file)
    assert (result.exit_code, json.loads(file.read_text(encoding="utf-8"))) == (0, scenario_schema())
