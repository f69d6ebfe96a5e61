"""A result holds, or what is wrong with it is said, each thing in one line with what to do."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from results_made import result, run_study
from studies import TINY

from simbiz.catalogue import load_catalogue
from simbiz.results.manifest import manifest_checksum, write_manifest
from simbiz.runs import verify as verify_module
from simbiz.runs.conduct import conduct
from simbiz.runs.study_file import study_of
from simbiz.runs.verify import verify


def said(folder, **options):
    return [str(problem) for problem in verify(folder, **{"runs": 0} | options).problems]


def rewritten(folder):
    """Let a manifest answer for a folder as it is, so that only a run done again can tell."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    path.unlink()
    write_manifest(folder, {name: manifest[name] for name in ("study", "id", "kind", "scenario", "model")})


def changed_manifest(folder, **changes):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text()) | changes
    path.write_text(json.dumps(manifest | {"checksum": manifest_checksum(manifest)}))


@pytest.mark.parametrize("kind", ["run", "ablation"])
def test_an_untouched_result_holds_and_its_runs_give_the_same_bits(tmp_path, kind):
    verified = verify(result(tmp_path, kind), runs=2)
    assert verified.problems == []
    assert [run["same"] for run in verified.runs] == [True, True]
    assert verified.files >= 4


def test_the_same_runs_are_drawn_by_the_same_seed(tmp_path, monkeypatch):
    folder = result(tmp_path, "ablation")
    monkeypatch.setattr(verify_module, "_compared", lambda found, facts: None)
    drawn = {seed: [run["key"] for run in verify(folder, runs=2, seed=seed).runs] for seed in range(8)}
    assert drawn[1] == [run["key"] for run in verify(folder, runs=2, seed=1).runs]
    assert len({tuple(keys) for keys in drawn.values()}) > 1
    assert len(verify(folder, runs=99).runs) == 4


@pytest.mark.parametrize("name", ["study.json", "run.json", "ro-crate-metadata.json", "scenarios", "plans", "series"])
def test_a_flipped_byte_is_found_in_every_file(tmp_path, name):
    folder = result(tmp_path)
    path = folder / name
    path = sorted(path.iterdir())[0] if path.is_dir() else path
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    (line,) = said(folder, runs=1)
    inside = path.relative_to(folder).as_posix()
    assert line.startswith(f"{inside} was changed after it was written: take it from a copy, or ")
    assert "\n" not in line


@pytest.mark.parametrize("name", ["study.json", "run.json", "scenarios", "plans", "series"])
def test_a_missing_part_is_found(tmp_path, name):
    folder = result(tmp_path)
    path = folder / name
    path = sorted(path.iterdir())[0] if path.is_dir() else path
    path.unlink()
    (line,) = said(folder, runs=1)
    assert line.startswith(f"{path.relative_to(folder).as_posix()} is missing: ")


def test_a_ledger_that_is_missing_or_damaged_is_found(tmp_path):
    folder = result(tmp_path)
    data = (folder / "runs.sqlite").read_bytes()
    (folder / "runs.sqlite").unlink()
    (line,) = said(folder)
    assert line.startswith("runs.sqlite is missing: the folder has no ledger of runs: ")
    for broken in (data[: len(data) // 2], b"x" * len(data)):
        (folder / "runs.sqlite").write_bytes(broken)
        (line,) = said(folder)
        assert line.startswith("runs.sqlite ")
        assert "\n" not in line


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE measured SET revenue = revenue * (1 + 1e-15) WHERE run = 1", "holds other values than when it was"),
        ("UPDATE runs SET seconds = seconds + 1", "holds other times than when it was written"),
        ("INSERT INTO runs (key, seed, label) VALUES ('x', 9, '{}')", "was gone on with after the manifest was"),
    ],
)
def test_a_changed_value_in_the_ledger_is_found(tmp_path, change, words):
    folder = result(tmp_path)
    with closing(sqlite3.connect(folder / "runs.sqlite")) as database, database:
        database.execute(change)
    (line,) = said(folder)
    assert line.startswith(f"runs.sqlite {words}")


