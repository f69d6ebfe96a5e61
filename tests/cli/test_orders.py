"""simbiz orders: the search as a command."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from studies import options

from simbiz.cli import main

STUDY = """\
kind = "orders"
scenario = "partner_dv"
tools = ["bpm_crm", "website", "content"]
runs = 400
outcomes = ["share", "loyalty"]
block = 6
pool = 4
finalists = 2
"""


@pytest.fixture
def invoke(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments):
        return CliRunner().invoke(main, ["orders", *arguments, "--workers", "1"])

    return invoke


@pytest.fixture
def few_tools(tmp_path):
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "orders.toml").write_text(STUDY, encoding="utf-8")


def test_the_best_orders_are_printed_with_what_makes_them_good(invoke, few_tools, tmp_path):
    result = invoke("--runs", "130", *options({"calendar.weeks": 20}))
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].startswith("6 candidates: every order of 3 tools, 1 at a time; a sample of 60 customers, 20 weeks")
    assert "Budget 130 runs" in result.output
    assert "cannot be told apart from the best" in result.output
    for title in ("Market share by value", "Loyalty: repeat rate"):
        assert title in result.output
    assert sum("Best first step:" in line for line in lines) == 2
    assert sum(line.startswith("at once") for line in lines) == 2
    assert max(map(len, lines[:-1])) <= 100
    assert lines[-1].startswith("Results: results/orders-partner_dv/")
    again = invoke("--runs", "130", *options({"calendar.weeks": 20}), "--json")
    report = json.loads(again.stdout)
    assert report["budget"]["runs"] == 130
    assert set(report["outcomes"]) == {"share", "loyalty"}


def test_a_budget_in_minutes_becomes_a_number_of_runs_that_the_folder_keeps(invoke, few_tools, monkeypatch):
    from simbiz.studies.orders import pilot as orders_pilot

    monkeypatch.setattr(orders_pilot, "runs_in", lambda study, seconds, workers: int(seconds * workers))
    result = invoke("--minutes", "2", *options({"calendar.weeks": 20}), "--out", "here")
    assert result.exit_code == 0, result.output
    assert "2 minutes are about 120 runs here: --runs 120 repeats this study." in result.stderr
    assert json.loads(Path("here/study.json").read_text(encoding="utf-8"))["settings"]["runs"] == 120


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--runs", "9", "--minutes", "9"], 2, "give one of them"),
        (["--runs", "9"], 3, "runs: 9 are too few; allowed: at least"),
        (["nowhere"], 3, "nowhere is not a scenario"),
        (["partner-dv-no-programme"], 3, "0 tools; allowed: 2 to 9"),
    ],
)
def test_mistakes_are_said_in_one_line(invoke, arguments, code, message):
    result = invoke(*arguments)
    assert result.exit_code == code
    assert message in result.stderr
    assert len([line for line in result.stderr.splitlines() if line.strip()]) == 1 or code == 2
