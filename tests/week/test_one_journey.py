"""One customer, one step at a time: what each step reads and what it leaves behind."""

import math

import numpy as np
import pytest
from shopper import COUNTER, FIRM, Shopper, recorded

from simbiz.draws import name_id, normal_quantile
from simbiz.events import NOBODY_ASKED, UNANSWERED
from simbiz.state.columns import (
    CONTACT_LUCK,
    DRAWN,
    LOYALTY_PARTS,
    MORE_LUCK,
    NO_CHANNEL,
    NO_FIRM,
    RECOGNITION,
)
from simbiz.submodels import buying_centre, choice, need, service, survey
from simbiz.submodels.awareness import MOST_IMPRESSIONS
from simbiz.week import complaint, consideration, decision, luck, notes, purchase
from simbiz.week import contact as contacts
from simbiz.week import customer as weeks
from simbiz.week import survey as surveys
from simbiz.week.stages import INFORMATION, LEAD, ORDER, SERVICE, SUSPECT


@pytest.fixture
def shopper():
    return Shopper()


# Luck.


def test_service_and_failure_are_decided_apart(shopper, monkeypatch):
    customer, view, tally = shopper.all
    consideration.prepare(customer, view, tally)
    monkeypatch.setattr(purchase, "luck_pair", lambda *key: (0.1, 0.9))
    served = recorded(monkeypatch, purchase, "contact", True)
    view.service_contact, view.failure[FIRM] = 0.5, 0.5
    purchase.buy(0, 2, customer, view, tally)
    assert (len(served), int(tally.failures.sum())) == (1, 0)


def test_the_five_dimensions_are_perceived_with_luck_of_their_own(shopper, monkeypatch):
    customer, view, tally = shopper.all
    recorded(monkeypatch, purchase, "perceived", 0.0)
    answers = recorded(monkeypatch, purchase, "likert")
    purchase.judge(0, COUNTER, False, False, customer, view, tally)
    assert len({perception for perception, _ in answers}) == 5


def test_customers_of_one_id_in_two_segments_are_no_twins(shopper):
    customer, (one, other) = shopper.customer, (shopper.worlds[0], shopper.worlds[1])
    assert luck.luck(1, 2, 3, customer, one) != luck.luck(1, 2, 3, customer, other)
    assert luck.luck_pair(1, 2, 3, customer, one) != luck.luck_pair(1, 2, 3, customer, other)


# Knowing and considering.


def test_a_look_forgets_what_time_has_taken_and_adds_what_has_come_since_the_last_one(shopper, monkeypatch):
    customer, view, tally = shopper.all
    calls = recorded(monkeypatch, consideration, "impressions_alive", 7)
    stock = np.random.default_rng(1).uniform(1.0, 3.0, shopper.model.stock.shape)
    customer.seen_week, view.week, customer.impressions[:] = 4, 9, 3
    consideration.look(0, customer, view, stock, tally)
    retention = math.exp(-5.0 * view.forgetting)
    for firm, (impressions, kept, arrivals, _, _) in enumerate(calls):
        assert (impressions, kept) == (3, pytest.approx(retention, rel=1e-12))
        assert arrivals == pytest.approx(max(0.0, stock[0, 9, firm] - stock[0, 4, firm] * retention), rel=1e-12)
    assert customer.seen_week == 9
    assert (customer.impressions == 7).all()


def test_the_worth_of_access_is_the_log_sum_over_open_channels(shopper):
    customer, view, tally = shopper.all
    customer.channel_taste[:] = np.arange(len(customer.channel_taste)) * 700 - 2000
    best = consideration.prepare(customer, view, tally)
    usable = [
        channel
        for channel in range(len(view.open[FIRM]))
        if view.open[FIRM, channel] and (view.serves[channel, INFORMATION] or view.serves[channel, ORDER])
    ]
    utilities = np.array([consideration.channel_utility(channel, FIRM, customer, view) for channel in usable])
    expected = view.channel_nest * np.log(np.exp(utilities / view.channel_nest).sum())
    worth, sells = consideration.firm_access(FIRM, best, customer, view, tally)
    assert sells
    assert worth == pytest.approx(expected, rel=1e-9)


