"""What holds for all commands: data as JSON for programs, tables of at most 100 columns for people."""

import json
from pathlib import Path

import pytest
import results_made
import rich_click as click
from click.testing import CliRunner
from studies import options

from simbiz.cli import main

# Commands that print no data of their own.
WITHOUT_JSON = {
    "dashboard": "serves a page",
    "docs": "renews a page in place",
    "new": "writes a file",
    "schema": "prints JSON and nothing else",
    "experiment slurm": "prints a script",
}
# Commands whose tables have their width tested where they are made, because that takes a study: test modules here.
TESTED_APART = {
    "ablation": "test_ablation",
    "calibrate": "test_calibrate",
    "claims": "test_claims",
    "compare": "test_compare",
    "map": "test_map",
    "orders": "test_orders",
    "patterns": "test_patterns",
    "plot": "test_plot",
    "run": "test_run",
    "seen-and-caused": "test_seen_and_caused",
    "sensitivity": "test_sensitivity",
    "uncertainty": "test_claims_uncertainty",
}
SMALL = ["partner-dv", "--workers", "1", "--replicates", "1", *options()]
MADE = "results/made"
LINES = [
    ["list"],
    *(["list", kind] for kind in ("scenarios", "firms", "tools", "tool-effects", "measures", "channels", "parameters",
                                  "mechanisms", "firm-attributes", "metrics", "claims", "patterns", "sources")),
    ["show", "tool", "website"],
    ["show", "firm", "partner-dv"],
    ["explain", "market.growth"],
    ["check"],
    ["new", "mine"],
    ["payback", *SMALL],
    ["loyalty", *SMALL],
    ["experiment", "ls"],
    ["experiment", "run", "sweep_small", "--dry-run", *options()],
    ["experiment", "run", "map_small", "--workers", "1", *options()],
    ["experiment", "status", MADE],
    ["experiment", "status", "sweep_small"],
    ["experiment", "retry", MADE, "--workers", "1"],
    ["experiment", "slurm", "sweep_small"],
    ["results", "ls"],
    ["results", "show", MADE],
    ["results", "verify", MADE],
    ["results", "merge", MADE, "-o", "results/merged"],
    ["results", "rm", "results/merged", "--yes"],
    ["report", MADE, "-o", "made.html"],
]  # fmt: skip
# JSON schemas and data of a table have no lines for people; bench and dashboard have tests of their own.
NOT_FOR_PEOPLE = {"results export", "schema", "bench", "dashboard", "docs"}


def every_command(group=None, before=""):
    """Give every command by the words that call it."""
    entries = {name: entry.load() for name, entry in main.entries.items()} if group is None else group.commands
    for name, command in entries.items():
        words = f"{before}{name}"
        if isinstance(command, click.Group):
            yield from every_command(command, f"{words} ")
        else:
            yield words, command


EVERY = dict(every_command())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a working folder with a result in it."""
    found = tmp_path_factory.mktemp("working")
    (found / "results").mkdir()
    results_made.result(found / "results")
    return found


def words_of(line):
    return next(words for words in (" ".join(line[:2]), line[0]) if words in EVERY)


def test_every_command_gives_json_or_has_nothing_to_give():
    lacking = {words for words, command in EVERY.items() if not any(one.name == "as_json" for one in command.params)}
    assert lacking == set(WITHOUT_JSON)


def test_the_width_of_every_command_is_tested():
    here = {words_of(line) for line in LINES}
    assert set(EVERY) == here | set(TESTED_APART) | NOT_FOR_PEOPLE
    for module in TESTED_APART.values():
        assert "<= 100" in (Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_what_is_printed_fits_100_columns_in_a_pipe_however_wide_the_terminal_is(line, folder, monkeypatch):
    monkeypatch.chdir(folder)
    told = CliRunner().invoke(main, line, env={"COLUMNS": "140"})
    assert told.exit_code == 0, told.output
    assert max(map(len, told.stdout.splitlines())) <= 100
    if line[0] == "new":
        Path("scenarios/mine.toml").unlink()


@pytest.mark.parametrize("words", [words for words in EVERY if words not in WITHOUT_JSON])
def test_help_of_every_command_fits_100_columns_and_tells_of_json(words):
    told = CliRunner().invoke(main, [*words.split(), "--help"], env={"COLUMNS": "100"})
    assert told.exit_code == 0
    assert "--json" in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= 100


# Once more with --json, but for what takes long or cannot be done twice.
ONCE = ("results merge", "results rm", "report", "payback", "loyalty")
PRINTS_DATA = [line for line in LINES if words_of(line) not in (*WITHOUT_JSON, *ONCE) and "--dry-run" not in line]


@pytest.mark.parametrize("line", PRINTS_DATA, ids=" ".join)
def test_json_is_all_that_stands_on_stdout(line, folder, monkeypatch):
    monkeypatch.chdir(folder)
    told = CliRunner().invoke(main, [*line, "--json"])
    assert told.exit_code == 0, told.output
    json.loads(told.stdout)
