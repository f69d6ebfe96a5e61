"""simbiz run."""

import json
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from studies import options

from simbiz.catalogue import load_catalogue
from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT, FAILED_RUNS, USAGE
from simbiz.runs import run as run_module

RUN = ["run", "partner-dv", "--workers", "1", *options()]
METRICS = list(load_catalogue().metrics)


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def broken(monkeypatch):
    def observe(observation):
        raise ArithmeticError("a planted failure")

    monkeypatch.setattr(run_module, "observe", observe)


def test_the_same_command_gives_the_same_bytes_in_this_process_and_in_another(tmp_path):
    command = [*RUN, "--weeks", "60", "--json"]
    first, second = simbiz(*command), simbiz(*command)
    assert first.exit_code == 0, first.output
    assert first.stdout_bytes == second.stdout_bytes
    other = subprocess.run([sys.executable, "-m", "simbiz", *command], capture_output=True, check=True)
    assert other.stdout == first.stdout_bytes
    # Not a terminal: no progress.
    assert (other.stderr, first.stderr) == (b"", "")
    assert list(tmp_path.iterdir()) == []


def test_another_seed_gives_other_results():
    one, other = (json.loads(simbiz(*RUN, "--seed", seed, "--json").stdout)["runs"][0] for seed in (1, 2))
    assert (one["seed"], other["seed"]) == (1, 2)
    assert one["outcomes"] != other["outcomes"]
    assert one["key"] != other["key"]


def test_json_holds_every_metric_by_year_and_firm_but_no_time_and_no_path():
    text = simbiz(*RUN, "--replicates", "2", "--weeks", "60", "--json").stdout
    data = json.loads(text)
    assert (data["schema_version"], data["scenario"]) == (1, "partner_dv")
    assert [run["seed"] for run in data["runs"]] == [1, 2]
    for run in data["runs"]:
        assert set(run) == {"key", "seed", "status", "fit", "rest", "programme", "outcomes"}
        assert run["status"] == "ok"
        assert len(run["outcomes"]) == 3 * 7
        assert list(run["outcomes"][0]) == ["year", "firm", *METRICS]
    assert "/" not in text
    assert "seconds" not in text


@pytest.mark.parametrize(("weeks", "years"), [(1, [-1, 0]), (20, [-1, 0]), (51, [-1, 0]), (52, [-1, 0, 1])])
def test_only_whole_years_are_reported(weeks, years):
    (run,) = json.loads(simbiz(*RUN, "--weeks", weeks, "--json").stdout)["runs"]
    assert [row["year"] for row in run["outcomes"]][::7] == years
    assert simbiz(*RUN, "--weeks", weeks).exit_code == 0


def test_a_result_folder_holds_ledger_manifest_and_series(tmp_path):
    result = simbiz(*RUN, "--weeks", "20", "--replicates", "2", "--out", "kept")
    assert result.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "kept").glob("*") if not path.name.endswith(".lock")) == [
        "customers",
        "flows",
        "manifest.json",
        "plans",
        "ro-crate-metadata.json",
        "run.json",
        "runs.sqlite",
        "scenarios",
        "series",
        "study.json",
    ]
    manifest = json.loads((tmp_path / "kept" / "manifest.json").read_text())
    assert (manifest["study"], manifest["seeds"], manifest["runs"]) == ("run-partner_dv", [1, 2], 2)
    files = sorted((tmp_path / "kept" / "series").iterdir())
    printed = json.loads(simbiz(*RUN, "--weeks", "20", "--replicates", "2", "--json").stdout)
    assert {file.stem for file in files} == {run["key"] for run in printed["runs"]}
    table = pq.read_table(files[0]).to_pandas()
    assert {"week", "firm", "revenue", "purchases", "contacts", "digital_share", "intercept"} <= set(table.columns)
    assert len(table) == 7 * (52 + 104 + 20)
    assert table["week"].max() == 19


