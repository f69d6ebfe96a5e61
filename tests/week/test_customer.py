"""A customer's week in plain Python, one record at a time, against the compiled loop over everybody."""

import numpy as np
import pytest
from accounting import check_accounting
from worlds import fields_that_differ, world

from simbiz.market.notes import Notes, empty_part
from simbiz.state.columns import DRAWN, add_counts, part_dtype
from simbiz.week import consideration, purchase, stages
from simbiz.week import contact as contacts
from simbiz.week import customer as weeks
from simbiz.week import survey as surveys
from simbiz.week.world import set_expectations

WEEKS = 30
SURVEY_WEEKS = 26
# A mature part of the market in which everything happens: switches, waits, lost leads, service, returns.
BUSY = {
    "customers": 400,
    "segments.person.needs_per_year": 12,
    "segments.person.basket": 0.7,
    "parameters.failure_rate": 0.3,
    "profiles.initiative.nurturing": 0.5,
    "profiles.initiative.lead_ownership": 0.5,
}


def interpreted(model, number):
    """Live through some weeks with the plain functions; what was paid, purchase by purchase."""
    paid = []
    plain = purchase.amount_paid

    def noted(*arguments):
        paid.append(plain(*arguments))
        return paid[-1]

    purchase.amount_paid = noted
    try:
        for _ in range(number):
            model.firms_implement()
            model.staff_takes_up_tools()
            model.firms_are_seen()
            live_one_by_one(model)
            model.observe()
            model.week += 1
    finally:
        purchase.amount_paid = plain
    return paid


def live_one_by_one(model):
    worlds, notes = model.worlds(), Notes()
    part = empty_part(part_dtype(model.layout), noting=True)
    room = model.layout.room
    for row, customer in enumerate(model.customers):
        while customer.due <= model.week:
            world = worlds[customer.segment]
            weeks.customer_week(customer, world, model.clock, model.stock, model.voices, room, part)
            notes.take(part)
        model.due[row] = customer.due
    add_counts(model.tallies[model.week], part)
    if (model.week + 1) % SURVEY_WEEKS == 0:
        for customer in model.customers:
            number, world = model.week // SURVEY_WEEKS, worlds[customer.segment]
            if surveys.in_sample(customer.id, number, world):
                surveys.answer_surveys(customer, number, world, part)
                notes.take(part)
        for name in ("surveyed", "promoters", "detractors", "answers", "survey_expectation", "survey_perception"):
            model.tallies[model.week][name] = part[name]
    notes.commit(model.voices, model.week, model.log)


@pytest.fixture(scope="module")
def both():
    compiled, plain = world(BUSY, seed=3), world(BUSY, seed=3)
    compiled.run(until=WEEKS)
    return compiled, plain, interpreted(plain, WEEKS)


def test_a_customers_week_gives_the_same_bits_compiled_and_interpreted(both):
    compiled, plain, _ = both
    assert fields_that_differ(compiled.customers, plain.customers) == []
    assert compiled.due.tobytes() == plain.due.tobytes()


def test_a_week_is_counted_the_same_compiled_and_interpreted(both):
    compiled, plain, _ = both
    assert fields_that_differ(compiled.tallies, plain.tallies) == []


def test_every_count_and_every_field_was_put_to_the_test(both):
    compiled, _, _ = both
    unused = {"services"}  # nobody offers services beyond the product
    for name in {*compiled.tallies.dtype.names} - unused:
        assert np.any(compiled.tallies[name]), name
    fresh = world(BUSY, seed=3).customers
    fixed = {"id", "segment", "rate", "basket", "affinity", "firm_taste", "channel_taste", "members"}
    assert set(fields_that_differ(compiled.customers, fresh)) == set(fresh.dtype.names) - fixed


def test_revenue_and_what_goes_outside_is_the_sum_of_what_was_paid_one_by_one(both):
    compiled, plain, paid = both
    assert compiled.tallies.revenue.sum() + compiled.tallies.outside_value.sum() == sum(paid)
    ends = compiled.tallies.purchases.sum() + compiled.tallies.outside.sum()
    assert ends == len(paid)
    check_accounting(plain)
    check_accounting(compiled)


def test_the_season_clock_does_not_move_a_need_back(both):
    compiled, _, _ = both
    assert (compiled.customers.due >= WEEKS).all()
    assert (compiled.customers.seen_week < WEEKS).all()
    assert (compiled.customers.expectation_week <= compiled.customers.seen_week.max()).all()


def tally_of(model):
    return empty_part(part_dtype(model.layout), noting=False)


def drawn(tally, customer, view):
    """Let the customer feel how its tastes draw it, as at the beginning of every step of a journey."""
    consideration.prepare(customer, view, tally)
    return tally


