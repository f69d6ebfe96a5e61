"""Scenarios and catalogues as they may be declared: they run with every invariant, or are refused in one line."""

from collections import Counter

import pytest
from click.testing import CliRunner
from fuzzed_catalogues import changed_tables
from fuzzed_scenarios import ALONE, SHIPPED, SMALL, WEEKS, market_of, scenarios, spoilt
from fuzzing import assert_one_line, examples
from hypothesis import given
from invariants import lived_in_order
from worlds import assert_same_world, catalogue_with

from simbiz import toml_file
from simbiz.catalogue import KINDS
from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.errors import InputError
from simbiz.scenario import load_scenario

SHARE_THAT_RUNS = 0.6  # otherwise nearly nothing would be tried


def scenario_of(data, catalogue=None):
    """Scenario of plain data, as a file that extends nothing would give it."""
    return load_scenario("partner-dv", dict(data), catalogue)


def try_scenario(data, tried):
    """Run what is accepted, and look at how the rest is refused."""
    try:
        scenario = scenario_of(data)
    except InputError as error:
        assert_one_line(error)
        tried["refused"] += 1
        return
    assert lived_in_order(scenario).week == 104 + 52 + WEEKS
    tried["ran"] += 1


def try_many(shape, number):
    tried = Counter()

    @examples(number)
    @given(scenarios(shape))
    def each(data):
        try_scenario(data, tried)

    each()
    print(f"{shape[0]} firms, {shape[1]} segments: {dict(tried)}")
    assert tried["ran"] > SHARE_THAT_RUNS * tried.total()


def test_a_scenario_as_declared_runs_with_every_invariant_or_is_refused_in_one_line():
    try_many(SHIPPED, 60)


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "number"), [(SHIPPED, 400), (SMALL, 150), (ALONE, 100)])
def test_many_scenarios_as_declared_run_with_every_invariant_or_are_refused_in_one_line(shape, number):
    try_many(shape, number)


def test_both_engines_live_the_same_life_in_whatever_world():
    @examples(5)
    @given(scenarios(SHIPPED))
    def each(data):
        try:
            scenario = scenario_of(data | {"customers": 1 + data["customers"] % 5})
        except InputError:
            return
        assert_same_world(*(lived_in_order(scenario, engine=engine) for engine in ("arrays", "agents")))

    each()


@examples(150)
@given(spoilt())
def test_a_scenario_with_one_thing_that_is_not_declared_is_refused_in_one_line(given_scenario):
    data, _ = given_scenario
    with pytest.raises(InputError) as refused:
        scenario_of(data)
    assert_one_line(refused.value)


def test_a_spoilt_file_ends_the_command_with_3_and_one_line(tmp_path):
    @examples(15)
    @given(spoilt())
    def each(given_scenario):
        data, path = given_scenario
        try:
            toml_file.write(tmp_path / "spoilt.toml", data)
        except (TypeError, ValueError):  # what no file can hold
            return
        result = CliRunner().invoke(main, ["check", str(tmp_path / "spoilt.toml")])
        assert result.exit_code == BAD_INPUT, path
        assert_one_line(result.output)

    each()


def try_catalogues(folder, number):
    tried = Counter()

    @examples(number)
    @given(changed_tables())
    def each(tables):
        try:
            catalogue = catalogue_with(folder / str(tried.total()), **tables)
            for kind in KINDS:  # as `simbiz check` does
                catalogue.table(kind)
            scenario = scenario_of(market_of(*SHIPPED), catalogue)
        except InputError as error:
            assert_one_line(error)
            tried["refused"] += 1
            return
        lived_in_order(scenario, catalogue)
        tried["ran"] += 1

    each()
    print(f"catalogues: {dict(tried)}")
    assert tried["ran"] > 0.3 * tried.total()


def test_a_catalogue_as_declared_runs_with_every_invariant_or_is_refused_in_one_line(tmp_path):
    try_catalogues(tmp_path, 12)


@pytest.mark.slow
def test_many_catalogues_run_with_every_invariant_or_are_refused_in_one_line(tmp_path):
    try_catalogues(tmp_path, 150)
