"""simbiz results: what lies in the result folders, and whether it holds."""

import json
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner
from results_made import result
from studies import options

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT, FAILED_RUNS, USAGE
from simbiz.results.load import load_result
from simbiz.runs import run as run_module


def simbiz(*arguments, **more):
    return CliRunner().invoke(main, ["results", *map(str, arguments)], **more)


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results" / "run-partner_dv"
    folder.mkdir(parents=True)
    result(folder, name="one")
    return folder


ONE = "results/run-partner_dv/one"


def test_the_list_says_what_there_is_and_fits_100_columns(root):
    result(root.parent, "run in shards", "run-partner_dv/two")
    printed = simbiz("ls")
    assert printed.exit_code == 0, printed.output
    lines = printed.stdout.splitlines()
    assert max(map(len, lines)) <= 100
    (line,) = [line for line in lines if line.startswith("run-partner_dv/one")]
    assert "run of partner-dv" in line
    assert line.split()[4:7] == ["2", "0", "0"]
    assert [line.split()[0] for line in lines if line.startswith("  shard")] == ["shard-1-of-2", "shard-2-of-2"]
    data = json.loads(simbiz("ls", "--json").stdout)
    assert {one["folder"] for one in data["results"]} == {
        ONE,
        "results/run-partner_dv/two/shard-1-of-2",
        "results/run-partner_dv/two/shard-2-of-2",
    }


def test_a_folder_without_results_says_so(tmp_path):
    (tmp_path / "empty").mkdir()
    assert simbiz("ls", "empty").stdout == "No results in empty.\n"
    missing = simbiz("ls", "nothing")
    assert (missing.exit_code, missing.stdout) == (BAD_INPUT, "")
    assert missing.stderr.startswith("nothing: there is no such folder")


def test_a_result_that_cannot_be_opened_is_listed_with_the_reason(root):
    (root / "one" / "study.json").write_text("{")
    printed = simbiz("ls")
    assert "cannot be opened" in printed.stdout
    assert "study.json:1: is damaged" in printed.stdout


@pytest.mark.parametrize("folder", [ONE, "run-partner_dv/one"])
def test_a_result_shows_what_it_is_and_what_it_says(folder):
    printed = simbiz("show", folder)
    assert printed.exit_code == 0, printed.output
    assert max(map(len, printed.stdout.splitlines())) <= 100
    for words in ("run-partner_dv", "2 done", "3, 4", "Partner-DV, mean of 2 replicates", "market share"):
        assert words in printed.stdout
    data = json.loads(simbiz("show", folder, "--json").stdout)
    assert data["runs"] == {"ok": 2, "failed": 0, "planned": 0}
    assert data["settings"]["scenario"] == "partner-dv"
    assert data["report"] == load_result(ONE).report
    assert data["manifest"]["model"]


def test_a_study_is_shown_as_the_command_that_did_it_shows_it(tmp_path):
    command = ["ablation", "partner-dv", "--mechanism", "loyalty", "--replicates", "1", "--workers", "1", *options()]
    done = CliRunner().invoke(main, [*command, "--out", "kept"])
    assert done.exit_code == 0, done.output
    report = done.stdout.rpartition("\nResults: ")[0]
    assert simbiz("show", "kept").stdout.endswith(report)


def test_a_study_without_a_report_says_so(root):
    (root / "one" / "run.json").unlink()
    assert "It has no report yet" in simbiz("show", ONE).stdout


def test_what_was_not_made_by_a_known_kind_is_shown_by_its_facts(root):
    (root / "one" / "study.json").unlink()
    assert simbiz("show", ONE).stdout.splitlines()[-1] == f"What it says lies in {ONE}/run.json."


def test_a_result_that_holds_ends_with_0_and_says_what_was_done():
    printed = simbiz("verify", ONE, "--runs", "1")
    assert printed.exit_code == 0, printed.output
    first, second = printed.stdout.splitlines()
    assert first == "11 files and every value of the ledger are as they were written."
    assert second.startswith("1 of 1 runs (seeds ")
    assert second.endswith(") gave the same bits when they were done again.")
    data = json.loads(simbiz("verify", ONE, "--runs", "0", "--json").stdout)
    assert (data["holds"], data["problems"], data["runs"]) == (True, [], [])


def test_each_problem_is_a_line_and_the_end_is_1(root):
    (root / "one" / "run.json").write_text("{}")
    with closing(sqlite3.connect(root / "one" / "runs.sqlite")) as database, database:
        database.execute("UPDATE measured SET revenue = 1.0 WHERE run = 1")
    printed = simbiz("verify", ONE)
    assert printed.exit_code == FAILED_RUNS
    assert [line.split()[0] for line in printed.stdout.splitlines()] == ["run.json", "runs.sqlite"]
    data = json.loads(simbiz("verify", ONE, "--json").stdout)
    assert data["holds"] is False
    assert [set(problem) for problem in data["problems"]] == [{"file", "what", "do"}] * 2


def test_what_is_no_result_is_bad_input(tmp_path):
    (tmp_path / "mine").mkdir()
    for arguments in (["show"], ["verify"], ["merge"], ["rm", "--yes"], ["export", "--to", "csv"]):
        printed = simbiz(*arguments, "mine")
        assert (printed.exit_code, printed.stdout) == (BAD_INPUT, ""), printed.output
        assert printed.stderr == "mine: is no result folder of simbiz\n"