def test_a_firm_that_only_informs_sells_nothing(shopper):
    customer, view, tally = shopper.all
    best = consideration.prepare(customer, view, tally)
    view.open[FIRM] = 1
    assert consideration.firm_access(FIRM, best, customer, view, tally) == (0.0, False)


def test_only_who_has_bought_there_is_recognised_and_gets_the_personal_offer(shopper):
    customer, view, tally = shopper.all
    view.memory[FIRM], view.personal_offer[FIRM], view.personal_offer_strength = 1.0, 0.5, 0.4
    view.offer[FIRM], view.price_sensitivity = 0.1, 2.0
    tally.scratch[RECOGNITION] = 0.5
    assert not consideration.recognised(FIRM, customer, view, tally)
    assert consideration.offer_to(FIRM, customer, view, tally) == 0.1
    customer.bought[0] |= 1 << FIRM
    assert consideration.recognised(FIRM, customer, view, tally)
    offer = 1.0 - 0.9 * (1.0 - 0.4 * 0.5)
    assert consideration.offer_to(FIRM, customer, view, tally) == pytest.approx(offer, rel=1e-12)
    worth = choice.price_term(2.0, view.price[FIRM], offer)
    assert consideration.price_worth(FIRM, customer, view, tally) == pytest.approx(worth, rel=1e-12)


def test_the_shortlist_is_as_long_as_wanted_best_first_and_begins_afresh(shopper, monkeypatch):
    customer, view, tally = shopper.all
    monkeypatch.setattr(consideration, "gumbel", lambda chance: 0.0)
    view.unaided_awareness, view.shortlist_least, view.shortlist_most = 1.0, 2, 2
    for name in ("slot_effort", "slot_hours", "slot_lost", "slot_stage", "slot_channels"):
        customer[name][:] = 5
    consideration.consider(customer, view, shopper.model.stock, shopper.model.voices, tally)
    listed = customer.slot_firm[customer.slot_firm != NO_FIRM]
    assert len(listed) == len(set(listed.tolist())) == 2
    assert customer.slot_utility[0] >= customer.slot_utility[1]
    assert customer.slot_utility[1] >= tally.scratch[DRAWN, : len(view.firm_id)].max()
    for name in ("slot_effort", "slot_hours", "slot_lost", "slot_stage", "slot_channels"):
        assert not customer[name][:2].any(), name


def test_a_firm_known_from_others_only_is_counted_as_told(shopper):
    _customer, _view, tally = shopper.all
    consideration.count_look(FIRM, consideration.KNOWN, 0.0, 0.0, *shopper.all)
    assert (tally.aware[FIRM, 0], tally.told[FIRM, 0]) == (1, 0)
    consideration.count_look(FIRM, consideration.TOLD, 0.0, 0.0, *shopper.all)
    assert (tally.aware[FIRM, 0], tally.told[FIRM, 0]) == (2, 1)


# Contacts.


def answered(shopper, stage=INFORMATION, identified=False, channel=None):
    channel = shopper.channel(human=1) if channel is None else channel
    return contacts.answer(0, stage, channel, 0, identified, *shopper.all)


def test_only_a_request_of_somebody_identified_is_held_by_the_database(shopper):
    shopper.view.ownership[FIRM], shopper.view.memory[FIRM], shopper.view.orphan_loss = 0.0, 1.0, 1.0
    assert answered(shopper, identified=False) == UNANSWERED
    assert answered(shopper, identified=True) != UNANSWERED


