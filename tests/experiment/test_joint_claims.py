"""Which claims hold together, and what two null models forecast."""

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest
from studies import worlds

from simbiz.studies.claims import joint as joint_claims
from simbiz.studies.claims.cases import Case, passed, printed_numbers
from simbiz.studies.claims.horizons import FIRST_YEAR, FULL_YEAR_AFTER
from simbiz.studies.claims.joint import READINGS, joint_rows, null_forecasts, reading_of, utility_given
from simbiz.studies.claims.statistics import NUMBERS

MARKET = 895223.0
TARGETS = printed_numbers()
SHARE, INDEX, GROWTH, REVENUE = "share_after", "share_index_after", "performance_growth", "revenue_after"


def pair(share, market_index=1.0, without=0.0771, base=0.0771):
    """A world whose share and market in year 1 are given, beside one in which only the market moves."""
    market = [MARKET, MARKET, MARKET * market_index]
    made = []
    for after in (share, without):
        path = [0.0858, base, after]
        made.append(
            {
                "market_share": path,
                "market_value": market,
                "revenue": [part * size for part, size in zip(path, market, strict=True)],
            }
        )
    return worlds(*made)


def rows_of(pairs, **wanted):
    case = Case("stopped", "ended", pairs, [20] * len(pairs))
    wanted = {"horizon": FIRST_YEAR, **wanted}
    return [row for row in joint_rows(case, MARKET) if all(row[key] == value for key, value in wanted.items())]


@pytest.fixture(scope="module")
def many():
    """Worlds around every target: shares and markets that hit one claim, or nearly."""
    luck = np.random.default_rng(1)
    shares = [0.1279, 0.0771 * 1.0648, 0.0771 * 1.28, *luck.uniform(0.05, 0.2, 40)]
    markets = [1.0, 1.28 / 1.6589, 1.28 / 1.0648, *luck.uniform(0.7, 1.4, 7)]
    return [pair(share, market) for share in shares for market in markets]


def test_every_set_of_claims_stands_once_for_every_test_comparator_and_horizon(many):
    case = Case("stopped", "ended", many[:1], [20])
    found = [(tuple(row["claims"]), row["test"], row["comparator"], row["horizon"]) for row in joint_rows(case, MARKET)]
    assert len(set(found)) == len(found) == 11 * 2 * 2 * 2
    assert {len(claims) for claims, *_ in found} == {2, 3, 4}


@pytest.mark.parametrize("test", ["reach", "match"])
@pytest.mark.parametrize("comparator", ["before-after", "paired"])
def test_a_set_never_holds_more_often_than_any_of_its_members(many, test, comparator):
    alone = {}
    for claim in READINGS:
        parts = NUMBERS[reading_of(claim).statistic].of([(one, 1) for one in many], comparator)
        alone[claim] = passed(reading_of(claim), parts, comparator, test).mean()
    assert min(alone.values()) > 0
    for row in rows_of(many, test=test, comparator=comparator):
        assert row["passing"] <= min(alone[claim] for claim in row["claims"])


def test_what_arithmetic_excludes_holds_in_no_world_and_what_it_allows_does_in_some(many):
    for row in rows_of(many, test="match", comparator="before-after"):
        if not row["possible"]:
            assert (row["passing"], row["verdict"]) == (0.0, "refuted"), row["claims"]
            assert row["asked"] == len(many) >= 59
    for row in rows_of(many, test="reach", comparator="before-after"):
        assert row["possible"]
        assert row["passing"] > 0.0


def test_the_printed_share_and_its_growth_rate_exclude_each_other():
    found = rows_of([pair(0.1279)], test="match", comparator="paired")
    (row,) = [row for row in found if row["claims"] == [SHARE, INDEX]]
    assert not row["possible"]
    assert row["market_growth"] == [None, None]


def test_the_share_and_28_per_cent_of_revenue_hold_together_in_a_market_that_shrinks():
    hit = pair(0.1279, 1.28 / (0.1279 / 0.0771))
    for row in rows_of([hit], test="match", comparator="before-after"):
        if row["claims"] == [SHARE, GROWTH]:
            assert (row["possible"], row["passing"]) == (True, 1.0)
            low, high = row["market_growth"]
            assert low < -0.2284 < high
            assert high - low < 0.01
            break
    else:
        pytest.fail("no such row")


