"""Metrics against arithmetic by hand, on records whose counts are known and on a market that has lived."""

from dataclasses import replace

import numpy as np
import pytest
from tallies import EXPANSION, FIRST, LAST, ONE, OTHER, START, blank, count_in, layout
from worlds import lived

from simbiz.catalogue import load_catalogue
from simbiz.market.model import OmnichannelModel
from simbiz.metrics import METRICS, economics, observation, observe
from simbiz.metrics.response import wait_quantile
from simbiz.scenario import load_scenario
from simbiz.state.columns import SHORTEST_CLASS, WAIT_CLASSES
from simbiz.state.customers import KOPECKS, market_size
from simbiz.submodels.lead import wait_class

DECLARED = load_catalogue().metrics


def sold(rows=((FIRST, ONE, 0, 3), (LAST, ONE, 1, 1), (FIRST, OTHER, 0, 5))):
    """Make an observation with sales of 1000 roubles each, as (week, firm, segment, count)."""
    made = blank()
    for week, firm, segment, count in rows:
        made.tallies.purchases[week, firm, segment] += count
        made.tallies.revenue[week, firm, segment] += int(count * KOPECKS)
    return made


def test_every_declared_metric_is_computed_and_every_computed_one_is_declared():
    assert set(METRICS) == set(DECLARED)


@pytest.mark.parametrize("name", DECLARED)
def test_a_metric_of_a_lived_market_has_a_value_for_every_year_and_firm_within_its_bounds(name):
    model = lived()
    value = METRICS[name](model.observation())
    assert value.shape == (3, len(model.layout.firms))
    assert value.dtype == np.float64
    assert np.isfinite(value).all()
    assert DECLARED[name].low is None or (value >= DECLARED[name].low).all()
    assert DECLARED[name].high is None or (value <= DECLARED[name].high).all()


@pytest.mark.parametrize("name", DECLARED)
def test_a_metric_of_a_market_without_customers_is_a_number(name):
    assert np.isfinite(METRICS[name](blank())).all()


def test_a_lived_market_moves_every_metric():
    values = observe(lived().observation())
    still = {name for name, value in values.items() if np.ptp(value) == 0.0}
    # Nobody in this market offers services, and few customers seldom come back by nurturing within a year.
    assert still <= {"services_revenue", "leads_returned"}


def test_shares_sum_to_one_in_every_year():
    values = observe(lived().observation())
    for name in ("market_share", "market_share_volume"):
        np.testing.assert_allclose(values[name].sum(axis=1), 1.0, rtol=0, atol=1e-12)


def test_the_share_is_the_firms_part_of_all_money_each_agent_counted_for_those_it_stands_for():
    model = lived()
    shares = observe(model.observation())["market_share"]
    for row in range(3):
        weeks = range(52 * (row + 1), 52 * (row + 2))  # one year of burn-in
        money = [
            sum(
                int(model.tallies.revenue[week, firm, segment]) * model.expansion[segment]
                for week in weeks
                for segment in range(2)
            )
            for firm in range(7)
        ]
        np.testing.assert_allclose(shares[row], np.array(money) / sum(money), rtol=1e-12)


def test_revenue_is_in_thousand_roubles_and_purchases_are_of_the_whole_market():
    values = observe(sold())
    assert values["revenue"][2, ONE] == 3 * 2 + 1 * 10
    assert values["purchases"][2, ONE] == 3 * 2 + 1 * 10
    assert values["revenue"][2, OTHER] == 5 * 2
    assert (values["market_value"][2] == 26).all()
    assert values["market_share"][2, ONE] == pytest.approx(16 / 26)
    assert values["revenue"][:2].sum() == 0


def test_share_by_volume_counts_purchases_and_not_money():
    made = sold()
    made.tallies.revenue[FIRST, OTHER, 0] *= 3
    values = observe(made)
    assert values["market_share"][2, OTHER] == pytest.approx(30 / 46)
    assert values["market_share_volume"][2, OTHER] == pytest.approx(10 / 26)


@pytest.mark.parametrize(
    ("week", "revenue"),
    [
        (START - 104, [2, 0, 0]),
        (START - 53, [2, 0, 0]),
        (START - 52, [0, 2, 0]),
        (START - 1, [0, 2, 0]),
        (START, [0, 0, 2]),
        (START + 51, [0, 0, 2]),
    ],
)
def test_a_sale_counts_in_its_own_year_from_the_first_week_to_the_last(week, revenue):
    assert observe(sold([(week, ONE, 0, 1)]))["revenue"][:, ONE].tolist() == revenue


