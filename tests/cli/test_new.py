"""simbiz new: a scenario of one's own."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from simbiz.catalogue import load_catalogue
from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.scenario import load_scenario, resolved, scenario_names

CASE = Path("scenarios/my_case.toml")


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("parent", sorted(scenario_names()))
def test_a_new_scenario_means_what_its_parent_means(parent):
    assert simbiz("new", "my-case", "--from", parent).exit_code == 0
    assert load_scenario("my_case").name == "my_case"
    assert resolved(load_scenario("my_case")) == resolved(load_scenario(parent))


def test_every_comment_is_true_once_it_is_taken_away():
    simbiz("new", "my-case")
    lines = CASE.read_text(encoding="utf-8").splitlines()
    bare = [re.sub(r"^# (?=[\w.\"-]+ = )", "", line) for line in lines]
    assert sum(before != after for before, after in zip(lines, bare, strict=True)) > 200
    Path("scenarios/all_said.toml").write_text("\n".join(bare), encoding="utf-8")
    said, parent = resolved(load_scenario("all_said")), resolved(load_scenario("partner_dv"))
    catalogue = load_catalogue()
    shipped = {name: effect.value for name, _, effect in (*catalogue.effects(), *catalogue.measure_effects())}
    assert said == parent | {"effects": shipped}


def test_a_value_taken_out_of_its_comment_counts():
    simbiz("new", "my-case")
    text = CASE.read_text(encoding="utf-8")
    CASE.write_text(text.replace("# growth = 0.0", "growth = 0.25"), encoding="utf-8")
    assert load_scenario("my_case").market.growth == 0.25


def test_a_file_that_exists_is_never_written_over(tmp_path):
    simbiz("new", "my-case")
    before = (tmp_path / "scenarios" / "my_case.toml").read_bytes()
    result = simbiz("new", "my-case", "--from", "wow")
    assert (result.exit_code, result.stderr) == (
        BAD_INPUT,
        "scenarios/my_case.toml: exists already; give another name or remove it\n",
    )
    assert (tmp_path / "scenarios" / "my_case.toml").read_bytes() == before


@pytest.mark.parametrize("name", ["../x", "a/b", "", "9lives", "a b", "x" * 5 + "\n"])
def test_a_name_that_is_no_file_name_is_refused(name, tmp_path):
    result = simbiz("new", name)
    assert result.exit_code == BAD_INPUT
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
