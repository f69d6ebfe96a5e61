"""Measures impress or save money for a while, cost what they cost, and touch nothing else."""

import math

import numpy as np
import pytest
from accounting import check_accounting
from worlds import assert_same_history, catalogue_with, fields_that_differ, lived, market, shipped_table, world

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.market.firms import FirmState
from simbiz.market.measures import Measures
from simbiz.scenario import load_scenario
from simbiz.state.layout import Layout
from simbiz.submodels.programme import combined

CATALOGUE = load_catalogue()
IMPRESSING, SAVING = ("image", "contests", "classes"), ("coupons", "gifts")
FOCAL = Layout.of(market()).focal
PLAN = "firms.partner_dv.measures"


def layout(plans, **changes):
    return Layout.of(market({PLAN: plans, **changes}))


def attributes(plans, week, **changes):
    """Attributes of all firms in a week after the start, and what they would be without measures."""
    state = FirmState(layout(plans, **changes), 1)
    state.act(week)
    with_them = state.attributes.copy()
    state.measures = Measures(layout({}))
    state.act(week)
    return with_them, state.attributes


# ---- what is declared


def test_the_measures_are_those_of_the_paper():
    assert tuple(CATALOGUE.measures) == (*IMPRESSING, *SAVING)


@pytest.mark.parametrize("name", CATALOGUE.measures)
def test_a_measure_is_known_from_the_paper_and_its_sizes_are_assumed_from_none_to_twice_what_is_shipped(name):
    record = CATALOGUE.measures[name]
    assert record.source == "tkachenko"
    assert record.cost > 0
    assert record.effects
    for effect in record.effects:
        assert effect.source == "assumed"
        assert effect.range == pytest.approx((0.0, 2.0 * effect.value))


@pytest.mark.parametrize("name", CATALOGUE.measures)
def test_no_measure_acts_on_loyalty(name):
    """What impresses acts on perception and fades, what saves money on the price paid; the rest is up to customers."""
    record = CATALOGUE.measures[name]
    acts_on = {effect.attribute for effect in record.effects}
    assert acts_on == ({"service_quality"} if name in IMPRESSING else {"offer"})
    assert (record.fading > 0) == (name in IMPRESSING)


def test_no_firm_attribute_is_an_outcome():
    assert not {"loyalty", "satisfaction", "share", "revenue", "expectation"} & set(CATALOGUE.firm_attributes)


def test_a_measure_may_not_have_the_name_of_a_tool_nor_train_anybody(tmp_path):
    measures = shipped_table("measures")
    tool = next(iter(CATALOGUE.tools))
    twice = catalogue_with(tmp_path / "name", measures={tool: measures["image"]})
    with pytest.raises(InputError, match=rf"measures\.toml:\d+: {tool} is the name of a tool already"):
        _ = twice.measures
    measures["image"]["effects"] = [{"attribute": "training", "value": 0.1}]
    training = catalogue_with(tmp_path / "training", measures=measures)
    with pytest.raises(InputError, match=r"measures\.toml:\d+: image: training can be changed by tools only"):
        _ = training.measures


def test_a_scenario_may_give_an_effect_of_a_measure_another_size():
    strong = layout({"coupons": {}}, **{"effects.coupons.offer": 0.2})
    state = FirmState(strong, 1)
    state.act(0)
    assert state.cell("offer")[FOCAL] == 0.2


# ---- what they do


@pytest.mark.parametrize("name", CATALOGUE.measures)
def test_a_measure_changes_exactly_the_cells_that_its_effects_declare(name):
    with_it, without = attributes({name: {}}, 0)
    given, expected = layout({}), without.copy()
    how = {"add": 1, "complement": 3}
    for effect in CATALOGUE.measures[name].effects:
        for cell in given.effect_cells(name, effect):
            rule = how[CATALOGUE.firm_attributes[effect.attribute].combine]
            expected[FOCAL, cell] = combined(rule, expected[FOCAL, cell], effect.value, 1.0)
    np.testing.assert_array_equal(with_it, expected)
    assert (with_it != without).any()


@pytest.mark.parametrize("name", CATALOGUE.measures)
def test_what_a_performance_does_fades_and_ends(name):
    record, start = CATALOGUE.measures[name], 7
    first = np.subtract(*attributes({name: {"start_week": start}}, start))
    for since in range(-3, record.weeks + 3):
        found = np.subtract(*attributes({name: {"start_week": start}}, start + since))
        level = math.exp(-record.fading * since) if 0 <= since < record.weeks else 0.0
        np.testing.assert_allclose(found, level * first, rtol=1e-9, atol=1e-12)


