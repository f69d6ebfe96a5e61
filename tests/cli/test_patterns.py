"""simbiz patterns as a command, for a scenario and for a panel."""

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from studies import options

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT, FAILED_RUNS, USAGE
from simbiz.experiment import pattern_measures

PATTERNS = ["patterns", "partner-dv", "--workers", "1", "--replicates", "2", *options({"customers": 400})]
KEYS = {"id", "statistic", "value", "range", "low", "high", "holds", "gated"}


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def panel(tmp_path):
    luck = np.random.default_rng(1)
    size = 400
    columns = {"customer": luck.integers(0, 90, size), "week": luck.integers(0, 52, size)}
    columns |= {"firm": luck.choice(list("ABC"), size, p=[0.5, 0.3, 0.2]), "amount": luck.lognormal(0.0, 0.5, size)}
    pd.DataFrame(columns).to_parquet(tmp_path / "panel.parquet")
    return "panel.parquet"


def test_people_read_a_table_a_segment():
    result = simbiz(*PATTERNS)
    assert (result.exit_code, result.stderr) == (0, "")
    for text in ("2 seeds", "Person:", "Organisation:", "The whole market:", "P1 slope", "P12 share_drift"):
        assert text in result.stdout
    for text in ("P17 short", "0.05 to 0.55", "<= 0.05", "P4 needs need_heterogeneity.", "person has 379 customers"):
        assert text in result.stdout
    assert "Results: results/patterns-partner_dv/" in result.stdout
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 100


def test_json_has_the_schema_and_is_what_is_kept(tmp_path):
    result = simbiz(*PATTERNS, "--json", "--out", "kept")
    report = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert report["schema_version"] == 1
    for row in report["patterns"]:
        assert set(row) >= KEYS
        assert len(row["range"]) == 2
    assert {row["gated"] for row in report["patterns"] if row["segment"] == "organisation"} == {False}
    assert json.loads((tmp_path / "kept" / "patterns.json").read_text()) == report
    again = simbiz(*PATTERNS, "--json", "--out", "kept")
    assert again.stdout == result.stdout


def test_a_panel_is_measured_by_the_same_names_and_nothing_is_written(panel, tmp_path):
    result = simbiz("patterns", "--panel", panel, "--json", "--customers", 150)
    report = json.loads(result.stdout)
    assert (report["schema_version"], report["customers"], report["purchases"]) == (1, 150, 400)
    assert {row["id"] for row in report["patterns"]} == {"P1", "P2", "P3", "P4", "P5", "P6", "P8", "P11"}
    assert all(row["range"] == [row["value"]] * 2 for row in report["patterns"])
    assert [path.name for path in tmp_path.iterdir()] == [panel]


def test_where_nobody_says_how_many_customers_there_are_that_is_told(panel):
    printed = simbiz("patterns", "--panel", panel).stdout
    assert "400 purchases by" in printed
    assert "those in the file: customers without a purchase are not counted" in printed
    assert "Customers: 150 (given)." in simbiz("patterns", "--panel", panel, "--customers", 150).stdout


def test_wrong_input_is_told_in_one_line(panel):
    result = simbiz("patterns", "--panel", "absent.parquet")
    assert (result.exit_code, result.stderr) == (BAD_INPUT, "absent.parquet: there is no such file\n")
    result = simbiz("patterns", "--panel", panel, "--customers", 3)
    assert result.exit_code == BAD_INPUT
    assert "customers bought something: there must be at least so many, not 3" in result.stderr
    assert simbiz("patterns", "no-such-case").exit_code == BAD_INPUT


@pytest.mark.parametrize(
    ("extra", "named"), [(["partner-dv"], "SCENARIO"), (["--set", "customers=9"], "--set"), (["--seed", 2], "--seed")]
)
def test_what_concerns_a_scenario_does_not_go_with_a_panel(panel, extra, named):
    result = simbiz("patterns", "--panel", panel, *extra)
    assert result.exit_code == USAGE
    assert f"{named} does not go with --panel" in result.stderr


def test_customers_of_a_panel_do_not_go_with_a_scenario():
    result = simbiz(*PATTERNS, "--customers", 10)
    assert result.exit_code == USAGE
    assert "--customers goes with --panel only" in result.stderr


def test_a_failed_seed_is_told_and_gives_its_exit_code(monkeypatch):
    def fails(past):
        raise ArithmeticError("a broken seed")

    monkeypatch.setattr(pattern_measures, "word_of_mouth", fails)
    result = simbiz(*PATTERNS, "--replicates", 1)
    assert result.exit_code == FAILED_RUNS
    assert "a broken seed" in result.stderr
