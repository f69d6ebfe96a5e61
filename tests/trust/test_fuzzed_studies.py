"""Study files as they may be declared: their worlds run with every invariant, or they are refused in one line."""

from collections import Counter

import pytest
from click.testing import CliRunner
from fuzzed_studies import is_small, spoilt_studies, studies
from fuzzing import assert_one_line, examples
from hypothesis import given
from invariants import lived_in_order

from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.errors import InputError
from simbiz.files import toml_file
from simbiz.runs.kinds import kinds
from simbiz.runs.study_file import study_of
from simbiz.scenario import with_changes

WEEKS = 10
MOST_RUNS = 6  # of a study that is done as a whole
COMMANDS = (
    ["experiment", "run", "{}", "--dry-run"],
    ["experiment", "run", "{}"],
    ["experiment", "run", "{}", "--shard", "1/2", "--json"],
    ["experiment", "status", "{}"],
    ["experiment", "slurm", "{}"],
)


def live_worlds(study, data):
    """Live through ten weeks of the first world of a study's plan, of the one in the middle and of the last."""
    if not is_small(data):
        return "too large to be planned here"
    runs = study.plan().runs
    for place in sorted({0, len(runs) // 2, len(runs) - 1}):
        run, _ = runs[place]
        scenario = with_changes(run.scenario, {"calendar.weeks": WEEKS})
        model = lived_in_order(scenario, seed=run.seed)
        assert model.week == model.start + WEEKS
    return study.kind


def try_many(number, live):
    tried = Counter()

    @examples(number)
    @given(studies())
    def each(data):
        try:
            study = study_of(data)
        except InputError as error:
            assert_one_line(error)
            tried["refused"] += 1
            return
        assert len(study.id) == 12
        tried[live(study, data)] += 1

    each()
    ran = sum(tried[kind] for kind in kinds())
    print(f"study files: {tried.total()} tried, {ran} ran, {tried['refused']} refused, {dict(tried)}")
    return tried


def test_a_study_as_declared_lives_with_every_invariant_or_is_refused_in_one_line():
    tried = try_many(40, live_worlds)
    assert tried["refused"] < 0.7 * tried.total()


@pytest.mark.slow
def test_many_studies_as_declared_live_with_every_invariant_or_are_refused_in_one_line():
    tried = try_many(400, live_worlds)
    assert len(tried.keys() & kinds().keys()) >= len(kinds()) - 3  # budgets of orders are never small
    assert tried["refused"] < 0.6 * tried.total()


@pytest.mark.slow
def test_small_studies_as_declared_are_done_by_the_command_and_reported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def do(study, data):
        if not is_small(data) or not study.knows_its_runs or len(study.plan().runs) > MOST_RUNS:
            return "too large to be done here"
        toml_file.write(tmp_path / "mine.toml", data)
        result = CliRunner().invoke(main, ["experiment", "run", "mine.toml", "--workers", "1"])
        assert (result.exit_code, result.exception) == (0, None), result.output
        return study.kind

    tried = try_many(100, do)
    assert len(tried.keys() & kinds().keys()) >= 4


@examples(100)
@given(spoilt_studies())
def test_a_study_with_one_thing_that_is_not_declared_is_refused_in_one_line(given_study):
    data, _ = given_study
    with pytest.raises(InputError) as refused:
        study_of(data)
    assert_one_line(refused.value)


def try_commands(folder, number):
    """Give spoilt study files to every command that reads one."""
    tried = Counter()

    @examples(number)
    @given(spoilt_studies())
    def each(given_study):
        data, path = given_study
        toml_file.write(folder / "spoilt.toml", data)
        for command in COMMANDS:
            result = CliRunner().invoke(main, [part.format("spoilt.toml") for part in command])
            assert result.exit_code == BAD_INPUT, (command, path)
            assert_one_line(result.output)
            assert [one.name for one in folder.iterdir()] == ["spoilt.toml"]
            tried[" ".join(command)] += 1

    each()
    print(f"spoilt study files: {number} tried, {tried.total()} commands refused in one line")


def test_a_spoilt_study_file_ends_every_command_with_3_and_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try_commands(tmp_path, 8)


@pytest.mark.slow
def test_many_spoilt_study_files_end_every_command_with_3_and_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try_commands(tmp_path, 200)
