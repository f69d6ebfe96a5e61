"""Contacts: the channel is chosen, the context kept or lost, a person answers or does not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.draws import name_id, normal_quantile
from simbiz.events import NOBODY_ASKED, UNANSWERED
from simbiz.state.columns import (
    CONTACT_LUCK,
    LUCK,
    MINUTES,
    MOST_TOUCHPOINTS,
    NO_CHANNEL,
    NO_FIRM,
    PULL,
    SHORTEST_CLASS,
    WAIT_CLASSES,
)
from simbiz.submodels.awareness import MOST_IMPRESSIONS
from simbiz.submodels.choice import race_time
from simbiz.submodels.journey import context_kept, gives_up, whole_between
from simbiz.submodels.lead import lead_lost, nurtured, stage_of_contact, wait_class, wait_hours, waiting_term
from simbiz.week.consideration import recognised
from simbiz.week.luck import luck, luck_of_all, luck_pair
from simbiz.week.notes import advance_lead, note_touchpoint
from simbiz.week.stages import INFORMATION, ORDER, SERVICE, SUSPECT

CHANNEL = name_id("channel")
CONTEXT = name_id("context")
ANSWER = name_id("answer")
NURTURE = name_id("nurture")
AT_ONCE = 1.0  # hours: an answer within an hour keeps a conversation going (Oldroyd et al. 2011)


@register_jitable
def information_contacts(firm: Any, world: Any, tally: Any) -> Any:
    """Contacts for information that the customer makes with a firm in the present journey."""
    return whole_between(world.contacts_least, world.contacts_most, tally.scratch[CONTACT_LUCK, firm])


@register_jitable
def pick_channel(firm: Any, stage: Any, number: Any, customer: Any, world: Any, tally: Any) -> Any:
    """Channel of a contact: logit of taste, worth and stickiness among those that serve the stage."""
    luck_of_all(CHANNEL, world.contact_lanes[firm], number, customer, world, tally)
    needed = 2 if stage == ORDER else 1
    first, first_time = NO_CHANNEL, math.inf
    for channel in range(world.channel_id.shape[0]):
        if world.open[firm, channel] < needed or not world.serves[channel, stage]:
            continue
        weight = tally.scratch[PULL, channel] * world.worth_pull[firm, channel]
        if customer.last_channel[firm] == channel:
            weight *= world.sticky_pull
        time = race_time(tally.scratch[LUCK, channel], weight)
        if time < first_time:
            first, first_time = channel, time
    return first


@register_jitable
def contact(slot: Any, stage: Any, number: Any, customer: Any, world: Any, tally: Any) -> Any:
    """One contact with the firm in a slot; whether the customer goes on with the firm."""
    firm = customer.slot_firm[slot]
    channel = pick_channel(firm, stage, number, customer, world, tally)
    if channel == NO_CHANNEL:
        return False
    known = recognised(firm, customer, world, tally)
    identified = known or is_identified(slot, channel, customer, world)
    luck_context, luck_patience = luck_pair(CONTEXT, world.firm_id[firm], number, customer, world)
    kept = take_channel(slot, stage, channel, number, luck_context, customer, world, tally)
    hours = answer(slot, stage, channel, number, identified, customer, world, tally)
    if tally.noting:
        note_touchpoint(slot, stage, channel, kept, hours, customer, world, tally)
    answered = hours != UNANSWERED
    if answered and hours <= AT_ONCE:
        tally.two_way[firm, customer.segment] += 1
    if stage != SERVICE:
        # Who asks a person, or comes back, shows interest; who looks around once does not.
        interested = number > 0 or world.human[channel] > 0
        advance_lead(slot, stage_of_contact(identified, interested, answered), customer, world, tally)
    if not answered:
        lose_lead(slot, stage, identified, customer, world, tally)
        return False
    introduction = world.introduction_effort if number == 0 and not known else 0.0
    effort = world.contact_effort[firm] + introduction + (0.0 if kept else world.context_loss_effort)
    customer.slot_effort[slot] += effort
    if gives_up(effort, world.patience, luck_patience):
        tally.given_up[firm, customer.segment] += 1
        return False
    return True


@register_jitable
def is_identified(slot: Any, channel: Any, customer: Any, world: Any) -> Any:
    """Whether the firm learns on a channel who the customer is, or has learnt it before in the journey."""
    if world.identifies[channel] or customer.slot_stage[slot] >= SUSPECT:
        return True
    return world.identified_everywhere > 0.0


@register_jitable
def take_channel(
    slot: Any, stage: Any, channel: Any, number: Any, chance: Any, customer: Any, world: Any, tally: Any
) -> Any:
    """Get in touch on a channel; whether what was said before is known there."""
    firm, segment = customer.slot_firm[slot], customer.segment
    previous = customer.last_channel[firm]
    same = number == 0 or channel == previous
    kept = context_kept(same, world.integration[firm], chance)
    tally.contacts[firm, channel, segment] += 1
    tally.stages[firm, stage, segment] += 1
    tally.touchpoints[firm, segment] += 1
    if number > 0:
        tally.flows[firm, previous, channel, segment] += 1
    if not same:
        tally.switches[firm, segment] += 1
    if not kept:
        tally.contexts_lost[firm, segment] += 1
        customer.slot_lost[slot] += 1
    customer.slot_channels[slot] |= 1 << channel
    customer.last_channel[firm] = channel
    customer.touchpoints = min(MOST_TOUCHPOINTS, np.int64(customer.touchpoints) + 1)
    return kept


@register_jitable
def answer(
    slot: Any, stage: Any, channel: Any, number: Any, identified: Any, customer: Any, world: Any, tally: Any
) -> Any:
    """Hours until somebody answers, `UNANSWERED`, or `NOBODY_ASKED` where no person has to.

    Before a purchase a longer wait than usual takes from the firm's utility.
    """
    if not world.human[channel]:
        return NOBODY_ASKED
    firm, segment = customer.slot_firm[slot], customer.segment
    luck_wait, luck_owner = luck_pair(ANSWER, world.firm_id[firm], number, customer, world)
    tally.requests[firm, segment] += 1
    tally.service_requests[firm, segment] += 1 if stage == SERVICE else 0
    held = world.memory[firm] if identified else 0.0
    if lead_lost(world.ownership[firm], held, world.orphan_loss, luck_owner):
        return UNANSWERED
    usual = world.hours[firm, channel] * (world.service_delay[firm] if stage == SERVICE else 1.0)
    hours = wait_hours(usual, world.wait_dispersion, normal_quantile(luck_wait))
    tally.wait[firm, segment] += math.floor(hours * MINUTES)
    tally.waits[firm, wait_class(hours, SHORTEST_CLASS, WAIT_CLASSES), segment] += 1
    customer.slot_hours[slot] = max(np.float64(customer.slot_hours[slot]), hours)
    waited = waiting_term(hours, world.wait_slope, world.wait_causal_fraction)
    customer.slot_effort[slot] += waited - world.waiting[firm, channel]
    return hours


@register_jitable
def lose_lead(slot: Any, stage: Any, identified: Any, customer: Any, world: Any, tally: Any) -> None:
    """Lose a lead that nobody owns; a firm that nurtures keeps in touch with one it could identify.

    It stays in mind for the next need, and comes back onto the list if the present one is decided in a later week.
    """
    firm = customer.slot_firm[slot]
    tally.leads_lost[firm, customer.segment] += 1
    chance = luck(NURTURE, world.firm_id[firm], stage, customer, world)
    if not identified or not nurtured(world.nurturing[firm], world.nurturing_strength, chance):
        return
    customer.impressions[firm] = min(MOST_IMPRESSIONS, np.int64(customer.impressions[firm]) + 1)
    if stage == INFORMATION:
        keep_aside(slot, customer)


@register_jitable
def keep_aside(slot: Any, customer: Any) -> None:
    """Copy the lead in a slot into the one behind the shortlist."""
    aside = customer.slot_firm.shape[0] - 1
    customer.slot_firm[aside] = customer.slot_firm[slot]
    customer.slot_utility[aside] = customer.slot_utility[slot]
    customer.slot_effort[aside] = customer.slot_effort[slot]
    customer.slot_hours[aside] = customer.slot_hours[slot]
    customer.slot_lost[aside] = customer.slot_lost[slot]
    customer.slot_stage[aside] = customer.slot_stage[slot]
    customer.slot_channels[aside] = customer.slot_channels[slot]


@register_jitable
def forget_aside(customer: Any) -> None:
    """Give up the lead behind the shortlist."""
    customer.slot_firm[customer.slot_firm.shape[0] - 1] = NO_FIRM
