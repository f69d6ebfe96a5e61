"""Claims about the market: every statistic against arithmetic by hand on worlds of six firms, and the verdicts."""

import json

import numpy as np
import pytest
from scipy import stats

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import Claim, Reading
from simbiz.studies.claims.cases import Case
from simbiz.studies.claims.horizons import FIRST_YEAR, FULL_YEAR_AFTER
from simbiz.studies.claims.market import STATISTICS, leaders, market_rows, mean_score, yearly_growth
from simbiz.studies.claims.statistics import BEFORE_AFTER, PAIRED, Worlds

CLAIMS = {name: claim for name, claim in load_catalogue().claims.items() if claim.kind == "market"}
READINGS = [reading for claim in CLAIMS.values() for reading in claim.readings.values()]
USED = {reading.statistic for reading in READINGS if reading.statistic}
FIRST, AFTER = FIRST_YEAR, FULL_YEAR_AFTER
FIRMS, FOCAL, YEARS = 6, 5, 4

# Six firms; the last two lead by the score.
SCORES = [-10.0, -5.0, 0.0, 5.0, 20.0, 30.0]
GROWTHS = [0.10, 0.05, 0.05, 0.00, 0.12, 0.20]


def constant(value):
    return np.full((YEARS, FIRMS), value)


def pair(growths=GROWTHS, scores=SCORES, **focal):
    """Revenue of 100 that grows by these rates a year from year 0 on; without the programme it stays 100."""
    nothing = {statistic.split(" ")[1]: constant(2.0) for statistic in USED}
    nothing |= {"profit": constant(2.0), "market_share": constant(1 / FIRMS)}
    nothing["revenue"] = constant(100.0)
    programme = {name: values.copy() for name, values in nothing.items()}
    for row, years in ((2, 1), (3, 2)):
        programme["revenue"][row] = 100.0 * (1.0 + np.array(growths)) ** years
    for name in ("nps_customers", "nps_potential"):
        programme[name] = np.tile(scores, (YEARS, 1)).astype(float)
    for name, values in focal.items():
        programme[name][:, FOCAL] = values
    return Worlds(programme, nothing, FOCAL, (1 / 3, 2 / 3))


def value(statistic, worlds, year=1, comparator=BEFORE_AFTER):
    kind, _, metric = statistic.partition(" ")
    parts, form = STATISTICS[kind]
    return form(*parts(worlds, year, comparator, metric))


def rows(worlds, name, reading, claim=None, last_week=40):
    case = Case("stopped", "ended", worlds, [last_week] * len(worlds))
    return [row for row in market_rows(case, name, claim or CLAIMS[name]) if row["id"] == f"{name}.{reading}"]


def one(worlds, name, reading, horizon=FIRST, comparator=BEFORE_AFTER, **options):
    found = rows(worlds, name, reading, **options)
    (row,) = [row for row in found if (row["horizon"], row["comparator"]) == (horizon, comparator)]
    return row


@pytest.mark.parametrize("comparator", [BEFORE_AFTER, PAIRED])
@pytest.mark.parametrize("year", [1, 2])
def test_by_hand(year, comparator):
    """Base year and the world without the programme have the same revenue here, so both comparators agree."""
    worlds = pair()
    leading, rest = (0.12 + 0.20) / 2, (0.10 + 0.05 + 0.05 + 0.00) / 4
    assert yearly_growth(worlds, year, comparator) == pytest.approx(GROWTHS)
    assert value("growth_of_leaders nps_customers", worlds, year, comparator) == pytest.approx(leading - rest)
    assert value("growth_ratio nps_potential", worlds, year, comparator) == pytest.approx(leading / rest)
    expected = stats.spearmanr(SCORES, GROWTHS).statistic
    assert value("rank_correlation nps_customers", worlds, year, comparator) == pytest.approx(expected)


def test_before_after_looks_at_the_base_year_and_paired_at_the_world_without_the_programme():
    worlds = pair([0.1] * FIRMS)
    worlds.nothing["revenue"][2] = 88.0
    assert yearly_growth(worlds, 1, BEFORE_AFTER) == pytest.approx([0.10] * FIRMS)
    assert yearly_growth(worlds, 1, PAIRED) == pytest.approx([110 / 88 - 1] * FIRMS)


