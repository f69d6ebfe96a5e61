"""The life of a lead: what it takes to be known, what is lost, and what nurturing brings back."""

import math

import numpy as np
import pytest
from worlds import world

from simbiz.catalogue import LEAD_STAGES

NOBODY_OWNS = {
    f"profiles.{name}.{key}": value
    for name in ("initiative", "traditional", "multichannel")
    for key, value in {"lead_ownership": 0.0, "memory": 0.0}.items()
}
SLOW = {"segments.organisation.deliberation_weeks": 5, "segments.organisation.routine": 5.0, "programme.order": []}


def nurtured(share):
    return {f"profiles.{name}.nurturing": share for name in ("initiative", "traditional", "multichannel")}


def test_where_nobody_owns_a_request_and_nobody_remembers_every_request_is_lost():
    model = world(NOBODY_OWNS | {"programme.order": []}).run()
    np.testing.assert_array_equal(model.tallies.leads_lost, model.tallies.requests)
    assert not model.tallies.waits.any()


def test_a_customer_database_holds_the_leads_that_nobody_owns():
    kept = world(NOBODY_OWNS | {f"profiles.{name}.memory": 1.0 for name in world().layout.scenario.profiles}).run()
    assert kept.tallies.requests.sum() > 0
    assert kept.tallies.leads_lost.sum() == 0


def test_nothing_comes_back_without_nurturing():
    assert world(NOBODY_OWNS | SLOW).run().tallies.leads_returned.sum() == 0


def test_nurturing_brings_leads_back_where_the_decision_takes_time():
    model = world(NOBODY_OWNS | SLOW | nurtured(1.0)).run()
    returned = model.tallies.leads_returned.sum(axis=(0, 1))
    segments = model.layout.segments
    assert returned[segments.index("organisation")] > 100
    # Persons decide in the week in which they ask: no time for a lead to come back.
    assert returned[segments.index("person")] == 0


def test_a_lead_that_is_lost_alone_comes_back_with_the_probability_of_nurturing():
    seldom = {key: 0.95 if key.endswith("ownership") else 0.0 for key in NOBODY_OWNS}
    alike = {"customers": 6000, "fit.nudge": False, "mechanisms.word_of_mouth": False} | seldom | SLOW
    some, all_of_them = (world(alike | nurtured(share)).run().tallies.leads_returned.sum() for share in (0.3, 1.0))
    # Returned firms are bought from and so change what follows a little; hence a share of its own.
    assert abs(some / all_of_them - 0.3) < 5 * math.sqrt(0.21 / all_of_them) + 0.02


def test_only_channels_that_identify_make_a_visitor_known_before_the_order():
    """With a counter and a website alone, and no memory, nobody is known before he buys."""
    closed = {
        f"profiles.{name}.channels.{channel}.open": 0
        for name in ("initiative", "traditional", "multichannel")
        for channel in ("phone", "sales_representative", "email", "messenger", "social")
        if channel in world().layout.scenario.profiles[name].channels
    }
    forgetful = {f"profiles.{name}.memory": 0.0 for name in ("initiative", "traditional", "multichannel")}
    model = world(closed | forgetful | {"programme.order": []}).run()
    leads = dict(zip(LEAD_STAGES, model.tallies.leads.sum(axis=(0, 1, 3)), strict=True))
    assert leads["visitor"] > leads["suspect"] > 0
    assert leads["suspect"] == leads["lead"] == leads["opportunity"]


@pytest.mark.parametrize("memory", [0.0, 1.0])
def test_a_remembered_customer_is_recognised_at_every_purchase_but_the_first(memory):
    model = world({f"profiles.{name}.memory": memory for name in world().layout.scenario.profiles} | SLOW).run()
    counts = model.tallies
    known = (counts.purchases - counts.acquired).sum() if memory else 0
    assert counts.recognised.sum() == known
