"""Manifests say with what a result was made, and answer for every file of it."""

import json
import sys
from hashlib import sha256

from results_made import SEEDS, result, run_study

from simbiz.compilation import source_digest
from simbiz.results.manifest import files_of, manifest_checksum, sessions_of, write_manifest
from simbiz.runs.conduct import conduct


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text())


def test_the_manifest_says_what_was_run_and_with_what(tmp_path):
    manifest = manifest_of(result(tmp_path))
    assert (manifest["schema_version"], manifest["study"], manifest["kind"]) == (2, "run-partner_dv", "run")
    assert (manifest["seeds"], manifest["runs"]) == (list(SEEDS), 2)
    assert manifest["standing"] == {"ok": 2, "failed": 0, "planned": 0}
    assert manifest["model"] == source_digest()
    assert manifest["command"] == sys.argv
    assert manifest["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"simbiz", "mesa", "numpy", "numba", "pyarrow"} <= set(manifest["versions"])
    assert "not installed" not in manifest["versions"].values()
    assert manifest["written"].endswith("+00:00")
    assert manifest["began"] <= manifest["written"]
    assert manifest["wall_seconds"] >= 0.0
    assert manifest["run_seconds"] > 0.0
    assert set(manifest["machine"]) == {"system", "processor", "cores"}


def test_every_file_has_its_checksum(tmp_path):
    folder = result(tmp_path)
    manifest = manifest_of(folder)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {name for name in files if not name.startswith("runs.sqlite")} - {"manifest.json"} == set(manifest["files"])
    for name, known in manifest["files"].items():
        data = (folder / name).read_bytes()
        assert known == {"bytes": len(data), "sha256": sha256(data).hexdigest()}
    data = (folder / "runs.sqlite").read_bytes()
    whole = {"bytes": len(data), "sha256": sha256(data).hexdigest()}
    assert manifest["ledger"].items() >= whole.items()
    assert set(manifest["ledger"]) - set(whole) == {"values", "times"}
    assert manifest["checksum"] == manifest_checksum(manifest)


def test_a_study_that_is_done_again_keeps_its_manifest(tmp_path):
    folder = result(tmp_path)
    before = (folder / "manifest.json").read_bytes()
    conduct(run_study(), folder=folder)
    assert (folder / "manifest.json").read_bytes() == before


def test_a_report_that_another_version_writes_otherwise_renews_the_manifest_without_reading_the_runs(tmp_path):
    folder = result(tmp_path)
    before = manifest_of(folder)
    study = run_study()
    whole = study.report
    study.report = lambda finished: whole(finished) | {"more": 1}
    conduct(study, folder=folder)
    after = manifest_of(folder)
    assert after["files"]["run.json"] != before["files"]["run.json"]
    assert after["ledger"] == before["ledger"]
    assert sessions_of(after)[0] == sessions_of(before)[0]
    assert len(sessions_of(after)) == 2


def test_more_runs_are_one_more_session_and_the_first_is_kept(tmp_path):
    folder = result(tmp_path)
    before = manifest_of(folder)
    conduct(run_study(replicates=3), folder=folder)
    after = manifest_of(folder)
    assert (after["runs"], after["seeds"]) == (3, [3, 4, 5])
    assert after["earlier_sessions"] == sessions_of(before)
    assert after["ledger"]["values"] != before["ledger"]["values"]


def test_what_lies_in_a_folder_with_a_manifest_of_its_own_is_not_counted_twice(tmp_path):
    folder = result(tmp_path)
    write_manifest(result(folder, name="log"), {"event_log": "x"})
    (folder / "link.json").symlink_to(folder / "run.json")
    (folder / ".half.json.tmp").write_text("{")
    names = {path.relative_to(folder).parts[0] for path in files_of(folder)}
    kept = {"customers", "flows", "series"}
    assert names == {"plans", "ro-crate-metadata.json", "run.json", "scenarios", "study.json"} | kept


def test_a_folder_without_runs_has_a_manifest_too(tmp_path):
    (tmp_path / "purchases.parquet").write_bytes(b"x")
    (tmp_path / "thesis.txt").write_bytes(b"mine")
    write_manifest(tmp_path, {"event_log": "partner_dv", "seed": 1}, files=["purchases.parquet"])
    manifest = manifest_of(tmp_path)
    assert list(manifest["files"]) == ["purchases.parquet"]
    assert "ledger" not in manifest
    assert not (tmp_path / "ro-crate-metadata.json").exists()