def access_of(firm, customer, model, view):
    """Give the worth of a firm's channels, worked out anew for the week."""
    set_expectations(model.seen)
    tally = tally_of(model)
    best_taste = consideration.prepare(customer, view, tally)
    return consideration.firm_access(firm, best_taste, customer, view, tally)


def one_shopper(changes):
    """Give a customer of the first segment and the world of the first week, for questions to single rules."""
    model = world({"customers": 50} | changes, seed=5)
    model.firms_implement()
    model.staff_takes_up_tools()
    model.firms_are_seen()
    model.seen = model.worlds()
    return model, model.customers[0], model.seen[0]


def test_a_firm_without_a_channel_that_sells_is_of_no_use():
    model, customer, view = one_shopper({})
    firm = model.layout.focal
    assert access_of(firm, customer, model, view)[1]
    view.open[firm] = np.minimum(view.open[firm], 1)
    assert access_of(firm, customer, model, view) == (0.0, False)


def test_channels_that_are_closed_are_worth_nothing_and_one_more_open_channel_is_worth_something():
    model, customer, view = one_shopper({})
    firm = model.layout.focal
    before = access_of(firm, customer, model, view)[0]
    closed = int(np.flatnonzero(view.open[firm] == 0)[0])
    view.quality[firm, closed] += 0.1
    assert access_of(firm, customer, model, view)[0] == before
    view.open[firm, closed] = 2
    assert access_of(firm, customer, model, view)[0] > before


def test_orders_go_only_through_channels_that_sell():
    model, customer, view = one_shopper({})
    tally = drawn(tally_of(model), customer, view)
    for firm in range(view.open.shape[0]):
        for event in range(200):
            customer.need_number = event
            channel = contacts.pick_channel(firm, stages.ORDER, 1, customer, view, tally)
            assert view.open[firm, channel] == 2
            assert view.serves[channel, stages.ORDER]
            channel = contacts.pick_channel(firm, stages.INFORMATION, 0, customer, view, tally)
            assert view.open[firm, channel] >= 1
            assert view.serves[channel, stages.INFORMATION]


def test_channels_of_contacts_are_a_logit_choice():
    model, customer, view = one_shopper({"parameters.stickiness": 0.0})
    firm, times = model.layout.focal, 20_000
    tally = drawn(tally_of(model), customer, view)
    usable = np.flatnonzero((view.open[firm] >= 1) & (view.serves[:, stages.INFORMATION] == 1))
    worth = np.array([consideration.channel_utility(channel, firm, customer, view) for channel in usable])
    expected = np.exp(worth) / np.exp(worth).sum()
    picks = []
    for event in range(times):
        customer.need_number = event
        picks.append(contacts.pick_channel(firm, stages.INFORMATION, 0, customer, view, tally))
    shares = np.array([np.mean(np.array(picks) == channel) for channel in usable])
    assert (np.abs(shares - expected) < 5 * np.sqrt(expected * (1 - expected) / times)).all()


def test_a_purchase_changes_what_the_customer_holds_of_this_firm_and_the_loyalties_to_all():
    model, customer, view = one_shopper({"mechanisms.failures": False})
    firm, others = model.layout.focal, np.delete(np.arange(len(model.layout.firms)), model.layout.focal)
    before, tally = customer.copy(), tally_of(model)
    customer.slot_firm[0], customer.last_channel[firm] = firm, 0
    purchase.buy(0, 2, customer, view, drawn(tally, customer, view))
    assert tally.purchases.tolist() == [[int(row == firm), 0] for row in range(len(model.layout.firms))]
    assert tally.revenue[firm, 0] == tally.revenue.sum() > 0
    assert customer.last_firm == firm
    assert customer.satisfaction[firm] != before.satisfaction[firm]
    np.testing.assert_array_equal(customer.satisfaction[others], before.satisfaction[others])
    assert customer.loyalty[firm] > before.loyalty[firm]
    assert (customer.loyalty[others] < before.loyalty[others]).all()
    assert customer.loyalty.sum(dtype=float) == pytest.approx(before.loyalty.sum(dtype=float), rel=1e-4)
    gained = customer.impressions.astype(int) - before.impressions
    assert gained[firm] == view.experience_impressions
    assert not gained[others].any()
    assert customer.expectation.all()
    assert customer.expectation_week == view.week


def test_a_second_purchase_from_the_same_firm_is_a_repeat():
    model, customer, view = one_shopper({})
    firm, tally = model.layout.focal, tally_of(model)
    customer.slot_firm[:2], customer.last_channel[:] = (firm, 0), 0
    for slot, repeats in ((0, 0), (0, 1), (1, 1), (0, 1)):
        purchase.buy(slot, 2, customer, view, drawn(tally, customer, view))
        assert tally.repeats.sum() == repeats


