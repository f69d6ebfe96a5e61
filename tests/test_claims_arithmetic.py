import math
from dataclasses import replace
from itertools import combinations

import pytest

from simbiz.studies.claims.arithmetic import (
    Printed,
    logit_forecast,
    readings,
    required_utility,
    revenue_growth_for_share,
    share_from_revenue_growth,
    spend_multiple,
    trend_forecast,
)
from simbiz.studies.claims.joint_sets import joint_sets

PAPER = Printed(
    share_before=0.0771,
    share_after=0.1279,
    share_index_before=0.8983,
    share_index_after=1.0648,
    performance_growth=0.28,
    revenue_after=114_499,
)
SHARE, INDEX, GROWTH, REVENUE = "share_after", "share_index_after", "performance_growth", "revenue_after"
MARKET_GROWTHS = [-0.25, -0.20, -0.10, 0.0, 0.10, 0.15, 0.25]


def figure(letter, name):
    return next(reading for reading in readings(PAPER) if reading.letter == letter).figures[name]


def row(claims, test, **market):
    return next(found for found in joint_sets(PAPER, test, **market) if set(found.claims) == set(claims))


def test_the_market_after_and_the_share_index_follow_from_the_printed_numbers():
    assert PAPER.market_after == pytest.approx(895_223, abs=0.5)
    assert PAPER.share_index == pytest.approx(1.6589, abs=0.00005)


@pytest.mark.parametrize(
    ("letter", "revenue_before", "market_before", "market_index"),
    [("A", 69_022, 895_223, 1.000), ("B", 89_452, 1_160_212, 0.772), ("C", 107_531, 1_394_695, 0.642)],
)
def test_the_printed_revenue_implies_a_market_for_every_reading_of_its_growth(
    letter, revenue_before, market_before, market_index
):
    assert figure(letter, "revenue_before") == pytest.approx(revenue_before, abs=0.5)
    assert figure(letter, "market_before") == pytest.approx(market_before, abs=0.5)
    assert figure(letter, "market_index") == pytest.approx(market_index, abs=0.0005)


@pytest.mark.parametrize(
    ("letter", "name", "published", "half_unit"),
    [
        ("A", "revenue_growth", 0.659, 0.0005),
        ("D", "share_after", 0.0821, 0.00005),
        ("D", "share_before_needed", 0.1201, 0.00005),
        ("E", "years", 8.06, 0.005),
        ("F", "periods", 10.2, 0.05),
        ("G", "market_growth", 0.202, 0.0005),
        ("G", "share_before_needed", 0.1201, 0.00005),
        ("H", "ratio", 1.1854, 0.00005),
        ("H", "market_growth", 0.0798, 0.0001),
        ("I", "mean_index", 1.2786, 0.00005),
    ],
)
def test_every_other_reading_gives_its_figure(letter, name, published, half_unit):
    assert figure(letter, name) == pytest.approx(published, abs=half_unit)


def test_the_nine_readings_state_their_figures_in_a_sentence():
    found = readings(PAPER)
    assert [reading.letter for reading in found] == list("ABCDEFGHI")
    assert found[1].sentence == "If revenue grows by 28%, the market index is 0.772."
    assert found[3].sentence.endswith("the share becomes 8.21%; 12.79% needs a base of 12.01%.")


def test_a_share_that_does_not_grow_never_arrives():
    standing = {reading.letter: reading for reading in readings(replace(PAPER, share_index_after=1.0))}
    assert standing["E"].figures["years"] == standing["F"].figures["periods"] == math.inf


def test_the_printed_index_before_looks_back_to_a_share_of_8_58_per_cent():
    looked_back = trend_forecast(PAPER.share_before, PAPER.share_index_before, periods=-1)
    assert looked_back == pytest.approx(0.0858, abs=0.00005)
    assert trend_forecast(looked_back, PAPER.share_index_before) == pytest.approx(PAPER.share_before)


def test_two_periods_could_bring_both_the_share_and_its_index():
    halfway = trend_forecast(PAPER.share_after, PAPER.share_index_after, periods=-1)
    assert halfway == pytest.approx(0.1201, abs=0.00005)
    assert trend_forecast(halfway, PAPER.share_index_after) == pytest.approx(PAPER.share_after)


def test_a_trend_past_the_whole_market_is_refused():
    with pytest.raises(ValueError, match="passes the whole market after 8 periods"):
        trend_forecast(0.2, 1.25, periods=8)


@pytest.mark.parametrize(
    ("market_growth", "growth_needed", "share_given"),
    [
        (-0.20, 0.327, 0.1234),
        (-0.10, 0.493, 0.1097),
        (0.00, 0.659, 0.0987),
        (0.10, 0.825, 0.0897),
        (0.20, 0.991, 0.0822),
    ],
)
def test_what_a_claim_takes_depends_on_market_growth(market_growth, growth_needed, share_given):
    needed = revenue_growth_for_share(PAPER.share_before, PAPER.share_after, market_growth)
    given = share_from_revenue_growth(PAPER.share_before, PAPER.performance_growth, market_growth)
    assert needed == pytest.approx(growth_needed, abs=0.0005)
    assert given == pytest.approx(share_given, abs=0.00005)
    assert share_from_revenue_growth(PAPER.share_before, needed, market_growth) == pytest.approx(0.1279)


