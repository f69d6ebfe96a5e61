"""A study does what is missing, once, and gives the same however often it was interrupted."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pandas as pd
import pytest
from studies import TINY, options, point, settings

from simbiz.errors import InputError
from simbiz.files import toml_file
from simbiz.runs import executor as perform_module
from simbiz.runs import run as run_module
from simbiz.runs.executor import perform
from simbiz.runs.plan import Plan
from simbiz.runs.run import Run
from simbiz.runs.study_file import find_experiment
from simbiz.scenario import without_programme
from simbiz.studies.claims.audit import claims_plan


def study(*seeds, changes=None, name="try"):
    scenario = point(changes)
    runs = [(Run(one, seed), {"programme": one is scenario}) for seed in seeds for one in (scenario, bare(scenario))]
    return Plan(name, runs)


def bare(scenario):
    return without_programme(scenario)


def content(finished):
    """All of a finished study but the times."""
    runs = [{key: value for key, value in run.items() if key not in ("seconds", "position")} for run in finished.runs]
    return runs, finished.outcomes.to_csv(index=False)


@pytest.fixture
def executed(monkeypatch):
    """Keys of the runs that are really executed, in their order."""
    keys = []
    sound = run_module._branch

    def watched(past, run, *rest):
        keys.append(run.key)
        return sound(past, run, *rest)

    monkeypatch.setattr(run_module, "_branch", watched)
    return keys


def test_a_study_done_again_runs_nothing_and_gives_the_same(tmp_path, executed):
    plan = study(1, 2)
    first = perform(plan, folder=tmp_path)
    assert sorted(executed) == sorted(run.key for run, _ in plan.runs)
    executed.clear()
    assert content(perform(plan, folder=tmp_path)) == content(first)
    assert executed == []


def test_a_folder_changes_no_result(tmp_path):
    assert content(perform(study(1), folder=tmp_path)) == content(perform(study(1), folder=None))


def test_runs_come_in_the_order_of_the_plan_with_its_labels():
    plan = study(2, 1)
    finished = perform(Plan("try", plan.runs[::-1]), folder=None)
    assert [run["key"] for run in finished.runs] == [run.key for run, _ in plan.runs[::-1]]
    assert [run["label"] for run in finished.runs] == [{"programme": False}, {"programme": True}] * 2
    assert list(dict.fromkeys(finished.outcomes["key"])) == [run.key for run, _ in plan.runs[::-1]]


def test_more_seeds_add_only_their_own_runs(tmp_path, executed):
    perform(study(1), folder=tmp_path)
    executed.clear()
    assert content(perform(study(1, 2), folder=tmp_path)) == content(perform(study(1, 2), folder=None))
    assert executed[:2] == [run.key for run, _ in study(2).runs]


def test_a_folder_that_holds_other_runs_too_gives_only_those_that_were_asked_for(tmp_path, executed):
    other = study(3, changes={"customers": 160}, name="other")
    perform(other, folder=tmp_path)
    executed.clear()
    reports = []
    finished = perform(study(1), folder=tmp_path, progress=lambda *report: reports.append(report))
    assert content(finished) == content(perform(study(1), folder=None))
    assert reports[0] == ("compiling", 0, 2, 0)
    assert reports[-1] == ("running", 2, 2, 0)
    assert executed[:2] == [run.key for run, _ in study(1).runs]
    assert len(perform(other, folder=tmp_path).runs) == 2


def test_a_point_that_stands_twice_in_a_plan_is_run_once(tmp_path, executed):
    run = Run(bare(point()), 1)
    reports = []
    twice = Plan("try", [(run, {"side": 0}), (Run(bare(point()), 1), {"side": 1})])
    finished = perform(twice, folder=tmp_path, progress=lambda *report: reports.append(report))
    assert executed == [run.key]
    assert [one["label"] for one in finished.runs] == [{"side": 0}, {"side": 1}]
    assert len(finished.outcomes) == 3 * 7
    assert reports[-1] == ("running", 1, 1, 0)


def test_progress_tells_stage_done_planned_and_failed():
    reports = []
    perform(study(1, 2), folder=None, progress=lambda *report: reports.append(report))
    assert reports == [("compiling", 0, 4, 0), ("running", 0, 4, 0), ("running", 2, 4, 0), ("running", 4, 4, 0)]


def test_a_failed_run_is_kept_with_its_traceback_and_tried_again(tmp_path, monkeypatch, executed):
    plan = study(1, 2)
    with monkeypatch.context() as broken:
        sound = run_module.observe

        def observe(observation):
            if observation.layout.scenario.programme.order:
                raise ArithmeticError("a planted failure")
            return sound(observation)

        broken.setattr(run_module, "observe", observe)
        finished = perform(plan, folder=tmp_path)
    assert [run["status"] for run in finished.runs] == ["failed", "ok", "failed", "ok"]
    assert [run["key"] for run in finished.failed] == [plan.runs[0][0].key, plan.runs[2][0].key]
    assert all("ArithmeticError: a planted failure" in run["error"] for run in finished.failed)
    assert len(finished.outcomes) == 2 * 3 * 7
    executed.clear()
    mended = perform(plan, folder=tmp_path)
    assert executed == [plan.runs[0][0].key, plan.runs[2][0].key]
    assert mended.failed == []
    assert content(mended) == content(perform(plan, folder=None))


def test_an_interruption_says_from_where_to_go_on(tmp_path, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(perform_module.Engine, "tasks", interrupted)
    with pytest.raises(KeyboardInterrupt, match=f"interrupted; the same command goes on from {tmp_path}$"):
        perform(study(1), folder=tmp_path)
    with pytest.raises(KeyboardInterrupt, match=r"^interrupted$"):
        perform(study(1), folder=None)


def test_series_are_kept_where_there_is_a_folder(tmp_path):
    plan = study(1, changes={"calendar.weeks": 1})
    perform(plan, folder=tmp_path, series=True)
    assert {path.stem for path in (tmp_path / "series").iterdir()} == {run.key for run, _ in plan.runs}
    assert perform(plan, folder=None, series=True).folder is None


def test_the_folder_of_a_study_is_named_after_its_content():
    assert study(1).id == study(1).id
    assert len({study(1).id, study(2).id, study(1, 2).id, study(1, changes={"customers": 151}).id}) == 4
    assert study(1).default_folder().parts == ("results", "try", study(1).id)


def test_settings_of_a_study_are_found_by_name_or_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert toml_file.read(find_experiment("claims")).data["replicates"] >= 2
    settings(tmp_path, replicates=77)
    assert toml_file.read(find_experiment("claims")).data["replicates"] == 77
    assert toml_file.read(find_experiment("experiments/claims.toml")).data["replicates"] == 77
    with pytest.raises(InputError, match="Did you mean 'claims'"):
        find_experiment("calims")


STUDY = ["claims", "partner-dv", "--replicates", "6", "--workers", "1", "--out", "kept", *options()]


def statuses(file):
    """How the runs of a ledger stand, as seen by a reader beside the writer; empty as long as there is none."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as reader:
            return dict(reader.execute("SELECT key, seconds FROM runs WHERE status = 'ok'"))
    except sqlite3.Error:
        return {}


