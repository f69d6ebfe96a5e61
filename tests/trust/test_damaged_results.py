"""Whatever is read besides TOML may be damaged, too: one line, no traceback, nothing written elsewhere."""

import json
import shutil
from collections import Counter
from functools import partial

import pytest
from commands_in_one_process import Commands
from damage_tried import SECONDS
from damaged_files import tree
from damaged_results import LIVE, damaged, good_panel, odd_panels, parameter_sets, replaced, settings
from results_made import result

from simbiz.cli.exits import BAD_INPUT, FAILED_RUNS, USAGE
from simbiz.compilation import source_digest
from simbiz.errors import UNSEEN

RUN = ["run", "partner-dv", "--weeks", "2", "--json", "--set", "customers=20", "--set", "calendar.burn_in_weeks=52"]
TINY = ("--set", "customers=20", "--set", "calendar.burn_in_weeks=52")
FEW, MANY = 150, 3000  # texts after --set
MOST_MEMORY = 1 << 30


def commands_on(folder, drawn=True):
    """What is done with a result, with figures or without."""
    name = str(folder)
    figures = [["report", name], ["plot", name]] if drawn else []
    return [
        ["results", "show", name],
        ["results", "verify", name, "--runs", "1"],
        ["results", "ls"],
        ["results", "export", name, "--to", "csv"],
        ["experiment", "status", name],
        *figures,
    ]


def retried(folder):
    """A study that is gone on with from its result."""
    return [["experiment", "retry", str(folder), "--workers", "1", "--json"]]


def wrong_with(ended, command):
    """What must not be in how a command ended that reads a result."""
    allowed = (0, BAD_INPUT, USAGE, FAILED_RUNS) if "verify" in command else (0, BAD_INPUT, USAGE)
    if ended.trace:
        return f"traceback {ended.trace[-500:]}"
    if ended.code not in allowed:
        return f"exit code {ended.code}: {ended.err[-300:]}"
    if ended.code in (BAD_INPUT, USAGE) and len(ended.err.splitlines()) != 1:
        return f"not one line: {ended.err[:300]}"
    if UNSEEN.search(ended.out + ended.err):
        return "signs that a terminal obeys"
    return f"{ended.seconds:.1f} s" if ended.seconds > SECONDS else ""


class Tried:
    """Commands with what must not be in them."""

    def __init__(self, commands):
        self.commands, self.codes, self.problems, self.most, self.slowest = commands, Counter(), [], 0, 0.0

    def do(self, name, command, folder):
        ended = self.commands.do(command, folder)
        self.codes[ended.code] += 1
        self.most = max(self.most, ended.peak - self.commands.held)
        self.slowest = max(self.slowest, ended.seconds)
        wrong = wrong_with(ended, command)
        if wrong:
            self.problems.append(f"{name} | {' '.join(command)[:60]}: {wrong}")
        return ended

    def check(self, what):
        print(f"{what}: {dict(self.codes)}, slowest {self.slowest:.2f} s, {self.most / 2**20:.0f} MB more")
        assert self.problems == []
        assert self.most < MOST_MEMORY


def all_once(home, drawn):
    """A process that has done everything once with what is whole."""
    good_panel().to_parquet(home / "panel.parquet")
    first = [RUN, ["patterns", "--panel", "panel.parquet"], *commands_on(result(home, "run", "results"), drawn)]
    return Commands(home, first)


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    with all_once(tmp_path_factory.mktemp("home"), drawn=False) as process:
        yield process


@pytest.fixture
def drawing(tmp_path_factory):
    with all_once(tmp_path_factory.mktemp("home"), drawn=True) as process:
        yield process


