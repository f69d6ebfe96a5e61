"""Parts of one study become one, in any order and any number of times; parts of two never do."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from results_made import result, run_study

from simbiz.errors import InputError
from simbiz.results.load import load_result
from simbiz.results.merge import merge_results, sources_and_target
from simbiz.results.reading import content_digest, reading
from simbiz.runs.conduct import conduct


def digest(folder):
    with reading(folder / "runs.sqlite") as ledger:
        return content_digest(ledger)


def everything(folder):
    names = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(name): (folder / name).read_bytes() for name in names if ".lock" not in name.name}


@pytest.fixture
def shards(tmp_path):
    folder = result(tmp_path, "run in shards", "study")
    return [folder / "shard-1-of-2", folder / "shard-2-of-2"]


def test_shards_give_the_study_as_if_it_had_been_done_in_one_piece(tmp_path, shards):
    assert merge_results(shards, tmp_path / "one") == 2
    assert merge_results(shards[::-1], tmp_path / "other") == 2
    whole = result(tmp_path)
    assert digest(tmp_path / "one") == digest(tmp_path / "other") == digest(whole)
    assert load_result(tmp_path / "one").series().equals(load_result(whole).series())


def test_merging_twice_changes_nothing(tmp_path, shards):
    target = tmp_path / "one"
    merge_results(shards, target)
    before = everything(target)
    assert merge_results(shards, target) == 0
    assert everything(target) == before
    assert merge_results([target], target) == 0


def test_copies_that_were_gone_on_with_apart_become_one(tmp_path):
    one, other = result(tmp_path, "ablation", "one"), result(tmp_path, "ablation", "other")
    with closing(sqlite3.connect(one / "runs.sqlite")) as database, database:
        database.execute("UPDATE runs SET status = 'failed', error = 'x' WHERE position = 1")
        database.execute("DELETE FROM measured WHERE run = 1")
    with closing(sqlite3.connect(other / "runs.sqlite")) as database, database:
        database.execute("UPDATE runs SET status = 'planned' WHERE position = 2")
        database.execute("DELETE FROM measured WHERE run = 2")
    assert merge_results([one, other], tmp_path / "both") == 4
    assert digest(tmp_path / "both") == digest(result(tmp_path, "ablation", "whole"))
    assert merge_results([other], one) == 1
    assert digest(one) == digest(tmp_path / "both")


def test_two_values_of_one_run_are_refused_before_anything_is_written(tmp_path, shards):
    other = tmp_path / "changed"
    merge_results(shards, other)
    with closing(sqlite3.connect(other / "runs.sqlite")) as database, database:
        database.execute("UPDATE measured SET revenue = revenue + 1e-9 WHERE run = 1")
    for sources in ([shards[0], other], [other, shards[0]]):
        with pytest.raises(InputError, match=r"has other values than .* for run [0-9a-f]{32}: verify both"):
            merge_results(sources, tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_two_series_of_one_run_are_refused(tmp_path, shards):
    other = tmp_path / "changed"
    merge_results(shards, other)
    one, two = sorted((other / "series").iterdir())
    shutil.copy(one, two)
    with pytest.raises(InputError, match="is another series than the one in"):
        merge_results([*shards, other], tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_two_studies_are_refused(tmp_path, shards):
    with pytest.raises(InputError, match=r"other: is another study \(ablation-partner_dv [0-9a-f]{12}\) than "):
        merge_results([shards[0], result(tmp_path, "ablation", "other")], tmp_path / "target")
    conduct(run_study(replicates=3), folder=tmp_path / "longer")
    with pytest.raises(InputError, match="longer: is another study"):
        merge_results([shards[0], tmp_path / "longer"], tmp_path / "target")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize(("file", "key"), [("study.json", "id"), ("manifest.json", "model")])
def test_two_versions_are_refused(tmp_path, shards, file, key):
    path = shards[1] / file
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: "0" * 12}))
    with pytest.raises(InputError, match="was made by another version of the model or scenario than"):
        merge_results(shards, tmp_path / "target")


def test_the_folder_of_a_study_stands_for_its_shards_and_is_where_they_go(shards):
    study = shards[0].parent
    assert sources_and_target([study], None) == (shards, study)
    assert sources_and_target(shards, None) == (shards, study)
    assert sources_and_target(shards, study / "x") == (shards, study / "x")


def test_folders_that_do_not_say_where_need_a_target(tmp_path, shards):
    other = result(tmp_path, "ablation")
    with pytest.raises(InputError, match="-o DIR says where"):
        sources_and_target([shards[0], other], None)
    with pytest.raises(InputError, match="-o DIR says where"):
        sources_and_target([other], None)
    assert sources_and_target([shards[0], other], tmp_path / "x")[1] == tmp_path / "x"
    with pytest.raises(InputError, match="there is no such folder"):
        sources_and_target([tmp_path / "none"], None)


def test_a_shard_without_its_ledger_is_named(tmp_path, shards):
    (shards[1] / "runs.sqlite").unlink()
    with pytest.raises(InputError, match=r"shard-2-of-2/runs.sqlite: is missing"):
        merge_results(shards, tmp_path / "target")
