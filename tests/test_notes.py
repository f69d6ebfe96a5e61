"""Notes of a week: what customers tell is committed after the week, and events agree with the counts."""

import numpy as np
import pytest
from worlds import assert_same_world, fields_that_differ, world

import simbiz.state.columns as columns
from simbiz.events import EVENTS, UNANSWERED
from simbiz.state.columns import NO_FIRM
from simbiz.week.stages import ORDER, SERVICE

CHANGES = {"customers": 600, "profiles.initiative.nurturing": 0.5, "parameters.failure_rate": 0.2}


class Listed:
    """A log that keeps everything in memory."""

    def __init__(self):
        self.events = {kind: [] for kind in EVENTS}

    def add(self, kind, events):
        self.events[kind].append(events)

    def of(self, kind):
        return np.concatenate(self.events[kind]).view(np.recarray)


def same(one, other):
    return len(one) == len(other) and fields_that_differ(one, other) == []


@pytest.fixture(scope="module")
def logged():
    model = world(CHANGES, seed=2)
    model.log = log = Listed()
    return model.run(), log


def test_a_log_changes_nothing(logged):
    assert_same_world(logged[0], world(CHANGES, seed=2).run())


def test_notes_that_are_taken_away_often_are_the_same_notes(logged, monkeypatch):
    monkeypatch.setattr(columns, "SMALLEST_NOTES", 1)
    model = world(CHANGES, seed=2)
    assert columns.part_dtype(model.layout)["touchpoint"].shape[0] < 200
    model.log = often = Listed()
    assert_same_world(model.run(), logged[0])
    for kind in EVENTS:
        assert same(often.of(kind), logged[1].of(kind)), kind


def test_threads_and_chunks_hand_events_over_in_one_order(logged, monkeypatch):
    monkeypatch.setattr("simbiz.market.model.CHUNK", 97)
    model = world(CHANGES, seed=2, threads=3)
    model.log = divided = Listed()
    model.run()
    for kind in EVENTS:
        assert same(divided.of(kind), logged[1].of(kind)), kind


def test_both_engines_note_the_same_events():
    few = {"customers": 60, "calendar.weeks": 4}
    events = []
    for engine in ("arrays", "agents"):
        model = world(few, seed=2, engine=engine)
        model.log = log = Listed()
        model.run()
        events.append(log)
    for kind in EVENTS:
        assert same(events[0].of(kind), events[1].of(kind)), kind


def table(events, size, *names):
    """Count events by week and some of their numbers."""
    counts = np.zeros(size, dtype=np.int64)
    np.add.at(counts, tuple(np.int64(events[name]) for name in ("week", *names)), 1)
    return counts


def test_events_and_counts_agree_exactly(logged):
    model, log = logged
    counts, weeks = model.tallies, model.week
    firms, segments, channels = len(model.layout.firms), len(model.layout.segments), len(model.layout.channels)
    touchpoints, purchases = log.of("touchpoint"), log.of("purchase")
    by_firm = (weeks, firms, segments)
    np.testing.assert_array_equal(table(touchpoints, by_firm, "firm", "segment"), counts.touchpoints)
    by_channel = table(touchpoints, (weeks, firms, channels, segments), "firm", "channel", "segment")
    np.testing.assert_array_equal(by_channel, counts.contacts)
    by_stage = table(touchpoints, (weeks, firms, 3, segments), "firm", "stage", "segment")
    np.testing.assert_array_equal(by_stage, counts.stages)
    np.testing.assert_array_equal(
        table(touchpoints[touchpoints.kept == 0], by_firm, "firm", "segment"), counts.contexts_lost
    )
    lost = touchpoints[touchpoints.hours == UNANSWERED]
    np.testing.assert_array_equal(table(lost, by_firm, "firm", "segment"), counts.leads_lost)
    asked = touchpoints[(touchpoints.hours >= 0) | (touchpoints.hours == UNANSWERED)]
    np.testing.assert_array_equal(table(asked, by_firm, "firm", "segment"), counts.requests)
    service = asked[asked.stage == SERVICE]
    np.testing.assert_array_equal(table(service, by_firm, "firm", "segment"), counts.service_requests)
    np.testing.assert_array_equal(table(purchases, by_firm, "firm", "segment"), counts.purchases)
    paid = np.zeros(by_firm, dtype=np.int64)
    np.add.at(paid, (purchases.week, np.int64(purchases.firm), np.int64(purchases.segment)), purchases.amount)
    np.testing.assert_array_equal(paid, counts.revenue)
    complaints = log.of("complaint")
    np.testing.assert_array_equal(table(complaints, by_firm, "firm", "segment"), counts.complaints)
    answered = complaints[complaints.hours != UNANSWERED]
    np.testing.assert_array_equal(table(answered, by_firm, "firm", "segment"), counts.complaints_answered)
    leads = log.of("lead")
    for stage in range(counts.leads.shape[2]):
        passed = leads[(leads.before <= stage) & (leads.after > stage)]
        np.testing.assert_array_equal(table(passed, by_firm, "firm", "segment"), counts.leads[:, :, stage])
    surveys = log.of("survey")
    np.testing.assert_array_equal(table(surveys, by_firm, "firm", "segment"), counts.surveyed[:, :, 1])
    answered = surveys[surveys.perception[:, 0] > 0]
    np.testing.assert_array_equal(table(answered, by_firm, "firm", "segment"), counts.answers)


def test_touchpoints_of_a_journey_are_numbered_from_one(logged):
    touchpoints = logged[1].of("touchpoint")
    journeys = {}
    for event in touchpoints:
        key = (event.segment, event.customer, event.need)
        assert event.sequence == journeys.get(key, 0) + 1
        journeys[key] = event.sequence
    orders = touchpoints[touchpoints.stage == ORDER]
    assert len(orders) >= len(logged[1].of("purchase"))


def test_what_a_customer_tells_is_the_last_purchase(logged):
    model, log = logged
    first = model.worlds().segment_first[0]
    told = np.full(len(model.customers), NO_FIRM)
    for purchase in log.of("purchase"):
        told[first[purchase.segment] + purchase.customer] = purchase.firm
    np.testing.assert_array_equal(model.voices.firm, told)
    np.testing.assert_array_equal(model.voices.firm, model.customers.last_firm)


def test_nobody_hears_this_week_what_is_experienced_this_week():
    """Listening in the week after is another world than listening in the same week: voices are committed in between."""
    model = world(CHANGES, seed=2)
    while not (model.voices.firm != NO_FIRM).any():
        before = model.voices.copy()
        model.step()
    spoken = model.voices.firm != NO_FIRM
    assert (before.firm[spoken] == NO_FIRM).all()
    assert (model.voices.week[spoken] == model.week - 1).all()
