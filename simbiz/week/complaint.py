"""Complaints: a customer tells the firm that something went wrong, and the answer restores satisfaction."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.events import NOBODY_ASKED, UNANSWERED
from simbiz.state.columns import MILLION, MINUTES, NO_CHANNEL
from simbiz.submodels.complaint import restored_part, satisfaction_recovered
from simbiz.submodels.survey import likert
from simbiz.week.contact import answer, pick_channel, take_channel
from simbiz.week.notes import note_complaint, note_touchpoint
from simbiz.week.stages import SERVICE


@register_jitable
def complain(slot: Any, number: Any, chance: Any, before: Any, customer: Any, world: Any, tally: Any) -> None:
    """Complain about a failure on a channel for service; who complains says who he is."""
    firm = customer.slot_firm[slot]
    count_complaint(firm, customer, world, tally)
    channel = pick_channel(firm, SERVICE, number, customer, world, tally)
    hours, recovered = UNANSWERED, 0.0
    if channel != NO_CHANNEL:
        kept = take_channel(slot, SERVICE, channel, number, chance, customer, world, tally)
        hours = answer(slot, SERVICE, channel, number, True, customer, world, tally)
        if tally.noting:
            note_touchpoint(slot, SERVICE, channel, kept, hours, customer, world, tally)
    if hours == UNANSWERED:
        tally.leads_lost[firm, customer.segment] += 0 if channel == NO_CHANNEL else 1
    else:
        recovered = recover(firm, 0.0 if hours == NOBODY_ASKED else hours, before, customer, world, tally)
    if tally.noting:
        note_complaint(firm, channel, hours, recovered, customer, world, tally)


@register_jitable
def count_complaint(firm: Any, customer: Any, world: Any, tally: Any) -> None:
    """Count a complaint and the gap between perception and expectation that it reports."""
    tally.complaints[firm, customer.segment] += 1
    for dimension in range(customer.expectation.shape[0]):
        expected = likert(np.float64(customer.expectation[dimension]), world.likert_unit)
        tally.complaint_gap[firm, dimension, customer.segment] += np.int64(customer.perceived[dimension]) - expected


@register_jitable
def recover(firm: Any, hours: Any, before: Any, customer: Any, world: Any, tally: Any) -> Any:
    """Restore satisfaction by an answer after some hours; what was restored."""
    part = restored_part(world.recovery_share, world.recovery_slope, hours)
    fallen = np.float64(customer.satisfaction[firm])
    restored = satisfaction_recovered(fallen, before, part, world.recovery_surplus)
    customer.satisfaction[firm] = restored
    tally.complaints_answered[firm, customer.segment] += 1
    tally.complaint_wait[firm, customer.segment] += math.floor(hours * MINUTES)
    tally.recovered[firm, customer.segment] += math.floor((restored - fallen) * MILLION)
    return restored - fallen
