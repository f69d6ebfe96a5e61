"""Properties that hold in every world: on small markets drawn at random, in both engines where they are smaller."""

import math

import numpy as np
import pytest
from accounting import check_accounting
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rules import with_parameters
from shopper import Shopper
from worlds import assert_same_history, catalogue_with, fields_that_differ, market, shipped_table

from simbiz.catalogue import load_catalogue
from simbiz.market.model import OmnichannelModel
from simbiz.metrics import observe
from simbiz.scenario import with_changes, without_programme
from simbiz.state.columns import BY_SEGMENT, NO_FIRM
from simbiz.studies.sensitivity.uncertainty import uncertainties
from simbiz.submodels.choice import firm_utility
from simbiz.week import consideration, decision

CATALOGUE = load_catalogue()
FEW = {"customers": 150, "fit.tolerance": 100.0, "fit.check_rest": False}
FIRMS, CHANNELS = list(market().firms), list(CATALOGUE.channels)
SEEDS = st.integers(0, 2**32 - 1)
UTILS = st.floats(-8.0, 8.0)
# Customers and weeks that each engine lives through; agents are Python, and a hundred times slower.
SIZES = {"arrays": ({}, None), "agents": ({"customers": 40}, 12)}


def few(examples):
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


def lived(scenario, engine="arrays", seed=1, catalogue=None):
    changes, weeks = SIZES[engine]
    scenario = with_changes(scenario, changes, catalogue) if changes else scenario
    return OmnichannelModel(scenario, rng=seed, engine=engine, catalogue=catalogue).run(weeks)


# More satisfaction.


@given(UTILS, UTILS, st.floats(0.0, 1.0), UTILS, UTILS, st.floats(0.0, 1.0))
@few(200)
def test_more_satisfaction_never_lowers_the_utility_of_a_firm(one, other, loyalty, opinion, price, place):
    low, high = CATALOGUE.parameters["satisfaction_coefficient"].range
    assert low >= 0.0
    parameters = with_parameters(satisfaction_coefficient=low + place * (high - low))
    less, more = (
        firm_utility(0.3, -0.2, loyalty, satisfaction, opinion, price, 0.1, parameters)
        for satisfaction in sorted((one, other))
    )
    assert more >= less


@given(st.integers(0, len(FIRMS) - 1), UTILS, UTILS, st.integers(0, 10_000))
@few(25)
def test_who_is_more_satisfied_with_a_firm_never_drops_it_for_that(firm, one, other, need):
    shopper = Shopper()
    kept, room = [], shopper.tally
    for satisfaction in sorted((one, other)):
        customer, view = shopper.customer.copy(), shopper.view
        view.unaided_awareness = 1.0
        customer.need_number, customer.satisfaction[firm], customer.members = need, satisfaction, 1
        consideration.consider(customer, view, shopper.model.stock, shopper.model.voices, room)
        listed = firm in customer.slot_firm
        customer.slot_firm[:], customer.slot_effort[:] = NO_FIRM, 0.0
        for slot, name in enumerate((firm, (firm + 1) % len(FIRMS))):
            utility = consideration.utility_of(name, 0.0, 0.0, customer, view, room)
            customer.slot_firm[slot], customer.slot_utility[slot] = name, utility
        kept.append((listed, decision.agreed(customer, view, room) == 0))
    for before, after in zip(*kept, strict=True):
        assert after or not before


# Other orders of the same names. Luck is keyed by names, so another order is the same market in another table.


def assert_permuted(one, other, order, axes):
    """Check that counts are the same in another order, bit for bit, and what is added up in floating point to 1e-9."""
    for name in one.tallies.dtype.names:
        expected = one.tallies[name][: one.week]
        for axis in axes(name):
            expected = np.take(expected, order, axis=axis)
        np.testing.assert_array_equal(expected, other.tallies[name][: other.week], err_msg=name)


def try_order_of_firms(engine, order, seed):
    scenario = market(FEW | {"rivals.mode": "trend"})
    turned = scenario.model_copy(update={"firms": {FIRMS[row]: scenario.firms[FIRMS[row]] for row in order}})
    one, other = lived(scenario, engine, seed), lived(turned, engine, seed)
    assert_permuted(one, other, order, lambda name: () if name in BY_SEGMENT else (1,))
    for name in one.firm_series._fields:
        expected, found = (getattr(model.firm_series, name)[: model.week] for model in (one, other))
        np.testing.assert_allclose(expected[:, order], found, rtol=1e-9, atol=1e-9, err_msg=name)
    if engine == "arrays":
        assert_same_metrics(one, other, order)