def test_service_waits_by_its_own_queue_and_all_else_by_the_usual_one(shopper):
    _customer, view, tally = shopper.all
    view.ownership[FIRM], view.wait_dispersion, view.service_delay[FIRM] = 1.0, 0.0, 3.0
    channel = shopper.channel(human=1)
    view.hours[FIRM, channel] = 2.0
    for stage, hours in ((INFORMATION, 2.0), (ORDER, 2.0), (SERVICE, 6.0)):
        before = int(tally.wait[FIRM, 0])
        assert answered(shopper, stage, channel=channel) == pytest.approx(hours, rel=1e-12)
        assert tally.wait[FIRM, 0] - before == 60 * hours


def test_the_longest_wait_is_remembered_and_only_what_is_unusual_costs(shopper):
    customer, view, _tally = shopper.all
    view.ownership[FIRM], view.wait_dispersion = 1.0, 0.0
    customer.slot_hours[0], customer.slot_effort[0] = 1000.0, 0.25
    answered(shopper)
    assert customer.slot_hours[0] == 1000.0
    assert customer.slot_effort[0] == pytest.approx(0.25, abs=1e-7)


def test_every_effort_tries_the_patience_once(shopper):
    customer, view, tally = shopper.all
    consideration.prepare(customer, view, tally)
    shopper.channel(human=0)
    view.human[:], view.patience, view.contact_effort[FIRM], view.introduction_effort = 0, 1e-6, 0.0, 0.0
    customer.slot_effort[0] = 50.0
    assert contacts.contact(0, INFORMATION, 0, *shopper.all)
    view.contact_effort[FIRM] = 50.0
    assert not contacts.contact(0, INFORMATION, 1, *shopper.all)


def test_who_looks_around_once_is_a_suspect_and_who_comes_back_a_lead(shopper):
    customer, view, tally = shopper.all
    consideration.prepare(customer, view, tally)
    shopper.channel(human=0)
    view.human[:], view.identified_everywhere, view.patience = 0, 1.0, 1e9
    contacts.contact(0, INFORMATION, 0, *shopper.all)
    assert customer.slot_stage[0] == SUSPECT
    assert tally.leads[FIRM].sum(axis=1).tolist()[:3] == [1, 1, 0]
    contacts.contact(0, INFORMATION, 1, *shopper.all)
    assert customer.slot_stage[0] == LEAD
    assert tally.leads[FIRM].sum(axis=1).tolist()[:5] == [1, 1, 1, 1, 0]


def test_who_was_identified_before_stays_so_in_the_journey(shopper):
    customer, view, _ = shopper.all
    view.identifies[:], view.identified_everywhere = 0, 0.0
    customer.slot_stage[0] = SUSPECT - 1
    assert not contacts.is_identified(0, COUNTER, customer, view)
    customer.slot_stage[0] = SUSPECT
    assert contacts.is_identified(0, COUNTER, customer, view)


def test_the_first_contact_of_a_journey_changes_from_no_channel(shopper):
    customer, view, tally = shopper.all
    view.integration[FIRM] = 0.0
    other = 3
    assert contacts.take_channel(0, INFORMATION, other, 0, 0.5, *shopper.all)
    assert not tally.flows.any()
    assert not tally.switches.any()
    assert not contacts.take_channel(0, INFORMATION, COUNTER, 1, 0.5, *shopper.all)
    assert tally.flows[FIRM, other, COUNTER].sum() == tally.flows.sum() == tally.switches.sum() == 1
    assert customer.slot_channels[0] == (1 << other) | (1 << COUNTER)
    assert customer.slot_lost[0] == tally.contexts_lost.sum() == 1


def test_sticky_customers_stay_on_their_channel_and_buy_where_it_sells(shopper):
    customer, view, tally = shopper.all
    consideration.prepare(customer, view, tally)
    view.open[FIRM], view.serves[:], view.sticky_pull = 2, 1, 1e9
    for need_number, channel in enumerate([0, 1, 2, 3, 4]):
        customer.need_number, customer.last_channel[FIRM] = need_number, channel
        assert contacts.pick_channel(FIRM, INFORMATION, 0, *shopper.all) == channel
    view.open[FIRM], view.open[FIRM, 2] = 1, 2
    assert contacts.pick_channel(FIRM, ORDER, 0, *shopper.all) == 2
    view.open[FIRM] = 1
    assert contacts.pick_channel(FIRM, ORDER, 0, *shopper.all) == NO_CHANNEL


