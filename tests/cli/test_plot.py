"""simbiz plot: figures of a result."""

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


@pytest.fixture
def folder(tmp_path):
    return copied("run", tmp_path)


def test_without_a_kind_the_figures_that_a_result_can_give_are_listed(simbiz, folder):
    result = simbiz("plot", folder)
    assert (result.exit_code, result.stderr) == (0, "")
    names = [line.split()[0] for line in result.stdout.splitlines()[1:] if line and not line.startswith(" ")]
    assert names == ["share", "programme", "flows", "funnel", "service", "nps", "map", "customers"]
    assert max(map(len, result.stdout.splitlines())) <= 100
    listed = json.loads(simbiz("plot", folder, "--json").stdout)
    assert [row["figure"] for row in listed["figures"]] == names
    assert next(row for row in listed["figures"] if row["figure"] == "map")["of"] == ["year 1"]


def test_what_cannot_be_drawn_is_listed_with_the_reason(simbiz, folder):
    for path in (folder / "flows").iterdir():
        path.unlink()
    told = simbiz("plot", folder).stdout
    assert "Not flows: keeps no flows: simbiz run and studies with series = true do." in told


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_a_figure_is_drawn_into_the_named_file(simbiz, folder, tmp_path, form):
    result = simbiz("plot", folder, "share", "-o", f"figures/mine.{form}")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (tmp_path / "figures" / f"mine.{form}").stat().st_size > 1000
    first, *said = result.stdout.splitlines()
    assert first == f"figures/mine.{form}"
    assert " ".join(said).startswith("Market share of Partner-DV")


def test_without_a_file_it_lies_in_the_working_folder_and_json_holds_its_numbers(simbiz, folder, tmp_path):
    told = json.loads(simbiz("plot", folder, "map", "--of", "year 1", "--json").stdout)
    (path,) = tmp_path.glob("*-map.svg")
    assert told["file"] == path.name
    (table,) = told["tables"]
    assert len(table["rows"]) == 7


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["shar"], BAD_INPUT, "a run study gives no figure shar"),
        (["map", "--of", "year 7"], BAD_INPUT, "map cannot be drawn of 'year 7'; allowed: year 1"),
        (["share", "-o", "x.gif"], BAD_INPUT, "x.gif: cannot be drawn as .gif; allowed: one of svg, png, pdf"),
        (["share", "-o", "run.json/x.svg"], BAD_INPUT, "run.json/x.svg: cannot be written"),
        (["-o", "x.svg"], 2, "name the figure that is to be drawn"),
    ],
)
def test_mistakes_are_said_in_one_line_and_nothing_is_written(simbiz, folder, tmp_path, arguments, code, said):
    (tmp_path / "run.json").write_text("a file, and no folder", encoding="utf-8")
    result = simbiz("plot", folder, *arguments)
    assert result.exit_code == code
    assert said in " ".join(result.stderr.split())
    assert not list(tmp_path.glob("x.*"))


def test_a_folder_that_is_missing_or_none_of_simbiz_is_refused(simbiz, tmp_path):
    for name, said in (("nowhere", "there is no such folder"), (".", "is no result folder of simbiz")):
        result = simbiz("plot", name, "share")
        assert result.exit_code == BAD_INPUT
        assert said in " ".join(result.stderr.split())
    assert not list(tmp_path.iterdir())