def test_performances_that_last_at_the_same_time_add_up_to_a_full_one_at_most():
    record = CATALOGUE.measures["contests"]
    measures = Measures(layout({"contests": {"every_weeks": 1, "times": 3}}))
    number = measures.names.index("contests")
    assert [measures.levels(week)[FOCAL, number] for week in (0, 1, 2)] == [1.0, 1.0, 1.0]
    week = record.weeks - 1
    expected = sum(math.exp(-record.fading * (week - performed)) for performed in range(3))
    assert expected < 1.0
    assert measures.levels(week)[FOCAL, number] == pytest.approx(expected)
    assert not np.delete(measures.levels(week), FOCAL, axis=0).any()


def test_before_the_programme_starts_nothing_is_performed():
    with_them, without = attributes({name: {} for name in CATALOGUE.measures}, -1)
    np.testing.assert_array_equal(with_them, without)


@pytest.mark.parametrize("strength", [0.0, 0.5, 2.0])
def test_effects_are_in_proportion_to_the_strength_of_measures(strength):
    plans = {"image": {}, "coupons": {}}
    full = np.subtract(*attributes(plans, 3))
    found = np.subtract(*attributes(plans, 3, **{"parameters.measure_strength": strength}))
    np.testing.assert_allclose(found, strength * full, rtol=1e-12, atol=1e-15)


def test_all_measures_together_stay_within_the_bounds_of_every_attribute():
    often = {name: {"times": 50, "every_weeks": 1} for name in CATALOGUE.measures}
    state = FirmState(layout(often), 1)
    state.act(40)
    for name, attribute in CATALOGUE.firm_attributes.items():
        assert ((state.cell(name) >= attribute.bounds[0]) & (state.cell(name) <= attribute.bounds[1])).all(), name


# ---- what they cost, and what they change in a world


def test_a_performance_costs_in_its_first_week_alone_and_is_spent_in_the_week_after():
    measures, cost = Measures(layout({"coupons": {"start_week": 3, "every_weeks": 10, "times": 2}})), 0.0
    for week in range(20):
        assert measures.spent(week)[FOCAL] == pytest.approx(cost, abs=1e-15)
        paid = measures.costs(week)
        assert paid[FOCAL] == (CATALOGUE.measures["coupons"].cost if week in (3, 13) else 0.0)
        assert not np.delete(paid, FOCAL).any()
        cost += paid[FOCAL]


def test_every_performance_is_paid_in_its_week_and_booked():
    plans = {"coupons": {"start_week": 3, "every_weeks": 10, "times": 4}, "image": {"start_week": 13}}
    model = world({PLAN: plans, "programme.order": []}).run()
    check_accounting(model)
    booked = model.firm_series.invested[model.start :, FOCAL]
    expected = np.zeros_like(booked)
    for week in (3, 13, 23, 33):
        expected[week] += CATALOGUE.measures["coupons"].cost
    expected[13] += CATALOGUE.measures["image"].cost
    np.testing.assert_allclose(booked, expected, rtol=0, atol=1e-15)
    assert not np.delete(model.firm_series.invested, FOCAL, axis=1).any()


def test_measures_of_no_strength_cost_money_and_change_no_customer():
    model = world({PLAN: {"image": {}, "gifts": {}}, "mechanisms.wow": False}).run()
    assert fields_that_differ(model.tallies, lived().tallies) == []
    assert fields_that_differ(model.customers, lived().customers) == []
    assert model.firm_series.invested.sum() > lived().firm_series.invested.sum()


def test_customers_notice_a_measure_from_its_first_week_on_and_not_before():
    model = world({PLAN: {"coupons": {"start_week": 5}}}).run()
    assert_same_history(model, lived(), lived().start + 5)
    assert fields_that_differ(model.tallies, lived().tallies) != []


def test_a_measure_that_nobody_knows_is_a_mistake_of_its_line(tmp_path):
    file = tmp_path / "x.toml"
    file.write_text('extends = "partner-dv"\n[firms.partner_dv.measures]\ncoupon = {}\n')
    with pytest.raises(InputError) as caught:
        load_scenario(file)
    assert str(caught.value) == (
        f"{file}:3: firms.partner_dv.measures.coupon is not a measure; allowed: one of image, contests, classes, "
        "coupons, gifts. Did you mean 'coupons'?"
    )
