"""simbiz map: the competitive market map as a command."""

import json

import pytest
from click.testing import CliRunner
from studies import options

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT, USAGE
from simbiz.market_map import VARIANTS

MAP = ["map", "partner-dv", "--workers", "1", "--replicates", "1", *options()]


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_map_is_printed_with_every_variant_and_every_firm(tmp_path):
    result = simbiz(*MAP)
    assert (result.exit_code, result.stderr) == (0, "")
    for name in (*VARIANTS, "Partner-DV *", "Rival A", "stability", "Growth: share over the share of year 0"):
        assert name in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_the_map_as_json_has_a_schema(tmp_path):
    result = simbiz(*MAP, "--json", "--out", "kept", "--year", "0")
    report = json.loads(result.stdout)
    assert (report["schema_version"], report["year"], report["worlds"]) == (1, 0, 1)
    assert set(report) >= {"scenario", "growth_since", "default_variant", "variants", "firms", "left_out"}
    assert (tmp_path / "kept" / "runs.sqlite").exists()


def test_where_every_world_missed_the_base_year_there_is_nothing_to_map():
    result = simbiz("map", "partner-dv", "--workers", "1", "--replicates", "1", *options({"fit.tolerance": 1e-9}))
    assert result.exit_code == 0
    assert "No world is left" in result.stdout


def test_wrong_input_is_told_in_one_line():
    result = simbiz(*MAP, "--year", "7")
    assert (result.exit_code, result.stderr) == (BAD_INPUT, "year 7 lies outside the allowed 0 to 1 of partner_dv\n")
    assert simbiz(*MAP, "--year", "-1").exit_code == USAGE