def try_results(tmp_path, commands, kind, every, done=commands_on):
    """Damage every file of a result in every way, and do with every so manieth what is done with results."""
    made, folder = result(tmp_path, kind, "made"), tmp_path / "work" / "results" / "x" / "y"
    names = [path.relative_to(made) for path in sorted(made.rglob("*")) if path.is_file() and path.suffix != LIVE]
    tried, number = Tried(commands), 0
    before = tree(tmp_path, tmp_path / "work")

    def use(name):
        for command in done(folder):
            tried.do(f"{kind} {name}", command, tmp_path / "work")

    for name in names:
        for what, content in damaged((made / name).read_bytes()):
            number += 1
            if number % every == 0:
                shutil.copytree(made, folder)
                (folder / name).write_bytes(content)
                use(f"{name}, {what}")
                shutil.rmtree(tmp_path / "work")
        shutil.copytree(made, folder)
        for what in replaced(folder / name):
            number += 1
            if number % every == 0:
                use(f"{name}, {what}")
        shutil.rmtree(tmp_path / "work")
    assert tree(tmp_path, tmp_path / "work") == before
    tried.check(f"{number // every} damaged results of kind {kind}")


def test_a_damaged_result_is_refused_in_one_line_or_read(tmp_path, commands):
    try_results(tmp_path, commands, "run", every=20, done=partial(commands_on, drawn=False))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["run", "ablation"])
def test_a_result_with_any_file_damaged_in_any_way_is_refused_in_one_line_or_read(tmp_path, drawing, kind):
    try_results(tmp_path, drawing, kind, every=6)


@pytest.mark.slow
def test_a_damaged_result_is_refused_in_one_line_or_gone_on_with(tmp_path, drawing):
    try_results(tmp_path, drawing, "run", every=6, done=retried)


def test_a_report_that_was_changed_is_not_believed(tmp_path, commands):
    folder = result(tmp_path, "ablation")
    report = json.loads((folder / "ablation.json").read_text(encoding="utf-8"))
    (folder / "ablation.json").write_text(json.dumps(report | {"fit_tolerance": 1e9}), encoding="utf-8")
    ended = commands.do(["results", "show", str(folder)], tmp_path)
    assert ended.code == BAD_INPUT
    assert ended.err.startswith(f"{folder / 'ablation.json'}: was changed after it was written")


def test_a_damaged_panel_is_refused_in_one_line_or_measured(tmp_path, commands):
    file = tmp_path / "panel.parquet"
    command = ["patterns", "--panel", str(file)]
    good_panel().to_parquet(file)
    whole = file.read_bytes()
    tried = Tried(commands)
    for name, panel in odd_panels().items():
        panel.to_parquet(file)
        ended = tried.do(name, command, tmp_path)
        assert not ended.code or ended.err.startswith(str(file)), name
    for name, content in damaged(whole):
        file.write_bytes(content)
        tried.do(name, command, tmp_path)
    for name in replaced(file):
        tried.do(name, command, tmp_path)
    tried.check("damaged panels")


def test_a_damaged_set_of_parameter_points_is_refused_in_one_line(tmp_path, commands):
    folder = tmp_path / "set"
    folder.mkdir()
    file = folder / "calibrate.json"
    command = ["claims", "partner-dv", "--over", str(folder), "--dry-run", "--workers", "1", *TINY]
    tried = Tried(commands)
    for name, report in parameter_sets(source_digest()).items():
        file.write_text(json.dumps(report), encoding="utf-8")
        assert tried.do(name, command, tmp_path).code == BAD_INPUT, name
    for name, content in damaged(json.dumps(parameter_sets(source_digest())["no points"]).encode()):
        file.write_bytes(content)
        assert tried.do(name, command, tmp_path).code == BAD_INPUT, name
    for name in replaced(file):
        assert tried.do(name, command, tmp_path).code == BAD_INPUT, name
    tried.check("damaged sets of parameter points")


def try_settings(tmp_path, commands, number):
    tried, before = Tried(commands), tree(tmp_path, tmp_path / "nowhere")
    for text in settings(number):
        tried.do(repr(text), [*RUN, "--set", text], tmp_path)
    assert tree(tmp_path, tmp_path / "nowhere") == before
    tried.check(f"{number} texts after --set")


def test_whatever_follows_set_is_taken_or_refused_in_one_line(tmp_path, commands):
    try_settings(tmp_path, commands, FEW)


@pytest.mark.slow
def test_thousands_of_texts_after_set_are_taken_or_refused_in_one_line(tmp_path, commands):
    try_settings(tmp_path, commands, MANY)
