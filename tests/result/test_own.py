"""A result is known by what simbiz wrote, and nothing else in its folder is counted, copied or written over."""

import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner
from damaged_files import tree
from results_made import result, run_study

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.errors import InputError
from simbiz.results.crate import CRATE
from simbiz.results.found import results_under
from simbiz.results.merge import merge_results
from simbiz.results.own import files_of, is_result
from simbiz.runs.conduct import conduct
from simbiz.runs.executor import perform
from simbiz.runs.logged import log_folders
from simbiz.runs.verify import verify


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


def refused(*arguments):
    """Give the one line in which a command refuses what it is given."""
    ended = simbiz(*arguments)
    assert (ended.exit_code, ended.stdout) == (BAD_INPUT, ""), ended.output
    (line,) = ended.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    "content",
    [
        {"study.json": '{"title": "my own study"}'},
        {"study.json": '{"name": "mine", "id": "1", "settings": {}}'},
        {"study.json": "my notes", "manifest.json": "{}"},
        {"manifest.json": '{"name": "My app", "icons": []}', "runs.sqlite": ""},
        {"study.json": '{"schema_version": 1}', "runs.sqlite": "my own runs"},
    ],
)
def test_a_folder_of_files_that_have_only_the_names_is_no_result_and_stays(tmp_path, content):
    folder = tmp_path / "mine"
    (folder / "thesis").mkdir(parents=True)
    for name, text in content.items():
        (folder / name).write_text(text)
    before = tree(folder, folder / "nothing")
    assert not is_result(folder)
    assert results_under(tmp_path) == []
    line = refused("results", "rm", "-y", folder)
    assert "is no result folder" in line or "was never begun" in line
    assert tree(folder, folder / "nothing") == before


def test_a_result_is_known_whichever_of_its_files_is_lost_or_damaged_and_before_it_is_finished(tmp_path):
    for number, name in enumerate(("study.json", "manifest.json", "runs.sqlite")):
        for content in (None, b"{"):
            folder = result(tmp_path, name=f"{number} {content}")
            (folder / name).unlink()
            if content is not None:
                (folder / name).write_bytes(content)
            assert is_result(folder), (name, content)
    unfinished = result(tmp_path, name="unfinished")
    for name in ("manifest.json", CRATE, "run.json"):
        (unfinished / name).unlink()
    assert unfinished in [one.folder for one in results_under(tmp_path)]
    conduct(run_study(), folder=unfinished)
    assert verify(unfinished, runs=0).problems == []
    (unfinished / "runs.sqlite").unlink()
    assert is_result(unfinished)


def test_only_what_simbiz_wrote_is_counted(tmp_path):
    folder = result(tmp_path)
    (one,) = results_under(folder)
    own = files_of(folder)
    (folder / "film.mkv").write_bytes(b"0" * 1000)
    (folder / "series" / "notes.txt").write_text("mine")
    (folder / "data").mkdir()
    (folder / "data" / "a.csv").write_text("mine")
    assert files_of(folder) == own
    assert results_under(folder)[0].bytes == one.bytes
    lines = [str(problem).partition(":")[0] for problem in verify(folder, runs=0).problems]
    assert lines == [f"{name} is not in the manifest" for name in ("data", "film.mkv", "series/notes.txt")]
    merge_results([folder], tmp_path / "merged")
    assert [path.relative_to(tmp_path / "merged").as_posix() for path in files_of(tmp_path / "merged")] == [
        path.relative_to(folder).as_posix() for path in own if path.name not in (CRATE, "run.json")
    ]
    assert not (tmp_path / "merged" / "series" / "notes.txt").exists()


@pytest.mark.parametrize("name", ["study.json", "manifest.json", "run.json", CRATE, "runs.sqlite"])
def test_a_study_is_not_written_over_files_that_are_not_from_simbiz(tmp_path, name):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / name).write_text("mine")
    before = tree(folder, folder / "nothing")
    for write in (lambda: conduct(run_study(), folder=folder), lambda: merge_results([result(tmp_path)], folder)):
        with pytest.raises(InputError, match="is not from simbiz and would be written over") as caught:
            write()
        assert str(caught.value).startswith(f"{folder / name}: ")
        assert tree(folder, folder / "nothing") == before


def test_a_database_of_somebody_else_stays_as_it_is(tmp_path):
    file = tmp_path / "runs.sqlite"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE mine (x)")
    before = file.read_bytes()
    with pytest.raises(InputError, match="is no ledger of runs"):
        perform(run_study().plan(), folder=tmp_path)
    assert file.read_bytes() == before


def test_an_event_log_goes_neither_over_a_manifest_nor_into_the_folder_of_its_result(tmp_path):
    study = run_study()
    (tmp_path / "manifest.json").write_text('{"name": "My app"}')
    with pytest.raises(InputError, match=r"manifest.json: would be written over"):
        log_folders(tmp_path, [run for run, _ in study.plan().runs])
    with pytest.raises(InputError, match="is the folder of the result"):
        conduct(study, folder=tmp_path / "kept", log=tmp_path / "kept")
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]
