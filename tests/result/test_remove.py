"""Nothing but result folders is removed, and nothing outside of them."""

import json
from pathlib import Path

import pytest
from results_made import result, run_study

from simbiz.errors import InputError
from simbiz.results.ledger import Ledger
from simbiz.results.manifest import file_facts, manifest_checksum
from simbiz.results.reading import metrics_of, reading
from simbiz.results.remove import removable, remove, strangers
from simbiz.runs.conduct import conduct
from simbiz.runs.verify import verify


def test_a_result_is_removed_with_the_folder_of_its_study_once_that_is_empty(tmp_path):
    (tmp_path / "results" / "run-x").mkdir(parents=True)
    one, two = (result(tmp_path / "results" / "run-x", name=name) for name in "12")
    remove(one)
    assert two.is_dir()
    remove(two)
    assert list(tmp_path.iterdir()) == [tmp_path / "results"]
    assert list((tmp_path / "results").iterdir()) == []


def test_what_is_no_result_is_left_alone(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "precious.txt").write_text("x")
    for path in (tmp_path / "mine", tmp_path, tmp_path / "mine" / "precious.txt", tmp_path / "none"):
        with pytest.raises(InputError):
            remove(path)
    assert (tmp_path / "mine" / "precious.txt").read_text() == "x"
    folder = result(tmp_path)
    monkeypatch.chdir(folder / "series")
    with pytest.raises(InputError, match="holds the working folder"):
        remove(folder)


def test_links_are_not_followed_and_stay(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "precious.txt").write_text("x")
    folder = result(tmp_path)
    (folder / "shortcut").symlink_to(tmp_path / "outside", target_is_directory=True)
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    with pytest.raises(InputError, match="is a link"):
        remove(tmp_path / "link")
    assert folder.is_dir()
    assert remove(folder) == ["shortcut"]
    assert [path.name for path in folder.iterdir()] == ["shortcut"]
    assert (tmp_path / "outside" / "precious.txt").read_text() == "x"


def test_a_result_that_is_being_written_stays(tmp_path):
    folder = result(tmp_path)
    with reading(folder / "runs.sqlite") as ledger:
        metrics, facts = metrics_of(ledger), dict(ledger.execute("SELECT name, value FROM facts"))
    with Ledger(folder / "runs.sqlite", metrics, facts):
        with pytest.raises(InputError, match="another process is writing it"):
            remove(folder)
        assert folder.is_dir()
    remove(folder)


MINE = ("thesis.docx", ".hidden", "data/a.csv", "series/notes.txt", "scenarios/mine.toml", "plans/other.json",
        "claims.json", "share.svg", "runs.sqlite.old", "empty/")  # fmt: skip
NAMED = [".hidden", "claims.json", "data", "empty", "plans/other.json", "runs.sqlite.old", "scenarios/mine.toml",
         "series/notes.txt", "share.svg", "thesis.docx"]  # fmt: skip


def put_mine(folder):
    for name in MINE:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).mkdir() if name.endswith("/") else (folder / name).write_text(name)


def everything_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() or path.name == "empty"}


def test_what_is_no_part_of_a_result_is_named_and_stays_at_any_depth_and_nothing_else_does(tmp_path):
    folder = result(tmp_path)
    assert strangers(folder) == []
    put_mine(folder)
    (folder / "series" / ".0123.parquet.0123abcd.tmp").write_bytes(b"mine as well")
    (folder / ".run.json.0123abcd.tmp").write_bytes(b"what a killed process left")
    assert sorted(strangers(folder)) == sorted([*NAMED, "series/.0123.parquet.0123abcd.tmp"])
    assert sorted(remove(folder)) == sorted([*NAMED, "series/.0123.parquet.0123abcd.tmp"])
    names = {name.rstrip("/") for name in MINE} | {"series/.0123.parquet.0123abcd.tmp"}
    assert everything_in(folder) == names
    with pytest.raises(InputError, match="is no result folder"):
        remove(folder)


def test_a_second_study_run_beside_files_does_not_make_them_its_own(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    for _ in range(2):
        conduct(run_study(), folder=folder)
        assert strangers(folder) == ["thesis.txt"]
        manifest, crate = ((folder / name).read_text() for name in ("manifest.json", "ro-crate-metadata.json"))
        assert "thesis" not in manifest + crate
        assert "run.json" in manifest
    assert remove(folder) == ["thesis.txt"]
    assert everything_in(folder) == {"thesis.txt"}


def test_files_that_an_earlier_version_took_into_the_manifest_stay(tmp_path):
    folder = result(tmp_path)
    (folder / "thesis.txt").write_text("mine")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["thesis.txt"] = file_facts(folder / "thesis.txt")
    (folder / "manifest.json").write_text(json.dumps(manifest | {"checksum": manifest_checksum(manifest)}))
    assert verify(folder, runs=0).problems == []
    assert remove(folder) == ["thesis.txt"]
    assert everything_in(folder) == {"thesis.txt"}


def test_a_removal_that_was_interrupted_is_gone_on_with(tmp_path, monkeypatch):
    folder = result(tmp_path)
    whole, unlink, left = len(everything_in(folder)), Path.unlink, []

    def interrupted(path, missing_ok=False):
        if len(left) == whole - 1:
            raise KeyboardInterrupt
        left.append(path)
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", interrupted)
    with pytest.raises(KeyboardInterrupt):
        remove(folder)
    monkeypatch.undo()
    assert everything_in(folder) == {"study.json"}
    assert remove(folder) == []
    assert not folder.exists()


def test_what_lies_in_a_shard_stays_as_well(tmp_path):
    study = result(tmp_path, "run in shards", "study")
    conduct(run_study(), folder=study)
    (study / "shard-1-of-2" / "notes.txt").write_text("mine")
    assert remove(study) == ["shard-1-of-2/notes.txt"]
    assert everything_in(study) == {"shard-1-of-2/notes.txt"}


def test_a_study_that_has_only_shards_is_removed_with_them_and_nothing_twice(tmp_path):
    root = tmp_path / "results"
    study = result(root, "run in shards", "run-x/1")
    whole = result(root, name="run-x/2")
    assert removable([study, whole, study]) == [study / "shard-1-of-2", study / "shard-2-of-2", whole]
    for folder in removable([study]):
        remove(folder)
    assert [path.name for path in (root / "run-x").iterdir()] == ["2"]
