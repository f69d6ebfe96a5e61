"""simbiz claims: the audit as a command."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from studies import options, settings

from simbiz.cli import main
from simbiz.cli.claims_text import _cases
from simbiz.cli.exits import BAD_INPUT, FAILED_RUNS, INTERRUPTED, USAGE
from simbiz.runs import run as run_module
from simbiz.runs.engine import Engine

CLAIMS = ["claims", "partner-dv", "--workers", "1", *options()]


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings(tmp_path)


@pytest.fixture
def no_more_runs(monkeypatch):
    """Make sure that nothing is run from now on."""

    def start():
        def refused(engine, groups, *rest):
            assert list(groups) == []
            return iter([])

        monkeypatch.setattr(Engine, "tasks", refused)

    return start


def test_the_audit_is_kept_and_the_same_command_runs_nothing_again(tmp_path, no_more_runs):
    first = simbiz(*CLAIMS, "--replicates", "2", "--out", "kept", "--json")
    assert (first.exit_code, first.stderr) == (0, "")
    report = json.loads(first.stdout)
    assert (report["schema_version"], report["scenario"], report["replicates"]) == (2, "partner_dv", 2)
    assert set(report) >= {"claims", "paths", "joint", "fit", "null_forecasts", "failed_runs"}
    assert json.loads((tmp_path / "kept" / "claims.json").read_text()) == report
    manifest = json.loads((tmp_path / "kept" / "manifest.json").read_text())
    assert (manifest["study"], manifest["runs"], manifest["seeds"]) == ("claims-partner_dv", 4, [1, 2])
    assert ElementTree.parse(tmp_path / "kept" / "share.svg").getroot().tag.endswith("svg")
    kept = {name: (tmp_path / "kept" / name).read_bytes() for name in ("claims.json", "share.svg")}
    no_more_runs()
    again = simbiz(*CLAIMS, "--replicates", "2", "--out", "kept", "--json")
    assert again.stdout_bytes == first.stdout_bytes
    assert {name: (tmp_path / "kept" / name).read_bytes() for name in kept} == kept
    people = simbiz(*CLAIMS, "--replicates", "2", "--out", "kept")
    assert people.exit_code == 0
    assert max(map(len, people.stdout.splitlines()[:-1])) <= 100


def test_settings_come_from_the_experiment_unless_they_are_given(tmp_path):
    settings(tmp_path, replicates=1, first_seed=7, rivals='["stopped", "trend"]')
    assert simbiz("claims", "--workers", "1", *options(), "--out", "kept").exit_code == 0
    manifest = json.loads((tmp_path / "kept" / "manifest.json").read_text())
    assert (manifest["seeds"], manifest["runs"]) == ([7], 4)
    assert simbiz(*CLAIMS, "--replicates", "2", "--seed", "3", "--out", "given").exit_code == 0
    assert json.loads((tmp_path / "given" / "manifest.json").read_text())["seeds"] == [3, 4]


def test_a_text_for_people_names_scenario_sample_and_verdicts():
    lines = simbiz(*CLAIMS, "--replicates", "1").stdout.splitlines()
    assert lines[0].startswith("Partner-DV")
    assert lines[1].startswith("Published claims on 1 of 1 pairs of worlds, at shipped values; rivals stand still")
    assert "59 of 59 are the fewest for yes" in " ".join(" ".join(lines).split())
    row = next(line for line in lines if line.startswith("share.value"))
    assert "12.79%" in row
    # One year only: the full year after the last step lies beyond the end of the calendar.
    assert row.rstrip().endswith("-")
    assert lines[-1].startswith("Results: results/claims-partner_dv/")


def test_rivals_that_stand_still_follow_their_trend_and_respond_are_all_reported(tmp_path):
    settings(tmp_path, replicates=1, rivals='["stopped", "trend", "responding"]')
    command = ["claims", "rivals-responding", "--workers", "1", *options(), "--out", "kept"]
    report = json.loads(simbiz(*command, "--json").stdout)
    for part in ("claims", "joint", "null_forecasts"):
        assert {row["rivals"] for row in report[part]} == {"stopped", "trend", "responding"}
    result = simbiz(*command)
    assert result.exit_code == 0, result.output
    assert "rivals respond, the decline ended." in " ".join(result.stdout.split())
    manifest = json.loads((tmp_path / "kept" / "manifest.json").read_text())
    assert manifest["runs"] == 6


def test_runs_that_miss_the_base_year_leave_nothing_to_judge():
    command = ["claims", "partner-dv", "--workers", "1", *options({"fit.tolerance": 1e-9}), "--replicates", "2"]
    result = simbiz(*command)
    assert result.exit_code == 0, result.output
    assert "0 of 2 pairs of worlds (2 missed the base year)" in " ".join(result.stdout.split())
    assert "2 of 2 runs missed" in " ".join(result.stdout.split())
    report = json.loads(simbiz(*command, "--json").stdout)
    assert {row["verdict"] for row in report["claims"] if row["kind"] != "market"} == {"too few worlds"}


def test_an_empty_programme_reaches_nothing_and_is_no_error():
    result = simbiz(*CLAIMS, "--set", "programme.order=[]", "--replicates", "1", "--json")
    rows = [row for row in json.loads(result.stdout)["claims"] if row["id"] == "share_index.chain"]
    assert {row["estimate"] for row in rows if row["comparator"] == "paired"} == {1.0}
    reached = {row["passed"] for row in rows if row["comparator"] == "paired" and row["horizon"] == "first year"}
    assert reached == {0}


def test_other_cases_have_fewer_pairs_unless_all_are_asked_for(tmp_path):
    settings(tmp_path, replicates=3, other_replicates=1, rivals='["stopped", "trend"]')
    years = ["claims", "partner-dv", "--workers", "1", *options({"calendar.years": 3})]
    result = simbiz(*years, "--out", "kept")
    assert result.exit_code == 0, result.output
    text = " ".join(result.stdout.split())
    assert "3 of 3 pairs of worlds" in text
    assert "1 other cases have 1 pair each; --full gives them 3, too." in text
    manifest = json.loads((tmp_path / "kept" / "manifest.json").read_text())
    assert manifest["runs"] == 8
    full = simbiz(*years, "--full", "--out", "full", "--json")
    assert {row["planned"] for row in json.loads(full.stdout)["pairs"]} == {3}
    assert simbiz(*CLAIMS, "--full", "--over", "set").exit_code == USAGE


def test_the_share_is_told_year_by_year_in_every_case(tmp_path):
    settings(tmp_path, replicates=2, rivals='["stopped", "responding"]')
    result = simbiz("claims", "partner-dv", "--workers", "1", *options({"calendar.years": 4}), "--out", "kept")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert max(map(len, lines[:-1])) <= 100
    head = next(line for line in lines if line.split() == ["year", "1", "year", "2", "year", "3", "year", "4"])
    report = json.loads((tmp_path / "kept" / "claims.json").read_text())
    (path,) = [
        row
        for row in report["paths"]
        if (row["id"], row["rivals"], row["comparator"]) == ("share.value", "responding", "before-after")
    ]
    row = next(line for line in lines[lines.index(head) :] if line.startswith("responding, ended"))
    assert [float(cell) for cell in row.split()[2:] if cell[0].isdigit()] == pytest.approx(
        [100 * year["estimate"] for year in path["years"]], abs=0.051
    )
    assert f"highest in year {path['peak_year']}" in " ".join(" ".join(lines).split())


def test_a_calendar_of_some_weeks_reaches_no_horizon():
    result = simbiz(*CLAIMS, "--set", "calendar.weeks=20", "--replicates", "1")
    assert result.exit_code == 0, result.output


def test_failed_runs_end_with_1_and_are_done_again(monkeypatch):
    with monkeypatch.context() as broken:

        def observe(observation):
            raise ArithmeticError("a planted failure")

        broken.setattr(run_module, "observe", observe)
        result = simbiz(*CLAIMS, "--replicates", "1", "--out", "kept", "--json")
        people = simbiz(*CLAIMS, "--replicates", "1", "--out", "kept")
    assert result.exit_code == people.exit_code == FAILED_RUNS
    assert json.loads(result.stdout)["failed_runs"] == 2
    assert result.stderr.startswith("2 runs failed; the first, seed 1:\nTraceback")
    mended = simbiz(*CLAIMS, "--replicates", "1", "--out", "kept", "--json")
    assert (mended.exit_code, json.loads(mended.stdout)["failed_runs"]) == (0, 0)


@pytest.mark.parametrize(
    ("wrong", "code", "said"),
    [
        (["--set", "parameters.loyalty_coeficient=1.0"], BAD_INPUT, "Did you mean 'loyalty_coefficient'?"),
        (["--replicates", "0"], USAGE, "--replicates"),
        (["--replicates", "many"], USAGE, "--replicates"),
        (["--colour"], USAGE, "--colour"),
    ],
)
def test_mistakes_end_in_one_line(wrong, code, said):
    result = simbiz(*CLAIMS, *wrong)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"replicates": None}, "experiments/claims.toml: replicates is missing"),
        ({"replicates": '"two"'}, "experiments/claims.toml:3: replicates must be a whole number"),
        ({"declines": '["endd"]'}, "past.decline must be 'one_off', 'ended' or 'steady', not 'endd'"),
        ({"rivals": "[]"}, "experiments/claims.toml:6: rivals must"),
        ({"other_replicates": 0}, "experiments/claims.toml:7: other_replicates must"),
        ({"replicate": "2"}, "replicate is not a known key"),
    ],
)
def test_a_mistake_in_the_settings_is_bad_input(values, said, tmp_path):
    settings(tmp_path, **values)
    result = simbiz(*CLAIMS)
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_result_folder_that_cannot_be_written_is_bad_input(tmp_path):
    (tmp_path / "results").write_text("")
    result = simbiz(*CLAIMS)
    assert result.exit_code == BAD_INPUT
    assert "cannot be written: " in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_folder_that_another_process_is_writing_is_left_to_it(tmp_path):
    simbiz(*CLAIMS, "--replicates", "1", "--out", "kept")
    writer = sqlite3.connect(tmp_path / "kept" / "runs.sqlite.lock", isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    result = simbiz(*CLAIMS, "--replicates", "1", "--out", "kept")
    writer.close()
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert result.stderr == "kept/runs.sqlite: another process is writing it\n"
    assert simbiz(*CLAIMS, "--replicates", "1", "--out", "kept").exit_code == 0


def done(file):
    """Number of finished runs, as seen from beside."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as reader:
            return reader.execute("SELECT count(*) FROM runs WHERE status = 'ok'").fetchone()[0]
    except sqlite3.Error:
        return 0


