"""Every statistic of the claims against arithmetic by hand, on a pair of worlds whose numbers are round."""

from math import sqrt

import numpy as np
import pytest
from scipy import stats
from studies import worlds

from simbiz.catalogue import load_catalogue
from simbiz.market_map import GROWTH_CLASSES, SHARE_CLASSES, VARIANTS, market_map
from simbiz.studies.claims.statistics import (
    BEFORE_AFTER,
    COMPARATORS,
    NUMBERS,
    PAIRED,
    at_least,
    category,
    cell_name,
    estimated,
    measured,
    over,
)

# Years -1, 0, 1, 2.
PROGRAMME = {
    "market_share": [0.10, 0.08, 0.12, 0.16],
    "revenue": [100, 80, 150, 200],
    "market_value": [1000, 1000, 1250, 1250],
    "profit": [10, -20, 5, 40],
    "productivity": [5, 4, 6, 8],
    "digitalization_rate": [0.15, 0.15, 0.50, 0.60],
    "tools_mastered": [0.10, 0.10, 0.40, 0.90],
}
NOTHING = {
    "market_share": [0.10, 0.08, 0.06, 0.05],
    "revenue": [100, 80, 75, 62.5],
    "market_value": [1000, 1000, 1250, 1000],
    "profit": [10, -20, -10, 8],
    "productivity": [5, 4, 3, 2],
    "digitalization_rate": [0.15, 0.15, 0.10, 0.20],
    "tools_mastered": [0.10, 0.10, 0.10, 0.30],
}
PAIR = worlds(PROGRAMME, NOTHING)

# Statistic: before-after in years 1 and 2, paired in years 1 and 2.
BY_HAND = {
    "digitalization_rate": (0.50, 0.60, 0.40, 0.40),
    "tools_mastered": (0.40, 0.90, 0.30, 0.60),
    "revenue_growth": (150 / 80 - 1, 200 / 80 - 1, 150 / 75 - 1, 200 / 62.5 - 1),
    "profit_growth": (25, 60, 15, 32),
    "productivity_growth": (2, 4, 3, 6),
    "share": (0.12, 0.16, 0.06, 0.11),
    "revenue": (150, 200, 75, 137.5),
    "share_index": (1.5, 2.0, 2.0, 3.2),
    "revenue_index": (1.875, 2.5, 2.0, 3.2),
    "share_index_yearly": (1.5, sqrt(2.0), 2.0, sqrt(3.2)),
    "share_index_azoev": (1.5, 1.5, 2.0, 1 + 2.2 / 2),
    "relative_growth": (1.875 / 1.25, 2.5 / 1.25, 2.0 / 1.0, 3.2 / 1.25),
    "share_index_improvement": (1.5 / 0.8, 2.0 / 0.8, 2.0, 3.2),
    "mean_share_index": ((0.8 + 1.5) / 2, (0.8 + 2.0) / 2, (0.8 + 2.0) / 2, (0.8 + 3.2) / 2),
}
BASES = {
    "digitalization_rate": (0.15, 0.10),
    "tools_mastered": (0.10, 0.10),
    "revenue_growth": (80, 75),
    "profit_growth": (-20, -10),
    "productivity_growth": (4, 3),
    "share": (0.08, 0.06),
    "revenue": (80, 75),
    "revenue_index": (80, 75),
}


def test_no_statistic_is_without_its_arithmetic():
    assert set(BY_HAND) == set(NUMBERS)


@pytest.mark.parametrize("statistic", NUMBERS)
def test_by_hand(statistic):
    found = [NUMBERS[statistic](PAIR, year, comparator) for comparator in COMPARATORS for year in (1, 2)]
    assert found == pytest.approx(BY_HAND[statistic])
    # Neither comparator nor year can be mistaken for another.
    assert COMPARATORS == (BEFORE_AFTER, PAIRED)


@pytest.mark.parametrize("statistic", NUMBERS)
def test_what_it_is_compared_with_is_the_base_year_or_the_world_without_the_programme(statistic):
    before, without = BASES.get(statistic, (0.08, 0.06))
    assert PAIR.reference(measured(statistic), 1, BEFORE_AFTER) == before
    assert PAIR.reference(measured(statistic), 1, PAIRED) == without


@pytest.mark.parametrize("statistic", NUMBERS)
def test_against_itself_a_world_shows_no_effect(statistic):
    twin = worlds(PROGRAMME, PROGRAMME)
    none = {"share_index": 1.0, "revenue_index": 1.0, "relative_growth": 1.0, "share_index_improvement": 1.0}
    none |= {"share_index_yearly": 1.0, "share_index_azoev": 1.0, "mean_share_index": (0.08 / 0.10 + 1.0) / 2}
    for year in (1, 2):
        assert NUMBERS[statistic](twin, year, PAIRED) == none.get(statistic, 0.0)