@pytest.mark.parametrize(
    "wrong",
    [["verify", ONE, "--runs", "-1"], ["merge"], ["rm"], ["export"], ["export", "--to", "excel"], ["show"], ["lst"]],
)
def test_misuse_is_said_in_one_line(wrong):
    printed = simbiz(*wrong)
    assert (printed.exit_code, printed.stdout) == (USAGE, "")
    assert printed.stderr.count("\n") == 1


def test_shards_are_merged_into_the_folder_of_their_study(root):
    result(root.parent, "run in shards", "run-partner_dv/two")
    two = "run-partner_dv/two"
    printed = simbiz("merge", two)
    assert printed.stdout == (
        f"results/{two}: 2 done, 2 of them new.\nWhat it says: simbiz results show results/{two}\n"
    ), printed.output
    again = simbiz("merge", f"{two}/shard-1-of-2", f"{two}/shard-2-of-2", "--json")
    assert json.loads(again.stdout) == {
        "schema_version": 1,
        "folder": f"results/{two}",
        "new": 0,
        "runs": {"ok": 2, "failed": 0, "planned": 0},
        "reported": True,
    }
    assert simbiz("verify", two, "--runs", "1").exit_code == 0


def test_what_is_missing_after_a_merge_is_said(root):
    result(root.parent, "run in shards", "run-partner_dv/two")
    printed = simbiz("merge", "run-partner_dv/two/shard-1-of-2")
    assert "1 done, 1 to do, 1 of them new." in printed.stdout
    assert "The report is not written yet" in printed.stdout


def test_studies_that_differ_are_not_merged(tmp_path):
    result(tmp_path, "ablation", "other")
    printed = simbiz("merge", ONE, "other", "-o", "both")
    assert (printed.exit_code, printed.stdout) == (BAD_INPUT, "")
    assert printed.stderr.startswith("other: is another study (ablation-partner_dv ")
    assert printed.stderr.count("\n") == 1
    assert not (tmp_path / "both").exists()


def test_csv_goes_to_stdout_and_the_newest_result_is_taken(root):
    printed = simbiz("export", "--to", "csv")
    assert printed.exit_code == 0, printed.output
    lines = printed.stdout.splitlines()
    assert lines[0].startswith("key,seed,year,firm,")
    assert len(lines) == 1 + 2 * 2 * 7
    assert printed.stdout == simbiz("export", ONE, "--to", "csv").stdout


@pytest.mark.parametrize(("form", "suffix"), [("parquet", "parquet"), ("csv", "csv"), ("xarray", "nc")])
def test_files_are_exported_where_they_are_wanted(tmp_path, form, suffix):
    if form == "xarray":
        pytest.importorskip("xarray")
    printed = simbiz("export", ONE, "--to", form, "-o", f"out.{suffix}")
    assert printed.stdout.startswith(f"out.{suffix}: 28 rows of {ONE}, "), printed.output
    data = json.loads(simbiz("export", ONE, "--to", form, "--json").stdout)
    assert data["rows"] == 28
    assert (tmp_path / data["file"]).stat().st_size == data["bytes"]


def test_without_any_result_there_is_nothing_to_export(root):
    simbiz("rm", ONE, "--yes")
    printed = simbiz("export", "--to", "csv")
    assert printed.exit_code == BAD_INPUT
    assert printed.stderr == "results: holds no result; give the folder of one\n"


def test_a_result_is_removed_once_that_is_confirmed(root):
    (root / "one" / "thesis.docx").write_text("x")
    refused = simbiz("rm", ONE, input="n\n")
    assert refused.exit_code == FAILED_RUNS
    stays = f"{ONE}; thesis.docx stays: it is no part of the result\n"
    assert stays in refused.stderr
    assert (root / "one" / "study.json").is_file()
    removed = simbiz("rm", ONE, input="y\n")
    # What is typed is echoed here by click before 8.4.
    assert (removed.exit_code, removed.stdout.removeprefix(" y\n")) == (0, f"Removed 1 result.\n{stays}")
    assert [path.name for path in (root / "one").iterdir()] == ["thesis.docx"]


def test_programs_are_told_what_stays_and_nothing_is_left_of_a_result_alone(root):
    result(root, name="two")
    (root / "one" / "data").mkdir()
    printed = simbiz("rm", ONE, "results/run-partner_dv/two", "--yes", "--json")
    assert json.loads(printed.stdout) == {
        "schema_version": 1,
        "removed": [ONE, "results/run-partner_dv/two"],
        "left": [{"folder": ONE, "others": ["data"]}],
    }
    assert [path.name for path in root.iterdir()] == ["one"]


def test_all_or_none_of_the_folders_are_removed(root, tmp_path):
    (tmp_path / "mine").mkdir()
    assert simbiz("rm", "--yes", ONE, "mine").exit_code == BAD_INPUT
    assert (root / "one").is_dir()


def test_only_results_with_failed_runs_are_removed_where_that_is_asked(root, monkeypatch):
    def observe(observation):
        raise ArithmeticError("a planted failure")

    assert simbiz("rm", "--failed", "--yes").stdout == "Nothing to remove.\n"
    monkeypatch.setattr(run_module, "observe", observe)
    broken = CliRunner().invoke(main, ["run", "partner-dv", "--workers", "1", "--weeks", "1", *options()])
    assert broken.exit_code == FAILED_RUNS
    assert "1" in [line.split()[5] for line in simbiz("ls").stdout.splitlines() if "run of" in line]
    removed = json.loads(simbiz("rm", "--failed", "--yes", "--json").stdout)["removed"]
    assert len(removed) == 1
    assert [path.name for path in root.iterdir()] == ["one"]
