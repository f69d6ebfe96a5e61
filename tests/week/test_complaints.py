"""What goes wrong, who says so, and what an answer restores."""

import math

import numpy as np
import pytest
from worlds import UNTIED, world

from simbiz.market.notes import empty_part
from simbiz.state.columns import part_dtype
from simbiz.submodels.service import RELIABILITY
from simbiz.week import complaint, purchase
from simbiz.week.consideration import prepare

OFTEN = {"parameters.failure_rate": 0.3, "programme.order": []}


def by_segment(model, name):
    return dict(zip(model.layout.segments, model.tallies[name].sum(axis=(0, 1)).tolist(), strict=True))


def within(observed, expected, number):
    return abs(observed - expected) < 5 * math.sqrt(expected * (1 - expected) / number)


def test_purchases_go_wrong_at_the_declared_rate():
    model = world(OFTEN).run()
    purchases = model.tallies.purchases.sum()
    assert within(model.tallies.failures.sum() / purchases, 0.3, purchases)


def test_a_more_reliable_firm_fails_less():
    better = {f"profiles.{name}.service_quality.reliability": 1.0 for name in world().layout.scenario.profiles}
    model = world(OFTEN | better).run()
    odds = 0.3 / 0.7 * math.exp(-1.0)
    purchases = model.tallies.purchases.sum()
    assert within(model.tallies.failures.sum() / purchases, odds / (1 + odds), purchases)


def test_organisations_mostly_complain_and_persons_mostly_leave_silently():
    model = world(OFTEN).run()
    failures, complaints = by_segment(model, "failures"), by_segment(model, "complaints")
    for segment, share in (("organisation", 0.7), ("person", 0.2)):
        assert within(complaints[segment] / failures[segment], share, failures[segment])


def test_a_failure_lowers_satisfaction_and_the_customer_comes_back_less():
    quiet = UNTIED | {"parameters.organisation_complains": 0.0, "parameters.person_complains": 0.0}
    fine, failing = (world(quiet | {"parameters.failure_rate": rate, "programme.order": []}) for rate in (0.0, 0.5))
    fine.run(), failing.run()
    assert failing.customers.satisfaction.mean() < fine.customers.satisfaction.mean()
    repeats = [model.tallies.repeats.sum() / model.tallies.purchases.sum() for model in (fine, failing)]
    assert repeats[1] < repeats[0]


def test_answered_complaints_restore_satisfaction_and_unanswered_ones_do_not():
    everybody = OFTEN | {"parameters.organisation_complains": 1.0, "parameters.person_complains": 1.0}
    answered = world(everybody).run()
    nothing = world(everybody | {"mechanisms.recovery": False}).run()
    assert answered.tallies.recovered.sum() > 0
    assert nothing.tallies.recovered.sum() == 0
    assert nothing.tallies.complaints_answered.sum() > 0
    assert answered.customers.satisfaction.mean() > nothing.customers.satisfaction.mean()


@pytest.fixture
def complainer():
    model = world({"customers": 50}, seed=5)
    model.firms_implement(), model.staff_takes_up_tools(), model.firms_are_seen()
    customer, view, firm = model.customers[0], model.worlds()[0], model.layout.focal
    customer.slot_firm[0], customer.last_channel[firm], customer.satisfaction[firm] = firm, 0, -0.9
    return customer, view, firm, empty_part(part_dtype(model.layout), False)


def test_an_instant_answer_restores_what_was_before_and_a_surplus_more(complainer):
    customer, view, firm, tally = complainer
    assert complaint.recover(firm, 0.0, 0.3, customer, view, tally) == pytest.approx(1.2, abs=1e-6)
    assert customer.satisfaction[firm] == pytest.approx(0.3, abs=1e-6)
    view.recovery_surplus = 0.5
    complaint.recover(firm, 0.0, 0.3, customer, view, tally)
    assert customer.satisfaction[firm] == pytest.approx(0.8, abs=1e-6)


def test_recovery_never_takes_satisfaction_away(complainer):
    customer, view, firm, tally = complainer
    customer.satisfaction[firm] = 0.5
    assert complaint.recover(firm, 0.0, 0.1, customer, view, tally) == 0.0
    assert customer.satisfaction[firm] == 0.5


def test_a_firm_without_a_channel_for_service_hears_complaints_and_answers_none(complainer):
    customer, view, firm, tally = complainer
    view.open[firm] = 0
    prepare(customer, view, tally)
    complaint.complain(0, 3, 0.5, 0.3, customer, view, tally)
    assert tally.complaints[firm, 0] == 1
    assert tally.complaints_answered[firm, 0] == tally.leads_lost[firm, 0] == tally.touchpoints[firm, 0] == 0
    assert customer.satisfaction[firm] == np.float32(-0.9)


def test_recovery_touches_neither_loyalty_nor_what_the_customer_tells():
    """The meta-analysis finds no effect on repurchase beyond satisfaction, and none on word of mouth."""
    model = world({"customers": 50, "parameters.failure_rate": 0.999}, seed=5)
    model.firms_implement(), model.staff_takes_up_tools(), model.firms_are_seen()
    told = []
    for share in (0.0, 1.0):
        customer, view, firm = model.customers[0].copy(), model.worlds()[0], model.layout.focal
        view.recovery_share, view.complains, view.ownership[:] = share, 1.0, 1.0
        tally = empty_part(part_dtype(model.layout), False)
        customer.slot_firm[0], customer.last_channel[firm] = firm, 0
        prepare(customer, view, tally)
        purchase.buy(0, 2, customer, view, tally)
        assert tally.failures[firm, 0] == tally.complaints[firm, 0] == 1
        told.append((customer.loyalty.tolist(), tally.speaker[0], float(customer.satisfaction[firm])))
    assert told[0][:2] == told[1][:2]
    assert told[0][2] <= told[1][2]
    assert view.service[firm, RELIABILITY] == 0.0