def quantities():
    """Give the quantity of every statistic of numbers, as the catalogue declares it."""
    claims = [claim for claim in load_catalogue().claims.values() if claim.kind == "number"]
    return {one.statistic: one.quantity for claim in claims for one in claim.readings.values()}


@pytest.mark.parametrize("statistic", NUMBERS)
@pytest.mark.parametrize("comparator", COMPARATORS)
def test_a_level_and_money_double_with_all_they_are_made_of_and_a_ratio_stays(statistic, comparator):
    doubled = worlds(
        *({name: [2 * value for value in values] for name, values in one.items()} for one in (PROGRAMME, NOTHING))
    )
    once, twice = (NUMBERS[statistic](pair, 2, comparator) for pair in (PAIR, doubled))
    factor = {"level": 2.0, "money": 2.0, "ratio": 1.0, "growth": 1.0}[quantities()[statistic]]
    assert twice == pytest.approx(factor * once)


def test_a_ratio_is_one_of_sums_so_that_next_to_nothing_does_not_weigh():
    parts = np.array([[10.0, 0.01], [10.0, 10.0], [10.0, 10.0]])
    estimate, limits = estimated(parts, over)
    assert estimate == pytest.approx(30 / 20.01)
    assert np.mean(parts[:, 0] / parts[:, 1]) > 300
    assert limits[0] < estimate < limits[1]


def test_the_interval_of_a_difference_is_students():
    values = np.random.default_rng(1).normal(size=(12, 2))
    differences = values[:, 0] - values[:, 1]
    estimate, limits = estimated(values, lambda one, other: one - other)
    assert estimate == pytest.approx(differences.mean())
    expected = stats.t.interval(0.95, 11, loc=differences.mean(), scale=stats.sem(differences))
    assert limits == pytest.approx(list(expected))


def test_the_interval_of_a_ratio_covers_it_about_as_often_as_it_says():
    luck = np.random.default_rng(2)
    covered = 0
    for _ in range(400):
        reference = luck.normal(1.0, 0.2, 20)
        parts = np.stack([1.5 * reference + luck.normal(0.0, 0.2, 20), reference], axis=1)
        _, (low, high) = estimated(parts, over)
        covered += low <= 1.5 <= high
    assert 0.92 <= covered / 400 <= 0.98


def test_nothing_to_divide_by_is_no_number():
    assert np.isnan(over(1.0, 0.0))
    assert estimated(np.array([[1.0, 0.0], [2.0, 0.0]]), over) == (None, None)
    assert estimated(np.empty((0, 2)), over) == (None, None)
    assert estimated(np.array([[3.0, 2.0]]), over) == (1.5, None)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0.0, "follower"),
        (0.333, "follower"),
        (1 / 3, "candidate"),
        (0.57, "candidate"),
        (2 / 3, "leader"),
        (1.0, "leader"),
    ],
)
def test_the_strategy_is_the_class_of_the_rate(value, name):
    programme = PROGRAMME | {"digitalization_rate": [0.15, 0.15, value, 0.0]}
    pair = worlds(programme, NOTHING)
    assert category("strategy_class", pair.programme, 1, pair) == name


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_cell_is_that_of_the_market_map_from_the_base_year_on(variant):
    for metrics in (PAIR.programme, PAIR.nothing):
        shares = metrics["market_share"]
        for year, before, after in ((0, 0, 1), (1, 1, 2), (2, 1, 3)):
            expected = market_map(shares[before], shares[after], variant).cell[1]
            assert category(f"map_cell {variant}", metrics, year, PAIR) == str(expected)
    cells = {category(f"map_cell {variant}", metrics, 1, PAIR) for metrics in (PAIR.programme, PAIR.nothing)}
    assert len(cells) == 2


def test_a_better_strategy_reaches_a_worse_one():
    names = ["follower", "candidate", "leader"]
    reached = [[at_least("strategy_class", value, target) for target in names] for value in names]
    np.testing.assert_array_equal(reached, np.tri(3, dtype=bool))


def test_a_cell_reaches_another_if_it_is_as_good_in_share_and_in_growth():
    for value in range(1, 17):
        for target in range(1, 17):
            share, trend = (value - 1) // 4, (value - 1) % 4
            share_wanted, trend_wanted = (target - 1) // 4, (target - 1) % 4
            expected = share <= share_wanted and trend <= trend_wanted
            assert at_least("map_cell v1/overall", str(value), str(target)) is expected
    assert not at_least("map_cell v1/overall", "0", "16")


def test_cells_have_the_names_of_the_map():
    assert cell_name("10") == "weak, improving"
    assert cell_name("11") == "weak, deteriorating"
    assert cell_name("1") == "leader, fast improving"
    assert cell_name("16") == "outsider, fast deteriorating"
    assert cell_name("0") == "undefined"
    assert len({cell_name(str(cell)) for cell in range(17)}) == 1 + len(SHARE_CLASSES) * len(GROWTH_CLASSES)
