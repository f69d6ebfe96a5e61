"""Designs of a sweep."""

import numpy as np
import pytest
from studies import point

from simbiz.runs.run import Run
from simbiz.scenario import load_scenario, with_changes
from simbiz.studies.sweep.design import FACTORIAL, HYPERCUBE, SOBOL, DesignPoints, is_power_of_two, unit_points
from simbiz.studies.sweep.factors import FactorSettings, factor_of, scenario_changes

THREE = {
    "parameters.loyalty_coefficient": {"low": 1.0, "high": 3.0, "steps": 3},
    "rivals.mode": ["stopped", "responding"],
    "programme.budget": {"low": 0.01, "high": 1.0, "scale": "log"},
}


def factors(settings):
    return [factor_of(path, FactorSettings.model_validate(one), point()) for path, one in settings.items()]


def test_a_factorial_design_has_every_combination_once_the_last_factor_changing_fastest():
    points = DesignPoints(factors(THREE), None)
    assert len(points) == 3 * 2 * 2
    listed = [tuple(point.values()) for point in points]
    assert listed[:3] == [(1.0, "stopped", 0.01), (1.0, "stopped", 1.0), (1.0, "responding", 0.01)]
    assert len(set(listed)) == 12
    assert points[-1] == points[11] == dict(zip(THREE, (3.0, "responding", 1.0), strict=True))
    with pytest.raises(IndexError):
        points[12]


@pytest.mark.parametrize("design", [HYPERCUBE, SOBOL])
def test_designs_of_points_fill_every_part_of_every_range_alike(design):
    unit = unit_points(design, 3, 32, 1)
    for column in unit.T:
        assert sorted((column * 32).astype(int)) == list(range(32))
    points = DesignPoints(factors(THREE), unit)
    assert [point["rivals.mode"] for point in points].count("stopped") == 16
    budgets = np.log10([point["programme.budget"] for point in points])
    assert (budgets < -1.0).sum() == 16
    assert (budgets > -2.0).all()
    assert (budgets < 0.0).all()


@pytest.mark.parametrize("design", [HYPERCUBE, SOBOL])
def test_a_design_is_decided_by_its_seed(design):
    first, again, other = (unit_points(design, 2, 8, seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_a_longer_sequence_begins_with_the_shorter():
    assert (unit_points(SOBOL, 3, 64, 1)[:16] == unit_points(SOBOL, 3, 16, 1)).all()
    assert unit_points(FACTORIAL, 3, 0, 1) is None
    assert [number for number in range(1, 20) if is_power_of_two(number)] == [1, 2, 4, 8, 16]


def test_a_whole_scenario_as_a_level_is_that_scenario():
    base = point()
    changes = {
        "customers": 60,
        "calendar.burn_in_weeks": 52,
        "calendar.years": 1,
        "fit.tolerance": 100.0,
        "fit.check_rest": False,
    }
    names = ["partner_dv", "rivals_price"]
    settings = {"programme.parallel": [1, 2], "scenario": names}
    scenarios = {name: scenario_changes(base, name, changes) for name in names}
    points = DesignPoints(factors(settings), None, scenarios)
    assert points[0] == {"programme.parallel": 1}
    for number in range(4):
        wanted = load_scenario(names[number % 2], changes | {"programme.parallel": 1 + number // 2})
        assert Run(with_changes(base, points[number]), 1).key == Run(wanted, 1).key
    # A point made twice is the same: changes of changes do not stay.
    assert points[3] == points[3]
    assert Run(with_changes(base, points[1]), 1).key == Run(load_scenario("rivals_price", changes), 1).key


def test_a_declared_range_is_the_one_of_the_catalogue_with_its_distribution():
    (factor,) = factors({"parameters.loyalty_coefficient": {"range": "declared", "steps": 3}})
    assert factor.limits is not None
    assert [level.value for level in factor.levels] == pytest.approx(
        [factor.limits.low, (factor.limits.low + factor.limits.high) / 2, factor.limits.high]
    )
    assert factor.described()["low"] == factor.limits.low


def test_declared_levels_of_a_scenario_value_are_a_factor_of_a_sweep():
    tools, shortlist = factors({
        "programme.parallel": {"range": "declared", "steps": 4},
        "segments.person.shortlist": {"range": "declared"},
    })  # fmt: skip
    assert [level.value for level in tools.levels] == [1, 3, 6, 8]
    assert [level.value for level in shortlist.levels] == [[1, 1], [2, 4]]
    assert shortlist.levels[0].label == "1, 1"
    assert shortlist.at(0.99).value == [2, 4]