def test_a_lost_context_costs_the_effort_of_telling_everything_again():
    model, customer, view = one_shopper({"mechanisms.patience": False, "mechanisms.waiting": False})
    firm, tally = model.layout.focal, drawn(tally_of(model), customer, view)
    customer.slot_firm[0] = firm
    view.ownership[:] = 1.0
    for integration, lost in ((1.0, 0), (0.0, 1)):
        view.integration[:] = integration
        customer.slot_effort[0], customer.slot_lost[0] = 0.0, 0
        view.open[firm] = 0
        view.open[firm, 0] = 2
        assert contacts.contact(0, stages.INFORMATION, 0, customer, view, tally)
        view.open[firm] = 0
        view.open[firm, 1] = 2
        assert contacts.contact(0, stages.ORDER, 1, customer, view, tally)
        assert customer.slot_lost[0] == lost
        effort = 2 * view.contact_effort[firm] + view.introduction_effort + lost * view.context_loss_effort
        assert customer.slot_effort[0] == pytest.approx(effort, rel=1e-6)
    assert tally.flows[firm, 0, 1].sum() == tally.flows.sum() == 2
    assert tally.switches[firm].sum() == 2
    assert tally.contexts_lost[firm].sum() == 1


def test_the_shortlist_holds_the_best_known_firms_in_order_and_no_firm_twice():
    _, customer, view = one_shopper({"mechanisms.awareness": False})
    model, stock = world({"customers": 50}), np.ones((1, 3, view.firm_id.shape[0]))
    tally = tally_of(model)
    for event in range(100):
        customer.need_number = event
        consideration.consider(customer, view, stock, model.voices, tally)
        listed = customer.slot_firm[customer.slot_firm != consideration.NO_FIRM]
        assert view.shortlist_least <= len(listed) <= view.shortlist_most
        assert len(set(listed.tolist())) == len(listed)
        left = tally.scratch[DRAWN, : len(view.firm_id)]
        left = left[np.isfinite(left)]
        assert len(left) == len(view.firm_id) - len(listed)


@pytest.mark.parametrize("known", [(), (0,), (2, 6), (0, 1, 2, 3, 4, 5, 6)])
def test_a_customer_considers_only_firms_of_which_an_impression_is_alive(known):
    model, customer, view = one_shopper({})
    nobody_seen = np.zeros((1, 3, view.firm_id.shape[0]))
    tally = tally_of(model)
    customer.impressions[:] = 0
    customer.impressions[list(known)] = 1
    consideration.consider(customer, view, nobody_seen, model.voices, tally)
    assert np.flatnonzero(tally.aware.sum(axis=1)).tolist() == list(known)
    assert set(customer.slot_firm.tolist()) - {consideration.NO_FIRM} <= set(known)
    assert bool(tally.shortlisted.any()) == bool(known)


def test_a_customer_who_knows_no_firm_goes_outside():
    model, customer, view = one_shopper({})
    tally = tally_of(model)
    customer.slot_firm[:] = consideration.NO_FIRM
    tally.scratch[:] = -np.inf
    weeks.inform(customer, view, tally)
    assert weeks.decide(customer, view, tally)
    assert tally.outside.tolist() == [1, 0]
    assert tally.outside_value[0] > 0
    assert not tally.contacts.any()


def test_a_journey_that_outlasts_the_next_need_leaves_it_due_at_once():
    model, customer, view = one_shopper({})
    customer.need_time = 0.0
    view.week = 30
    weeks.await_next_need(customer, view, model.clock)
    assert customer.due >= 30


def test_a_customer_whose_first_failure_was_made_good_has_still_bought_from_the_firm():
    """An instant answer restores satisfaction to what it was before the first purchase: nothing."""
    changes = {"parameters.failure_rate": 0.999, "parameters.organisation_complains": 1.0}
    model, customer, view = one_shopper(changes | {"parameters.service_contact": 0.0})
    firm, tally = model.layout.focal, tally_of(model)
    view.open[firm], view.ownership[:] = 0, 1.0
    view.open[firm, 0] = 2  # a counter answers at once
    customer.slot_firm[0], customer.last_channel[firm] = firm, 0
    purchase.buy(0, 2, customer, view, drawn(tally, customer, view))
    assert tally.complaints_answered[firm, 0] == 1
    assert customer.satisfaction[firm] == 0.0 or customer.satisfaction[firm] > 0.0
    assert consideration.tried(firm, customer)
    purchase.buy(0, 2, customer, view, drawn(tally, customer, view))
    assert (tally.acquired[firm, 0], tally.repeats[firm, 0]) == (1, 1)
