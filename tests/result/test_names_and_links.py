"""What a result says leads nowhere else: no path in a name, and no link."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner
from damaged_files import tree
from results_made import result

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT, FAILED_RUNS
from simbiz.errors import InputError
from simbiz.plots.style import figure, save
from simbiz.results.folder import part_of
from simbiz.results.found import results_under
from simbiz.results.ledger import Ledger
from simbiz.results.ledger_sharing import copy_finished, ledgers_beside
from simbiz.results.load import load_result
from simbiz.results.manifest import manifest_checksum
from simbiz.results.merge import merge_results
from simbiz.results.reading import metrics_of, reading
from simbiz.runs.verify import verify


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


def changed(path, **facts):
    path.write_text(json.dumps(json.loads(path.read_text()) | facts), encoding="utf-8")


def refused(*arguments):
    """Give the one line in which a command refuses what it is given."""
    ended = simbiz(*arguments)
    assert (ended.exit_code, ended.stdout) == (BAD_INPUT, ""), ended.output
    (line,) = ended.stderr.splitlines()
    return line


# ---- names in a result


@pytest.mark.parametrize(
    "name",
    ["/tmp/x", "../x", "..", ".", "", "a/b", "a\\b", "a\0b", "a\nb", "C:x", " x", "x ", ".hidden", "-rf", "x" * 300,
     "\U00010400" * 70, 7, None, ["x"]],
)  # fmt: skip
def test_a_name_that_is_no_plain_file_name_is_refused_wherever_it_stands(tmp_path, name):
    with pytest.raises(InputError, match="allowed is a plain file name"):
        part_of(tmp_path, name)
    for fact in ("name", "id", "kind", "scenario"):
        folder = result(tmp_path, name=fact)
        changed(folder / "study.json", **{fact: name})
        with pytest.raises(InputError) as caught:
            load_result(folder)
        assert str(caught.value).startswith(f"{folder / 'study.json'}: is damaged: ")


@pytest.mark.parametrize(("fact", "value"), [("name", "../victim/panel"), ("id", "/../x"), ("kind", "../secret")])
def test_a_name_in_a_result_decides_neither_what_is_read_nor_where_is_written(tmp_path, monkeypatch, fact, value):
    folder = result(tmp_path)
    (tmp_path / "secret.json").write_text('{"secret": "TOKEN"}')
    (tmp_path / "victim").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    changed(folder / "study.json", **{fact: value})
    before = tree(tmp_path, tmp_path / "nothing")
    for command in (
        ["results", "show", folder, "--json"], ["results", "export", folder, "--to", "parquet"], ["report", folder],
        ["results", "export", folder, "--to", "csv", "--json"], ["plot", folder, "series"],
        ["experiment", "status", folder], ["experiment", "retry", folder, "--workers", "1"],
    ):  # fmt: skip
        assert f"its {fact} is {value!r}, allowed is a plain file name" in refused(*command)
    assert tree(tmp_path, tmp_path / "nothing") == before


def test_a_manifest_alone_does_not_lead_elsewhere_either(tmp_path):
    folder = result(tmp_path)
    (folder / "study.json").unlink()
    manifest = json.loads((folder / "manifest.json").read_text()) | {"study": "../../x"}
    (folder / "manifest.json").write_text(json.dumps(manifest | {"checksum": manifest_checksum(manifest)}))
    assert "manifest.json: is damaged: its name is '../../x'" in refused("results", "export", folder, "--to", "parquet")


def test_the_scenario_of_a_plan_and_the_key_of_a_run_are_names_as_well(tmp_path):
    folder = result(tmp_path)
    (plan,) = (folder / "plans").iterdir()
    changed(plan, scenario="../../elsewhere")
    with reading(folder / "runs.sqlite") as ledger:
        ((key,), _) = ledger.execute("SELECT key FROM runs").fetchall()
    assert "'../../elsewhere.json', allowed is a plain file name" in refused(
        "experiment", "retry", folder, "--run", key
    )
    with pytest.raises(InputError, match="allowed is a plain file name"):
        load_result(folder).series("../../x")


def test_a_key_that_is_a_path_brings_no_file_from_a_neighbour(tmp_path):
    one, other = result(tmp_path, name="one"), result(tmp_path, name="other")
    (tmp_path / "outside.parquet").write_bytes(b"x")
    for folder, status in ((one, "planned"), (other, "ok")):
        with closing(sqlite3.connect(folder / "runs.sqlite")) as database, database:
            database.execute("UPDATE runs SET key = '../../outside', status = ? WHERE position = 1", (status,))
    with reading(one / "runs.sqlite") as ledger:
        metrics, facts = metrics_of(ledger), dict(ledger.execute("SELECT name, value FROM facts"))
    with Ledger(one / "runs.sqlite", metrics, facts) as ledger:
        assert copy_finished(ledger, other / "runs.sqlite", series=True) == 0


def test_a_result_does_not_decide_which_file_elsewhere_verify_reads(tmp_path, monkeypatch):
    folder = result(tmp_path)
    inputs = json.loads((folder / "study.json").read_text())
    asked = []
    monkeypatch.setattr("simbiz.runs.verify.load_scenario", lambda name, changes: asked.append(name))
    monkeypatch.setattr("simbiz.runs.verify.scenario_content", lambda scenario: {})
    monkeypatch.setattr("simbiz.runs.verify.content_problems", lambda folder, manifest: [])
    for name in ("/etc/passwd.toml", "../x.toml", "partner-dv"):
        changed(folder / "study.json", settings=inputs["settings"] | {"scenario": name})
        verify(folder, runs=0)
    assert asked in ([], ["partner-dv"])


# ---- links in a result


PARTS = ("study.json", "manifest.json", "run.json", "runs.sqlite", "scenarios", "plans", "series", "series/*.parquet",
         "scenarios/*.json", "plans/*.json")  # fmt: skip


def linked(folder, part, outside):
    """Put a link in the place of a part, to the same content elsewhere."""
    (path,) = list(folder.glob(part))[:1]
    shutil.move(path, outside)
    path.symlink_to(outside)
    return path


@pytest.mark.parametrize("part", PARTS)
def test_a_link_in_the_place_of_a_part_is_named_and_not_followed(tmp_path, part):
    folder, other = result(tmp_path), result(tmp_path, name="other")
    path = linked(folder, part, tmp_path / "outside")
    before = tree(tmp_path, tmp_path / "nothing")
    lines = [str(problem) for problem in verify(folder, runs=0).problems]
    name = path.relative_to(folder).as_posix()
    assert [line for line in lines if line.startswith((f"{name} ", f"{name}:"))], lines
    ended = simbiz("results", "verify", folder, "--runs", "0")
    assert ended.exit_code == FAILED_RUNS
    if part not in ("manifest.json", "run.json"):
        assert f"{path}: is a link" in refused("results", "merge", folder, other, "-o", tmp_path / "target")
    assert tree(tmp_path, tmp_path / "nothing") == before
    simbiz("results", "rm", "-y", folder)
    assert path.is_symlink()
    assert (tmp_path / "outside").exists()


@pytest.mark.parametrize("name", ["runs.sqlite", "runs.sqlite-wal", "runs.sqlite.lock", "series", "scenarios", "plans"])
def test_nothing_is_written_through_a_link(tmp_path, name):
    folder = result(tmp_path)
    with closing(sqlite3.connect(folder / "runs.sqlite")) as database, database:
        database.execute("UPDATE runs SET status = 'planned'")
    path = folder / name
    if path.is_dir():
        shutil.rmtree(path)
        (tmp_path / "outside").mkdir()
    else:
        path.unlink(missing_ok=True)
    path.symlink_to(tmp_path / "outside")
    before = tree(tmp_path, tmp_path / "nothing")
    assert f"{path}: is a link" in refused("experiment", "retry", folder, "--workers", "1")
    assert tree(tmp_path, tmp_path / "nothing") == before


def test_a_link_that_is_no_part_is_not_merged(tmp_path):
    folder = result(tmp_path)
    (tmp_path / "secret").write_text("SECRET")
    (folder / "plans" / "zz.txt").symlink_to(tmp_path / "secret")
    merge_results([folder], tmp_path / "target")
    assert len(list((tmp_path / "target" / "plans").iterdir())) == 1


def test_links_beside_a_study_are_no_neighbours(tmp_path):
    root = tmp_path / "results"
    folder = result(root, name="run-x/1")
    far = result(tmp_path, name="far")
    (root / "run-x" / "2").symlink_to(far)
    (folder / "shard-1-of-2").symlink_to(far)
    assert ledgers_beside(folder) == []
    assert len(results_under(root)) == 1


def test_a_figure_takes_the_place_of_a_link_and_is_not_drawn_into_what_it_points_to(tmp_path):
    (tmp_path / "mine.svg").write_text("mine")
    (tmp_path / "share.svg").symlink_to(tmp_path / "mine.svg")
    with figure(1.0, 1.0) as drawn:
        save(drawn, tmp_path / "share.svg")
    assert (tmp_path / "mine.svg").read_text() == "mine"
    assert "<svg" in (tmp_path / "share.svg").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.svg", "share.svg"]
