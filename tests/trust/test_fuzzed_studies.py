"""Study files as they may be declared: their first world runs with every invariant, or they are refused in one line."""

import warnings
from collections import Counter

import pytest
from accounting import check_accounting
from click.testing import CliRunner
from fuzzed_studies import is_small, spoilt_studies, studies
from fuzzing import assert_one_line, examples
from hypothesis import given

from simbiz import toml_file
from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.errors import InputError
from simbiz.experiment.kinds import KINDS
from simbiz.experiment.study_file import study_of
from simbiz.model import OmnichannelModel

WEEKS = 10


def lived_first(study):
    """First world of a study's plan after ten weeks of its programme."""
    run, _ = study.plan().runs[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = OmnichannelModel(run.scenario, rng=run.seed)
        check_accounting(model.run(model.start + WEEKS))
        model.release()
    return model


def try_many(number):
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
        if is_small(data):
            assert lived_first(study).week == 156 + WEEKS
            tried[study.kind] += 1
        else:
            tried["too large to be planned here"] += 1

    each()
    print(f"studies: {dict(tried)}")
    return tried


def test_a_study_as_declared_begins_with_every_invariant_or_is_refused_in_one_line():
    tried = try_many(40)
    assert tried["refused"] < 0.7 * tried.total()


@pytest.mark.slow
def test_many_studies_as_declared_begin_with_every_invariant_or_are_refused_in_one_line():
    tried = try_many(400)
    assert len(tried.keys() & KINDS.keys()) >= len(KINDS) - 3  # budgets of orders are never small
    assert tried["refused"] < 0.6 * tried.total()


@examples(100)
@given(spoilt_studies())
def test_a_study_with_one_thing_that_is_not_declared_is_refused_in_one_line(given_study):
    data, _ = given_study
    with pytest.raises(InputError) as refused:
        study_of(data)
    assert_one_line(refused.value)


def test_a_spoilt_study_file_ends_the_command_with_3_and_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    @examples(15)
    @given(spoilt_studies())
    def each(given_study):
        data, path = given_study
        toml_file.write(tmp_path / "spoilt.toml", data)
        result = CliRunner().invoke(main, ["experiment", "run", "spoilt.toml", "--dry-run"])
        assert result.exit_code == BAD_INPUT, path
        assert_one_line(result.output)
        assert [one.name for one in tmp_path.iterdir()] == ["spoilt.toml"]

    each()