def test_the_share_index_is_share_over_share_and_one_in_the_first_year():
    rows = [(0, ONE, 0, 1), (0, OTHER, 0, 3), (60, ONE, 0, 1), (60, OTHER, 0, 1), (FIRST, OTHER, 0, 1)]
    index = observe(sold(rows))["share_index"]
    assert index[:, ONE].tolist() == pytest.approx([1.0, 0.5 / 0.25, 0.0])
    assert index[:, OTHER].tolist() == pytest.approx([1.0, 0.5 / 0.75, 2.0])


def test_the_outside_share_is_the_value_that_goes_elsewhere():
    made = sold()
    made.tallies.outside_value[FIRST, 1] = int(2.6 * KOPECKS)
    assert observe(made)["outside_share"][2] == pytest.approx(np.full(7, 26 / 52))


def test_value_added_is_the_margin_less_contacts_and_running_costs():
    made = sold()
    basket = market_basket()
    channel = 1
    made.tallies.contacts[FIRST, ONE, channel] = [4, 1]
    made.firm_series.running_cost[START:, ONE] = np.linspace(0.0, 0.04, 52)
    cost = list(load_catalogue().channels.values())[channel].contact_cost
    base = 0.28 * 895223
    expected = layout().common["gross_margin"] * 16 - [4, 1] @ EXPANSION * cost * basket - 0.02 * base
    assert observe(made)["value_added"][2, ONE] == pytest.approx(expected)
    assert cost > 0


def market_basket():
    """Mean purchase of the market, thousand roubles: needs of organisations and persons at their baskets."""
    organisations, persons = market_size(layout()).tolist()
    spent = organisations * 10 * 36.0 + persons * 2.5 * 3.5
    return spent / (organisations * 10 + persons * 2.5)


def test_the_basket_of_a_contact_is_that_of_the_market():
    market_value = load_scenario("partner-dv").market.value
    organisations, persons = market_size(layout()).tolist()
    needs = organisations * 10 + persons * 2.5
    assert market_basket() == pytest.approx(market_value / 0.9 / needs, rel=1e-4)


def test_profit_is_value_added_less_fixed_costs_and_investment():
    made = sold()
    made.firm_series.invested[FIRST, ONE] = 0.01
    made.firm_series.invested[LAST, ONE] = 0.02
    made.firm_series.invested[FIRST - 1, ONE] = 0.5
    values = observe(made)
    base = 0.28 * 895223
    assert values["invested"][2, ONE] == pytest.approx(0.03 * base)
    fixed = layout().common["fixed_cost"] * base
    assert values["profit"][2, ONE] == pytest.approx(values["value_added"][2, ONE] - fixed - 0.03 * base)


def test_productivity_is_value_added_per_head():
    values = observe(sold())
    np.testing.assert_allclose(values["productivity"], values["value_added"] / 50.0)


def test_the_digital_state_is_that_at_the_end_of_the_year():
    made = blank()
    made.firm_series.digital_share[LAST, ONE] = 0.57
    made.firm_series.digital_share[LAST - 1, ONE] = 0.9
    made.firm_series.mastered[LAST, ONE] = 0.25
    made.firm_series.working_capacity[START:, ONE] = np.linspace(0.8, 1.0, 52)
    values = observe(made)
    assert values["digitalization_rate"][2, ONE] == 0.57
    assert values["tools_mastered"][2, ONE] == 0.25
    assert values["labour_productivity_dip"][2, ONE] == pytest.approx(0.1)


SURVEYED = {
    "answers": 2,
    "survey_perception": [8, 10, 7, 3, 9],
    "survey_expectation": [9, 8, 7, 6, 4],
}
FUNNEL = {"leads": [64, 48, 24, 18, 9, 6]}


