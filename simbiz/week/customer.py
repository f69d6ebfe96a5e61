"""A customer's week: needs arise, journeys advance.

Arguments that recur in this package: `customer` its record, written here and by nobody else; `world` the committed
state of the week as its segment sees it; `tally` the counts to add to; `utility` scratch of shape (2, firm), utilities
with and without luck.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.compilation import compiled
from simbiz.draws import name_id
from simbiz.state.columns import MILLION, NO_FIRM
from simbiz.submodels.choice import gumbel
from simbiz.submodels.need import deliberation, gap, week_of
from simbiz.week.consideration import FIRM, consider, look, take_best
from simbiz.week.contact import contact, information_contacts
from simbiz.week.luck import luck, luck_pair
from simbiz.week.purchase import buy, go_outside
from simbiz.week.stages import INFORMATION, ORDER

OUTSIDE = name_id("outside")
DELIBERATION = name_id("deliberation")
NEED = name_id("need")


@register_jitable
def customer_week(customer: Any, world: Any, clock: Any, stock: Any, tally: Any, utility: Any) -> None:
    """Let a customer live through the week.

    Parameters
    ----------
    customer, world, tally, utility
        See the head of this file.
    clock : float64 array (weeks + 1,)
        Season-weighted time at the beginning of each week.
    stock : float64 array (weeks, firm)
        Mean number of living impressions at the beginning of each week.
    """
    while customer.due <= world.week:
        if customer.under_way == 0:
            tally.needs[customer.segment] += 1
            consider(customer, world, stock, tally, utility)
            inform(customer, world, tally, utility)
            customer.under_way = 1
            customer.due = world.week + deliberation_weeks(customer, world)
        else:
            if customer.seen_week < world.week:
                look(1, customer, world, stock)
            decide(customer, world, tally)
            customer.under_way = 0
            await_next_need(customer, world, clock)


@register_jitable
def await_next_need(customer: Any, world: Any, clock: Any) -> None:
    """Set when the next need of the customer arises; one that arose meanwhile is due at once."""
    customer.need_number += 1
    customer.need_time += gap(luck(NEED, 0, 0, customer, world), np.float64(customer.rate))
    customer.due = week_of(clock, customer.need_time, world.week)


@register_jitable
def deliberation_weeks(customer: Any, world: Any) -> Any:
    """Weeks between the first contacts and the decision of the present journey."""
    chance = luck(DELIBERATION, 0, 0, customer, world)
    return deliberation(chance, world.deliberation_weeks, world.routine, np.float64(customer.rate))


@register_jitable
def inform(customer: Any, world: Any, tally: Any, utility: Any) -> None:
    """Contact the shortlist for information; the next best known firm takes the place of one that fails."""
    for slot in range(customer.slot_firm.shape[0]):
        while customer.slot_firm[slot] != NO_FIRM and not informed_by(slot, customer, world, tally):
            take_best(slot, customer, tally, utility)


@register_jitable
def informed_by(slot: Any, customer: Any, world: Any, tally: Any) -> Any:
    """Make all contacts for information with the firm in a slot; whether the customer goes on with it."""
    for number in range(information_contacts(customer.slot_firm[slot], customer, world)):
        if not contact(slot, INFORMATION, number, customer, world, tally):
            return False
    return True


@register_jitable
def decide(customer: Any, world: Any, tally: Any) -> None:
    """Choose among the list and the outside option; a firm that fails at the order leaves the list."""
    for slot in range(customer.slot_firm.shape[0]):
        firm = customer.slot_firm[slot]
        if firm != NO_FIRM:
            tally.decisions[firm] += 1
            tally.effort[firm] += math.floor(np.float64(customer.slot_effort[slot]) * MILLION)
    while True:
        slot = preferred(customer, world)
        if slot < 0:
            go_outside(customer, world, tally)
            return
        number = information_contacts(customer.slot_firm[slot], customer, world)
        if contact(slot, ORDER, number, customer, world, tally):
            buy(slot, number + 1, customer, world, tally)
            return
        customer.slot_firm[slot] = NO_FIRM


@register_jitable
def preferred(customer: Any, world: Any) -> Any:
    """Slot of the firm with the largest utility + Gumbel luck, or -1 for the outside option."""
    best, best_utility = -1, gumbel(luck(OUTSIDE, 0, 0, customer, world))
    for slot in range(customer.slot_firm.shape[0]):
        firm = customer.slot_firm[slot]
        if firm == NO_FIRM:
            continue
        worth = np.float64(customer.slot_utility[slot]) - np.float64(customer.slot_effort[slot])
        worth += gumbel(luck_pair(FIRM, world.firm_id[firm], 0, customer, world)[1])
        if worth > best_utility:
            best, best_utility = slot, worth
    return best


@compiled
def customers_week(due: Any, customers: Any, worlds: Any, clock: Any, stock: Any, tally: Any) -> None:
    """Let every customer of a chunk live through the week to whom something is due.

    Parameters
    ----------
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
    tally : record
        Counts of the chunk. Written.
    """
    utility = np.empty((2, worlds[0].firm_id.shape[0]))
    for i in range(due.shape[0]):
        if due[i] <= worlds[0].week:
            segment = customers[i].segment
            customer_week(customers[i], worlds[segment], clock[segment], stock[segment], tally, utility)
            due[i] = customers[i].due