def test_the_score_is_the_mean_from_the_base_year_to_the_horizon():
    worlds = pair(nps_customers=[1000.0, 1.0, 4.0, 7.0])
    assert mean_score(worlds, 1, "nps_customers")[FOCAL] == 2.5
    assert mean_score(worlds, 2, "nps_customers")[FOCAL] == 4.0


def test_the_best_third_leads_and_at_least_one():
    assert leaders(np.array(SCORES)).tolist() == [False] * 4 + [True] * 2
    assert leaders(np.array([1.0, 3.0])).tolist() == [False, True]
    assert leaders(np.array([1.0, 3.0, 3.0, 0.0])).tolist() == [False, True, True, False]


def test_a_change_and_a_fall_are_relative_to_what_is_compared_with():
    worlds = pair(acquisition_cost=[9.0, 4.0, 3.0, 5.0])
    assert value("fall acquisition_cost", worlds, 1) == pytest.approx(0.25)
    assert value("fall acquisition_cost", worlds, 2) == pytest.approx(-0.25)
    assert value("fall acquisition_cost", worlds, 1, PAIRED) == pytest.approx(1 - 3 / 2)
    assert value("change acquisition_cost", worlds, 1) == pytest.approx(-0.25)


def test_the_profit_of_leaders_is_taken_together():
    worlds = pair()
    worlds.programme["profit"][1] = [50, 50, 50, 50, -1, 3]
    worlds.programme["profit"][2] = [50, 50, 50, 50, 3, 1]
    assert value("profit_of_leaders nps_customers", worlds) == 2.0
    worlds.programme["profit"][1] = [50, 50, 50, 50, -1, 1]
    assert np.isnan(value("profit_of_leaders nps_customers", worlds))


@pytest.mark.parametrize("statistic", ["growth_of_leaders", "growth_ratio", "rank_correlation"])
def test_equal_scores_make_no_leaders(statistic):
    assert np.isnan(value(f"{statistic} nps_customers", pair(scores=[0.0] * FIRMS)))


def test_a_ratio_means_nothing_where_the_rest_hardly_grows():
    assert np.isnan(value("growth_ratio nps_customers", pair([0.02, 0.02, 0.02, 0.019, 0.2, 0.2])))
    assert value("growth_ratio nps_customers", pair([0.03, 0.03, 0.03, 0.03, 0.2, 0.2])) == pytest.approx(0.2 / 0.03)


def test_a_firm_without_anything_to_compare_with_is_left_out():
    worlds = pair()
    worlds.programme["revenue"][1, 5] = 0.0
    assert value("growth_of_leaders nps_customers", worlds) == pytest.approx(0.12 - (0.10 + 0.05 + 0.05 + 0.0) / 4)
    worlds.programme["revenue"][1] = 0.0
    assert np.isnan(value("growth_of_leaders nps_customers", worlds))
    assert np.isnan(value("rank_correlation nps_customers", worlds))


def test_every_statistic_is_used_and_every_used_one_exists():
    assert {name.split(" ")[0] for name in USED} == set(STATISTICS)
    assert {name.split(" ")[1] for name in USED} <= set(load_catalogue().metrics)


def test_the_verdict_counts_worlds():
    up, down = pair(), pair(GROWTHS[::-1])
    row = one([up] * 92 + [down], "nps_growth", "customers")
    assert (row["worlds"], row["passed"], row["verdict"]) == (93, 92, "supported")
    assert one([down] * 59, "nps_growth", "customers")["verdict"] == "refuted"
    assert one([down] * 3, "nps_growth", "customers")["verdict"] == "too few worlds"
    assert one([up, down] * 5, "nps_growth", "customers")["verdict"] == "undecided"
    assert one([up], "nps_ratio", "customers")["target"] == 2.5
    assert one([up] * 59, "nps_ratio", "customers")["verdict"] == "supported"


