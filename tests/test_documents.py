"""What the documents tell can be done: every command is one, every block of code runs, every link leads somewhere."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import documents
import pytest
from documents import PAGES, PART_OF, REPOSITORY, blocks

from simbiz.cli import main
from simbiz.errors import InputError
from simbiz.files.toml_file import dumps
from simbiz.runs.study_file import load_study
from simbiz.scenario import load_scenario

LANGUAGES = {"sh", "python", "toml", "text", "json", ""}
PROGRAMS = {"simbiz", "make", "pip", "python", "python3", "dask", "git", "cd", "marimo"}
FACTS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TARGETS = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


def named(block):
    return str(block)


# ---- the pages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings_that_exist(page):
    wrong = []
    for target in documents.links(page):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in documents.anchors(file)):
            wrong.append(target)
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_fences_are_closed_and_tables_have_a_cell_for_each_heading(page):
    lines = page.read_text(encoding="utf-8").splitlines()
    tables, fences = set(), set()
    for token in documents.parsed(page):
        if token.type == "fence":
            assert lines[token.map[1] - 1].strip() == token.markup, f"{page.name}:{token.map[0] + 1} is never closed"
            assert token.info.strip() in LANGUAGES, f"{page.name}:{token.map[0] + 1}"
            fences |= set(range(*token.map))
        elif token.type == "table_open":
            rows = range(*token.map)
            cells = {number + 1: len(re.findall(r"(?<!\\)\|", lines[number])) for number in rows}
            assert len(set(cells.values())) == 1, f"{page.name}: cells by line {cells}"
            tables |= set(rows)
    looks_like_one = {number for number, line in enumerate(lines) if line.lstrip().startswith("|")}
    assert sorted(number + 1 for number in looks_like_one - tables - fences) == []


def test_there_are_pages_and_blocks_to_look_at():
    assert {"README.md", "experiments.md", "reliability.md", "CHANGELOG.md"} <= {page.name for page in PAGES}
    assert len(blocks("sh")) > 20
    assert len(blocks("python")) > 6


# ---- commands


def parts_of(command):
    """Give the programs of a line with their arguments, without assignments and without where their output goes."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|;&<>")
    lexer.whitespace_split = True
    part, skip = [], False
    for word in [*lexer, ";"]:
        if skip:
            skip = False
        elif set(word) <= set("|;&"):
            if part:
                yield part
            part = []
        elif set(word) <= set("<>"):
            skip = True
        elif part or not re.fullmatch(r"\w+=.*", word):
            part.append(word)


def understood(arguments):
    """Let click read a command of simbiz as it would, and do nothing."""
    command, context, name = main, None, "simbiz"
    while True:
        context = command.make_context(name, arguments, parent=context)
        if not isinstance(command, click.Group):
            return
        rest = [*context._protected_args, *context.args]
        if not rest:
            return
        name, command, arguments = command.resolve_command(context, rest)


def wrong_with(part):
    program, *arguments = part
    program = program.removeprefix(".venv/bin/")
    if program not in PROGRAMS:
        return f"{program} is no program that the documents use"
    if program == "simbiz" or (program.startswith("python") and arguments[:2] == ["-m", "simbiz"]):
        try:
            understood(arguments if program == "simbiz" else arguments[2:])
        except click.exceptions.Exit:
            return ""
        except (click.ClickException, InputError) as error:
            return str(error.format_message() if isinstance(error, click.ClickException) else error)
    if program == "make":
        unknown = [word for word in arguments if "=" not in word and word not in TARGETS]
        return f"no target {unknown}" if unknown else ""
    if program.startswith("python"):
        files = [word for word in arguments[:1] if word.endswith(".py")]
        return "".join(f"no {file}" for file in files if not (REPOSITORY / file).is_file())
    if program == "pip":
        extras = {extra for word in arguments for extra in re.findall(r"\[(.*)\]", word)}
        unknown = {one for extra in extras for one in extra.split(",")} - set(FACTS["optional-dependencies"])
        return f"no extra {unknown}" if unknown else ""
    return ""


