"""simbiz uncertainty as a command."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from studies import options

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.cli.regions_text import print_regions
from simbiz.compilation import source_digest
from simbiz.statistics import discovery

SMALL = ["uncertainty", "partner-dv", "--small", "--points", "4", "--workers", "1", *options()]


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_people_read_shares_and_what_they_depend_on_and_programs_the_same_report():
    result = simbiz(*SMALL, "-o", "kept")
    assert (result.exit_code, result.stderr) == (0, "")
    text = " ".join(result.stdout.split())
    for part in ("4 points of a Latin hypercube over", "4 points count; 0 missed the base year and 0 failed"):
        assert part in text
    for part in ("share.value", "all three together", "rivals: respond", "access: best channel", "growth: -25% to -8%"):
        assert part in text
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 100
    report = json.loads(simbiz(*SMALL, "-o", "kept", "--json").stdout)
    assert report == json.loads(Path("kept/claims_under_uncertainty.json").read_text())
    assert (report["points"], report["discovery"], report["vectors"]) == (4, None, None)


def test_over_a_set_the_parameters_are_those_of_its_points():
    vectors = [{"parameters.loyalty_coefficient": 2.0 + step, "parameters.forgetting": 0.03} for step in (0, 1)]
    found = {"kind": "parameter set", "model": source_digest(), "scenario": "partner_dv", "to": "patterns"}
    found["points"] = [{"values": vector, "passes": True} for vector in vectors]
    found["bounds"] = {path: {"range": [0, 5]} for path in vectors[0]}
    Path("set").mkdir()
    Path("set/calibrate.json").write_text(json.dumps(found))
    result = simbiz(*SMALL, "--over", "set", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["vectors"], report["left_out"]) == (2, ["loyalty"])
    assert set(report["ranges"]) == {"market.growth"}
    assert "loyalty" not in report["factors"]
    people = " ".join(simbiz(*SMALL, "--over", "set").stdout.split())
    assert "2 parameter points that pass the patterns" in people
    assert "Not varied, because the set says what they may be: loyalty." in people


def test_without_the_library_a_search_is_refused_before_anything_runs(monkeypatch, tmp_path):
    monkeypatch.setattr(discovery, "find_spec", lambda name: None)
    result = simbiz(*SMALL, "--discover")
    assert result.exit_code == BAD_INPUT
    assert result.stderr == "discover needs the EMA workbench: pip install 'simbiz[discovery]'\n"
    assert list(tmp_path.iterdir()) == []


def test_a_claim_that_does_not_exist_is_refused_in_one_line(tmp_path):
    result = simbiz(*SMALL, "--discover", "share.valu | paired | first year")
    assert (result.exit_code, result.stderr.count("\n")) == (BAD_INPUT, 1)
    assert "Did you mean 'share.value'?" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_regions_are_told_with_density_coverage_mass_and_bounds(capsys):
    bounds = [
        {"name": "parameters.price_sensitivity", "low": 2.5, "high": None, "levels": None, "quasi_p": 0.00001},
        {"name": "rivals.mode", "low": None, "high": None, "levels": ["stopped", "trend"], "quasi_p": 0.03},
    ]
    box = {"density": 0.9, "coverage": 0.5, "mass": 0.2, "points": 20, "bounds": bounds}
    found = {"better_than_chance": True, "probability": 0.001, "density_elsewhere": 0.8, "boxes": [box]}
    chance = {"better_than_chance": False, "probability": 0.4, "density_elsewhere": None, "boxes": []}
    side = {"points": 100, "holding": 36, "density": 0.36, "prim": found, "cart": chance}
    nothing = {"points": 100, "holding": 5, "density": 0.05, "prim": None, "cart": None}
    print_regions({"outcome": "share.value | paired | first year", "holds": side, "fails": nothing})
    lines = capsys.readouterr().out.splitlines()
    text = " ".join(" ".join(lines).split())
    assert "Where share.value, paired, first year is reached: 36 of 100 points" in text
    assert "it is reached in 90% of 20 points (density); 50% of all such points (coverage), 20% of all" in text
    assert "parameters.price_sensitivity 2.5 < 0.0001" in text
    assert "rivals.mode stopped or trend 0.030" in text
    assert "CART: no region with bounds that are better than chance" in text
    assert "PRIM: not searched" in text
    assert max(map(len, lines)) <= 100
