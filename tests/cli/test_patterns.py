"""simbiz patterns as a command, for a scenario and for a panel."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from studies import options

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT, FAILED_RUNS, USAGE
from simbiz.studies.patterns import measures as pattern_measures

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
    for text in ("P17 short", "0.05 to 0.55", "<= 0.05", "P4 needs need_heterogeneity.", "person has 120 customers"):
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
    assert (report["schema_version"], report["customers"], report["purchases"]) == (2, 150, 400)
    assert (report["weeks"]["number"], report["segment"], report["segments"]) == (52, None, {})
    assert (report["customers_given"], report["purchases_in_file"]) == (True, 400)
    assert {row["id"] for row in report["patterns"]} == {"P1", "P2", "P3", "P4", "P5", "P6", "P8", "P11"}
    assert all(row["range"] == [row["value"]] * 2 for row in report["patterns"])
    assert [path.name for path in tmp_path.iterdir()] == [panel]


def test_where_nobody_says_how_many_customers_there_are_that_is_told(panel):
    printed = simbiz("patterns", "--panel", panel).stdout
    assert "400 purchases by" in printed
    assert "those who bought; P4 needs those who bought nothing: --customers" in printed
    assert {verdict_of(line) for line in printed.splitlines() if line.startswith("P4")} == {"-"}
    given = simbiz("patterns", "--panel", panel, "--customers", 150).stdout
    assert "Customers: 150 (given)." in given
    assert "-" not in {verdict_of(line) for line in given.splitlines() if line.startswith("P4")}
    assert max(map(len, (printed + given).splitlines())) <= 100


def verdict_of(line):
    """Give what a line of the table says in the column holds; columns are two spaces apart."""
    return re.split(r"\s{2,}", line)[3]


def test_laws_about_several_firms_neither_hold_nor_fail_in_a_panel_of_one(panel):
    pd.read_parquet(panel).assign(firm="A").to_parquet(panel)
    lines = simbiz("patterns", "--panel", panel).stdout.splitlines()
    assert {verdict_of(line) for line in lines if line.startswith(("P1 ", "P2", "P3", "P5"))} == {"-"}


def test_weeks_and_segments_of_a_panel_are_told_and_can_be_chosen(panel):
    table = pd.read_parquet(panel)
    later = table.assign(week=table["week"] + 52, segment="organisation")
    pd.concat([table.assign(segment="person"), later]).to_parquet(panel)
    printed = simbiz("patterns", "--panel", panel).stdout
    assert "the file has 0 to 103, --weeks FROM:TO measures others." in printed
    assert "mixed" not in printed
    assert (
        "Segments mixed in one measurement: organisation, person"
        in simbiz("patterns", "--panel", panel, "--weeks", "all").stdout
    )
    chosen = simbiz("patterns", "--panel", panel, "--weeks", "52:103", "--segment", "organisation").stdout
    for text in ("400 purchases", "Weeks: 52 to 103 (52 weeks)", "Segment: organisation.", "3 firms"):
        assert text in chosen
    short = simbiz("patterns", "--panel", panel, "--weeks", "0:25").stdout
    assert "26 weeks are measured" in short
    refused = simbiz("patterns", "--panel", panel, "--weeks", "next year")
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (BAD_INPUT, 1)
    assert refused.stderr.startswith(f"{panel}: weeks next year is no period; allowed: all, or FROM:TO")


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


@pytest.mark.parametrize(("option", "value"), [("--customers", 10), ("--weeks", "0:51"), ("--segment", "person")])
def test_what_concerns_a_panel_does_not_go_with_a_scenario(option, value):
    result = simbiz(*PATTERNS, option, value)
    assert result.exit_code == USAGE
    assert f"{option} goes with --panel only" in result.stderr


def test_a_failed_seed_is_told_and_gives_its_exit_code(monkeypatch):
    def fails(past):
        raise ArithmeticError("a broken seed")

    monkeypatch.setattr(pattern_measures, "word_of_mouth", fails)
    result = simbiz(*PATTERNS, "--replicates", 1)
    assert result.exit_code == FAILED_RUNS
    assert "a broken seed" in result.stderr
