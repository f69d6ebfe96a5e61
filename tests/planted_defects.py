"""Plant defects in a copy of the package and see whether the tests find them (mutation testing by a list).

A list, because mutation tools make no mutant of a compiled function. Every defect of tests/trust/planted/*.toml is a
text that stands exactly once in a file of the package, what it is replaced by, and the tests that should fail then.
The tests run on the copy, without compilation: compiled anew for every defect they would take an hour. Where the file
is no source of the model a defect may say that it is tried compiled, which is done once for every copy.

    python tests/planted_defects.py all --jobs 2
    python tests/planted_defects.py loyalty-weights-exchanged interval-without-root
    python tests/planted_defects.py --sample 8 --seed 3
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import NoReturn

from planted_list import ROOT, Defect, chosen_from, defects

COPIED = ("simbiz", "scenarios", "experiments", "tests", "docs", "pyproject.toml", "README.md")
KILLED, IN_TIME, SURVIVED = "killed", "killed by time", "survived"
LIMIT = 60.0  # seconds; a defect that makes a loop endless is found by that
PATIENCE = 5.0  # times as long as without it
NO_TESTS = (4, 5)  # exit codes of pytest: a test that is named does not exist
SAID = "said.txt"
COMPILING = 600.0  # seconds that a tree may take for it, once
COMPILED = "compiled"
FIRST_COMPILED = "tests/experiment/test_kept.py::test_flows_are_the_tallies_of_each_year"
TOGETHER = 20  # files of tests that are run at a time without any defect
LIBRARIES = ("numba", "numba.extending", "numpy", "scipy.stats", "scipy.optimize", "pandas", "pydantic", "tomlkit")
LIBRARIES += ("mesa", "networkx", "pyarrow", "sqlite3", "hypothesis", "pytest")
_moments = count(1)


@dataclass(frozen=True)
class Found:
    """What became of a defect."""

    name: str
    file: str
    verdict: str
    test: str
    seconds: float
    declared: bool


def copied_tree(folder: Path) -> Path:
    """Copy what the tests need into a folder."""
    folder.mkdir()
    for name in COPIED:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            shutil.copy2(source, target)
    return folder


def rewritten(path: Path, text: str) -> None:
    """Write a file with a time of its own: a bytecode file is known by seconds and size alone."""
    path.write_text(text, encoding="utf-8")
    moment = path.stat().st_mtime + next(_moments) * 10
    os.utime(path, (moment, moment))


def loaded() -> None:
    """Load what every test loads besides the package, once: each trial is a fork of this process."""
    for name in LIBRARIES:
        importlib.import_module(name)
    here = Path(__file__).resolve().parent
    sys.path[:] = [path for path in sys.path if Path(path).resolve() != here]


def digest_without_defects() -> str:
    """Digest of the sources of the model as they are."""
    command = [sys.executable, "-c", "from simbiz.compilation import source_digest; print(source_digest())"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def run_tests(tree: Path, tests: Sequence[str], without: Sequence[str], compiled: bool) -> NoReturn:
    """Run tests on a tree in this process, which ends with them."""
    os.setsid()
    os.chdir(tree)
    with (tree / SAID).open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.path[:0] = [str(tree), str(tree / "tests")]
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
    os.environ["XDG_CACHE_HOME"] = str(tree / ".cache")
    if not compiled:
        os.environ["NUMBA_DISABLE_JIT"] = "1"
        sys.modules["numba"].config.DISABLE_JIT = 1
    options = ["-x", "-q", "--tb=no", "-rfE", "-p", "planted_tree", "-p", "no:cacheprovider", "-p", "no:xdist"]
    left_out = [option for test in without for option in ("--deselect", test)]
    code = sys.modules["pytest"].main([*options, *tests, *left_out])
    sys.stdout.flush()
    os._exit(int(code))


def outcome_on(
    tree: Path, tests: Sequence[str], without: Sequence[str], limit: float = LIMIT, compiled: bool = False
) -> tuple[str, str]:
    """Run tests on a tree up to the first that fails: verdict, and which test failed."""
    pid, until = os.fork(), time.monotonic() + limit
    if not pid:
        run_tests(tree, tests, without, compiled)
    while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
        if time.monotonic() > until:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return IN_TIME, ""
        time.sleep(0.02)
    code, said = os.waitstatus_to_exitcode(ended[1]), (tree / SAID).read_text(encoding="utf-8")
    if code in NO_TESTS:
        raise ValueError(f"the tests {' '.join(tests)} cannot be run:\n{said}")
    if code == 0:
        return SURVIVED, ""
    failed = [line for line in said.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return KILLED, failed[0].split(" - ")[0].split(" ", 1)[1] if failed else said.strip().splitlines()[-1]


@contextmanager
def standing(defect: Defect, tree: Path) -> Iterator[None]:
    """Plant a defect in a tree, and take it out again."""
    path = defect.source(tree)
    whole = path.read_text(encoding="utf-8")
    rewritten(path, defect.planted_in(whole))
    try:
        yield
    finally:
        rewritten(path, whole)


def tried(defect: Defect, tree: Path) -> Found:
    """Run the tests of a defect with it, and where they pass the wider ones."""
    if defect.compiled:
        compile_once(tree)
    began, verdict, test = time.perf_counter(), SURVIVED, ""
    for tests in filter(None, (defect.tests, defect.wider)):
        with standing(defect, tree):
            verdict, test = outcome_on(tree, tests, defect.without, compiled=defect.compiled)
        if verdict == IN_TIME:
            verdict, test = without_end(defect, tests, tree)
        if verdict != SURVIVED:
            break
    seconds = round(time.perf_counter() - began, 1)
    return Found(defect.name, defect.file, verdict, test.removeprefix("tests/"), seconds, bool(defect.survives))


def without_end(defect: Defect, tests: Sequence[str], tree: Path) -> tuple[str, str]:
    """Whether it is the defect that makes tests run out of time, and not a machine that has much else to do."""
    began = time.perf_counter()
    if outcome_on(tree, tests, defect.without, compiled=defect.compiled)[0] != SURVIVED:
        return SURVIVED, "the tests take too long without it, too"
    patience = max(LIMIT, PATIENCE * (time.perf_counter() - began))
    with standing(defect, tree):
        return outcome_on(tree, tests, defect.without, patience, defect.compiled)


def compile_once(tree: Path) -> None:
    """Compile the rules of a tree before the first defect is tried compiled: its time is not the defect's."""
    mark = tree / COMPILED
    if not mark.exists():
        if outcome_on(tree, [FIRST_COMPILED], (), COMPILING, compiled=True)[0] != SURVIVED:
            raise ValueError(f"without any defect: {FIRST_COMPILED} fails on compiled code")
        mark.touch()