def assert_same_metrics(one, other, order=slice(None)):
    """Check that the metrics of two worlds are the same to 1e-9, with the firms of the other in this order."""
    found = observe(other.observation())
    for name, values in observe(one.observation()).items():
        np.testing.assert_allclose(values[:, order], found[name], rtol=1e-9, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("engine", SIZES)
@given(order=st.permutations(range(len(FIRMS))), seed=SEEDS)
@few(3)
def test_firms_in_another_order_have_the_same_counts_in_that_order(engine, order, seed):
    """Also while the past teaches the intercepts, whose sums run over firms."""
    try_order_of_firms(engine, order, seed)


@pytest.mark.slow
@given(order=st.permutations(range(len(FIRMS))), seed=SEEDS)
@few(40)
def test_firms_in_many_other_orders_have_the_same_counts_in_that_order(order, seed):
    try_order_of_firms("arrays", order, seed)


def try_order_of_channels(engine, order, seed, folder):
    table = shipped_table("channels")
    turned = catalogue_with(folder, channels={CHANNELS[row]: table[CHANNELS[row]] for row in order})
    scenario = market(FEW)
    one, other = lived(scenario, engine, seed), lived(scenario, engine, seed, turned)
    by_channel = {"contacts": (2,), "flows": (2, 3)}
    assert_permuted(one, other, order, lambda name: by_channel.get(name, ()))
    for name in one.firm_series._fields:
        expected, found = (getattr(model.firm_series, name)[: model.week] for model in (one, other))
        np.testing.assert_allclose(expected, found, rtol=1e-9, atol=1e-9, err_msg=name)
    if engine == "arrays":
        assert_same_metrics(one, other)


@pytest.mark.parametrize("engine", SIZES)
@given(order=st.permutations(range(len(CHANNELS))), seed=SEEDS)
@few(2)
def test_channels_in_another_order_have_the_same_counts_in_that_order(engine, order, seed, tmp_path_factory):
    """Contacts and flows permute; all that is counted by firm and segment is the same."""
    try_order_of_channels(engine, order, seed, tmp_path_factory.mktemp("channels"))


@pytest.mark.slow
@given(order=st.permutations(range(len(CHANNELS))), seed=SEEDS)
@few(40)
def test_channels_in_many_other_orders_have_the_same_counts_in_that_order(order, seed, tmp_path_factory):
    try_order_of_channels("arrays", order, seed, tmp_path_factory.mktemp("channels"))


# Money.


# Money over money, and so not measured in money, with what they are allowed to move by where all prices are doubled.
SHARES_OF_MONEY = {"market_share": 1e-5, "share_index": 1e-5, "outside_share": None, "cost_per_revenue": None}


def try_prices(engine, factor, seed):
    fixed = FEW | {"parameters.price_sensitivity": 0.0, "rivals.mode": "stopped", "fit.nudge": False}
    fixed |= {"programme.budget": 0.05, "profiles.initiative.offer": 0.1}
    dear = {f"firms.{name}.price": factor * market().firms[name].price for name in FIRMS}
    one, other = (lived(market(fixed | prices), engine, seed) for prices in ({}, dear))
    assert one.tallies.purchases.sum() > 0
    assert fields_that_differ(one.customers, other.customers) == []
    assert set(fields_that_differ(one.tallies, other.tallies)) == {"revenue"}
    for name in one.firm_series._fields:
        np.testing.assert_array_equal(getattr(one.firm_series, name), getattr(other.firm_series, name), err_msg=name)
    assert [each.spent for each in one.implementations] == [each.spent for each in other.implementations]
    rounding = (1.0 + factor) / 2.0 * one.tallies.purchases
    assert (np.abs(other.tallies.revenue - factor * one.tallies.revenue) <= rounding + 1e-6).all()
    if engine == "arrays":
        cheap, dear = observe(one.observation()), observe(other.observation())
        for name in ("revenue", "market_value", "revenue_per_employee"):
            np.testing.assert_allclose(factor * cheap[name], dear[name], rtol=1e-5, err_msg=name)
        for name, metric in CATALOGUE.metrics.items():
            if name in SHARES_OF_MONEY:
                if SHARES_OF_MONEY[name]:
                    np.testing.assert_allclose(cheap[name], dear[name], rtol=SHARES_OF_MONEY[name], err_msg=name)
            elif "roubles" not in metric.unit:
                np.testing.assert_array_equal(cheap[name], dear[name], err_msg=name)


@pytest.mark.parametrize("engine", SIZES)
@given(factor=st.sampled_from([0.5, 3.7]), seed=SEEDS)
@example(factor=2.0, seed=1)
@few(2)
def test_other_prices_of_all_firms_change_nothing_but_money_where_price_does_not_enter_choice(engine, factor, seed):
    """Rivals stand still, budgets are fixed, and nothing is taught by the money of the past."""
    try_prices(engine, factor, seed)


@pytest.mark.slow
@given(factor=st.floats(0.1, 10.0), seed=SEEDS)
@example(factor=2.0, seed=2)
@few(40)
def test_many_other_prices_change_nothing_but_money_where_price_does_not_enter_choice(factor, seed):
    try_prices("arrays", factor, seed)


RANGES = uncertainties(scenario=market())


def somewhere(places):
    """Change every uncertain parameter at once, each to a place within its declared range."""
    return {one.path: one.value(place) for one, place in zip(RANGES, places, strict=True)}


PLACES = st.lists(st.floats(0.0, 1.0), min_size=len(RANGES), max_size=len(RANGES))


def try_ranges(engine, places, seed):
    model = lived(market(FEW | somewhere(places)), engine, seed)
    assert model.tallies.needs.sum() > 0
    check_accounting(model)
    for stock in (model.stock, model.intercepts, *model.firm_series):
        assert np.isfinite(stock).all()


@pytest.mark.parametrize("engine", SIZES)
@given(places=PLACES, seed=SEEDS)
@few(6)
def test_money_and_people_are_conserved_anywhere_within_the_declared_ranges(engine, places, seed):
    try_ranges(engine, places, seed)


@pytest.mark.slow
@given(places=PLACES, seed=SEEDS)
@few(100)
def test_money_and_people_are_conserved_in_many_places_within_the_declared_ranges(places, seed):
    try_ranges("arrays", places, seed)


# Pairs.


def second_tool_begins(one, other):
    """Week in which the first step of the second tool begins; the orders differ from there on."""
    tasks = one.implementations[one.layout.focal].tasks
    tools = list(dict.fromkeys(task.tool for task in tasks))
    return next(task.first_week for task in tasks if task.tool == tools[1])


ORDER = list(market().programme.order)
LAST_FIRST = [ORDER[0], *ORDER[:0:-1]]
SHOCK = {"start_week": 9, "weeks": 20, "fade_weeks": 4, "digital_taste": 2.0}
PERFORMED = {next(iter(CATALOGUE.measures)): {"start_week": 11}}
DIFFERENCES = {
    "a programme": ({"programme.order": []}, {}, lambda one, other: one.start),
    "a later programme": ({}, {"programme.start_week": 6}, lambda one, other: one.start),
    "a programme of which nothing can be paid": ({"programme.order": []}, {"programme.budget": 0.0}, None),
    "another tool in the second place": ({}, {"programme.order": LAST_FIRST}, second_tool_begins),
    "a shock": ({}, {"shock": SHOCK}, lambda one, other: one.start + 9),
    "a measure": ({}, {"firms.partner_dv.measures": PERFORMED}, lambda one, other: one.start + 11),
    "rivals on trend": ({}, {"rivals.mode": "trend"}, lambda one, other: one.start),
    "another horizon": ({}, {"calendar.years": 2}, None),
    "growth of the market": ({}, {"market.growth": 0.2}, lambda one, other: one.start),
}


def try_pairs(what, seeds):
    before, after, when = DIFFERENCES[what]
    for seed in seeds:
        one, other = (OmnichannelModel(market(FEW | changes), rng=seed).run() for changes in (before, after))
        first = min(one.week, other.week) if when is None else when(one, other)
        assert 0 < one.start <= first
        assert_same_history(one, other, first)
        if when is not None:
            weeks = min(one.week, other.week)
            differ = fields_that_differ(one.tallies[:weeks], other.tallies[:weeks])
            series = [
                name
                for name in one.firm_series._fields
                if not np.array_equal(getattr(one.firm_series, name)[:weeks], getattr(other.firm_series, name)[:weeks])
            ]
            assert differ or series, "the difference never acted, so that nothing was tested"


@pytest.mark.parametrize("what", DIFFERENCES)
def test_paired_worlds_are_identical_until_the_first_week_in_which_a_difference_can_act(what):
    try_pairs(what, (3, 2**31))


@pytest.mark.slow
@pytest.mark.parametrize("what", DIFFERENCES)
def test_paired_worlds_are_identical_with_many_seeds(what):
    try_pairs(what, range(100, 112))


@given(seed=SEEDS)
@few(2)
def test_paired_worlds_are_identical_in_the_engine_of_agents_too(seed):
    scenario = with_changes(market(FEW), {"customers": 40})
    pair = scenario, without_programme(scenario)
    one, other = (OmnichannelModel(world, rng=seed, engine="agents") for world in pair)
    one.run(10), other.run(10)
    assert_same_history(one, other)
    assert fields_that_differ(one.customers, other.customers) == []
    assert math.isfinite(float(one.customers.need_time.sum()))
