"""An effect that multiplies an attribute is explained as a factor, never in the unit of the attribute."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simbiz.catalogue import load_catalogue
from simbiz.cli import main
from simbiz.cli.docs import with_tables
from simbiz.cli.records import records_of
from simbiz.dashboard.inputs import uncertainties
from simbiz.report.assumed import _rows
from simbiz.scenario import load_scenario
from simbiz.scenario.schema import scenario_schema
from simbiz.scenario.setting import setting

CATALOGUE = load_catalogue()
SCALING = [
    name
    for name, _, effect in (*CATALOGUE.effects(), *CATALOGUE.measure_effects())
    if CATALOGUE.firm_attributes[effect.attribute].combine == "scale"
]
FACTOR = "relative, x (1 + value)"


def test_there_are_effects_that_multiply_hours_and_capacity():
    assert {name.split(".")[1] for name in SCALING} == {"response_hours", "capacity"}


@pytest.mark.parametrize("name", SCALING)
def test_an_effect_that_multiplies_is_explained_as_a_factor_everywhere(name):
    path, scenario = f"effects.{name}", load_scenario("partner-dv")
    found = setting("partner-dv", path)
    assert found.facts["unit"] == FACTOR
    assert "multiplied by (1 + value)" in found.meaning
    assert records_of("tool_effects")[name]["unit"] == FACTOR
    assert f"| {FACTOR} |" in with_tables(f"<!-- simbiz tool_effects {name} -->\n<!-- simbiz end -->", Path("page.md"))
    (slider,) = (one for one in uncertainties(scenario) if one.path == path)
    assert slider.title.endswith(FACTOR)
    (row,) = _rows({path: None}, scenario)
    assert FACTOR in row
    described = scenario_schema()["properties"]["effects"]["properties"][name]["description"]
    assert described.endswith(f"({FACTOR})")


def test_other_effects_keep_the_unit_of_what_they_change():
    result = CliRunner().invoke(main, ["explain", "effects.bpm_crm.integration", "--json"])
    assert json.loads(result.stdout)["facts"]["unit"] == CATALOGUE.firm_attributes["integration"].unit
