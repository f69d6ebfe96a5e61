"""Shards put together say what the study says."""

import json

import pytest
from results_made import result, run_study

from simbiz.results.manifest import sessions_of
from simbiz.results.merge import sources_and_target
from simbiz.results.own import FIGURES
from simbiz.runs.conduct import conduct, conduct_shard
from simbiz.runs.merged import merge_study
from simbiz.runs.verify import verify


@pytest.fixture
def study(tmp_path):
    return result(tmp_path, "run in shards", "study")


def test_shards_give_the_report_of_the_whole_and_hold(tmp_path, study):
    merged = merge_study(*sources_and_target([study], None))
    assert (merged.new, merged.standing, merged.reported) == (2, {"ok": 2, "failed": 0, "planned": 0}, True)
    assert (study / "run.json").read_bytes() == (result(tmp_path) / "run.json").read_bytes()
    assert verify(study, runs=2).problems == []


def test_merging_again_changes_no_byte_of_report_and_manifest(study):
    for _ in range(2):
        merge_study(*sources_and_target([study], None))
    before = {path.name: path.read_bytes() for path in study.glob("*.json")}
    assert merge_study(*sources_and_target([study], None)).new == 0
    assert {path.name: path.read_bytes() for path in study.glob("*.json")} == before


def test_the_manifest_keeps_with_what_the_shards_were_made(study):
    merge_study(*sources_and_target([study], None))
    sessions = sessions_of(json.loads((study / "manifest.json").read_text()))
    for name in ("shard-1-of-2", "shard-2-of-2"):
        assert sessions_of(json.loads((study / name / "manifest.json").read_text()))[-1] in sessions


def test_shards_that_are_not_complete_give_no_report_until_they_are(tmp_path):
    study = run_study()
    folder = tmp_path / "study"
    conduct_shard(study, (1, 2), folder=folder / "shard-1-of-2")
    merged = merge_study(*sources_and_target([folder], None))
    assert (merged.standing["ok"], merged.standing["planned"], merged.reported) == (1, 1, False)
    assert not (folder / "run.json").exists()
    conduct(study, folder=folder)
    assert (folder / "run.json").exists()
    assert verify(folder, runs=0).problems == []


def test_figures_are_drawn_into_the_folder_before_its_manifest(study, monkeypatch):
    monkeypatch.setitem(FIGURES, "run", "x.svg")
    merge_study(*sources_and_target([study], None), lambda done: (done.folder / "x.svg").write_text("<svg/>"))
    assert "x.svg" in json.loads((study / "manifest.json").read_text())["files"]
