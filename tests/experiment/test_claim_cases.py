"""Horizons, thresholds, targets and intervals."""

import numpy as np
import pytest
from scipy import stats
from studies import metrics, point, worlds

from simbiz.catalogue import load_catalogue
from simbiz.market_map import VARIANTS
from simbiz.studies.claims.cases import (
    Case,
    asked,
    headline,
    interval,
    passed,
    passes,
    printed_numbers,
    reached,
    target_value,
)
from simbiz.studies.claims.horizons import FIRST_YEAR, FULL_YEAR_AFTER, nth_year
from simbiz.studies.claims.joint_sets import HALF_UNITS
from simbiz.studies.claims.statistics import BEFORE_AFTER, NUMBERS, PAIRED, Worlds

# Claims about the market have a file of their own.
CLAIMS = {name: claim for name, claim in load_catalogue().claims.items() if claim.kind != "market"}
READINGS = {f"{name}.{key}": reading for name, claim in CLAIMS.items() for key, reading in claim.readings.items()}


def case(last_week, years):
    """One pair of worlds with so many years from the start of the programme."""
    world = metrics(market_share=[0.1] * (years + 2))
    return Case("stopped", "ended", [Worlds(world, world, 1, (0.3, 0.6))], [last_week])


@pytest.mark.parametrize(
    ("last_week", "year"), [(-1, 1), (0, 2), (50, 2), (51, 2), (52, 3), (103, 3), (104, 4), (155, 4), (156, None)]
)
def test_the_first_full_year_after_the_last_step_begins_after_it(last_week, year):
    assert case(last_week, 4).year(0, FULL_YEAR_AFTER) == year


@pytest.mark.parametrize("years", [0, 1, 2])
def test_a_horizon_beyond_the_end_of_the_calendar_is_not_reached(years):
    short = case(40, years)
    assert short.year(0, FIRST_YEAR) == (1 if years >= 1 else None)
    assert short.year(0, FULL_YEAR_AFTER) == (2 if years >= 2 else None)
    assert len(reached(short, FIRST_YEAR)) == (years >= 1)
    assert len(reached(short, FULL_YEAR_AFTER)) == (years >= 2)


def test_every_pair_has_the_year_of_its_own_programme():
    one, other = case(40, 3).pairs[0], case(60, 3).pairs[0]
    both = Case("stopped", "ended", [one, other], [40, 60])
    assert reached(both, FULL_YEAR_AFTER) == [(one, 2), (other, 3)]


@pytest.mark.parametrize(("year", "found"), [(1, 1), (4, 4), (5, None)])
def test_any_year_of_the_calendar_is_a_horizon(year, found):
    assert case(40, 4).year(0, nth_year(year)) == found


def test_pairs_that_do_not_count_were_planned_too():
    counted = case(40, 3)
    assert counted.planned == 1
    assert Case("stopped", "ended", counted.pairs, [40], {"failed": 2, "missed the base year": 1}).planned == 4


def test_the_case_that_is_told_first_is_the_scenarios_own_as_far_as_a_study_has_it():
    scenario = point({"rivals.mode": "trend", "past.decline": "steady"})
    assert headline(scenario, ["stopped", "trend"], ["ended", "steady"]) == ("trend", "steady")
    assert headline(scenario, ["stopped", "responding"], ["ended", "steady"]) == ("stopped", "steady")


def held(name, with_programme, without, comparator, test="reach", metric="market_share"):
    """Whether a reading holds in a pair of worlds with these values of a metric in years -1, 0, 1."""
    reading = READINGS[name]
    pair = worlds({metric: with_programme}, {metric: without})
    parts = NUMBERS[reading.statistic].of([(pair, 1)], comparator)
    return bool(passed(reading, parts, comparator, test)[0])


def test_paired_a_level_must_gain_what_the_paper_adds_to_its_own_number():
    assert asked(READINGS["share.value"], PAIRED) == (pytest.approx(0.1279 - 0.0771), 0.0001)
    assert asked(READINGS["rate.staff"], PAIRED)[0] == pytest.approx(0.42)
    assert held("share.value", [0.08, 0.08, 0.131], [0.08, 0.08, 0.08], PAIRED)
    assert not held("share.value", [0.08, 0.08, 0.131], [0.08, 0.08, 0.09], PAIRED)
    assert held("share.value", [0.08, 0.08, 0.131], [0.08, 0.08, 0.09], BEFORE_AFTER)


def test_a_rate_that_rose_from_high_gains_no_more_than_it_could():
    assert not held("rate.staff", [0.7, 0.7, 1.0], [0.7, 0.7, 0.7], PAIRED, metric="digitalization_rate")
    assert held("rate.staff", [0.1, 0.1, 0.6], [0.1, 0.1, 0.1], PAIRED, metric="digitalization_rate")


@pytest.mark.parametrize(
    ("before", "after", "reached"), [(100, 128, True), (100, 127, False), (-100, -71, True), (-100, -74, False),
                                     (0, 5, False), (0, 0, False), (1, 2, True)])  # fmt: skip
def test_money_grows_by_a_part_of_the_size_of_what_it_is_compared_with(before, after, reached):
    profit = [before, before, after]
    assert held("performance.profit", profit, profit, BEFORE_AFTER, metric="profit") == reached


