"""What TAB offers, in the shells that click knows."""

import json

import pytest
from click.shell_completion import ShellComplete, get_completion_class
from click.testing import CliRunner

from simbiz.cli import main


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def offered(*arguments, incomplete=""):
    """Give what is offered after some arguments."""
    return [item.value for item in ShellComplete(main, {}, "simbiz", "_X").get_completions([*arguments], incomplete)]


@pytest.mark.parametrize("command", ["run", "claims", "compare", "map", "dashboard", "payback"])
def test_scenarios_are_offered(command):
    assert {"partner_dv", "rivals_responding"} <= set(offered(command))
    assert offered(command, incomplete="partner-dv-") == ["partner-dv-no-programme"]


@pytest.mark.parametrize("command", ["run", "status", "slurm"])
def test_studies_are_offered(command):
    assert {"sweep", "sweep_small", "claims"} <= set(offered("experiment", command))
    assert offered("experiment", command, incomplete="sweep_") == ["sweep_small"]


def test_keys_of_the_scenario_are_offered_after_set():
    assert offered("run", "wow", "--set", incomplete="parameters.price_s") == ["parameters.price_sensitivity="]
    assert "firms.partner_dv.measures.image.times=" in offered("run", "wow", "--set", incomplete="firms.partner_dv.m")
    assert offered("run", "wow", "--set", incomplete="customers=") == []
    assert offered("explain", incomplete="market.gr") == ["market.growth"]


def test_results_are_offered_where_there_are_some(tmp_path):
    folder = tmp_path / "results" / "sweep-partner_dv" / "d44a01df9f3a"
    folder.mkdir(parents=True)
    asked = {"schema_version": 1, "name": "sweep-partner_dv", "id": "d44a01df9f3a", "settings": {}}
    (folder / "study.json").write_text(json.dumps(asked))
    for command in (("results", "show"), ("report",), ("plot",), ("experiment", "retry")):
        assert offered(*command) == ["results/sweep-partner_dv/d44a01df9f3a"]


def test_no_scenario_that_cannot_be_read_disturbs_the_shell():
    assert offered("run", "no_such_scenario", "--set", incomplete="cust") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_line_for_each_shell_gives_its_script(shell):
    told = CliRunner().invoke(main, [], prog_name="simbiz", env={"_SIMBIZ_COMPLETE": f"{shell}_source"})
    assert told.exit_code == 0
    if shell == "bash" and not told.stdout:
        pytest.skip("no bash of version 4.4 is here")
    assert f"_SIMBIZ_COMPLETE={shell}_complete" in told.stdout
    assert get_completion_class(shell) is not None