# (metric, counts of one firm in one week of year 1, value)
RATIOS = [
    ("contacts", {"contacts": [1, 2, 0, 3, 4, 0, 0, 0]}, 10),
    ("digital_contacts", {"contacts": [1, 2, 0, 3, 4, 0, 0, 0]}, 0.7),
    ("consultative_contacts", {"contacts": [4] + [0] * 7, "stages": [3, 1, 0]}, 0.75),
    ("transactional_contacts", {"contacts": [4] + [0] * 7, "stages": [3, 1, 0]}, 0.25),
    ("channel_switches", {"contacts": [4] + [0] * 7, "switches": 1}, 0.25),
    ("contexts_lost", {"switches": 5, "contexts_lost": 2}, 0.4),
    ("leads_lost", {"requests": 8, "leads_lost": 2}, 0.25),
    ("lead_survival", {"shortlisted": 8, "decisions": 6}, 0.75),
    ("lead_survival", {"shortlisted": 8, "decisions": 9}, 1.0),
    ("given_up", {"contacts": [4] + [0] * 7, "given_up": 1}, 0.25),
    ("wait", {"requests": 5, "leads_lost": 1, "wait": 480}, 2.0),
    ("access", {"aware": 4, "access": 6_000_000}, 1.5),
    ("journey_effort", {"decisions": 4, "effort": -6_000_000}, -1.5),
    ("appeal", {"aware": 4, "appeal": 6_000_000}, 1.5),
    ("judgement", {"purchases": [2, 2], "judgement": 6_000_000}, 1.5),
    ("servqual_gap", {"purchases": [1, 1], "perception": [2_000_000] * 5, "expectation": [1_000_000] * 5}, 0.5),
    ("repeat_rate", {"purchases": [3, 1], "repeats": 1}, 0.25),
    ("repeat_rate", {"purchases": [3, 1], "repeats": [1, 1]}, 0.5),
    ("two_way_contacts", {"touchpoints": [3, 1], "two_way": [2, 1]}, 0.75),
    ("multichannel_share", {"purchases": [3, 1], "multichannel": [1, 1]}, 0.5),
    ("digital_to_offline", {"purchases": [3, 1], "digital_to_offline": [0, 1]}, 0.25),
    ("offline_to_digital", {"purchases": [3, 1], "offline_to_digital": [2, 1]}, 0.75),
    ("recognised", {"purchases": [3, 1], "recognised": [1, 0]}, 0.25),
    ("service_requests", {"requests": [6, 2], "service_requests": [1, 1]}, 0.25),
    ("leads_returned", {"leads_lost": [3, 1], "leads_returned": [1, 0]}, 0.25),
    ("leads_returned", {"leads_lost": 1, "leads_returned": 2}, 1.0),
    ("word_of_mouth_awareness", {"aware": [6, 2], "told": [1, 1]}, 0.25),
    ("opinion", {"aware": [3, 1], "opinion": [-3_000_000, -3_000_000]}, -1.5),
    ("purchase_frequency", {"purchases": [6, 2], "repeats": [3, 1]}, 2.0),
    ("purchase_frequency", {"purchases": [3, 1], "repeats": [3, 1]}, 4.0),
    ("nps_customers", {"surveyed": [8, 4], "promoters": [3, 4], "detractors": [1, 0]}, 25.0),
    ("nps_potential", {"surveyed": [8, 4], "promoters": [3, 0], "detractors": [1, 3]}, -75.0),
    ("gap_tangibility", SURVEYED, -0.5),
    ("gap_reliability", SURVEYED, 1.0),
    ("gap_responsiveness", SURVEYED, 0.0),
    ("gap_assurance", SURVEYED, -1.5),
    ("gap_empathy", SURVEYED, 2.5),
    ("survey_gap", SURVEYED, 0.3),
    ("failures", {"purchases": [6, 2], "failures": [1, 1]}, 0.25),
    ("complaints", {"failures": [6, 2], "complaints": [1, 1]}, 0.25),
    ("complaints_answered", {"complaints": [3, 1], "complaints_answered": [1, 1]}, 0.5),
    ("complaint_wait", {"complaints_answered": [3, 1], "complaint_wait": [360, 120]}, 2.0),
    ("recovered_satisfaction", {"complaints": [3, 1], "recovered": [3_000_000, 3_000_000]}, 1.5),
    ("visitors", FUNNEL, 64),
    ("suspects", FUNNEL, 48),
    ("prospects", FUNNEL, 24),
    ("leads", FUNNEL, 18),
    ("opportunities", FUNNEL, 9),
    ("customers_won", FUNNEL, 6),
    ("visitor_to_suspect", FUNNEL, 48 / 64),
    ("suspect_to_prospect", FUNNEL, 24 / 48),
    ("prospect_to_lead", FUNNEL, 18 / 24),
    ("lead_to_opportunity", FUNNEL, 9 / 18),
    ("opportunity_to_customer", FUNNEL, 6 / 9),
    ("opportunity_to_customer", {"leads": [0, 0, 0, 0, 3, 4]}, 1.0),
    ("response_median", {"waits": [0, 0, 0, 10] + [0] * 12}, SHORTEST_CLASS * 2**2.5),
    ("response_90", {"waits": [0, 0, 0, 10] + [0] * 12}, SHORTEST_CLASS * 2**2.9),
]