def test_ctrl_c_says_how_to_go_on_and_the_same_command_does(tmp_path):
    command = ["claims", "partner-dv", *options(), "--workers", "2", "--replicates", "30", "--out", "kept", "--json"]
    # Of its own session, as on a terminal: the interruption reaches workers, too.
    process = subprocess.Popen(
        [sys.executable, "-m", "simbiz", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while done(tmp_path / "kept" / "runs.sqlite") < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (INTERRUPTED, "")
    assert stderr == "interrupted; the same command goes on from kept\n"
    before = done(tmp_path / "kept" / "runs.sqlite")
    assert 2 <= before < 120
    assert not (tmp_path / "kept" / "claims.json").exists()
    shorter = [*CLAIMS, "--replicates", "2", "--out", "kept", "--json"]
    fresh = simbiz(*CLAIMS, "--replicates", "2", "--out", "fresh", "--json")
    assert simbiz(*shorter).stdout == fresh.stdout


def test_cases_are_told_together_where_rivals_of_several_modes_agree():
    modes, declines = ("stopped", "trend", "responding"), ("one_off", "steady")
    report = {"fit": {name: {} for name in declines}, "claims": [{"rivals": mode} for mode in modes]}
    every = [(mode, decline) for mode in modes for decline in declines]

    def told(keep):
        return _cases([case for case in every if keep(*case)], report)

    assert told(lambda mode, decline: decline == "steady") == "the decline goes on"
    assert told(lambda mode, decline: mode != "trend") == "rivals stand still or rivals respond"
    assert told(lambda mode, decline: mode == "trend" and decline == "steady") == (
        "rivals follow their trend and the decline goes on"
    )
    assert told(lambda mode, decline: decline == "steady" or mode == "responding") == (
        "rivals stand still or rivals follow their trend, and the decline goes on, or rivals respond"
    )
