import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simbiz.catalogue import FOLDER, KINDS, Catalogue
from simbiz.cli import check, main


def simbiz_check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one good and one bad scenario; returns the bad one."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "good.toml").write_text('extends = "partner-dv"\ncustomers = 5\n')
    bad = tmp_path / "scenarios" / "bad.toml"
    bad.write_text('extends = "partner-dv"\n\ncustomers = -1\n')
    monkeypatch.chdir(tmp_path)
    return bad


PROBLEM = "customers must be 'market' or a whole number of at least 1, not -1"


def test_what_is_shipped_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    result = simbiz_check()
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert all(line.startswith("ok ") for line in lines)
    checked = {Path(line.removeprefix("ok ")).name for line in lines}
    assert {f"{kind}.toml" for kind in KINDS if (FOLDER / f"{kind}.toml").exists()} <= checked
    assert "partner_dv.toml" in checked


def test_all_scenarios_within_reach_are_checked_with_a_line_each(mine: Path):
    result = simbiz_check()
    assert result.exit_code == 3
    assert f"ok {Path('scenarios/good.toml')}\n" in result.stdout
    assert f"{Path('scenarios/bad.toml')}:3: {PROBLEM}\n" in result.stdout
    assert result.stderr == ""


def test_only_the_named_scenarios_are_checked(mine: Path):
    result = simbiz_check("good", str(mine))
    lines = [line for line in result.stdout.splitlines() if "catalogue" not in line]
    assert lines == ["ok good", f"{Path('scenarios/bad.toml')}:3: {PROBLEM}"]
    assert simbiz_check("good").exit_code == 0


def test_a_file_that_is_not_there_is_a_problem(mine: Path):
    assert "nothing.toml: does not exist\n" in simbiz_check("nothing.toml").stdout
    assert "goood is not a scenario;" in simbiz_check("goood").stdout


def test_findings_can_be_read_by_a_program(mine: Path):
    result = simbiz_check("good", "bad", "--json")
    assert result.exit_code == 3
    good, bad = json.loads(result.stdout)[-2:]
    assert good == {"checked": "good", "ok": True}
    bad_file = str(Path("scenarios/bad.toml"))
    assert bad == {"checked": "bad", "ok": False, "file": bad_file, "line": 3, "message": PROBLEM}


def test_a_mistake_in_the_catalogue_is_said_once(mine: Path, monkeypatch: pytest.MonkeyPatch):
    mine.unlink()
    catalogue = mine.parent / "catalogue"
    catalogue.mkdir()
    (catalogue / "sources.toml").write_text('[assumed]\nkind = "guess"\ncitation = "none"\n')
    monkeypatch.setattr(check, "load_catalogue", lambda: Catalogue(catalogue))
    result = simbiz_check()
    assert result.exit_code == 3
    problems = [line for line in result.stdout.splitlines() if not line.startswith("ok ")]
    (problem,) = problems
    expected = f"{Path('scenarios/catalogue/sources.toml')}:2: assumed.kind must be 'seed', 'measured',"
    assert problem.startswith(expected)
