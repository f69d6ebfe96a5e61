"""Compiled code is kept by a digest of all that was compiled into it."""

import ast
from pathlib import Path

import pytest

from simbiz import compilation
from simbiz.compilation import COMPILED_SOURCES, MODEL_SOURCES, PACKAGE, source_digest


def sources(names):
    """Give the Python files under names inside the package."""
    return {file for name in names for file in (PACKAGE / name, *(PACKAGE / name).rglob("*.py")) if file.is_file()}


def imported_from_simbiz(file):
    """Give the files of the package that a file imports from."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "simbiz":
            path = PACKAGE.joinpath(*node.module.split(".")[1:])
            inside = {one for alias in node.names for one in module_file(path / alias.name)}
            found |= inside or set(module_file(path))
    return found


def module_file(path):
    return [file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()]


def test_whatever_the_compiled_loops_take_from_elsewhere_belongs_to_the_digest_of_their_cache():
    """A constant is compiled into the loops as a rule is."""
    compiled = sources(["draws.py", "submodels", "week"])
    assert compiled
    taken = set().union(*map(imported_from_simbiz, compiled))
    assert taken
    assert taken <= sources(COMPILED_SOURCES)


def test_every_module_that_can_change_a_result_belongs_to_the_digest_of_the_model():
    assert sources(["draws.py", "submodels", "week"]) <= sources(MODEL_SOURCES)
    done, todo = set(), {PACKAGE / "market/model.py", PACKAGE / "metrics" / "__init__.py"}
    while todo:
        file = todo.pop()
        done.add(file)
        todo |= imported_from_simbiz(file) - done
    # What these read is part of the resolved scenario, and so of a run's key.
    read = ("catalogue", "scenario", "files/toml_file.py", "files/toml_lines.py")
    computing_nothing = ("files/whole_file.py", "errors.py", "compilation.py", "market/explanation.py")
    assert done <= sources(MODEL_SOURCES) | sources(read) | sources(computing_nothing)


def test_installations_with_different_numbas_share_no_compiled_code(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folders = set()
    for version in ("0.61.0", "0.66.0"):
        monkeypatch.setattr(compilation.numba, "__version__", version)
        folders.add(compilation._prepare_cache())
    assert None not in folders
    assert len(folders) == 2


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Give a small package in the place of simbiz."""
    (tmp_path / "submodels").mkdir()
    (tmp_path / "draws.py").write_text("a = 1\n")
    (tmp_path / "submodels" / "need.py").write_text("b = 1\n")
    (tmp_path / "submodels" / "notes.txt").write_text("c\n")
    monkeypatch.setattr(compilation, "PACKAGE", tmp_path)
    return tmp_path


def digest():
    return source_digest(("draws.py", "submodels", "not_there"))


@pytest.mark.parametrize(
    ("change", "changes"),
    [
        (lambda package: (package / "draws.py").write_text("a = 2\n"), True),
        (lambda package: (package / "submodels" / "need.py").rename(package / "submodels" / "needs.py"), True),
        (lambda package: (package / "submodels" / "new.py").touch(), True),
        (lambda package: (package / "submodels" / "need.py").unlink(), True),
        (lambda package: (package / "submodels" / "notes.txt").write_text("d\n"), False),
        (lambda package: (package / "draws.py").touch(), False),
        (lambda package: (package / "draws.py").write_text('"""Say more."""\n\n# and why\na = 1  # one\n'), False),
        (lambda package: (package / "draws.py").write_text('a = 1\n"""A text, but no docstring."""\n'), True),
    ],
    ids=["edited", "renamed", "added", "removed", "no source", "touched", "explained", "text"],
)
def test_a_digest_changes_with_every_source_and_with_nothing_else(package: Path, change, changes):
    before = digest()
    assert len(before) == 32
    change(package)
    assert (digest() != before) == changes


def test_code_is_what_is_left_without_comments_and_docstrings():
    source = '''"""Über alles."""

class A:  # a class
    """Of letters."""

    def b(self): """In one line."""

    def c(self):
        """Of two
        lines."""
        return "# no comment"  # é
'''
    left = 'class A:\n    def b(self):\n    def c(self):\n        return "# no comment"'
    assert compilation.code_of(source) == left