def test_nurturing_reaches_only_leads_that_are_identified_and_keeps_all_of_them(shopper):
    customer, view, _tally = shopper.all
    view.nurturing[FIRM], view.nurturing_strength = 1.0, 1.0
    names = [name for name in customer.dtype.names if name.startswith("slot_")]
    for name in names[1:]:
        if name != "slot_firm":
            customer[name][0] = 3
    customer.slot_firm[-1], customer.impressions[FIRM] = NO_FIRM, MOST_IMPRESSIONS
    contacts.lose_lead(0, INFORMATION, False, *shopper.all)
    assert customer.slot_firm[-1] == NO_FIRM
    contacts.lose_lead(0, INFORMATION, True, *shopper.all)
    assert [customer[name][-1] for name in names] == [customer[name][0] for name in names]
    assert customer.impressions[FIRM] == MOST_IMPRESSIONS
    customer.slot_firm[-1] = NO_FIRM
    contacts.lose_lead(0, ORDER, True, *shopper.all)
    assert customer.slot_firm[-1] == NO_FIRM


# A customer's week.


def lost_leads(weeks_to_decide):
    shopper = Shopper({"parameters.word_of_mouth_awareness": 0.0})
    customer, view, tally = shopper.all
    view.ownership[:], view.memory[:], view.orphan_loss = 0.0, 0.0, 1.0
    view.nurturing[:], view.nurturing_strength, view.identified_everywhere = 1.0, 1.0, 1.0
    view.unaided_awareness, view.human[:], view.deliberation_weeks, view.routine = 1.0, 1, weeks_to_decide, 1e9
    customer.meetings, customer.touchpoints = 6, 200
    weeks.begin_journey(customer, view, shopper.model.stock, shopper.model.voices, tally)
    return customer, tally


def test_a_journey_begins_afresh_and_asks_every_known_firm_before_it_gives_up():
    customer, tally = lost_leads(1e9)
    assert customer.meetings == 0
    assert (customer.slot_firm[:-1] == NO_FIRM).all()
    assert tally.shortlisted.sum() == tally.leads_lost.sum() == tally.aware.sum() == customer.touchpoints
    assert customer.slot_firm[-1] != NO_FIRM


def test_who_decides_at_once_gives_no_lost_lead_time_to_come_back():
    assert lost_leads(0.0)[0].slot_firm[-1] == NO_FIRM


def test_needs_follow_each_other_by_gaps_of_their_own(shopper):
    customer, view, _ = shopper.all
    times = [float(customer.need_time)]
    for number in range(1, 6):
        weeks.await_next_need(customer, view, shopper.model.clock)
        assert customer.need_number == number
        times.append(float(customer.need_time))
    gaps = np.diff(times)
    chances = [luck.luck(name_id("need"), 0, 0, _at(customer, number), view) for number in range(6)]
    expected = [need.gap(chance, np.float64(customer.rate)) for chance in chances]
    np.testing.assert_allclose(gaps, expected[1:], rtol=1e-9)
    assert times[0] == pytest.approx(expected[0], rel=1e-9)


def _at(customer, number):
    other = customer.copy()
    other.need_number = number
    return other


# Decisions.


def test_effort_counts_against_a_firm_at_the_decision(shopper):
    customer, _view, _tally = shopper.all
    customer.members, customer.slot_firm[:] = 1, NO_FIRM
    customer.slot_firm[:2], customer.slot_utility[:2], customer.slot_effort[:2] = [0, 1], 50.0, [1e6, 0.0]
    assert decision.agreed(*shopper.all) == 1
    customer.slot_effort[:2] = [0.0, 1e6]
    assert decision.agreed(*shopper.all) == 0


