"""What the sources do not do: no file of a user is unpickled, executed, unpacked or half-written."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "simbiz"

# What makes code of data, unpacks archives, or starts a shell: in no module. Dask pickles runs on their way between
# processes and numba what it compiled, each on its own side; docs/reliability.md says what that means.
FORBIDDEN_MODULES = {
    "pickle", "cPickle", "_pickle", "dill", "joblib", "shelve", "marshal", "cloudpickle", "code", "codeop", "runpy",
    "yaml", "zipfile", "tarfile", "ctypes", "imp", "xml",
}  # fmt: skip
FORBIDDEN_CALLS = {
    "eval", "exec", "compile", "__import__", "read_pickle", "to_pickle", "unpack_archive", "make_archive", "mktemp",
    "system", "popen", "load_extension", "enable_load_extension", "getoutput",
}  # fmt: skip
MAY = {"re.compile", "platform.system"}
# Whoever starts another program: git, to ask for the commit; simbiz itself, to be timed.
STARTS = {"results/manifest.py", "bench/parts.py", "bench/commands.py"}
WRITERS = {"write_text", "write_bytes", "savetxt", "tofile", "touch", "symlink_to", "hardlink_to"}
WRITES = {"files/whole_file.py"}


def trees(package=PACKAGE):
    for file in sorted(package.rglob("*.py")):
        yield file.relative_to(package).as_posix(), ast.parse(file.read_text(encoding="utf-8"))


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""


def calls(tree):
    """Line, dotted name as far as it is one, and the call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func), node


def broken(name, tree):
    for line, module in imported(tree):
        if module.partition(".")[0] in FORBIDDEN_MODULES:
            yield f"{name}:{line} imports {module}"
        if module.partition(".")[0] == "subprocess" and name not in STARTS:
            yield f"{name}:{line} starts programs"
    for line, called, node in calls(tree):
        last = called.rpartition(".")[2]
        if last in FORBIDDEN_CALLS and called not in MAY:
            yield f"{name}:{line} calls {called}"
        for keyword in node.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if (keyword.arg, value) in {("shell", True), ("allow_pickle", True), ("autoescape", False)}:
                yield f"{name}:{line} says {keyword.arg}={value}"


def writes(name, tree):
    for line, called, node in calls(tree):
        last, at = called.rpartition(".")[2], called.rpartition(".")[0]
        modes = [str(one.value) for one in node.args if isinstance(one, ast.Constant)] if last == "open" else []
        # A text is replaced by something, a path takes the place of another.
        is_renaming = last == "replace" and (called == "os.replace" or (len(node.args) == 1 and not node.keywords))
        is_opened = any(set("wxa+") & set(mode) for mode in modes)
        if (last in WRITERS and at) or called in ("os.open", "os.rename") or is_renaming or is_opened:
            yield f"{name}:{line} writes by {called}"


def test_no_module_makes_code_of_data_or_unpacks_anything():
    assert [what for name, tree in trees() for what in broken(name, tree)] == []


def test_files_are_written_in_one_place():
    found = [what for name, tree in trees() if name not in WRITES for what in writes(name, tree)]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle", "from joblib import load", "import yaml", "pandas.read_pickle(path)", "eval(text)",
        "numpy.load(file, allow_pickle=True)", "exec(text)", "import subprocess", "run(x, shell=True)",
        "from zipfile import ZipFile", "shutil.unpack_archive(file)", "Environment(autoescape=False)",
        "connection.enable_load_extension(True)", "os.system(text)", "import marshal",
    ],
)  # fmt: skip
def test_a_planted_danger_is_caught(source):
    assert list(broken("planted.py", ast.parse(source)))


@pytest.mark.parametrize(
    "source", ["path.write_text(x)", 'path.open("w")', "os.replace(a, b)", "one.replace(two)", 'open(x, "ab")']
)
def test_a_planted_writer_is_caught(source):
    assert list(writes("planted.py", ast.parse(source)))


def test_commands_print_in_one_place_where_control_characters_are_made_visible():
    printing = ("print", "click.echo", "click.secho", "click.echo_via_pager", "sys.stdout.write", "sys.stderr.write")
    found = [
        f"{name}:{line} prints by {called}"
        for name, tree in trees()
        for line, called, _ in calls(tree)
        if called in printing
    ]
    assert {what.partition(":")[0] for what in found} == {"cli/output.py"}, found
