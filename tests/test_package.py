"""A package that travels: what is built, and that it works where it is installed, whatever can be written there."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from hashlib import sha256
from importlib.metadata import packages_distributions
from pathlib import Path

import floors
import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
FACTS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUN = ["run", "partner-dv", "--set", "customers=300", "--set", "calendar.burn_in_weeks=52", "--weeks", "4", "--json"]
KINDS = ("sdist", "wheel")
DUMMY = "https://orcid.org/0000-0000-0000-0000"
NO_FOLDER = {"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null/cache"}


def build(source, kind, folder):
    """Build a distribution as installers do, with the backend that pyproject.toml names."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (made,) = folder.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return made


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    return build(REPOSITORY, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory):
    """Build the wheel from the unpacked source distribution, so that the one is shown to hold what the other needs."""
    folder = tmp_path_factory.mktemp("source")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return build(source, "wheel", tmp_path_factory.mktemp("wheel"))


def files_under(folder, pattern="*"):
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    }


# ---- what is built


def test_the_wheel_holds_every_module_and_table_and_what_is_shipped(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    package = {name for name in names if not name.startswith("simbiz-")}
    expected = {f"simbiz/{name}" for name in files_under(REPOSITORY / "simbiz")}
    for folder in ("scenarios", "experiments"):
        shipped = files_under(REPOSITORY / folder)
        assert shipped >= files_under(REPOSITORY / folder, "*.toml") != set()
        expected |= {f"simbiz/shipped/{folder}/{name}" for name in shipped}
    assert package == expected
    assert {"simbiz/py.typed", "simbiz/catalogue/parameters.toml"} <= package


def test_the_wheel_holds_its_licence_and_its_command(wheel):
    archive = zipfile.ZipFile(wheel)
    (info,) = {name.split("/")[0] for name in archive.namelist() if name.startswith("simbiz-")}
    assert archive.read(f"{info}/licenses/LICENSE") == (REPOSITORY / "LICENSE").read_bytes()
    assert "simbiz = simbiz.cli:main" in archive.read(f"{info}/entry_points.txt").decode()
    assert "License-Expression: Apache-2.0" in archive.read(f"{info}/METADATA").decode()


def test_the_source_distribution_holds_what_the_tests_and_make_need(sdist):
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    needed = {"pyproject.toml", "LICENSE", "README.md", "CHANGELOG.md", "CITATION.cff", "Makefile", ".ci/run"}
    needed |= {"constraints.txt", "constraints-lowest.txt"}
    needed |= {f"docs/{name}" for name in files_under(REPOSITORY / "docs", "*.md")}
    needed |= {f"experiments/{name}" for name in files_under(REPOSITORY / "experiments", "*.toml")}
    needed |= {f"tests/{name}" for name in files_under(REPOSITORY / "tests", "*.py")}
    needed |= {f"scenarios/{name}" for name in files_under(REPOSITORY / "scenarios", "*.toml")}
    assert needed <= names


@pytest.mark.slow
def test_the_same_sources_give_the_same_bytes_whenever_and_by_whomever_they_are_unpacked(sdist, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made = []
    for name, mask, when in (("one", 0o022, 1_600_000_000), ("two", 0o077, 1_650_000_000)):
        with tarfile.open(sdist) as archive:
            archive.extractall(tmp_path / name, filter="data")
        (source,) = (tmp_path / name).iterdir()
        for path in source.rglob("*"):
            path.chmod((0o777 if path.is_dir() else 0o666) & ~mask)
            os.utime(path, (when, when))
        place = tmp_path / f"{name} built"
        place.mkdir()
        made.append([sha256(build(source, kind, place).read_bytes()).hexdigest() for kind in KINDS])
    assert made[0] == made[1]
    with zipfile.ZipFile(next((tmp_path / "one built").glob("*.whl"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}


# ---- what it says of itself


def test_every_floor_is_what_the_lowest_constraints_install():
    assert floors.FILE.read_text(encoding="utf-8") == floors.text(), "out of date: python tests/floors.py"


def test_no_pin_lies_below_a_floor():
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.partition(";")[0].strip().split("==") for line in lines if "==" in line]
    numbers = {name.lower().replace("_", "-"): version for name, version in pins}
    for name, floor in floors.floors().items():
        assert as_numbers(numbers[name]) >= as_numbers(floor), name


def as_numbers(version):
    return [int(part) for part in re.findall(r"\d+", version)]


# Of the schema of the Citation File Format 1.2.0: what must be there, and what may be.
CITED = {"authors", "cff-version", "message", "title"}
MAY_BE_CITED = CITED | {
    "abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license", "license-url",
    "preferred-citation", "references", "repository", "repository-artifact", "repository-code", "type", "url",
    "version",
}  # fmt: skip
PERSON = {"address", "affiliation", "alias", "city", "country", "email", "family-names", "fax", "given-names",
          "name-particle", "name-suffix", "orcid", "post-code", "region", "tel", "website"}  # fmt: skip
ENTITY = {"address", "alias", "city", "country", "date-end", "date-start", "email", "fax", "location", "name", "orcid",
          "post-code", "region", "tel", "website"}  # fmt: skip
REFERENCE_TYPES = {"article", "book", "conference", "conference-paper", "proceedings", "report", "software", "thesis"}
REFERENCE = {"authors", "title", "type", "affiliation", "collection-title", "conference", "date-published", "doi",
             "edition", "editors", "end", "institution", "issn", "isbn", "issue", "journal", "keywords", "languages",
             "license", "month", "number", "pages", "publisher", "start", "status", "thesis-type", "url", "version",
             "volume", "year", "notes"}  # fmt: skip


def test_the_citation_file_is_one_and_speaks_of_this_version():
    yaml = pytest.importorskip("yaml")
    cited = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))
    assert CITED <= set(cited) <= MAY_BE_CITED
    assert (cited["cff-version"], cited["type"]) == ("1.2.0", "software")
    assert (str(cited["version"]), cited["license"]) == (FACTS["version"], FACTS["license"])
    assert [author["name"] for author in cited["authors"]] == [author["name"] for author in FACTS["authors"]]
    assert all(isinstance(word, str) for word in cited["keywords"])
    assert len(set(cited["keywords"])) == len(cited["keywords"])
    for one in cited["references"]:
        assert {"authors", "title", "type"} <= set(one) <= REFERENCE
        assert one["type"] in REFERENCE_TYPES
        for author in one["authors"]:
            assert set(author) <= (ENTITY if "name" in author else PERSON)
            assert re.fullmatch(r"https://orcid\.org/\d{4}-\d{4}-\d{4}-\d{3}[\dX]", author.get("orcid", DUMMY))
        for name in ("conference", "institution", "publisher"):
            assert name not in one or "name" in one[name]
        assert isinstance(one.get("year", 2000), int)
        assert one.get("month", 1) in range(1, 13)


def test_every_library_that_is_imported_is_declared_and_every_declared_one_imported():
    used = set()
    for file in (REPOSITORY / "simbiz").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                used |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                used.add((node.module or "").split(".")[0])
    foreign = used - set(sys.stdlib_module_names) - {"simbiz"}
    distributions = packages_distributions()
    needed = {distributions.get(name, [name])[0].lower().replace("_", "-") for name in foreign}
    extras = [text for texts in FACTS["optional-dependencies"].values() for text in texts]
    declared, extra = (
        {re.split(r"[\[<>=!~ ]", text)[0].lower().replace("_", "-") for text in texts}
        for texts in (FACTS["dependencies"], extras)
    )
    assert declared <= needed
    assert needed - declared <= extra


def test_an_extra_or_dependency_that_is_pinned_is_pinned_to_what_is_allowed():
    pins = dict(
        line.split(";")[0].strip().split("==")
        for line in (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    )
    wanted = [*FACTS["dependencies"], *(text for extra in FACTS["optional-dependencies"].values() for text in extra)]
    names = {re.split(r"[\[<>=!~ ]", text)[0].lower() for text in wanted}
    assert names <= set(pins)


# ---- where it is installed


@pytest.fixture(scope="module")
def site(wheel, tmp_path_factory):
    """Give an environment with simbiz installed in it; the libraries it needs are those of the tests' environment."""
    folder = tmp_path_factory.mktemp("installed") / "env"
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *options, wheel], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    paths = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (packages / "libraries.pth").write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
    return folder


def at(folder, *command, **environment):
    """Run a command in a folder, with an environment that knows nothing of this repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XDG", "SIMBIZ"))}
    kept |= {"PYTHONDONTWRITEBYTECODE": "1"} | environment
    return subprocess.run(list(map(str, command)), cwd=folder, env=kept, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def usual(site, tmp_path_factory):
    """Give a run of the installed program with a cache of its own: what it said, its folder and its home."""
    folder, home = tmp_path_factory.mktemp("elsewhere"), tmp_path_factory.mktemp("home")
    return at(folder, site / "bin" / "simbiz", *RUN, HOME=home), folder, home


@pytest.mark.slow
def test_what_is_imported_is_what_is_installed(site, tmp_path):
    done = at(tmp_path, site / "bin" / "python", "-c", "import simbiz; print(simbiz.__file__)", HOME=tmp_path)
    assert Path(done.stdout.strip()).is_relative_to(site)


TYPED = """
import simbiz
from simbiz import Scenario, compare, load_scenario, simulate, with_changes, without_programme


def share(scenario: Scenario, seed: int) -> float:
    table = simulate(scenario, seed=seed)
    return float(table["market_share"].max())


scenario = with_changes(load_scenario("partner-dv", {"customers": 300}), {"market.growth": 0.1})
print(share(scenario, seed=1), scenario.focal.upper())
print(compare(without_programme(scenario), scenario, replicates=2, metrics=["market_share"]))
model = simbiz.OmnichannelModel(scenario, rng=1)
model.step()
print(simbiz.load_result("results/x/y").runs["seed"].max(), simbiz.load_catalogue().tools)
"""
WRONG = {
    "simulate(scenario, seed='one')": 'Argument "seed" to "simulate" has incompatible type "str"; expected "int"',
    "scenario.focl": '"Scenario" has no attribute "focl"; maybe "focal"?',
    "simbiz.load_catalog()": 'Module has no attribute "load_catalog"; maybe "load_catalogue"?',
}


@pytest.mark.slow
def test_a_script_of_a_user_is_checked_strictly_against_what_is_installed(site, tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "script.py").write_text(TYPED + "".join(f"{line}\n" for line in WRONG), encoding="utf-8")
    options = ["--strict", "--python-executable", site / "bin" / "python", "--cache-dir", tmp_path / "cache"]
    done = at(tmp_path, sys.executable, "-m", "mypy", *options, "--no-color-output", "script.py")
    first = TYPED.count("\n") + 1
    said = dict(re.findall(r"^script.py:(\d+): error: (.*?)  \[", done.stdout, flags=re.MULTILINE))
    assert list(map(int, said)) == [first, first + 1, first + 2], done.stdout
    for told, expected in zip(said.values(), WRONG.values(), strict=True):
        assert expected in told


@pytest.mark.slow
def test_the_light_commands_work_from_another_folder(site, tmp_path):
    for arguments, expected in (
        (["check"], "ok "),
        (["list", "scenarios"], "partner_dv"),
        (["show", "scenario", "partner-dv"], 'name = "partner_dv"'),
        (["--version"], f"simbiz {FACTS['version']}"),
    ):
        done = at(tmp_path, site / "bin" / "simbiz", *arguments, HOME=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert expected in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_run_from_another_folder_gives_the_numbers_of_this_one_and_leaves_nothing_there(usual, tmp_path):
    done, folder, home = usual
    assert (done.returncode, done.stderr) == (0, "")
    (run,) = json.loads(done.stdout)["runs"]
    assert run["status"] == "ok"
    assert {row["firm"] for row in run["outcomes"]} > {"partner_dv"}
    assert list(folder.iterdir()) == []
    assert list((home / ".cache" / "simbiz" / "compiled").rglob("*.nbi"))
    here = at(REPOSITORY, sys.executable, "-m", "simbiz", *RUN, HOME=tmp_path)
    assert here.stdout == done.stdout


@pytest.mark.slow
def test_without_any_folder_to_write_in_a_run_says_so_in_one_line_and_gives_the_same(site, usual, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    for path in before:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    try:
        done = at(tmp_path, site / "bin" / "simbiz", *RUN, **NO_FOLDER)
    finally:
        for path in before:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o200)
    assert done.returncode == 0
    assert done.stdout == usual[0].stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith("compiled rules cannot be kept")
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_shell_completes_commands(site, tmp_path):
    environment = {"HOME": tmp_path, "_SIMBIZ_COMPLETE": "bash_source"}
    script = at(tmp_path, site / "bin" / "simbiz", **environment)
    assert script.returncode == 0
    assert "complete -o nosort -F _simbiz_completion simbiz" in script.stdout
    words = environment | {"_SIMBIZ_COMPLETE": "bash_complete", "COMP_WORDS": "simbiz cl", "COMP_CWORD": "1"}
    assert at(tmp_path, site / "bin" / "simbiz", **words).stdout == "plain,claims\n"
    options = words | {"COMP_WORDS": "simbiz run --eng", "COMP_CWORD": "2"}
    assert at(tmp_path, site / "bin" / "simbiz", **options).stdout == "plain,--engine\n"


# ---- the cache of compiled rules


def outcomes(done):
    """Give the results without the key, which names the sources."""
    assert done.returncode == 0, done.stderr
    return [run["outcomes"] for run in json.loads(done.stdout)["runs"]]


@pytest.mark.slow
def test_an_edited_rule_is_never_served_from_an_old_cache(wheel, tmp_path):
    """The rule is compiled into loops of another file, which itself stays as it was."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "copy")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def run(cache):
        places = {"PYTHONPATH": tmp_path / "copy", "XDG_CACHE_HOME": tmp_path / cache}
        return outcomes(at(elsewhere, sys.executable, "-m", "simbiz", *RUN, **places))

    before = run("cache")
    assert run("cache") == before
    rule = tmp_path / "copy" / "simbiz" / "submodels" / "choice.py"
    text = rule.read_text(encoding="utf-8")
    assert "shift + quality - effort" in text
    rule.write_text(text.replace("shift + quality - effort", "shift + 3.0 * quality - effort"), encoding="utf-8")
    after = run("cache")
    assert after != before
    assert after == run("fresh cache")


COLD = """
# Runs in two worker processes; each says how often compiled code was found in the cache, and how often not.
import json, os, sys, time
from pathlib import Path
from simbiz.runs.engine import map_groups
from simbiz.runs.run import Run, execute, grouped
from studies import point


def looked_up():
    found = {}
    for name, module in list(sys.modules.items()):
        for value in vars(module).values() if name.startswith("simbiz.") else ():
            stats = getattr(value, "stats", None)
            if hasattr(stats, "cache_hits"):
                found[f"{value.__module__}.{value.__name__}"] = [
                    sum(stats.cache_hits.values()), sum(stats.cache_misses.values())
                ]
    return found


def work(group):
    Path(f"{os.getpid()}.worker").touch()
    while len(list(Path().glob("*.worker"))) < 2:
        time.sleep(0.01)
    outcomes = execute(group)
    outcomes[0].programme = {"pid": os.getpid(), "looked_up": looked_up()}
    return outcomes


if __name__ == "__main__":
    parts = list(map_groups(grouped(Run(point(), seed) for seed in (1, 2)), 2, work=work))
    status = [outcome.status for part in parts for outcome in part]
    print(json.dumps({"status": status, "parent": looked_up(), "workers": [part[0].programme for part in parts]}))
"""


@pytest.mark.slow
def test_two_workers_on_a_cold_cache_compile_nothing_because_it_was_done_before_they_began(tmp_path):
    (tmp_path / "cold.py").write_text(COLD, encoding="utf-8")
    places = {"XDG_CACHE_HOME": tmp_path / "cache", "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'tests'}"}
    done = at(tmp_path, sys.executable, "cold.py", **places)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["status"] == ["ok", "ok"]
    assert len({worker["pid"] for worker in report["workers"]}) == 2
    assert sum(misses for _, misses in report["parent"].values()) > 0
    for worker in report["workers"]:
        assert sum(hits for hits, _ in worker["looked_up"].values()) > 0
        assert {name: counts for name, counts in worker["looked_up"].items() if counts[1]} == {}