def test_a_rise_must_be_more_than_none_but_no_rise_may_be_none():
    same = [pair()]
    assert one(same, "purchase_frequency", "run_length")["estimate"] == 0.0
    assert one(same, "purchase_frequency", "run_length")["passed"] == 0
    assert one(same, "acquisition_cost", "new_customer")["passed"] == 0
    assert one(same, "cost_level", "revenue")["passed"] == 1


def test_a_ratio_over_worlds_is_one_of_sums():
    little, much = pair(), pair()
    little.programme["profit"][1], much.programme["profit"][1] = 0.01, 4.0
    row = one([little, much], "nps_profit", "leaders")
    assert row["estimate"] == pytest.approx((4.0 + 4.0) / (0.02 + 8.0))


def test_a_world_that_cannot_test_a_statement_shows_nothing():
    flat, growing = pair([0.0] * FIRMS), pair()
    row = one([growing] * 59 + [flat], "nps_ratio", "customers")
    assert (row["worlds"], row["asked"], row["verdict"]) == (59, 60, "too few worlds")


def test_a_statement_that_most_worlds_cannot_test_has_no_verdict():
    flat, growing = pair([0.0] * FIRMS), pair()
    row = one([flat, flat, growing], "nps_ratio", "customers")
    assert (row["verdict"], row["estimate"], row["passing"], row["worlds"]) == ("not testable", None, None, 1)
    assert one([flat, growing], "nps_ratio", "customers")["verdict"] == "not testable"
    assert one([flat, growing, growing], "nps_ratio", "customers")["passing"] == 1.0


def test_what_the_model_takes_as_given_is_not_testable_and_says_why():
    for row in rows([pair()], "average_basket", "basket"):
        assert (row["verdict"], row["depends_on"], row["estimate"]) == ("not testable", "baskets are exogenous", None)


def test_a_claim_about_ten_years_is_reported_and_not_judged_before_them():
    worlds = pair()
    worlds.programme["profit"][2:] = 6.0
    for horizon in (FIRST, AFTER):
        row = one([worlds], "nps_profit", "leaders", horizon)
        assert (row["estimate"], row["verdict"], row["passing"]) == (3.0, "not reached", None)
    row = one([worlds], "nps_profit", "leaders", "year 10")
    assert (row["estimate"], row["verdict"], row["worlds"]) == (None, "not reached", 0)


def test_a_claim_about_a_later_year_is_judged_in_it():
    reading = CLAIMS["nps_profit"].readings["leaders"].model_copy(update={"years": 2})
    claim = CLAIMS["nps_profit"].model_copy(update={"readings": {"leaders": reading}})
    worlds = pair()
    worlds.programme["profit"][3] = 6.0
    row = one([worlds], "nps_profit", "leaders", "year 2", claim=claim)
    assert (row["estimate"], row["passed"], row["horizon_weeks"]) == (3.0, 1, 104)


def test_no_pair_of_worlds_is_no_verdict():
    for name, claim in CLAIMS.items():
        for row in market_rows(Case("stopped", "ended", [], []), name, claim):
            assert row["verdict"] in ("too few worlds", "not testable")
            json.dumps(row, allow_nan=False)


def test_every_row_is_plain_data_without_numbers_that_are_none():
    for name, claim in CLAIMS.items():
        for row in market_rows(Case("stopped", "ended", [pair(), pair([0.0] * FIRMS)], [40, 40]), name, claim):
            assert json.loads(json.dumps(row, allow_nan=False)) == row
            assert (row["kind"], row["test"], row["source"]) == ("market", "reach", "tkachenko")


def test_a_reading_has_a_statistic_or_a_reason_why_it_has_none():
    for wrong in ({}, {"statistic": "change revenue", "quantity": "growth", "untestable": "no"}):
        with pytest.raises(ValueError, match="either a statistic or says why"):
            Reading(meaning="m", target="0", **wrong)
    with pytest.raises(ValueError, match="of what quantity"):
        Reading(meaning="m", target="0", statistic="change revenue")
    with pytest.raises(ValueError, match="a level has a paired target"):
        Reading(meaning="m", target="0", statistic="share", quantity="level")
    assert Claim(meaning="m", source="tkachenko", readings={}).kind == "number"
