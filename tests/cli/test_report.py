"""simbiz report: a page of a result."""

import json

import pytest
from click.testing import CliRunner
from figured import copied

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT


@pytest.fixture
def simbiz(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, [*map(str, arguments)])


@pytest.mark.parametrize("kind", ["compare", "orders", "sweep", "claims under uncertainty"])
def test_the_page_holds_what_the_command_line_prints(simbiz, tmp_path, kind):
    folder = copied(kind, tmp_path)
    result = simbiz("report", folder)
    assert (result.exit_code, result.stderr) == (0, "")
    (path,) = tmp_path.glob("*.html")
    assert result.stdout.startswith(f"{path.name}: ")
    text = path.read_text(encoding="utf-8")
    assert "What the command line prints" in text
    assert str(tmp_path) not in text


def test_the_file_can_be_named_and_a_second_time_changes_nothing(simbiz, tmp_path):
    folder = copied("sweep", tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    told = simbiz("report", folder, "-o", "pages/mine.html", "--json")
    facts = json.loads(told.stdout)
    path = tmp_path / "pages" / "mine.html"
    assert (facts["file"], facts["bytes"]) == ("pages/mine.html", path.stat().st_size)
    first = path.read_bytes()
    assert simbiz("report", folder, "-o", "pages/mine.html").exit_code == 0
    assert path.read_bytes() == first
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_it_is_opened_when_that_is_asked_for(simbiz, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("click.launch", opened.append)
    monkeypatch.setattr("rich_click.launch", opened.append)
    folder = copied("sweep", tmp_path)
    assert simbiz("report", folder, "-o", "page.html", "--open").exit_code == 0
    assert opened == ["page.html"]


def test_what_is_no_result_is_refused_in_one_line(simbiz, tmp_path):
    result = simbiz("report", "nowhere")
    assert result.exit_code == BAD_INPUT
    (line,) = result.stderr.splitlines()
    assert line.startswith("nowhere: there is no such folder")
    folder = copied("run", tmp_path)
    (folder / "run.json").unlink()
    result = simbiz("report", folder)
    assert result.exit_code == BAD_INPUT
    assert "has no report yet" in result.stderr
    assert not list(tmp_path.glob("*.html"))
