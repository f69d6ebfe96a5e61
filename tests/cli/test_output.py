"""What is printed moves no cursor, changes no colour and turns no line around, whatever a file says."""

import json
import sys

import pytest
from click.testing import CliRunner
from results_made import result

from simbiz.cli import main, output

ESCAPES = "\x1b[2J\x07\x9b31m\u202egnp.exe\r\x7f"
WORD = f"before{ESCAPES}after"


def is_harmless(text):
    return not output.UNSEEN.search(text)


def simbiz(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


def test_text_tables_fields_and_json_show_an_escape_for_what_cannot_be_seen(capsys):
    output.echo(WORD)
    output.print_text(WORD)
    output.print_table([WORD, "x"], [[WORD, {WORD: [WORD]}]])
    output.print_fields({WORD: WORD})
    printed = capsys.readouterr().out
    assert is_harmless(printed)
    assert "before\\x1b[2J\\x07\\x9b31m\\u202egnp.exe" in printed
    output.print_json({WORD: WORD})
    printed = capsys.readouterr().out
    assert is_harmless(printed)
    assert json.loads(printed) == {WORD: WORD}


def test_lines_and_indents_stay(capsys):
    output.echo("one\n\ttwo\n")
    assert capsys.readouterr().out == "one\n\ttwo\n\n"


@pytest.mark.parametrize("is_terminal", [True, False])
def test_data_are_as_they_are_in_a_pipe_and_harmless_on_a_terminal(capsys, monkeypatch, is_terminal):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    output.echo_data(WORD)
    assert (WORD in capsys.readouterr().out) is not is_terminal


def test_a_name_of_bytes_that_are_no_text_is_printed_all_the_same(capsys):
    output.echo("\udcff")
    assert capsys.readouterr().out == "\\udcff\n"


@pytest.mark.parametrize("command", [["ls"], ["ls", "--json"], ["show", "evil"], ["verify", "evil", "--runs", "0"]])
def test_a_result_of_somebody_else_says_nothing_to_the_terminal(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    folder = result(tmp_path, name="evil")
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["command"] = ["simbiz", "run", WORD]
    manifest["versions"]["simbiz"] = manifest["written"] = WORD
    path.write_text(json.dumps(manifest))
    (folder / f"x{ESCAPES}").write_text("")
    (tmp_path / "results" / f"y{ESCAPES}").mkdir(parents=True)
    result(tmp_path / "results", name=f"z{ESCAPES}")
    printed = simbiz("results", *command)
    assert printed.exit_code in (0, 1)
    assert is_harmless(printed.stdout + printed.stderr)
    assert printed.stdout


def test_mistakes_show_what_they_quote(tmp_path):
    wrong = (["show", "scenario", WORD], ["check", tmp_path / WORD], [WORD], ["run", f"--{WORD}"], ["explain", WORD])
    for arguments in wrong:
        printed = simbiz(*arguments)
        assert printed.exit_code in (2, 3)
        assert is_harmless(printed.stdout + printed.stderr)
        assert (printed.stdout + printed.stderr).count("\n") == 1, arguments
