"""Results below a folder are found, the newest first, whatever else lies there."""

import os
from pathlib import Path

import pytest
from results_made import result

from simbiz.errors import InputError
from simbiz.results.found import newest_result, place_of, results_under


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "results"
    (root / "a").mkdir(parents=True)
    for number, (kind, name) in enumerate([("ablation", "a/1"), ("run", "a/2"), ("run in shards", "a/3")]):
        folder = result(root, kind, name)
        for path in [*folder.glob("*"), *folder.glob("*/*")]:
            os.utime(path, (1e9 + number, 1e9 + number))
    (root / "notes.txt").write_text("mine")
    (root / "other").mkdir()
    return root


def test_the_newest_comes_first_and_shards_are_results(root):
    found = results_under(root)
    names = [one.folder.relative_to(root).as_posix() for one in found]
    assert sorted(names[:2]) == ["a/3/shard-1-of-2", "a/3/shard-2-of-2"]
    assert names[2:] == ["a/2", "a/1"]
    assert [one.is_shard for one in found] == [True, True, False, False]
    assert newest_result(root).parent == root / "a" / "3"


def test_each_says_what_it_is_and_how_it_stands(root):
    one = next(one for one in results_under(root) if one.folder.name == "1")
    assert (one.kind, one.scenario, one.finished, one.problem) == ("ablation", "partner-dv", True, "")
    assert one.standing == {"ok": 4, "failed": 0, "planned": 0}
    assert one.bytes == sum(path.stat().st_size for path in one.folder.rglob("*") if path.is_file())
    assert one.plain()["changed"].startswith("2001-09-09T")


def test_a_damaged_result_is_listed_with_its_problem_and_spoils_no_other(root):
    (root / "a" / "1" / "study.json").write_text("{")
    found = {one.folder.name: one for one in results_under(root)}
    assert "study.json:1: is damaged" in found["1"].problem
    assert found["2"].problem == ""


def test_links_are_not_followed(root, tmp_path):
    (root / "b").symlink_to(root / "a", target_is_directory=True)
    assert len(results_under(root)) == 4


def test_a_result_goes_by_its_name_below_results(root):
    assert place_of(Path("a/1")) == Path("results/a/1")
    assert place_of(Path("results/a/1")) == Path("results/a/1")
    assert place_of(Path("nothing")) == Path("nothing")
    assert place_of(root / "a") == root / "a"


def test_where_there_is_nothing_that_is_said(tmp_path):
    with pytest.raises(InputError, match="there is no such folder"):
        results_under(tmp_path / "none")
    assert results_under(tmp_path) == []
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError, match="holds no result"):
            newest_result(folder)