@pytest.mark.parametrize(("metric", "counts", "value"), RATIOS, ids=[f"{row[0]}-{row[2]}" for row in RATIOS])
def test_what_is_counted_gives_by_hand(metric, counts, value):
    kinds = [channel.kind for channel in load_catalogue().channels.values()]
    assert kinds == ["traditional"] * 3 + ["digital"] * 5
    made = replace(blank(), expansion=np.ones(2))
    for name, count in counts.items():
        count_in(made, name, count)
    found = METRICS[metric](made)
    assert found[2, OTHER] == pytest.approx(value)
    assert np.delete(found.ravel(), 2 * 7 + OTHER).tolist() == [0.0] * 20


def test_services_are_money_of_the_firm_and_no_part_of_its_share():
    made = sold()
    made.tallies.services[FIRST, ONE] = [int(2 * KOPECKS), int(1 * KOPECKS)]
    before, values = observe(sold()), observe(made)
    assert values["services_revenue"][2, ONE] == 2 * 2 + 1 * 10
    assert values["revenue_per_employee"][2, ONE] == pytest.approx((16 + 14) / 50)
    margin = layout().common["gross_margin"]
    assert values["value_added"][2, ONE] == pytest.approx(before["value_added"][2, ONE] + margin * 14)
    np.testing.assert_array_equal(values["market_share"], before["market_share"])


def test_lapsed_needs_are_a_part_of_all_needs_of_the_market():
    made = blank()
    made.tallies.needs[FIRST] = [3, 5]
    made.tallies.undecided[FIRST] = [2, 0]
    assert METRICS["undecided_needs"](made)[2] == pytest.approx(2 * 2 / (3 * 2 + 5 * 10))


def test_hand_overs_go_from_marketing_to_sales():
    channels = list(load_catalogue().channels.values())
    made = blank()
    flows = made.tallies.flows[FIRST, OTHER, :, :, 1]
    flows[:] = np.arange(1, len(channels) ** 2 + 1).reshape(len(channels), -1)
    expected = sum(
        flows[row, column]
        for row, one in enumerate(channels)
        for column, other in enumerate(channels)
        if (one.run_by, other.run_by) == ("marketing", "sales")
    )
    found = METRICS["hand_overs"](made)
    assert (found[2, OTHER], found.sum()) == (10 * expected, 10 * expected)


def test_costs_per_customer_divide_what_they_say():
    made = sold()
    count_in(made, "contacts", [0, 8, 0, 0, 0, 0, 0, 0], firm=ONE)
    count_in(made, "stages", [3, 1, 4], firm=ONE)
    count_in(made, "acquired", [2, 1], firm=ONE)
    count_in(made, "repeats", [1, 1], firm=ONE)
    made.firm_series.running_cost[START:, ONE] = 0.01
    made.firm_series.invested[FIRST, ONE] = 0.02
    base = 0.28 * 895223
    contacts = economics.contact_cost(made)[2, ONE]
    assert contacts > 0.0
    values = observe(made)
    new, repeated = 2 * 2 + 1 * 10, 1 * 2 + 1 * 10
    assert values["new_customers"][2, ONE] == new
    assert values["acquisition_cost"][2, ONE] == pytest.approx((0.03 * base + contacts / 2) / new)
    assert values["retention_cost"][2, ONE] == pytest.approx(contacts / 2 / repeated)
    fixed = layout().common["fixed_cost"] * base
    assert values["cost_per_revenue"][2, ONE] == pytest.approx((contacts + 0.03 * base + fixed) / 16)


def test_the_lifetime_value_is_the_discounted_series_of_margins():
    made = sold([(FIRST, ONE, 0, 10)])
    count_in(made, "repeats", [6, 0], firm=ONE)
    margin, kept = layout().common["gross_margin"], 0.6
    discount = (1 + layout().common["discount_rate"]) ** (1 / 10)  # organisations need something ten times a year
    series = sum(margin * (kept / discount) ** number for number in range(1, 200))
    assert METRICS["customer_lifetime_value"](made)[2, ONE] == pytest.approx(series)


def test_segments_weigh_in_the_lifetime_value_by_the_runs_that_began():
    one, other = sold([(FIRST, ONE, 0, 10)]), sold([(FIRST, ONE, 1, 6)])
    both = sold([(FIRST, ONE, 0, 10), (FIRST, ONE, 1, 6)])
    for made in (one, both):
        made.tallies.repeats[FIRST, ONE, 0] = 6
    for made in (other, both):
        made.tallies.repeats[FIRST, ONE, 1] = 3
    value = METRICS["customer_lifetime_value"]
    expected = (4 * 2 * value(one) + 3 * 10 * value(other)) / (4 * 2 + 3 * 10)
    np.testing.assert_allclose(value(both), expected)