def test_reach_takes_what_would_be_printed_as_the_target_or_more():
    assert passes(0.12786, 0.1279, 0.00005, "reach")
    assert not passes(0.12784, 0.1279, 0.00005, "reach")
    assert passes(0.9, 0.1279, 0.00005, "reach")


def test_match_takes_what_would_be_printed_as_the_target():
    assert passes(0.12786, 0.1279, 0.00005, "match")
    assert passes(0.12794, 0.1279, 0.00005, "match")
    assert not passes(0.12796, 0.1279, 0.00005, "match")
    assert not passes(0.12784, 0.1279, 0.00005, "match")


@pytest.mark.parametrize("count", [2, 3, 8, 40])
def test_the_interval_is_students(count):
    values = np.random.default_rng(count).normal(size=count)
    expected = stats.t.interval(0.95, count - 1, loc=values.mean(), scale=stats.sem(values))
    assert interval(values) == pytest.approx(list(expected))


def test_one_world_has_no_interval():
    assert interval(np.array([1.0])) is None
    assert interval(np.array([])) is None


# Section 5.1 of the notes on the paper, as printed there: target, half of its last digit.
DOCUMENTED = {
    "rate.staff": (0.57, 0.0),
    "rate.tools": (0.57, 0.0),
    "performance.revenue": (0.28, 0.0),
    "performance.profit": (0.28, 0.0),
    "performance.productivity": (0.28, 0.0),
    "performance.mean_index": (1.2786, 0.00005),
    "share.value": (0.1279, 0.0),
    "share_index.chain": (1.0648, 0.0),
    "share_index.revenue": (1.0648, 0.0),
    "share_index.yearly": (1.0648, 0.0),
    "share_index.azoev": (1.0648, 0.0),
    "share_index.relative": (1.0648, 0.0),
    "share_index.improvement": (1.1853, 0.0001),
    "revenue.level": (114499, 0.0),
    "revenue.constant_market": (0.659, 0.0005),
}


def test_every_reading_of_a_number_is_documented():
    assert {name for name in READINGS if CLAIMS[name.split(".")[0]].kind == "number"} == set(DOCUMENTED)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_target_is_the_documented_number(name):
    number, half_unit = DOCUMENTED[name]
    assert target_value(READINGS[name].target, printed_numbers()) == pytest.approx(number, rel=0, abs=half_unit + 1e-12)


def test_targets_are_arithmetic_on_what_is_printed():
    printed = {"a": 6.0, "b": 4.0}
    assert target_value("a", printed) == 6.0
    assert target_value("(a + b) / 2 - 1", printed) == 4.0
    assert target_value("a - b * 2", printed) == -2.0
    with pytest.raises(KeyError):
        target_value("c", printed)
    for text in ("a ** b", "max(a, b)", "-a", "'a'"):
        with pytest.raises((ValueError, KeyError)):
            target_value(text, printed)


@pytest.mark.parametrize("name", READINGS)
def test_the_statistic_of_a_reading_exists(name):
    statistic = READINGS[name].statistic
    categories = {"strategy_class", *(f"map_cell {variant}" for variant in VARIANTS)}
    known = NUMBERS if CLAIMS[name.split(".")[0]].kind == "number" else categories
    assert statistic in known


def test_every_statistic_and_every_variant_of_the_map_has_a_reading():
    used = {reading.statistic for reading in READINGS.values()}
    assert used == {*NUMBERS, "strategy_class", *(f"map_cell {variant}" for variant in VARIANTS)}


def test_the_paired_half_unit_of_a_level_is_carried_through_its_arithmetic():
    for name, reading in READINGS.items():
        if reading.paired is not None and name != "revenue.level":
            assert reading.paired.half_unit == pytest.approx(2 * reading.half_unit), name
    before = [0.0771 + sign * 0.00005 for sign in (-1, 1)]
    after = [0.1279 + sign * 0.00005 for sign in (-1, 1)]
    gains = [(114499 + unit) * (1 - low / high) for unit in (-0.5, 0.5) for low in before for high in after]
    level = READINGS["revenue.level"]
    assert (max(gains) - min(gains)) / 2 == pytest.approx(level.paired.half_unit, abs=1.5)
    assert asked(level, PAIRED)[0] == pytest.approx(114499 - 0.0771 * 895223, abs=level.paired.half_unit)


@pytest.mark.parametrize("letter", "ABCDEFGHI")
def test_each_lettered_reading_appears_once(letter):
    assert sum(f"(reading {letter})" in reading.meaning for reading in READINGS.values()) == 1


def test_a_number_is_printed_once():
    names = [name for claim in CLAIMS.values() for name in claim.printed]
    assert len(set(names)) == len(names)


def test_the_tolerance_of_a_printed_number_is_that_of_the_joint_arithmetic():
    for reading in READINGS.values():
        if reading.target in HALF_UNITS:
            assert reading.half_unit == HALF_UNITS[reading.target], reading.meaning


def test_the_printed_numbers_are_those_of_the_papers():
    assert printed_numbers() == {
        "rate_before": 0.15,
        "rate_after": 0.57,
        "performance_growth": 0.28,
        "share_before": 0.0771,
        "share_after": 0.1279,
        "share_index_before": 0.8983,
        "share_index_after": 1.0648,
        "revenue_after": 114499.0,
        "nps_growth_ratio": 2.5,
        "profit_ratio_least": 2.0,
        "profit_ratio_most": 5.0,
    }
