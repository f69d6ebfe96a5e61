"""Decisions of buying centres: who is alone decides alone, who must agree decides later or not at all."""

import math

import numpy as np
from worlds import UNTIED, fields_that_differ, world

from simbiz.market.notes import empty_part
from simbiz.state.columns import NO_FIRM, part_dtype
from simbiz.week import decision

PURCHASES = UNTIED | {
    "customers": 4000,
    "segments.organisation.value_share": 0.97,
    "segments.person.value_share": 0.03,
    "programme.order": [],
}


def part_that_buys(members, changes=None):
    """Share of the needs of organisations that end in a purchase from one of the firms, and their number."""
    centre = {"segments.organisation.buying_centre": [members, members]}
    model = world(PURCHASES | centre | (changes or {}), seed=4).run()
    organisations = model.layout.segments.index("organisation")
    ends = model.tallies.purchases.sum(axis=(0, 1))[organisations] + model.tallies.outside.sum(axis=0)[organisations]
    return model.tallies.purchases.sum(axis=(0, 1))[organisations] / ends, ends


def test_a_second_person_who_must_agree_makes_a_purchase_less_likely():
    """The sign of the published step from one to two (81 % to 55 %), which was not put in."""
    alone, many = part_that_buys(1)
    together, few = part_that_buys(2)
    error = math.sqrt(alone * (1 - alone) / many + together * (1 - together) / few)
    assert alone - together > 5 * error


def test_members_of_one_mind_decide_as_one():
    one_mind = {"mechanisms.buying_centre": False}
    alone, group = (
        world({"segments.organisation.buying_centre": [members, members]} | one_mind, seed=2).run()
        for members in (1, 4)
    )
    assert fields_that_differ(alone.customers, group.customers) == ["members"]
    assert fields_that_differ(alone.tallies, group.tallies) == []


def test_one_person_never_meets_and_a_group_without_patience_lets_every_quarrel_kill_the_need():
    alone = world({"segments.organisation.buying_centre": [1, 1]}).run()
    assert alone.tallies.meetings.sum() == alone.tallies.undecided.sum() == 0
    strict = world({"segments.organisation.buying_centre": [2, 4], "parameters.disagreement_loss": 1.0}).run()
    np.testing.assert_array_equal(strict.tallies.meetings, strict.tallies.undecided)
    assert strict.tallies.meetings.sum() > 0


def test_quarrels_delay_decisions_by_weeks():
    quick, slow = (
        world(UNTIED | {"parameters.buying_centre_spread": spread, "parameters.disagreement_loss": 0.0}).run()
        for spread in (0.0, 3.0)
    )
    assert slow.tallies.meetings.sum() > 5 * max(1, quick.tallies.meetings.sum())
    waiting = [(model.customers.under_way[model.customers.segment == 0] == 1).sum() for model in (quick, slow)]
    assert waiting[1] > waiting[0]


def shopper(members, spread=1.0):
    changes = {"customers": 60, "parameters.buying_centre_spread": spread}
    model = world(changes | {"segments.organisation.buying_centre": [members, members]}, seed=7)
    customer, view = model.customers[0], model.worlds()[0]
    customer.slot_firm[:] = NO_FIRM
    customer.slot_firm[:3] = [0, 1, 2]
    customer.slot_utility[:3], customer.slot_effort[:3] = 0.0, 0.0
    return customer, view, empty_part(part_dtype(model.layout), noting=False)


def test_groups_disagree_the_less_the_more_often_they_have_met():
    customer, view, tally = shopper(3)
    quarrels = []
    for meetings in range(7):
        customer.meetings = meetings
        slots = []
        for need in range(400):
            customer.need_number = need
            slots.append(decision.agreed(customer, view, tally))
        quarrels.append(slots.count(decision.DISAGREED))
    assert quarrels == sorted(quarrels, reverse=True)
    assert quarrels[0] > 100
    assert quarrels[-1] == 0


def test_what_the_last_meeting_decides_is_what_somebody_alone_would_have_chosen():
    group, view, tally = shopper(4)
    alone, other_view, other_tally = shopper(1)
    group.meetings = 6
    for need in range(100):
        group.need_number = alone.need_number = need
        assert decision.agreed(group, view, tally) == decision.agreed(alone, other_view, other_tally)


def test_what_all_agree_on_is_what_the_group_thinks():
    """A weighted mean of utilities that all are largest for one firm is largest for that firm."""
    group, view, tally = shopper(3)
    agreements = 0
    for need in range(300):
        group.need_number, group.meetings = need, 0
        first = decision.agreed(group, view, tally)
        if first != decision.DISAGREED:
            group.meetings = 6
            assert decision.agreed(group, view, tally) == first
            agreements += 1
    assert agreements > 50
