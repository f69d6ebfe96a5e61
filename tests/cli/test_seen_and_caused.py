"""simbiz seen-and-caused as a command."""

import json
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from studies import options

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT, FAILED_RUNS
from simbiz.studies.uplift import worlds as seen_and_caused_worlds

COMMAND = ["seen-and-caused", "partner-dv", "--workers", "1", "--replicates", "2", *options({"customers": 400})]


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_json_is_what_is_kept_and_a_figure_lies_beside_it(tmp_path):
    result = simbiz(*COMMAND, "--json", "--out", "kept")
    assert (result.exit_code, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert (report["schema_version"], report["seeds"], report["failed_runs"]) == (2, [1, 2], 0)
    keys = {"segment", "sorted", "measure", "comparison", "naive", "causal", "ratio", "naive_interval"}
    assert all(set(row) >= keys for row in report["seen_and_caused"])
    assert {row["comparison"] for row in report["everybody"]} == {"programme", "integration"}
    assert json.loads((tmp_path / "kept" / "seen_and_caused.json").read_text()) == report
    assert ElementTree.parse(tmp_path / "kept" / "uplifts.svg").getroot().tag.endswith("svg")
    assert json.loads((tmp_path / "kept" / "manifest.json").read_text())["seeds"] == [1, 2]


def test_people_read_a_table_and_how_new_channels_spread():
    result = simbiz(*COMMAND)
    assert (result.exit_code, result.stderr) == (0, "")
    texts = ("2 seeds", "Spent in a year:", "Spent at a purchase:", "person, that year", "person, year 0")
    texts += ("Spent at a purchase on a traditional channel:", "Purchases in the 26 weeks after a purchase:")
    for text in (*texts, "person, several", "person, 4 or more", "shuffled", "+23%", "fewer than 30 people"):
        assert text in result.stdout
    assert "All customers (person) together, caused by the programme:" in result.stdout
    assert "New channels of the firm (person)" in result.stdout
    assert "Results: results/seen-and-caused-partner_dv/" in result.stdout
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 100


def test_wrong_input_is_told_in_one_line():
    result = simbiz("seen-and-caused", "no-such-case")
    assert result.exit_code == BAD_INPUT
    assert len(result.stderr.splitlines()) == 1


def test_a_failed_seed_is_told_and_gives_its_exit_code(monkeypatch):
    def fails(*arguments):
        raise ArithmeticError("a broken seed")

    monkeypatch.setattr(seen_and_caused_worlds, "new_channels", fails)
    result = simbiz(*COMMAND)
    assert result.exit_code == FAILED_RUNS
    assert "a broken seed" in result.stderr
