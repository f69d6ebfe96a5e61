"""Scenarios and catalogues as they may be declared: they run with every invariant, or are refused in one line."""

from collections import Counter

import pytest
from click.testing import CliRunner
from fuzzed_catalogues import changed_tables, spoilt_tables
from fuzzed_scenarios import ALONE, SHIPPED, SMALL, WEEKS, market_of, scenarios, spoilt
from fuzzing import assert_one_line, examples
from hypothesis import given
from invariants import lived_in_order
from worlds import assert_same_world, catalogue_with

from simbiz.catalogue import KINDS, Catalogue
from simbiz.cli import check, main
from simbiz.cli.exits import BAD_INPUT
from simbiz.errors import InputError
from simbiz.files import toml_file
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
    model = lived_in_order(scenario)
    assert model.week == model.start + WEEKS >= 104 + 52 + WEEKS
    tried["ran"] += 1


def tell(what, tried):
    """Print how many were tried, ran and were refused."""
    print(f"{what}: {tried.total()} tried, {tried['ran']} ran, {tried['refused']} refused")


def try_many(shape, number):
    tried = Counter()

    @examples(number)
    @given(scenarios(shape))
    def each(data):
        try_scenario(data, tried)

    each()
    tell(f"scenarios of {shape[0]} firms and {shape[1]} segments", tried)
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


def try_spoilt_files(folder, number):
    """Give spoilt scenarios to commands that read one."""
    tried = Counter()

    @examples(number)
    @given(spoilt())
    def each(given_scenario):
        data, path = given_scenario
        try:
            toml_file.write(folder / "spoilt.toml", data)
        except (TypeError, ValueError):  # what no file can hold
            tried["not to be written"] += 1
            return
        for command in (["check"], ["run"], ["compare", "partner-dv"]):
            result = CliRunner().invoke(main, [*command, str(folder / "spoilt.toml")])
            assert result.exit_code == BAD_INPUT, (command, path)
            assert_one_line(result.output)
        assert [one.name for one in folder.iterdir()] == ["spoilt.toml"]
        tried["refused"] += 1

    each()
    tell("spoilt scenarios", tried)


def test_a_spoilt_file_ends_the_command_with_3_and_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try_spoilt_files(tmp_path, 15)


@pytest.mark.slow
def test_many_spoilt_files_end_the_command_with_3_and_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try_spoilt_files(tmp_path, 300)


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
    tell("catalogues", tried)
    assert tried["ran"] > 0.3 * tried.total()


def test_a_catalogue_as_declared_runs_with_every_invariant_or_is_refused_in_one_line(tmp_path):
    try_catalogues(tmp_path, 12)


@pytest.mark.slow
def test_many_catalogues_run_with_every_invariant_or_are_refused_in_one_line(tmp_path):
    try_catalogues(tmp_path, 150)


def try_spoilt_catalogues(folder, monkeypatch, number):
    """Give spoilt tables to `simbiz check`; other commands see the same refusal, because they read the same tables."""
    tried = Counter()

    @examples(number)
    @given(spoilt_tables())
    def each(given_tables):
        tables, path = given_tables
        own = folder / "tables" / str(tried.total())
        monkeypatch.setattr(check, "load_catalogue", lambda: Catalogue(own))
        catalogue_with(own, **tables)
        result = CliRunner().invoke(main, ["check"])
        assert result.exit_code == BAD_INPUT, path
        bad = [line for line in result.output.splitlines() if not line.startswith("ok ")]
        assert len(bad) == 1, bad
        assert_one_line(bad[0])
        tried["refused"] += 1

    each()
    tell("spoilt catalogues", tried)


def test_a_spoilt_catalogue_ends_the_check_with_3_and_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try_spoilt_catalogues(tmp_path, monkeypatch, 8)


@pytest.mark.slow
def test_many_spoilt_catalogues_end_the_check_with_3_and_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try_spoilt_catalogues(tmp_path, monkeypatch, 200)
