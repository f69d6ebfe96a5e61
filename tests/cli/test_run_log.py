"""simbiz run --log."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner
from studies import options

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.results.event_tables import SCHEMAS

RUN = ["run", "partner-dv", "--workers", "1", "--weeks", "3", *options()]
TABLES = sorted(f"{name}.parquet" for name in SCHEMAS)


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_run_leaves_its_event_log_where_it_was_asked_to(tmp_path):
    result = simbiz(*RUN, "--log", "log")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == "Event log: log"
    assert sorted(path.name for path in (tmp_path / "log").glob("*.parquet")) == TABLES
    assert pd.read_parquet("log/purchases.parquet")["week"].max() == 2


def test_a_log_changes_nothing_that_is_printed(tmp_path):
    logged = simbiz(*RUN, "--json", "--log", "log")
    assert logged.stdout_bytes == simbiz(*RUN, "--json").stdout_bytes
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_a_run_that_is_known_already_is_done_again_for_its_log(tmp_path):
    first = simbiz(*RUN, "--out", "kept")
    again = simbiz(*RUN, "--out", "kept", "--log", "log")
    assert again.stdout == f"{first.stdout}Event log: log\n"
    assert (tmp_path / "log" / "manifest.json").is_file()


def test_every_seed_has_a_log_of_its_own(tmp_path):
    assert simbiz(*RUN, "--replicates", "2", "--seed", "5", "--log", "log").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "log").iterdir()) == ["seed-5", "seed-6"]
    for seed in (5, 6):
        assert json.loads((tmp_path / "log" / f"seed-{seed}" / "manifest.json").read_text())["seed"] == seed
        assert len(pd.read_parquet(tmp_path / "log" / f"seed-{seed}" / "touchpoints.parquet"))


def test_a_folder_that_holds_a_log_is_refused_in_one_line_before_anything_is_run(tmp_path):
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "purchases.parquet").write_text("")
    result = simbiz(*RUN, "--log", "log")
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert result.stderr == "log: holds an event log already (purchases); give another folder or remove it\n"
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


@pytest.mark.parametrize("folder", ["file", "file/below"])
def test_a_folder_that_cannot_be_written_is_refused_in_one_line(tmp_path, folder):
    (tmp_path / "file").write_text("")
    result = simbiz(*RUN, "--log", folder)
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert result.stderr.startswith(f"{folder}: cannot be written: ")
    assert result.stderr.count("\n") == 1
