"""Contacts: the channel is chosen, the context kept or lost, a person answers or does not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.draws import name_id, normal_quantile
from simbiz.state.columns import NO_CHANNEL
from simbiz.submodels.choice import gumbel
from simbiz.submodels.journey import context_kept, gives_up, whole_between
from simbiz.submodels.lead import lead_lost, wait_hours, waiting_term
from simbiz.week.consideration import channel_worth
from simbiz.week.luck import luck, luck_pair
from simbiz.week.stages import ORDER

CONTACTS = name_id("contacts")
CHANNEL = name_id("channel")
CONTEXT = name_id("context")
ANSWER = name_id("answer")


@register_jitable
def information_contacts(firm: Any, customer: Any, world: Any) -> Any:
    """Contacts for information that the customer makes with a firm in the present journey."""
    chance = luck(CONTACTS, world.firm_id[firm], 0, customer, world)
    return whole_between(world.contacts_least, world.contacts_most, chance)


@register_jitable
def pick_channel(firm: Any, stage: Any, number: Any, customer: Any, world: Any) -> Any:
    """Channel of a contact: logit of taste, quality, effort, stickiness among those that serve the stage."""
    needed = 2 if stage == ORDER else 1
    best, best_utility = NO_CHANNEL, -math.inf
    for channel in range(world.channel_id.shape[0]):
        if world.open[firm, channel] < needed or not world.serves[channel, stage]:
            continue
        alternative = world.firm_id[firm] ^ world.channel_id[channel]
        worth = channel_worth(channel, firm, customer, world)
        worth += gumbel(luck(CHANNEL, alternative, number, customer, world))
        if customer.last_channel[firm] == channel:
            worth += world.stickiness
        if worth > best_utility:
            best, best_utility = channel, worth
    return best


@register_jitable
def contact(slot: Any, stage: Any, number: Any, customer: Any, world: Any, tally: Any) -> Any:
    """One contact with the firm in a slot; whether the customer goes on with the firm."""
    firm = customer.slot_firm[slot]
    channel = pick_channel(firm, stage, number, customer, world)
    if channel == NO_CHANNEL:
        return False
    previous = customer.last_channel[firm]
    same = number == 0 or channel == previous
    luck_context, luck_patience = luck_pair(CONTEXT, world.firm_id[firm], number, customer, world)
    kept = context_kept(same, world.integration[firm], luck_context)
    tally.contacts[firm, channel] += 1
    tally.stages[firm, stage] += 1
    if number > 0:
        tally.flows[firm, previous, channel] += 1
    tally.switches[firm] += 0 if same else 1
    tally.contexts_lost[firm] += 0 if kept else 1
    customer.slot_lost[slot] += 0 if kept else 1
    customer.last_channel[firm] = channel
    effort = world.contact_effort[firm] + (0.0 if kept else world.context_loss_effort)
    customer.slot_effort[slot] += effort
    if world.human[channel] and not answered(slot, channel, number, customer, world, tally):
        return False
    if gives_up(effort, world.patience, luck_patience):
        tally.given_up[firm] += 1
        return False
    return True


@register_jitable
def answered(slot: Any, channel: Any, number: Any, customer: Any, world: Any, tally: Any) -> Any:
    """A person must answer: whether anybody does; a longer wait than usual takes from the firm's utility."""
    firm = customer.slot_firm[slot]
    luck_wait, luck_owner = luck_pair(ANSWER, world.firm_id[firm], number, customer, world)
    tally.requests[firm] += 1
    if lead_lost(world.ownership[firm], world.memory[firm], world.nurturing[firm], luck_owner):
        tally.leads_lost[firm] += 1
        return False
    hours = wait_hours(world.hours[firm, channel], world.wait_dispersion, normal_quantile(luck_wait))
    tally.wait[firm] += math.floor(hours * 60.0)
    customer.slot_hours[slot] = max(np.float64(customer.slot_hours[slot]), hours)
    waited = waiting_term(hours, world.wait_slope, world.wait_causal_fraction)
    customer.slot_effort[slot] += waited - world.waiting[firm, channel]
    return True
