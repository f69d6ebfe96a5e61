"""A customer's week: needs arise, journeys advance.

Arguments that recur in this package: `customer` its record, written here and by nobody else; `world` the committed
state of the week as its segment sees it; `voices` what customers tell, as committed before the week; `tally` the counts
and notes to add to, with a table to work in for the length of a step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.compilation import compiled
from simbiz.draws import name_id
from simbiz.state.columns import NO_FIRM
from simbiz.submodels.need import deliberation, gap, week_of
from simbiz.week.consideration import consider, look, prepare, take_best
from simbiz.week.contact import contact, forget_aside, information_contacts
from simbiz.week.decision import decide
from simbiz.week.luck import luck
from simbiz.week.notes import room_left
from simbiz.week.read_ahead import fetch
from simbiz.week.stages import INFORMATION

DELIBERATION = name_id("deliberation")
NEED = name_id("need")


@register_jitable
def customer_week(customer: Any, world: Any, clock: Any, stock: Any, voices: Any, room: Any, tally: Any) -> None:
    """Let a customer live through the week, as far as the notes have room.

    Parameters
    ----------
    customer, world, voices, tally
        See the head of this file.
    clock : float64 array (segment, weeks + 1)
        Season-weighted time at the beginning of each week.
    stock : float64 array (segment, weeks, firm)
        Mean number of living impressions at the beginning of each week.
    room : int
        Notes of one kind that a step brings at most; where they have less room left the customer waits in mid-week,
        still due, until they were taken away.
    """
    prepared = False
    while customer.due <= world.week and room_left(tally, room):
        if customer.under_way == 0:
            begin_journey(customer, world, stock, voices, tally)
            prepared = True
        else:
            if customer.seen_week < world.week:
                look(1 + np.int64(customer.meetings), customer, world, stock, tally)
            if not prepared:
                prepare(customer, world, tally)
            if decide(customer, world, tally):
                customer.under_way = 0
                await_next_need(customer, world, clock)
            else:
                customer.due = world.week + 1


@register_jitable
def begin_journey(customer: Any, world: Any, stock: Any, voices: Any, tally: Any) -> None:
    """Consider the firms, ask for information, and know when to decide."""
    tally.needs[customer.segment] += 1
    customer.touchpoints = 0
    customer.meetings = 0
    consider(customer, world, stock, voices, tally)
    inform(customer, world, tally)
    customer.under_way = 1
    weeks = deliberation_weeks(customer, world)
    customer.due = world.week + weeks
    if weeks == 0:
        forget_aside(customer)


@register_jitable
def await_next_need(customer: Any, world: Any, clock: Any) -> None:
    """Set when the next need of the customer arises; one that arose meanwhile is due at once."""
    customer.need_number += 1
    customer.need_time += gap(luck(NEED, 0, 0, customer, world), np.float64(customer.rate))
    customer.due = week_of(clock, customer.segment, customer.need_time, world.week)


@register_jitable
def deliberation_weeks(customer: Any, world: Any) -> Any:
    """Weeks between the first contacts and the decision of the present journey."""
    chance = luck(DELIBERATION, 0, 0, customer, world)
    return deliberation(chance, world.deliberation_weeks, world.routine, np.float64(customer.rate))


@register_jitable
def inform(customer: Any, world: Any, tally: Any) -> None:
    """Contact the shortlist for information; the next best known firm takes the place of one that fails."""
    for slot in range(customer.slot_firm.shape[0] - 1):
        while customer.slot_firm[slot] != NO_FIRM and not informed_by(slot, customer, world, tally):
            take_best(slot, customer, tally)


@register_jitable
def informed_by(slot: Any, customer: Any, world: Any, tally: Any) -> Any:
    """Make all contacts for information with the firm in a slot; whether the customer goes on with it."""
    for number in range(information_contacts(customer.slot_firm[slot], world, tally)):
        if not contact(slot, INFORMATION, number, customer, world, tally):
            return False
    return True


@register_jitable
def next_due(first: Any, due: Any, week: Any) -> Any:
    """Place of the first customer from `first` on to whom something is due, or the length of the chunk."""
    for i in range(first, due.shape[0]):
        if due[i] <= week:
            return i
    return due.shape[0]


@compiled
def customers_week(
    first: Any,
    due: Any,
    customers: Any,
    worlds: Any,
    clock: Any,
    stock: Any,
    voices: Any,
    room: Any,
    tally: Any,
) -> Any:
    """Let the customers of a chunk live through the week to whom something is due.

    Parameters
    ----------
    first : int
        Customer of the chunk to begin with.
    due : int32 array (customer,)
        Week of each customer's next event: all that is read of a customer in an idle week. Written.
    customers : record array (customer,)
        Records of customers. Written.
    worlds : record array (segment,)
        The world as each segment sees it.
    clock : float64 array (segment, weeks + 1)
        Season-weighted time at the beginning of each week.
    stock : float64 array (segment, weeks, firm)
        Mean number of living impressions at the beginning of each week.
    voices : record array (all customers,)
        What customers tell, as committed before the week.
    room : int
        See `customer_week`.
    tally : record
        Counts and notes of the chunk. Written.

    Returns
    -------
    int
        Customer to go on with when the notes were taken away, or the length of the chunk.
    """
    week = worlds[0].week
    i = next_due(first, due, week)
    while i < due.shape[0]:
        following = next_due(i + 1, due, week)
        if following < due.shape[0]:
            fetch(customers[following])
        customer_week(customers[i], worlds[customers[i].segment], clock, stock, voices, room, tally)
        due[i] = customers[i].due
        if due[i] <= week:
            return i
        i = following
    return due.shape[0]
