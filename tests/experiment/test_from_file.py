"""A study in one call from Python: the folder of its settings, what was done is not done again, mistakes are named."""

import subprocess
import sys

import pandas as pd
import pytest
from studies import TINY

import simbiz
from simbiz import InputError, load_result, run_study

FEW = {"set": TINY, "replicates": 2, "series": False}


def test_a_study_of_a_file_is_done_and_read_back(tmp_path):
    result = run_study("run_small", FEW, results=tmp_path / "results")
    assert result.folder == tmp_path / "results" / "run-partner_dv" / result.id
    assert result.standing["ok"] == 2
    assert result.report["seeds"] == [1, 2]
    assert result.settings["customers"] == 2000
    again = load_result(result.folder)
    pd.testing.assert_frame_equal(again.outcomes, result.outcomes)


def test_what_is_known_is_not_done_again_and_other_settings_have_a_folder_of_their_own(tmp_path):
    told = []

    def note(stage, done, planned, failed):
        told.append((stage, done, planned))

    first = run_study("run_small", FEW, results=tmp_path / "results")
    more = run_study("run_small", FEW | {"replicates": 3}, results=tmp_path / "results", progress=note)
    assert more.folder != first.folder
    assert ("compiling", 2, 3) in told
    same = run_study("run_small", FEW, results=tmp_path / "results")
    assert same.folder == first.folder


def test_results_go_to_the_working_folder_as_those_of_the_command_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run_study("run_small", FEW | {"replicates": 1})
    assert result.folder.parts[:2] == ("results", "run-partner_dv")
    assert (tmp_path / result.folder / "manifest.json").is_file()


def test_a_file_of_ones_own_is_taken_by_its_path_and_a_log_is_written(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('extends = "run_small"\nreplicates = 1\n', encoding="utf-8")
    result = run_study(file, {"set": TINY}, results=tmp_path / "results", log=tmp_path / "log")
    assert result.standing["ok"] == 1
    bought = pd.read_parquet(tmp_path / "log" / "purchases.parquet")
    assert {"customer", "week", "firm", "amount"} <= set(bought)
    measured = simbiz.measure_panel(bought)
    assert measured["value"].notna().any()


def test_a_mistake_is_named_before_anything_is_written(tmp_path):
    with pytest.raises(InputError, match="Did you mean 'replicates'"):
        run_study("run_small", {"replicats": 3}, results=tmp_path / "results")
    with pytest.raises(InputError, match="no such experiment"):
        run_study("run_smal", results=tmp_path / "results")
    assert list(tmp_path.iterdir()) == []


SCRIPT = """
{guard}
    import simbiz
    result = simbiz.run_study("run_small", {{"customers": 30, "fit_tolerance": 100.0}}, workers=2)
    print(result.standing)
"""


@pytest.mark.slow
@pytest.mark.parametrize("guard", ['if __name__ == "__main__":', "if True:"])
def test_a_script_that_wants_several_workers_works_or_is_told_in_one_error_how_it_would(guard, tmp_path):
    (tmp_path / "mine.py").write_text(SCRIPT.format(guard=guard), encoding="utf-8")
    done = subprocess.run([sys.executable, "mine.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    if "__name__" in guard:
        assert (done.returncode, done.stderr) == (0, "")
        assert "'ok': 2" in done.stdout
    else:
        assert done.returncode == 1
        assert done.stderr.count("Traceback") == 1
        assert 'below `if __name__ == "__main__":`' in done.stderr.splitlines()[-1]
