"""Metrics against arithmetic by hand, on records whose counts are known and on a market that has lived."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from worlds import lived, market

from simbiz.catalogue import load_catalogue
from simbiz.metrics import METRICS, Observation, observation, observe
from simbiz.model import OmnichannelModel
from simbiz.scenario import load_scenario
from simbiz.series import empty_firm_series
from simbiz.state.columns import records, tally_dtype
from simbiz.state.customers import KOPECKS, market_size
from simbiz.state.layout import Layout

DECLARED = load_catalogue().metrics
START, WEEKS = 104, 156
FIRST, LAST = START, START + 51  # weeks of year 1, which is row 2
EXPANSION = np.array([2.0, 10.0])
ONE, OTHER = 0, 3  # two firms


@cache
def layout():
    return Layout.of(market())


def blank():
    """Make an observation of three years in which nothing happened."""
    tallies = records(tally_dtype(layout()), WEEKS)
    headcount = np.full(len(layout().firms), 50.0)
    return Observation(layout(), tallies, empty_firm_series(layout(), WEEKS), EXPANSION, headcount, START)


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
    assert still == set()


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
    made.tallies.contacts[FIRST, ONE, channel] = 4
    made.firm_series.running_cost[START:, ONE] = np.linspace(0.0, 0.04, 52)
    agents = market_size(layout()).sum() / (market_size(layout()) / EXPANSION).sum()
    cost = list(load_catalogue().channels.values())[channel].contact_cost
    base = 0.28 * 895223
    expected = layout().common["gross_margin"] * 16 - 4 * cost * basket * agents - 0.02 * base
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
    made.firm_series.productivity[START:, ONE] = np.linspace(0.8, 1.0, 52)
    values = observe(made)
    assert values["digitalization_rate"][2, ONE] == 0.57
    assert values["tools_mastered"][2, ONE] == 0.25
    assert values["labour_productivity_dip"][2, ONE] == pytest.approx(0.1)


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
]


@pytest.mark.parametrize(("metric", "counts", "value"), RATIOS, ids=[f"{row[0]}-{row[2]}" for row in RATIOS])
def test_what_is_counted_gives_by_hand(metric, counts, value):
    kinds = [channel.kind for channel in load_catalogue().channels.values()]
    assert kinds == ["traditional"] * 3 + ["digital"] * 5
    made = blank()
    for name, count in counts.items():
        made.tallies[name][FIRST, OTHER] = count
    found = METRICS[metric](made)
    assert found[2, OTHER] == pytest.approx(value)
    assert np.delete(found.ravel(), 2 * 7 + OTHER).tolist() == [0.0] * 20


def test_awareness_and_consideration_are_parts_of_all_needs_of_the_market():
    made = blank()
    made.tallies.needs[FIRST] = [3, 5]
    made.tallies.aware[FIRST, ONE] = 6
    made.tallies.shortlisted[FIRST, ONE] = 2
    values = observe(made)
    assert (values["awareness"][2, ONE], values["consideration"][2, ONE]) == (0.75, 0.25)


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