def tried_all(chosen: Sequence[Defect], jobs: int = 1, control: bool = True) -> Iterator[Found]:
    """Try defects, every worker in a tree of its own; first all of their tests have to pass without any defect."""
    loaded()
    os.environ["PLANTED_DIGEST"] = digest_without_defects()
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        if control:
            for compiled in (False, True):
                some = [one for one in chosen if one.compiled == compiled]
                require_sound(some, tree_of_this_process(folder), compiled)
        with get_context("fork").Pool(jobs) as pool:
            yield from pool.imap_unordered(partial(tried_in, folder), chosen)
            pool.close()
            pool.join()


def tree_of_this_process(folder: str) -> Path:
    """Copy of what the tests need that nobody else writes to."""
    tree = Path(folder) / str(os.getpid())
    return tree if tree.is_dir() else copied_tree(tree)


def tried_in(folder: str, defect: Defect) -> Found:
    """Try a defect in the tree of this process."""
    return tried(defect, tree_of_this_process(folder))


def require_sound(chosen: Sequence[Defect], tree: Path, compiled: bool = False) -> None:
    """Refuse to go on where a test fails without a defect: it would find every one."""
    if compiled and chosen:
        compile_once(tree)
    files = list(dict.fromkeys(test for one in chosen for test in (*one.tests, *one.wider)))
    without = list(dict.fromkeys(test for one in chosen for test in one.without if test not in files))
    for first in range(0, len(files), TOGETHER):
        some = files[first : first + TOGETHER]
        verdict, test = outcome_on(tree, some, without, TOGETHER * LIMIT, compiled)
        if verdict != SURVIVED:
            raise ValueError(f"without any defect: {verdict} {test} ({' '.join(some)})")


def row(found: Found) -> str:
    """Row of the table."""
    note = " (as declared)" if found.declared and found.verdict == SURVIVED else ""
    return f"{found.name:45} {found.file:38} {found.verdict + note:24} {found.seconds:5.1f} s  {found.test}\n"


def summary(found: Sequence[Found], cpu: float) -> dict[str, float]:
    """Counts of the table."""
    verdicts = [one.verdict for one in found]
    killed = len(found) - verdicts.count(SURVIVED)
    return {
        "planted": len(found),
        "killed": killed,
        "killed_by_time": verdicts.count(IN_TIME),
        "survived_as_declared": sum(one.declared and one.verdict == SURVIVED for one in found),
        "survived": sum(not one.declared and one.verdict == SURVIVED for one in found),
        "share_killed": round(killed / len(found), 4),
        "cpu_seconds": round(cpu),
    }


def main() -> int:
    """Print the table; 1 where a defect survives that is not declared to, or one that is declared to does not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=["all"], help="names of defects, or all")
    parser.add_argument("--sample", type=int, help="so many of those that should be found, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="trees at a time")
    parser.add_argument("--no-control", action="store_true", help="do not run the tests without any defect first")
    parser.add_argument("--results", type=Path, help="JSON file to write")
    said = parser.parse_args()
    chosen = chosen_from(defects(), said.names, said.sample, said.seed)
    found = []
    for one in tried_all(chosen, said.jobs, not said.no_control):
        found.append(one)
        sys.stdout.write(row(one))
        sys.stdout.flush()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    counts = summary(found, used.ru_utime + used.ru_stime)
    sys.stdout.write("\n" + "".join(f"{name.replace('_', ' ')}: {value}\n" for name, value in counts.items()))
    if said.results:
        text = json.dumps({**counts, "defects": [asdict(one) for one in found]}, indent=1)
        said.results.write_text(text + "\n", encoding="utf-8")
    return int(any(one.declared != (one.verdict == SURVIVED) for one in found))


if __name__ == "__main__":
    sys.exit(main())
