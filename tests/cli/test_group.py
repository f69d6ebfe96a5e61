import json
import re
import subprocess
import sys
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from simbiz.cli import main
from simbiz.cli.exits import FAILED_RUNS
from simbiz.cli.group import LazyGroup
from simbiz.errors import InputError

COMMANDS = tuple(main.entries.values())
HEAVY = ["numba", "mesa", "scipy", "pandas", "matplotlib"]


def imported_by(*arguments: str) -> list[str]:
    """Run a command in a fresh process and tell which modules it has imported at the end."""
    script = (
        "import json, sys\n"
        "from simbiz.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "except SystemExit as ended:\n    assert not ended.code, ended.code\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    modules: list[str] = json.loads(done.stderr.splitlines()[-1])
    return modules


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], [], ["check"], ["list"], ["show", "--help"]])
def test_a_light_command_imports_nothing_heavy(arguments: list[str]):
    assert not set(HEAVY).intersection(imported_by(*arguments))


def test_help_imports_no_command():
    imported = imported_by("--help")
    own = {entry.place.partition(":")[0] for entry in COMMANDS if isinstance(entry.place, str)}
    assert own.isdisjoint(imported)
    assert "pydantic" not in imported


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_of_the_table_exists_and_explains_itself(entry):
    assert entry.load().name == entry.name
    result = CliRunner().invoke(main, [entry.name, "--help"])
    assert result.exit_code == 0
    assert f"simbiz {entry.name}" in result.stdout.replace("main ", "simbiz ")
    assert entry.summary in CliRunner().invoke(main, ["--help"]).stdout


def test_the_version_is_that_of_the_package():
    result = CliRunner().invoke(main, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"simbiz {version('simbiz')}\n")


def test_without_a_command_one_reads_where_to_start():
    result = CliRunner().invoke(main, [])
    assert result.exit_code == 0
    named = set(re.findall(r"^  simbiz (\w+)", result.stdout, flags=re.MULTILINE))
    assert {"list", "explain", "new", "check"} <= named <= {entry.name for entry in COMMANDS}


@pytest.mark.parametrize("arguments", [["--help"], ["list", "--help"], ["list", "sources"], ["show", "-h"]])
def test_text_in_a_pipe_is_plain_and_at_most_100_columns_wide(arguments: list[str]):
    lines = CliRunner().invoke(main, arguments).stdout.splitlines()
    assert max(len(line) for line in lines) <= 100
    assert all(line.isprintable() and line.isascii() for line in lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chekc"], "main: chekc is not a command. Did you mean 'check'? See: main --help\n"),
        (["--foo"], "main: No such option"),
        (["show"], "main show: Missing argument 'KIND'. See: main show --help\n"),
        (["list", "tools", "parameters"], "main list: Got unexpected extra argument"),
    ],
)
def test_misuse_is_said_in_one_line_and_ends_with_2(arguments: list[str], message: str):
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1


def group_of(command: click.Command) -> LazyGroup:
    class Ready:
        name, summary = "try", "Tries."

        def load(self) -> click.Command:
            return command

    return LazyGroup(name="simbiz", entries=[Ready()])


@pytest.mark.parametrize(
    ("mistake", "code", "said"),
    [
        (InputError("is empty", file="x.toml", line=3), 3, "x.toml:3: is empty\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (KeyboardInterrupt("stopped; go on with: simbiz try"), 130, "stopped; go on with: simbiz try\n"),
        (click.Abort(), 130, ""),
        (click.ClickException("no"), 1, "no\n"),
    ],
)
def test_each_way_to_end_has_its_exit_code_and_no_traceback(mistake: BaseException, code: int, said: str):
    @click.command("try")
    def failing() -> None:
        raise mistake

    result = CliRunner().invoke(group_of(failing), ["try"])
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", said)


def test_a_command_gives_its_own_exit_code():
    @click.command("try")
    @click.pass_context
    def failing(context: click.Context) -> None:
        context.exit(FAILED_RUNS)

    assert CliRunner().invoke(group_of(failing), ["try"]).exit_code == FAILED_RUNS


def test_an_error_of_ours_keeps_its_traceback():
    @click.command("try")
    def failing() -> None:
        raise ZeroDivisionError

    assert isinstance(CliRunner().invoke(group_of(failing), ["try"]).exception, ZeroDivisionError)


def test_python_m_simbiz_is_the_same_program():
    done = subprocess.run([sys.executable, "-m", "simbiz", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"simbiz {version('simbiz')}\n"