def test_without_repeats_a_customer_is_worth_nothing_further():
    assert METRICS["customer_lifetime_value"](sold())[2, ONE] == 0.0


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_quantiles_of_waits_are_within_a_class_of_the_true_ones(part):
    hours = np.exp(np.random.default_rng(1).normal(np.log(2.0), 1.2, size=20_000))
    classes = np.array([wait_class(one, SHORTEST_CLASS, WAIT_CLASSES) for one in hours])
    counts = np.bincount(classes, minlength=WAIT_CLASSES).astype(float)
    true = np.quantile(hours, part)
    found = wait_quantile(counts, part)
    assert true / 2 < found < true * 2
    # Inside a class a log-normal is close to even over the logarithm.
    assert found == pytest.approx(true, rel=0.1)


def test_quantiles_of_waits_rise_and_end_at_the_ends_of_classes():
    counts = np.array([5.0, 0.0, 5.0, *[0.0] * (WAIT_CLASSES - 3)])
    assert wait_quantile(counts, 0.5) == pytest.approx(SHORTEST_CLASS)
    assert wait_quantile(counts, 0.0) == pytest.approx(SHORTEST_CLASS / 2)
    assert wait_quantile(counts, 1.0) == pytest.approx(SHORTEST_CLASS * 4)
    assert wait_quantile(counts, 0.75) == pytest.approx(SHORTEST_CLASS * 2**1.5)
    rising = [wait_quantile(counts, part) for part in np.linspace(0, 1, 21)]
    assert (np.diff(rising) >= 0).all()
    assert wait_quantile(np.zeros(WAIT_CLASSES), 0.5) == 0.0


def test_awareness_and_consideration_are_parts_of_all_needs_of_the_market():
    made = blank()
    made.tallies.needs[FIRST] = [3, 5]
    made.tallies.aware[FIRST, ONE] = [2, 4]
    made.tallies.shortlisted[FIRST, ONE] = [1, 1]
    values = observe(made)
    needs = 3 * 2 + 5 * 10
    assert values["awareness"][2, ONE] == pytest.approx((2 * 2 + 4 * 10) / needs)
    assert values["consideration"][2, ONE] == pytest.approx((1 * 2 + 1 * 10) / needs)


@pytest.mark.parametrize(
    ("count", "value"), [("repeats", 10**6), ("leads_lost", 10**6), ("aware", 10**6), ("wait", -600_000)]
)
def test_a_value_outside_its_bounds_stops_the_run(count, value):
    model = lived()
    tallies = model.tallies.copy()
    tallies[count][model.start] += value
    with pytest.raises(ArithmeticError, match="leaves its bounds"):
        observe(replace(model.observation(), tallies=tallies))


def test_a_value_that_is_not_a_number_stops_the_run(monkeypatch):
    def broken(made):
        return np.where(made.everybody, np.nan, 0.0)

    monkeypatch.setitem(observation.METRICS, "appeal", broken)
    with pytest.raises(ArithmeticError, match="metric appeal"):
        observe(blank())


@pytest.mark.parametrize("beyond", [-0.01, 1.01])
def test_a_share_below_nothing_or_above_everything_stops_the_run(monkeypatch, beyond):
    monkeypatch.setitem(observation.METRICS, "market_share", lambda made: beyond * made.everybody)
    with pytest.raises(ArithmeticError, match="metric market_share leaves its bounds 0 to 1"):
        observe(blank())


def test_rounding_does_not_stop_a_run(monkeypatch):
    monkeypatch.setitem(observation.METRICS, "market_share", lambda made: made.everybody + 1e-12)
    assert observe(blank())["market_share"][0, 0] > 1.0


def test_a_sample_of_customers_buys_what_the_whole_market_is_declared_to_buy():
    declared = load_scenario("partner-dv").market.value
    changes = {"customers": 2000, "calendar.burn_in_weeks": 52, "calendar.weeks": 1}
    years = []
    for seed in range(8):
        model = OmnichannelModel(load_scenario("partner-dv", changes), rng=seed)
        model.run(model.start)
        years.append(observe(replace(model.observation(), tallies=model.tallies[: model.start]))["market_value"][1, 0])
    error = np.std(years, ddof=1) / np.sqrt(len(years))
    assert abs(np.mean(years) - declared) < 5 * error
    # The test would see a sample of one segment counted for the other.
    assert error < 0.05 * declared
