"""Decision: a customer chooses among the list and the outside option; a buying centre must agree."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.draws import name_id, normal_quantile, uniform
from simbiz.state.columns import DRAWN, MILLION, MORE_LUCK, NO_FIRM, WORTH
from simbiz.submodels.buying_centre import MOST_MEETINGS, member_weight, need_lapses, own_part, own_taste
from simbiz.submodels.choice import gumbel
from simbiz.week.consideration import FIRM
from simbiz.week.contact import contact, information_contacts
from simbiz.week.luck import luck, luck_of_all
from simbiz.week.notes import advance_lead
from simbiz.week.purchase import buy, go_outside
from simbiz.week.stages import OPPORTUNITY, ORDER

OUTSIDE = name_id("outside")
MEMBER = name_id("member of the buying centre")
LAPSE = name_id("need lapses")
NOBODY, DISAGREED = -1, -2


@register_jitable
def decide(customer: Any, world: Any, tally: Any) -> Any:
    """Choose and buy, or go outside; False where a buying centre has not agreed and will meet again.

    A firm that fails at the order leaves the list.
    """
    if customer.meetings == 0:
        count_list(customer, world, tally)
    while True:
        slot = agreed(customer, world, tally)
        if slot == DISAGREED:
            customer.meetings += 1
            tally.meetings[customer.segment] += 1
            if not need_lapses(world.disagreement_loss, luck(LAPSE, 0, customer.meetings, customer, world)):
                return False
            tally.undecided[customer.segment] += 1
        if slot < 0:
            go_outside(customer, world, tally)
            return True
        advance_lead(slot, OPPORTUNITY, customer, world, tally)
        number = information_contacts(customer.slot_firm[slot], world, tally)
        if contact(slot, ORDER, number, customer, world, tally):
            buy(slot, number + 1, customer, world, tally)
            return True
        customer.slot_firm[slot] = NO_FIRM


@register_jitable
def count_list(customer: Any, world: Any, tally: Any) -> None:
    """Count the firms that are still on the list, and a lost one that was brought back onto it."""
    aside = customer.slot_firm.shape[0] - 1
    for slot in range(customer.slot_firm.shape[0]):
        firm = customer.slot_firm[slot]
        if firm != NO_FIRM:
            tally.decisions[firm, customer.segment] += 1
            tally.leads_returned[firm, customer.segment] += 1 if slot == aside else 0
            tally.effort[firm, customer.segment] += math.floor(np.float64(customer.slot_effort[slot]) * MILLION)


@register_jitable
def agreed(customer: Any, world: Any, tally: Any) -> Any:
    """Slot that everybody prefers, `NOBODY` for the outside option, or `DISAGREED`.

    After the last meeting what the group thinks decides.
    """
    outside = gumbel(luck(OUTSIDE, 0, 0, customer, world))
    luck_of_all(FIRM, world.firm_lanes, 0, customer, world, tally)
    for slot in range(customer.slot_firm.shape[0]):
        firm = customer.slot_firm[slot]
        if firm != NO_FIRM:
            worth = np.float64(customer.slot_utility[slot]) - np.float64(customer.slot_effort[slot])
            tally.scratch[DRAWN, firm] = worth + gumbel(tally.scratch[MORE_LUCK, firm])
    if customer.members == 1 or customer.meetings >= MOST_MEETINGS:
        return favourite(NOBODY, 0.0, outside, 0.0, customer, world, tally)
    group_outside = group_normal(OUTSIDE, customer, world)
    for slot in range(customer.slot_firm.shape[0]):
        firm = customer.slot_firm[slot]
        if firm != NO_FIRM:
            tally.scratch[WORTH, firm] = group_normal(world.firm_id[firm], customer, world)
    part = own_part(world.conformity, np.int64(customer.meetings))
    first = favourite(0, part, outside, group_outside, customer, world, tally)
    for member in range(1, np.int64(customer.members)):
        if favourite(member, part, outside, group_outside, customer, world, tally) != first:
            return DISAGREED
    return first


@register_jitable
def favourite(member: Any, part: Any, outside: Any, group_outside: Any, customer: Any, world: Any, tally: Any) -> Any:
    """Slot with the largest utility + luck for a member, or `NOBODY` for the outside option.

    `part` of the member's own taste counts; without a part the group is asked as one.
    """
    best, best_worth = NOBODY, outside
    if part > 0.0:
        best_worth += part * taste_of(member, OUTSIDE, group_outside, customer, world)
    for slot in range(customer.slot_firm.shape[0]):
        firm = customer.slot_firm[slot]
        if firm == NO_FIRM:
            continue
        worth = tally.scratch[DRAWN, firm]
        if part > 0.0:
            worth += part * taste_of(member, world.firm_id[firm], tally.scratch[WORTH, firm], customer, world)
        if worth > best_worth:
            best, best_worth = slot, worth
    return best


@register_jitable
def taste_of(member: Any, alternative: Any, group: Any, customer: Any, world: Any) -> Any:
    """Taste of a member for an alternative beside the group's, utils."""
    return own_taste(world.buying_centre_spread, member_normal(member, alternative, customer, world), group)


@register_jitable
def group_normal(alternative: Any, customer: Any, world: Any) -> Any:
    """Weighted mean of what the members draw for an alternative."""
    total = 0.0
    for member in range(np.int64(customer.members)):
        weight = member_weight(member, np.int64(customer.members), world.leader_weight)
        total += weight * member_normal(member, alternative, customer, world)
    return total


@register_jitable
def member_normal(member: Any, alternative: Any, customer: Any, world: Any) -> Any:
    """Standard normal of a member's lasting taste for an alternative."""
    return normal_quantile(uniform(world.seed, MEMBER ^ world.stream, customer.id, 0, alternative, member))