def test_the_decision_takes_the_second_uniform_of_a_firm(shopper):
    customer, _view, tally = shopper.all
    customer.members, customer.slot_utility[0], customer.slot_effort[0] = 1, 0.0, 0.0
    decision.agreed(*shopper.all)
    assert tally.scratch[DRAWN, FIRM] == choice.gumbel(tally.scratch[MORE_LUCK, FIRM])


def test_the_list_is_counted_once_and_a_returned_lead_on_it(shopper, monkeypatch):
    customer, _view, tally = shopper.all
    monkeypatch.setattr(decision, "agreed", lambda *state: decision.NOBODY)
    customer.slot_firm[:] = NO_FIRM
    customer.slot_firm[-1] = FIRM
    customer.meetings = 0
    decision.decide(*shopper.all)
    customer.meetings = 1
    decision.decide(*shopper.all)
    assert tally.decisions[FIRM, 0] == tally.decisions.sum() == 1
    assert tally.leads_returned[FIRM, 0] == tally.leads_returned.sum() == 1


def test_only_a_part_of_a_members_own_taste_counts_for_everything(shopper, monkeypatch):
    customer, _view, tally = shopper.all
    monkeypatch.setattr(decision, "taste_of", lambda *member: 1.0)
    customer.slot_firm[1:], tally.scratch[DRAWN, FIRM] = NO_FIRM, 0.2
    assert decision.favourite(0, 0.5, 0.0, 0.0, *shopper.all) == 0
    assert decision.favourite(0, 0.5, 0.4, 0.0, *shopper.all) == decision.NOBODY
    assert decision.favourite(0, 0.0, 0.4, 0.0, *shopper.all) == decision.NOBODY


def test_the_group_thinks_the_weighted_mean_of_its_members(shopper):
    customer, view, _ = shopper.all
    customer.members = 3
    expected = sum(
        buying_centre.member_weight(member, 3, view.leader_weight) * decision.member_normal(member, 9, customer, view)
        for member in range(3)
    )
    assert decision.group_normal(9, customer, view) == pytest.approx(expected, rel=1e-12)


# Purchases.


def bought(shopper):
    consideration.prepare(*shopper.all)
    purchase.buy(0, 2, *shopper.all)