@pytest.mark.parametrize("block", blocks("sh"), ids=named)
def test_every_command_is_one_and_takes_its_options_also_where_it_is_not_run(block, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert block.commands
    wrong = {command: what for command in block.commands for part in parts_of(command) if (what := wrong_with(part))}
    assert wrong == {}


@pytest.mark.parametrize("block", [block for block in blocks() if block.language in ("", "text")], ids=named)
def test_what_is_no_command_does_not_look_like_one(block):
    assert not re.match(r"(simbiz|pip|make) [\w-]", block.text)


@pytest.mark.parametrize(
    "line",
    ["simbiz runn x", "simbiz run --sed 1", "make tests", "pip install 'simbiz[dashbord]'", "curl x", "python no.py"],
)
def test_a_planted_mistake_in_a_command_is_caught(line):
    assert any(wrong_with(part) for part in parts_of(line))


def test_whatever_is_not_run_says_why():
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert len(re.findall("<!-- not run", pages)) == len(documents.NOT_RUN.findall(pages))
    assert all(len(found[1]) > 10 for found in documents.NOT_RUN.findall(pages))


# ---- code and files


@pytest.mark.parametrize("block", blocks("python"), ids=named)
def test_every_block_of_python_is_python(block):
    compile(block.text, str(block), "exec")


@pytest.mark.parametrize("block", blocks("toml"), ids=named)
def test_every_file_that_is_shown_is_taken_by_its_loader(block, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    part, file, text = PART_OF.search(block.before), tmp_path / "shown.toml", block.text
    if part:
        shutil.copytree(REPOSITORY / "experiments", tmp_path, dirs_exist_ok=True)
        text = f'extends = "{part["study"]}"\n{text}'
    file.write_text(text, encoding="utf-8")
    if part or "kind" in tomllib.loads(text):
        load_study(str(file))
    else:
        load_scenario(str(file))


# ---- the quick ones, done


SMALL = {
    "customers": 150,
    "fit.tolerance": 100.0,
    "fit.check_rest": False,
    "calendar.burn_in_weeks": 52,
    "calendar.years": 3,
}
FEW = {"customers": "150", "fit_tolerance": "100.0", "replicates": "2"}


def small_world(folder):
    """Put the shipped files into a working folder, where they go first, with few customers and seeds."""
    for name in ("scenarios", "experiments"):
        shutil.copytree(REPOSITORY / name, folder / name)
    file = folder / "scenarios" / "partner_dv.toml"
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    for path, value in SMALL.items():
        *above, last = path.split(".")
        table = data
        for part in above:
            table = table.setdefault(part, {})
        table[last] = value
    file.write_text(dumps(data), encoding="utf-8")
    for file in (folder / "experiments").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        for key, value in FEW.items():
            text = re.sub(rf"^{key} = [\d.]+", f"{key} = {value}", text, flags=re.MULTILINE)
        file.write_text(text, encoding="utf-8")


def newest(folder, study="*"):
    """Give the result of a study that changed last, or of any where it has none."""
    found = [*folder.glob(f"results/{study}/*/study.json")] or [*folder.glob("results/*/*/study.json")]
    return max(found, key=lambda path: path.stat().st_mtime).parent.relative_to(folder / "results").as_posix()


def filled(text, folder):
    """Put results that are there into the place of those that a page names."""
    text = re.sub(r"\b([\w-]+)/[0-9a-f]{12}\b", lambda found: newest(folder, found[1]), text)
    return re.sub(r"\bNAME/ID\b|\bRESULT\b", lambda found: newest(folder), text)


def done(folder, *command, code=0):
    places = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    found = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, env=os.environ | places, input="n\n"
    )
    assert found.returncode == code, f"{command}: {found.stderr}"
    assert "Traceback" not in found.stderr


@pytest.mark.slow
@pytest.mark.parametrize("page", sorted({block.page for block in blocks("sh") if not block.why_not_run}))
def test_what_a_page_says_is_done_in_a_small_market(page, tmp_path):
    small_world(tmp_path)
    commands = [(block, one) for block in blocks("sh") if block.page == page for one in block.commands]
    quick = [command for block, command in commands if not block.is_left_out(command)]
    assert quick
    for command in quick:
        done(tmp_path, "bash", "-euo", "pipefail", "-c", filled(command, tmp_path))


@pytest.mark.slow
def test_what_is_shown_of_results_in_python_runs(tmp_path):
    small_world(tmp_path)
    done(tmp_path, "simbiz", "run", "partner-dv", "--workers", "1")
    (block,) = [block for block in blocks("python") if block.page == "docs/experiments.md"]
    done(tmp_path, sys.executable, "-c", filled(block.text, tmp_path))