def test_a_value_that_the_manifest_answers_for_is_found_by_doing_the_run_again(tmp_path):
    folder = result(tmp_path)
    with closing(sqlite3.connect(folder / "runs.sqlite")) as database, database:
        database.execute(
            "UPDATE measured SET revenue = revenue * (1 + 1e-15) WHERE run = 1 AND year = 0 AND firm = 'partner_dv'"
        )
    rewritten(folder)
    (line,) = said(folder, runs=9)
    assert line.startswith("run ")
    assert "(seed 3) gives something else now, revenue of partner_dv in year 0 is " in line
    assert "\n" not in line


def test_series_are_compared_with_the_run(tmp_path):
    folder = result(tmp_path)
    one, two = sorted((folder / "series").iterdir())
    shutil.copy(one, two)
    rewritten(folder)
    (line,) = said(folder, runs=9)
    assert f"run {two.stem[:12]}" in line
    assert "its weekly series of " in line


def test_a_manifest_that_is_missing_changed_or_damaged_is_found(tmp_path):
    folder = result(tmp_path)
    path = folder / "manifest.json"
    whole = path.read_text()
    path.write_text(whole.replace('"seeds"', '"sEeds"'))
    assert said(folder)[0].startswith("manifest.json was changed after it was written: ")
    path.write_text(whole[:-30])
    assert said(folder)[0].startswith("manifest.json is damaged: ")
    path.write_text('{"schema_version": 1, "study": "x"}')
    assert said(folder)[0].startswith("manifest.json has no checksums, an earlier version wrote it: ")
    path.unlink()
    assert said(folder) == [
        "manifest.json is missing, the study has not been done to its end: the same command goes on with it"
    ]


def test_another_version_of_the_model_is_found_and_nothing_is_done_again(tmp_path):
    folder = result(tmp_path)
    changed_manifest(folder, model="0" * 32)
    verified = verify(folder)
    (line,) = map(str, verified.problems)
    assert line.startswith("runs.sqlite was made by another version of the model: check out simbiz ")
    assert "or do the study again" in line
    assert verified.runs == []


def test_another_catalogue_is_found_with_the_value_that_changed(tmp_path, monkeypatch):
    folder = result(tmp_path)
    catalogue = load_catalogue()
    name, parameter = next(iter(catalogue.parameters.items()))
    other = parameter.model_copy(update={"value": parameter.value * 1.5})
    monkeypatch.setitem(catalogue.parameters, name, other)
    lines = said(folder)
    assert lines[0].startswith("runs.sqlite was made with another catalogue (resolved.")
    assert name in lines[0]


def test_a_scenario_that_says_something_else_today_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    case = tmp_path / "case.toml"
    case.write_text('extends = "partner_dv"\n')
    settings = {"kind": "run", "scenario": "case.toml", "set": TINY | {"calendar.weeks": 1}}
    conduct(study_of(settings), folder=tmp_path / "made")
    assert said(tmp_path / "made", runs=1) == []
    case.write_text('extends = "partner_dv"\n[market]\ngrowth = 0.11\n')
    (line,) = said(tmp_path / "made", runs=1)
    assert line.startswith("study.json stands for scenario case.toml as it was, market.growth is another now: do the")
    assert [run["same"] for run in verify(tmp_path / "made", runs=1).runs] == [True]
    case.unlink()
    assert said(tmp_path / "made") == []


def test_a_study_that_measures_something_else_is_done_again_as_it_measures(tmp_path):
    conduct(run_study(keep={"metrics": ["revenue"], "firms": "focal"}, series=False), folder=tmp_path / "made")
    verified = verify(tmp_path / "made")
    assert verified.problems == []
    assert [run["same"] for run in verified.runs] == [True, True]
