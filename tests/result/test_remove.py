"""Nothing but result folders is removed, and nothing outside of them."""

import pytest
from results_made import result

from simbiz.errors import InputError
from simbiz.result.ledger import Ledger
from simbiz.result.reading import metrics_of, reading
from simbiz.result.remove import removable, remove, strangers


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


def test_links_are_cut_and_not_followed(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "precious.txt").write_text("x")
    folder = result(tmp_path)
    (folder / "shortcut").symlink_to(tmp_path / "outside", target_is_directory=True)
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    with pytest.raises(InputError, match="is a link"):
        remove(tmp_path / "link")
    assert folder.is_dir()
    remove(folder)
    assert not folder.exists()
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


def test_files_that_simbiz_did_not_write_are_named(tmp_path):
    folder = result(tmp_path)
    assert strangers(folder) == []
    (folder / "thesis.docx").write_text("x")
    assert strangers(folder) == ["thesis.docx"]


def test_a_study_that_has_only_shards_is_removed_with_them_and_nothing_twice(tmp_path):
    root = tmp_path / "results"
    study = result(root, "run in shards", "run-x/1")
    whole = result(root, name="run-x/2")
    assert removable([study, whole, study]) == [study / "shard-1-of-2", study / "shard-2-of-2", whole]
    for folder in removable([study]):
        remove(folder)
    assert [path.name for path in (root / "run-x").iterdir()] == ["2"]