def test_a_purchase_adds_loyalty_to_its_firm_alone_and_impressions_up_to_the_ceiling(shopper):
    customer, view, tally = shopper.all
    customer.loyalty[:], customer.impressions[FIRM] = LOYALTY_PARTS // 2, MOST_IMPRESSIONS - 1
    view.experience_impressions, customer.slot_channels[0] = 5, 1 << COUNTER
    bought(shopper)
    assert np.flatnonzero(customer.loyalty > LOYALTY_PARTS // 2).tolist() == [FIRM]
    assert customer.impressions[FIRM] == MOST_IMPRESSIONS
    assert not tally.multichannel.any()


def test_services_cost_their_part_of_what_is_paid(shopper):
    _customer, view, tally = shopper.all
    view.digital_services[FIRM], view.service_threshold, view.service_value = 1.0, -1e9, 0.125
    bought(shopper)
    assert tally.services[FIRM, 0] == int(tally.revenue[FIRM, 0] * 0.125 + 0.5)


def test_an_experience_is_judged_by_perception_and_by_what_time_has_left_of_expectations(shopper, monkeypatch):
    customer, view, tally = shopper.all
    calls = recorded(monkeypatch, purchase, "perceived", 1.0)
    view.perception_noise, view.week, customer.expectation_week = 0.0, 50, 10
    customer.expectation[:], customer.satisfaction[FIRM], customer.last_channel[FIRM] = 2.0, 0.5, 4
    view.quality[FIRM] = np.arange(len(view.quality[FIRM]))
    purchase.judge(0, 1, False, False, *shopper.all)
    expected = 2.0 * math.exp(-40.0 * view.expectation_decay)
    judgement = service.judged(1.0, 1.0 - expected, view.perception_weight)
    after = service.satisfaction_after(0.5, judgement, view.satisfaction_learning)
    assert customer.satisfaction[FIRM] == pytest.approx(after, rel=1e-6)
    assert customer.expectation_week == 50
    assert {call[2] for call in calls} == {1.0}  # quality of the channel of the order
    assert tally.judgement[FIRM, 0] == math.floor(judgement * 1e6)


# Complaints, notes and surveys.


def test_a_complaint_reports_perception_less_expectation(shopper):
    customer, _view, tally = shopper.all
    customer.perceived[:], customer.expectation[:] = 2, 0.0
    complaint.count_complaint(FIRM, *shopper.all)
    assert tally.complaint_gap[FIRM, :, customer.segment].tolist() == [-2] * 5


def test_who_complains_is_known_and_is_brought_back_to_where_he_was(shopper):
    customer, view, tally = shopper.all
    consideration.prepare(*shopper.all)
    channel = shopper.channel(human=1)
    view.open[FIRM], view.open[FIRM, channel] = 0, 1
    view.ownership[FIRM], view.memory[FIRM], view.orphan_loss = 0.0, 1.0, 1.0
    view.recovery_share, view.recovery_slope, view.recovery_surplus = 1.0, 0.0, 0.0
    customer.satisfaction[FIRM] = -1.0
    complaint.complain(0, 3, 0.5, 0.75, *shopper.all)
    assert (tally.complaints_answered[FIRM, 0], tally.leads_lost[FIRM, 0]) == (1, 0)
    assert customer.satisfaction[FIRM] == pytest.approx(0.75, rel=1e-6)


def test_a_machine_answers_a_complaint_at_once(shopper, monkeypatch):
    _customer, _view, _tally = shopper.all
    consideration.prepare(*shopper.all)
    monkeypatch.setattr(complaint, "answer", lambda *request: NOBODY_ASKED)
    hours = recorded(monkeypatch, complaint, "restored_part", 0.5)
    shopper.channel(human=1)
    complaint.complain(0, 3, 0.5, 0.75, *shopper.all)
    assert [call[2] for call in hours] == [0.0]


def test_a_speaker_is_remembered_by_his_row_among_all_customers():
    shopper = Shopper(segment=1)
    customer, view, tally = shopper.all
    notes.note_speaker(FIRM, 0.5, *shopper.all)
    assert tally.speaker[0].row == view.segment_first[1] + customer.id > 0
    assert shopper.model.customers[int(tally.speaker[0].row)].segment == 1


def test_every_survey_asks_others(shopper):
    shopper.view.survey_sample = 0.5
    asked = [[surveys.in_sample(who, number, shopper.view) for who in range(200)] for number in range(2)]
    assert asked[0] != asked[1]
    assert 50 < sum(asked[0]) < 150


def test_a_recommendation_is_of_satisfaction_and_taste(shopper, monkeypatch):
    customer, view, _ = shopper.all
    attitudes = recorded(monkeypatch, surveys, "recommendation", 5)
    customer.satisfaction[FIRM], customer.firm_taste[FIRM] = 0.5, 2048
    surveys.recommends(FIRM, 0, customer, view)
    assert [call[2] for call in attitudes] == [1.5]


def test_what_is_expected_in_a_survey_has_faded_since_the_last_experience(shopper):
    customer, view, _ = shopper.all
    customer.expectation[:], customer.expectation_week, view.week, view.likert_unit = 3.0, 0, 40, 1.0
    view.expectation_decay = 0.05
    assert surveys.expected(0, customer, view) == survey.likert(3.0 * math.exp(-2.0), 1.0) != survey.likert(3.0, 1.0)


def test_information_is_asked_for_as_often_as_luck_says(shopper):
    _customer, view, tally = shopper.all
    view.contacts_least, view.contacts_most = 1, 3
    tally.scratch[CONTACT_LUCK, FIRM] = normal_quantile(0.5) + 0.5
    assert contacts.information_contacts(FIRM, view, tally) == 2