def test_the_arithmetic_is_computed_from_what_is_printed(monkeypatch):
    other = TARGETS | {"performance_growth": 0.5, "share_index_after": TARGETS["share_after"] / TARGETS["share_before"]}
    monkeypatch.setattr(joint_claims, "printed_numbers", lambda: other)
    found = {tuple(row["claims"]): row for row in rows_of([pair(0.1279)], test="match", comparator="before-after")}
    assert found[SHARE, INDEX]["possible"]
    low, high = found[SHARE, GROWTH]["market_growth"]
    assert low < 1.5 * 0.0771 / 0.1279 - 1.0 < high


def test_the_stated_market_enters_the_arithmetic_of_revenue():
    case = Case("stopped", "ended", [pair(0.1279)], [20])
    needs = {}
    for market in (MARKET, 2 * MARKET):
        for row in joint_rows(case, market):
            if row["claims"] == [SHARE, REVENUE] and row["test"] == "match":
                needs[market] = row["market_growth"]
    assert needs[MARKET] == pytest.approx([0.0, 0.0], abs=0.001)
    assert needs[2 * MARKET] == pytest.approx([-0.5, -0.5], abs=0.001)


def test_without_a_world_at_the_horizon_nothing_holds_or_fails():
    case = Case("stopped", "ended", [pair(0.1279)], [20])
    late = [row for row in joint_rows(case, MARKET) if row["horizon"] == FULL_YEAR_AFTER]
    assert {row["verdict"] for row in late} == {"not reached"}
    assert {row["passing"] for row in late} == {None}


# What a customer meets at the firm, years -1 to 2.
MET = {
    "market_share": [0.0858, 0.0771, 0.10, 0.11],
    "access": [1.0, 1.0, 1.5, 1.6],
    "appeal": [0.1, 0.1, 0.3, 0.3],
    "journey_effort": [2.0, 2.0, 1.6, 1.5],
    "awareness": [0.5, 0.5, 0.6, 0.6],
    "lead_survival": [0.8, 0.8, 0.9, 0.9],
}
NOT_MET = MET | {
    "market_share": [0.0858, 0.0771, 0.07, 0.06],
    "access": [1.0, 1.0, 1.2, 1.2],
    "appeal": [0.1, 0.1, 0.2, 0.2],
    "journey_effort": [2.0, 2.0, 1.8, 1.8],
    "awareness": [0.5, 0.5, 0.4, 0.4],
    "lead_survival": [0.8, 0.8, 0.6, 0.6],
}
GIVEN = 0.3 + 0.1 + 0.2 + log(0.6 / 0.4) + log(0.9 / 0.6)


def test_the_utils_that_tools_gave_are_what_customers_meet_more_of_than_without_them():
    assert utility_given(worlds(MET, NOT_MET), 1) == pytest.approx(GIVEN)
    assert utility_given(worlds(MET, MET), 1) == 0.0


def test_the_null_forecasts_are_the_trend_and_the_logit_formula():
    case = Case("trend", "steady", [worlds(MET, NOT_MET)] * 2, [20, 20])
    first, after = null_forecasts(case)
    assert (first["rivals"], first["decline"], first["horizon"]) == ("trend", "steady", FIRST_YEAR)
    assert (first["horizon_weeks"], after["horizon_weeks"]) == (52, 104)
    assert first["trend_share"] == pytest.approx(0.0771 * 0.8983)
    assert after["trend_share"] == pytest.approx(0.0771 * 0.8983**2)
    assert first["utility_given"] == pytest.approx(GIVEN)
    odds = 0.0771 / 0.9229 * exp(GIVEN)
    assert first["logit_share"] == pytest.approx(odds / (1 + odds))
    assert (first["model_share"], after["model_share"]) == pytest.approx((0.10, 0.11))
    assert first["utility_given_interval"] == pytest.approx([GIVEN, GIVEN])
    required = first["utility_required"]
    assert required == pytest.approx({SHARE: 0.563, GROWTH: 0.271, INDEX: 0.068}, abs=0.0006)


def test_a_horizon_that_no_world_reaches_has_no_forecast():
    case = Case("stopped", "ended", [worlds(MET, NOT_MET)], [60])
    assert [row["horizon"] for row in null_forecasts(case)] == [FIRST_YEAR]
    assert list(null_forecasts(replace(case, pairs=[], last_weeks=[]))) == []