def test_a_killed_study_goes_on_where_it_was_and_ends_as_if_nothing_had_happened(tmp_path, monkeypatch, executed):
    settings(tmp_path)
    monkeypatch.chdir(tmp_path)
    process = subprocess.Popen([sys.executable, "-m", "simbiz", *STUDY], stdout=subprocess.DEVNULL)
    file = tmp_path / "kept" / "runs.sqlite"
    deadline = time.monotonic() + 60
    while len(statuses(file)) < 2 and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    survived = statuses(file)
    assert 2 <= len(survived) < 12
    assert not (tmp_path / "kept" / "manifest.json").exists()

    plan = claims_plan(point(), range(1, 7), ["ended"], ["stopped"])
    resumed = perform(plan, folder=tmp_path / "kept")
    assert set(executed) == {run.key for run, _ in plan.runs} - set(survived)
    assert len(executed) == len(set(executed))
    times = {run["key"]: run["seconds"] for run in resumed.runs}
    assert {key: times[key] for key in survived} == survived
    whole = perform(plan, folder=tmp_path / "whole")
    assert content(resumed) == content(whole)
    assert TINY["calendar.years"] == 1


def exported(file):
    """Everything in a ledger but times, in the order of the plan."""
    with closing(sqlite3.connect(file)) as reader:
        runs = pd.read_sql("SELECT position, key, seed, label, status, error, fit, programme FROM runs", reader)
        outcomes = pd.read_sql(
            "SELECT o.* FROM outcomes o JOIN runs r USING (key) ORDER BY position, year, firm", reader
        )
    return runs.to_csv(index=False), outcomes.to_csv(index=False)


def test_the_ledgers_of_two_performances_are_the_same_but_for_times(tmp_path):
    for name in ("one", "other"):
        perform(study(1, 2), folder=tmp_path / name)
    assert exported(tmp_path / "one" / "runs.sqlite") == exported(tmp_path / "other" / "runs.sqlite")