@pytest.mark.parametrize(
    ("share_after", "utility", "odds", "odds_half_unit"),
    [(0.1279, 0.563, 1.756, 0.0005), (0.0987, 0.271, 1.31, 0.005), (0.0821, 0.068, 1.07, 0.005)],
)
def test_a_share_claim_needs_its_utility_of_every_customer(share_after, utility, odds, odds_half_unit):
    required = required_utility(PAPER.share_before, share_after)
    assert required == pytest.approx(utility, abs=0.0005)
    assert math.exp(required) == pytest.approx(odds, abs=odds_half_unit)
    assert logit_forecast(PAPER.share_before, required) == pytest.approx(share_after)


def test_no_utility_leaves_the_share_where_it_was_and_the_way_back_is_as_long():
    assert logit_forecast(0.0771, 0) == pytest.approx(0.0771)
    assert required_utility(0.2, 0.2) == 0
    assert required_utility(0.1, 0.3) == pytest.approx(-required_utility(0.3, 0.1))


@pytest.mark.parametrize("share", [0, 1, -0.1, 12.79, math.nan])
def test_a_share_that_no_firm_in_a_shared_market_has_is_refused(share):
    for forecast in (required_utility, logit_forecast, trend_forecast):
        with pytest.raises(ValueError, match="between 0 and 1"):
            forecast(share, 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        required_utility(0.5, share)
    with pytest.raises(ValueError, match="between 0 and 1"):
        replace(PAPER, share_after=share)


@pytest.mark.parametrize(
    ("index", "elasticity", "multiple", "half_unit"),
    [(1.28, 0.12, 7.8, 0.05), (1.28, 0.24, 2.8, 0.05), (1.659, 0.12, 68, 0.5), (1.659, 0.24, 8, 0.5)],
)
def test_advertising_alone_would_have_to_grow_many_times(index, elasticity, multiple, half_unit):
    assert spend_multiple(index, elasticity) == pytest.approx(multiple, abs=half_unit)


def test_the_share_and_the_revenue_growth_match_only_in_a_market_that_shrinks_by_22_8_per_cent():
    found = row({SHARE, GROWTH}, "match")
    assert found.possible
    assert found.market_growth_low == pytest.approx(1.275 * 0.0771 / 0.12795 - 1)
    assert found.market_growth_high == pytest.approx(1.285 * 0.0771 / 0.12785 - 1)
    assert found.market_growth_low < figure("B", "market_index") - 1 < found.market_growth_high
    assert found.reason == "It takes a market growth from -23.17% to -22.51%."


def test_the_index_and_the_revenue_growth_match_only_in_a_market_that_grows_by_20_2_per_cent():
    found = row({INDEX, GROWTH}, "match")
    assert found.possible
    assert found.market_growth_low == pytest.approx(1.275 / 1.06485 - 1)
    assert found.market_growth_high == pytest.approx(1.285 / 1.06475 - 1)
    assert found.market_growth_low < figure("G", "market_growth") < found.market_growth_high


@pytest.mark.parametrize("claims", [{SHARE, INDEX}, {SHARE, INDEX, GROWTH}])
def test_no_market_brings_the_share_and_its_printed_index_in_one_period(claims):
    found = row(claims, "match")
    assert (found.possible, found.market_growth_low, found.market_growth_high) == (False, None, None)
    assert "1.65824 to 1.65953 (share_after) and 1.06475 to 1.06485 (share_index_after)" in found.reason


def test_on_a_base_of_12_01_per_cent_the_share_and_its_printed_index_agree():
    on_another_base = joint_sets(replace(PAPER, share_before=0.1201), "match")
    both = next(found for found in on_another_base if found.claims == (SHARE, INDEX))
    assert both.possible


def test_with_market_growth_free_at_most_two_claims_match():
    matched = [found.claims for found in joint_sets(PAPER, "match") if found.possible]
    assert [claims for claims in matched if len(claims) > 1] == [(SHARE, GROWTH), (INDEX, GROWTH)]


@pytest.mark.parametrize("market_growth", MARKET_GROWTHS)
def test_with_market_growth_given_at_most_one_claim_matches(market_growth):
    found = joint_sets(PAPER, "match", market_growth=market_growth)
    assert {len(joint.claims) for joint in found if joint.possible} == {1}


@pytest.mark.parametrize(("claims", "market_growth"), [((SHARE, GROWTH), -0.228), ((INDEX, GROWTH), 0.202)])
def test_the_one_fitting_market_growth_lets_two_claims_match(claims, market_growth):
    found = row(claims, "match", market_growth=market_growth)
    assert found.possible
    assert found.reason.endswith(f"the given {market_growth:+.2%} fits.")


def test_a_given_market_growth_changes_the_answer_but_not_the_market_needed():
    free, given = row({SHARE, GROWTH}, "match"), row({SHARE, GROWTH}, "match", market_growth=0.0)
    assert (free.possible, given.possible) == (True, False)
    assert free.market_growth_low == given.market_growth_low
    assert given.reason.endswith("the given +0.00% does not fit.")


@pytest.mark.parametrize("market_growth", [None, *MARKET_GROWTHS])
def test_under_reach_all_claims_can_hold_together(market_growth):
    assert all(found.possible for found in joint_sets(PAPER, "reach", market_growth=market_growth))


@pytest.mark.parametrize("market_growth", [-0.5, -0.23, -0.2284, -0.2283, 0.0, 0.2021, 0.203, 0.5])
def test_under_reach_the_strictest_claim_is_named_and_reaching_it_reaches_the_others(market_growth):
    found = row({SHARE, INDEX, GROWTH}, "reach")
    turn = PAPER.revenue_index / PAPER.share_index - 1
    assert f"From {turn:+.2%} up reaching share_after reaches all" in found.reason
    strictest_is_share = market_growth >= turn
    share = 0.1279 if strictest_is_share else share_from_revenue_growth(0.0771, 0.28, market_growth)
    growth = revenue_growth_for_share(0.0771, share, market_growth)
    assert share > 0.1279 - 1e-12
    assert share / 0.0771 > 1.0648
    assert growth > 0.28 - 1e-12


def test_under_reach_the_share_claim_contains_the_index_claim_in_every_market():
    assert row({SHARE, INDEX}, "reach").reason.endswith("Reaching share_after reaches all of them.")


def test_a_growth_of_revenue_cannot_be_reached_once_the_whole_market_is_too_small():
    found = row({GROWTH}, "reach", market_growth=-0.95)
    assert not found.possible
    assert found.market_growth_low == pytest.approx(1.28 * 0.0771 - 1)


def test_an_index_beyond_the_whole_market_cannot_be_reached():
    dreaming = joint_sets(replace(PAPER, share_index_after=13.0), "reach")
    alone = next(found for found in dreaming if found.claims == (INDEX,))
    assert not alone.possible
    assert "at most 12.97017 (the whole market)" in alone.reason


def test_revenue_in_money_restates_the_share_in_a_constant_market():
    found = row({SHARE, REVENUE}, "match", market_before=PAPER.market_after, market_growth=0.0)
    assert found.possible
    assert found.market_growth_low < 0 < found.market_growth_high
    assert not row({GROWTH, REVENUE}, "match", market_before=PAPER.market_after).possible


def test_revenue_in_money_restates_the_revenue_growth_in_a_market_of_1_160_212():
    market_before = figure("B", "market_before")
    assert row({GROWTH, REVENUE}, "match", market_before=market_before).possible
    both = row({SHARE, REVENUE}, "match", market_before=market_before)
    assert both.market_growth_low < -0.2284 < both.market_growth_high
    assert both.market_growth_high - both.market_growth_low < 0.001


@pytest.mark.parametrize("test", ["match", "reach"])
@pytest.mark.parametrize(
    ("market", "claims"),
    [({}, (SHARE, INDEX, GROWTH)), ({"market_before": 1e6}, (SHARE, INDEX, GROWTH, REVENUE))],
)
def test_every_set_of_claims_is_asked_once_and_revenue_only_in_a_stated_market(test, market, claims):
    found = joint_sets(PAPER, test, **market)
    asked = [subset for size in range(1, len(claims) + 1) for subset in combinations(claims, size)]
    assert [joint.claims for joint in found] == asked
    assert {joint.test for joint in found} == {test}


@pytest.mark.parametrize("half_units_wider", [1, 2, 10])
def test_wider_tolerances_widen_the_market_growth_that_fits(half_units_wider):
    narrow = row({SHARE, GROWTH}, "match")
    half_units = {SHARE: 0.00005 * half_units_wider, INDEX: 0.00005, GROWTH: 0.005 * half_units_wider}
    wide = row({SHARE, GROWTH}, "match", half_units=half_units)
    wider = wide.market_growth_high - wide.market_growth_low
    assert wider == pytest.approx(half_units_wider * (narrow.market_growth_high - narrow.market_growth_low), rel=0.01)


@pytest.mark.parametrize(
    ("test", "market", "complaint"),
    [
        ("exceed", {}, "not a test of a claim"),
        ("match", {"market_growth": -1.0}, "no market is left"),
        ("reach", {"market_before": 0.0}, "no market is left"),
    ],
)
def test_a_question_without_a_meaning_is_refused(test, market, complaint):
    with pytest.raises(ValueError, match=complaint):
        joint_sets(PAPER, test, **market)


@pytest.mark.parametrize("field", ["share_index_before", "share_index_after", "revenue_after"])
def test_printed_numbers_that_form_no_index_are_refused(field):
    with pytest.raises(ValueError, match="must be positive"):
        replace(PAPER, **{field: 0.0})
