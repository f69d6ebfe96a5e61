"""Whatever is wrong with a file, every command says it in one line, with exit code 3, and leaves nothing behind."""

import pytest
from click.testing import CliRunner

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT

HEAD = 'extends = "partner_dv"\nname = "mine"\n'
COMMANDS = {
    "check": ["check"],
    "run": ["run"],
    "claims": ["claims"],
    "compare": ["compare", "partner-dv-no-programme"],
    "sensitivity": ["sensitivity"],
}
BAD = {
    "unknown key": (HEAD + "[market]\nvalu = 3\n", "mine.toml:4: market.valu is not a known key"),
    "misspelt tool": (HEAD + '[programme]\norder = ["smmm"]\n', "mine.toml:4: programme.order: smmm is not a tool"),
    "misspelt parameter": (
        HEAD + "[parameters]\nprice_sensitivty = 1.0\n",
        "mine.toml:4: parameters.price_sensitivty is not a parameter. Did you mean 'price_sensitivity'?",
    ),
    "out of range": (HEAD + "[parameters]\nutilisation = 0.99\n", "mine.toml:4: parameters.utilisation"),
    "wrong type": (HEAD + '[market]\nvalue = "much"\n', "mine.toml:4: market.value must be a"),
    "duplicate key": (HEAD + 'name = "again"\n', "mine.toml:3:"),
    "shares": (HEAD + "[firms.rival_a]\nshare = 0.5\n", "mine.toml:3: firms: the shares"),
    "not a number": (HEAD + "[market]\nvalue = nan\n", "mine.toml:4: market.value is nan"),
    "name of another folder": ('extends = "partner_dv"\nname = "../../x"\n', "mine.toml:2: name must be the name of a"),
    "signs that are not seen": (HEAD + 'title = "\\u001b[2J"\n', "mine.toml:3: title must hold no control characters"),
    "unknown parent": ('extends = "partnr_dv"\n', "mine.toml:1: extends = partnr_dv is not a scenario"),
    "its own parent": ('extends = "mine.toml"\n', "mine.toml:1: extends"),
    "empty": ("", "mine.toml: is empty"),
    "truncated": (HEAD + "[market]\nvalue = [1, 2", "mine.toml:"),
    "binary": ("\x00\x01\x02", "mine.toml:"),
    "huge": ("# " + "x" * 1_000_001, "mine.toml:"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_in_one_line_by_every_command(folder, command, kind):
    text, beginning = BAD[kind]
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, [*COMMANDS[command], "mine.toml"])
    assert result.exit_code == BAD_INPUT
    (line,) = result.output.splitlines()
    assert line.startswith(beginning)
    assert [path.name for path in folder.iterdir()] == ["mine.toml"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_file_is_named_by_every_command(folder, command):
    result = CliRunner().invoke(main, [*COMMANDS[command], "nowhere.toml"])
    assert result.exit_code == BAD_INPUT
    (line,) = result.output.splitlines()
    assert line.startswith("nowhere.toml: ")
    assert not list(folder.iterdir())


@pytest.mark.parametrize("command", ["run", "claims", "compare", "sensitivity"])
def test_a_folder_that_cannot_be_written_is_named_before_anything_runs(folder, command):
    (folder / "file").write_text("in the way")
    given = [*COMMANDS[command], "partner-dv", "--out", "file/results", "--set", "customers=50"]
    result = CliRunner().invoke(main, given)
    assert result.exit_code == BAD_INPUT
    (line,) = result.stderr.splitlines()
    assert line.startswith("file/results: cannot be written: ")
    assert [path.name for path in folder.iterdir()] == ["file"]


@pytest.mark.parametrize("command", ["run", "claims", "compare", "sensitivity"])
def test_a_value_given_with_set_is_refused_without_the_name_of_a_file(folder, command):
    result = CliRunner().invoke(main, [*COMMANDS[command], "partner-dv", "--set", "parameters.patence=1"])
    assert result.exit_code == BAD_INPUT
    (line,) = result.stderr.splitlines()
    assert line.startswith("parameters.patence is not a parameter. Did you mean 'patience'?")
