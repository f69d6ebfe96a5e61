"""simbiz schema: what editors take for scenario and study files."""

import json

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from simbiz.catalogue import load_catalogue
from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.files import toml_file
from simbiz.runs.kinds import kinds
from simbiz.runs.study_file import SHIPPED
from simbiz.runs.study_schema import study_schema
from simbiz.scenario import scenario_names
from simbiz.scenario.schema import scenario_schema

STUDIES = Draft202012Validator(study_schema())
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


def test_the_schema_of_studies_is_one_for_all_kinds_and_for_each():
    for kind in (None, *kinds()):
        Draft202012Validator.check_schema(study_schema(kind))
    assert json.loads(simbiz("--for", "study").stdout) == study_schema()
    assert json.loads(simbiz("--for", "study", "--kind", "sweep").stdout) == study_schema("sweep")


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_study_fits_it(path):
    data = toml_file.read(path).data
    assert [error.message for error in STUDIES.iter_errors(data)] == []
    if "kind" in data:
        own = Draft202012Validator(study_schema(data["kind"]))
        assert [error.message for error in own.iter_errors(data)] == []


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "swep"},
        {"kind": "sweep", "factor": {}},
        {"kind": "run", "points": 3},
        {"kind": "claims", "declines": ["never"]},
        {"kind": "ablation", "mechanisms": ["no_such_mechanism"]},
        {"kind": "compare", "outcomes": ["no_such_metric"]},
        {"kind": "sweep", "factors": {"customers": {"lowest": 1}}},
        {"extends": "claims", "replicats": 3},
        {"extends": "claims", "replicates": 0},
    ],
    ids=str,
)
def test_what_simbiz_refuses_of_a_study_is_marked_by_an_editor_too(data):
    assert list(STUDIES.iter_errors(data))


def test_a_kind_is_one_of_study_and_exists():
    refused = simbiz("--for", "study", "--kind", "swep")
    assert refused.exit_code == BAD_INPUT
    assert "swep is no kind of study" in refused.stderr
    assert "Did you mean 'sweep'?" in " ".join(refused.stderr.split())
    assert simbiz("--kind", "sweep").exit_code == 2