def test_by_default_results_go_below_the_working_folder_and_are_found_again(tmp_path):
    first = simbiz(*RUN, "--weeks", "1")
    folder = first.stdout.splitlines()[-1].removeprefix("Results: ")
    assert (tmp_path / folder / "runs.sqlite").is_file()
    assert folder.startswith("results/run-partner_dv/")
    changed = (tmp_path / folder / "series").iterdir().__next__().stat().st_mtime_ns
    assert simbiz(*RUN, "--weeks", "1").stdout == first.stdout
    assert (tmp_path / folder / "series").iterdir().__next__().stat().st_mtime_ns == changed


def test_a_folder_gives_only_the_runs_that_were_asked_for():
    simbiz(*RUN, "--seed", "5", "--out", "kept")
    mixed = simbiz(*RUN, "--seed", "6", "--out", "kept", "--json")
    assert mixed.stdout == simbiz(*RUN, "--seed", "6", "--json").stdout


@pytest.mark.parametrize("engine", ["agents"])
def test_the_other_engine_gives_the_same_bytes(engine):
    command = [*RUN, "--weeks", "2", "--json"]
    assert simbiz(*command, "--engine", engine).stdout == simbiz(*command).stdout


def test_the_table_for_people_fits_100_columns():
    result = simbiz(*RUN)
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert result.stderr == ""


def test_people_are_told_when_a_run_misses_the_base_year():
    missed = simbiz(*RUN, "--set", "fit.tolerance=1e-9", "--weeks", "1")
    assert missed.exit_code == USAGE  # the key is given twice
    arguments = ["run", "partner-dv", "--workers", "1", *options({"fit.tolerance": 1e-9}), "--weeks", "1"]
    assert "1 runs miss the base year" in simbiz(*arguments).stdout
    assert "miss the base year" not in simbiz(*RUN, "--weeks", "1").stdout


def test_a_misspelt_parameter_is_bad_input_with_a_suggestion():
    result = simbiz(*RUN, "--set", "parameters.price_sensitivty=1.0")
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert "Did you mean 'price_sensitivity'?" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        [*RUN, "--set", "price"],
        [*RUN, "--seed", "-1"],
        [*RUN, "--seed", str(2**32)],
        [*RUN, "--replicates", "0"],
        [*RUN, "--weeks", "0"],
        [*RUN, "--workers", "0"],
        [*RUN, "--engine", "steam"],
        ["run"],
    ],
)
def test_a_bad_option_is_misuse(wrong):
    result = simbiz(*wrong)
    assert (result.exit_code, result.stdout) == (USAGE, "")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["run", "partner-vd"], "Did you mean 'partner_dv'?"),
        ([*RUN, "--set", 'programme.order=["smn"]'], "Did you mean 'smm'?"),
        ([*RUN, "--set", "calendar.burn_in_weeks=53"], "given twice"),
        (["run", "partner-dv", "--set", "calendar.burn_in_weeks=53"], "calendar.burn_in_weeks must"),
    ],
)
def test_bad_input_is_said_in_one_line(wrong, said):
    result = simbiz(*wrong)
    assert result.exit_code == (USAGE if said == "given twice" else BAD_INPUT)
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_result_folder_that_cannot_be_written_is_bad_input(tmp_path):
    (tmp_path / "file").write_text("")
    result = simbiz(*RUN, "--out", "file/below")
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert result.stderr == "file/below: cannot be written: Not a directory\n"


def test_seeds_go_up_to_the_largest_and_not_beyond():
    last = 2**32 - 1
    (run,) = json.loads(simbiz(*RUN, "--weeks", "1", "--seed", last, "--json").stdout)["runs"]
    assert run["seed"] == last
    beyond = simbiz(*RUN, "--weeks", "1", "--seed", last, "--replicates", "2")
    assert (beyond.exit_code, beyond.stdout) == (BAD_INPUT, "")
    assert beyond.stderr == "seed 4294967296 lies outside the allowed 0 to 4294967295\n"


def test_failed_runs_end_with_1_and_the_first_traceback(broken):
    result = simbiz(*RUN, "--replicates", "2", "--json")
    assert result.exit_code == FAILED_RUNS
    assert [run["status"] for run in json.loads(result.stdout)["runs"]] == ["failed", "failed"]
    assert result.stderr.startswith("2 runs failed; the first:\nTraceback")
    assert "ArithmeticError: a planted failure" in result.stderr
    assert simbiz(*RUN).exit_code == FAILED_RUNS
