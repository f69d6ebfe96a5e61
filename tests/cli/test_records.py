import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from simbiz.catalogue import FOLDER, KINDS, Catalogue, load_catalogue
from simbiz.cli import main, records
from simbiz.cli.records import COLUMNS, MEANINGS, kind_named, names_of
from simbiz.scenario import load_scenario, scenario_names

WRITTEN = [kind for kind in COLUMNS if kind not in KINDS or (FOLDER / f"{kind}.toml").exists()]


def simbiz(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def data(*arguments: str) -> Any:
    result = simbiz(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_everything_the_catalogue_declares_can_be_listed():
    assert set(KINDS) <= set(COLUMNS)
    assert list(COLUMNS) == list(MEANINGS)


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_table_names_every_record_in_full_on_at_most_100_columns(kind: str):
    lines = simbiz("list", kind).stdout.splitlines()
    assert max(map(len, lines)) <= 100
    assert [line.split()[0] for line in lines[1:] if not line.startswith(" ")] == names_of(kind)


@pytest.mark.parametrize("kind", WRITTEN)
def test_data_names_every_record(kind: str):
    assert [record["name"] for record in data("list", kind)] == names_of(kind)


@pytest.mark.parametrize("kind", [kind for kind in WRITTEN if kind != "scenarios"])
def test_every_record_can_be_shown(kind: str):
    for name in names_of(kind):
        result = simbiz("show", kind, name)
        assert result.exit_code == 0
        assert max(map(len, result.stdout.splitlines())) <= 100


@pytest.mark.parametrize("kind", [kind for kind in WRITTEN if kind not in ("scenarios", "firms")])
def test_what_is_shown_is_what_is_listed(kind: str):
    assert data("show", kind, names_of(kind)[0]) == data("list", kind)[0]


@pytest.mark.parametrize("written", ["tool_effects", "tool-effects", "tool-effect", "Tool Effect"])
def test_a_kind_may_be_singular_or_plural_with_hyphen_or_underscore(written: str):
    assert kind_named(written) == "tool_effects"


def test_the_kinds_are_listed_with_how_many_there_are():
    assert {row["kind"].replace("-", "_"): row["records"] for row in data("list")} == {
        kind: len(names_of(kind)) for kind in COLUMNS
    }
    assert "tool-effects" in simbiz("list").stdout


def test_a_tool_is_shown_with_its_steps_effects_and_sources():
    name, tool = next(iter(load_catalogue().tools.items()))
    shown = simbiz("show", "tool", name).stdout
    assert shown.startswith(f"tool {name}\nmeaning  {tool.meaning}\n")
    for text in [*(step.name for step in tool.steps), *(effect.attribute for effect in tool.effects)]:
        assert text in shown


def test_a_parameter_is_shown_with_what_its_source_is():
    name, parameter = next(iter(load_catalogue().parameters.items()))
    shown = " ".join(simbiz("show", "parameter", name.replace("_", "-")).stdout.split())
    source = load_catalogue().sources[parameter.source]
    assert f"{parameter.source} ({source.kind}): {source.citation}" in shown


def test_a_shown_scenario_is_a_file_that_says_the_same(tmp_path: Path):
    shown = simbiz("show", "scenario", "partner-dv", "--set", "customers=5").stdout
    assert "# Changed: customers = 5\n" in shown
    (tmp_path / "copy.toml").write_text(shown)
    assert load_scenario(tmp_path / "copy.toml") == load_scenario("partner-dv", {"customers": 5})
    as_data = data("show", "scenario", "partner-dv", "--set", "customers=5")
    assert Path(as_data.pop("file")) == scenario_names()["partner_dv"]
    assert as_data == tomllib.loads(shown)


def test_a_broken_scenario_is_listed_with_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.toml").write_text("customers = -1")
    monkeypatch.chdir(tmp_path)
    (mine,) = [row for row in data("list", "scenarios") if row["name"] == "mine"]
    assert mine["title"] == "has a mistake, see: simbiz check"


def test_a_table_that_is_not_written_yet_is_empty(monkeypatch: pytest.MonkeyPatch):
    class Unwritten(Catalogue):
        def file(self, kind: str) -> Path:
            return Path("nowhere.toml")

    monkeypatch.setattr(records, "load_catalogue", Unwritten)
    result = simbiz("list", "claims")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "There are no claims.\n")
    assert data("list", "claims") == []
    missing = simbiz("show", "claim", "share")
    assert (missing.exit_code, missing.stderr) == (3, "there are no claims\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["list", "paramters"], 2, "main list: paramters is not a kind; allowed: one of scenarios, firms,"),
        (["show", "tool", "smmm"], 3, "smmm is not a tool; allowed: one of "),
        (["show", "parameter", "price_sensitivty"], 3, "price_sensitivty is not a parameter. Did you mean"),
        (["show", "scenario", "partner_vd"], 3, "partner_vd is not a scenario; allowed: a path or "),
        (["show", "tool", "smm", "--set", "a=1"], 2, "main show: --set changes scenarios and firms only"),
    ],
)
def test_an_unknown_name_is_said_in_one_line(arguments: list[str], code: int, message: str):
    result = simbiz(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1
    assert code == 2 or "Did you mean '" in result.stderr


def test_names_are_completed():
    from click.shell_completion import ShellComplete

    def completed(*arguments: str) -> list[str]:
        *before, last = arguments
        found = ShellComplete(main, {}, "simbiz", "_SIMBIZ_COMPLETE").get_completions(before, last)
        return [item.value for item in found]

    assert completed("ch") == ["check"]
    assert completed("list", "tool") == ["tools", "tool-effects"]
    some_tool = next(iter(load_catalogue().tools))
    assert some_tool in completed("show", "tool", some_tool[:2])
