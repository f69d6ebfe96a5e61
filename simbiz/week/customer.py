"""A customer's week: needs arise, journeys advance, purchases happen, experience is judged.

Arguments that recur: `customer` its record, written here and by nobody else; `world` the committed state of
the week as its segment sees it; `tally` the counts to add to; `utility` scratch of shape (2, firm), utilities
with and without luck.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.compilation import compiled
from simbiz.draws import name_id, normal_quantile, uniform, uniform_pair
from simbiz.state.columns import MILLION, NO_CHANNEL, NO_FIRM
from simbiz.submodels.awareness import MOST_IMPRESSIONS, arrived, impressions_alive
from simbiz.submodels.choice import access, access_add, channel_utility, firm_utility, gumbel, price_term
from simbiz.submodels.journey import context_kept, gives_up, whole_between
from simbiz.submodels.lead import lead_lost, wait_hours, waiting_term
from simbiz.submodels.loyalty import loyalty_after
from simbiz.submodels.need import deliberation, gap, week_of
from simbiz.submodels.purchase import amount_paid, basket_value
from simbiz.submodels.service import (
    expectation_after,
    expectation_at_rest,
    judged,
    perceived,
    satisfaction_after,
)

INFORMATION, ORDER, SERVICE = range(3)
DIMENSIONS = 5

IMPRESSION = name_id("impression")
UNAIDED = name_id("unaided awareness")
FIRM = name_id("firm")
OUTSIDE = name_id("outside")
SHORTLIST = name_id("shortlist")
CONTACTS = name_id("contacts")
CHANNEL = name_id("channel")
CONTEXT = name_id("context")
ANSWER = name_id("answer")
DELIBERATION = name_id("deliberation")
BASKET = name_id("basket")
AFTERWARDS = name_id("service contact")
PERCEPTION = name_id("perception")
NEED = name_id("need")


@register_jitable
def luck(decision: Any, alternative: Any, draw: Any, customer: Any, world: Any) -> Any:
    """Uniform of a decision in the present journey of the customer."""
    return uniform(world.seed, decision ^ world.stream, customer.id, customer.need_number, alternative, draw)


@register_jitable
def luck_pair(decision: Any, alternative: Any, draw: Any, customer: Any, world: Any) -> Any:
    """Two uniforms of a decision in the present journey of the customer."""
    return uniform_pair(world.seed, decision ^ world.stream, customer.id, customer.need_number, alternative, draw)


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
def channel_worth(channel: Any, firm: Any, customer: Any, world: Any) -> Any:
    """Utility of one channel of a firm for the customer."""
    taste = np.float64(customer.channel_taste[channel])
    usual = world.waiting[firm, channel]
    return channel_utility(taste, world.quality[firm, channel], world.channel_effort[channel], usual)


@register_jitable
def firm_access(firm: Any, customer: Any, world: Any) -> Any:
    """Worth of the firm's channels to the customer before a purchase, and whether one takes orders."""
    best, terms, sells = -math.inf, 0.0, False
    for channel in range(world.channel_id.shape[0]):
        level = world.open[firm, channel]
        if level == 0 or not (world.serves[channel, INFORMATION] or world.serves[channel, ORDER]):
            continue
        sells = sells or (level == 2 and world.serves[channel, ORDER] > 0)
        best, terms = access_add(best, terms, channel_worth(channel, firm, customer, world), world.channel_nest)
    if not sells:
        return 0.0, False
    return access(best, terms, world.channel_nest, world.best_channel_only), True


@register_jitable
def look(number: Any, customer: Any, world: Any, stock: Any) -> None:
    """Bring the customer's impressions of all firms up to this week; the look has a number within the journey."""
    retention = math.exp(-world.forgetting * (world.week - customer.seen_week))
    for firm in range(world.firm_id.shape[0]):
        arrivals = arrived(stock[world.week, firm], stock[customer.seen_week, firm], retention)
        luck_old, luck_new = luck_pair(IMPRESSION, world.firm_id[firm], number, customer, world)
        impressions = np.int64(customer.impressions[firm])
        customer.impressions[firm] = impressions_alive(impressions, retention, arrivals, luck_old, luck_new)
    customer.seen_week = world.week


@register_jitable
def knows(firm: Any, customer: Any, world: Any) -> Any:
    """Whether the customer knows a firm: by a living impression, or unaided."""
    if customer.impressions[firm] > 0:
        return True
    return luck(UNAIDED, world.firm_id[firm], 0, customer, world) < world.unaided_awareness


@register_jitable
def utility_of(firm: Any, worth: Any, customer: Any, world: Any) -> Any:
    """Utility of a firm for the customer before anything of the journey has happened."""
    return firm_utility(
        world.intercept[firm],
        np.float64(customer.firm_taste[firm]),
        np.float64(customer.loyalty[firm]),
        np.float64(customer.satisfaction[firm]),
        price_term(world.price_sensitivity, world.price[firm], world.offer[firm]),
        worth,
        world,
    )


@register_jitable
def consider(customer: Any, world: Any, stock: Any, tally: Any, utility: Any) -> None:
    """Fill the shortlist: the firms with the largest utility + Gumbel luck among those the customer knows."""
    look(0, customer, world, stock)
    for firm in range(world.firm_id.shape[0]):
        utility[0, firm] = -math.inf
        if not knows(firm, customer, world):
            continue
        worth, sells = firm_access(firm, customer, world)
        if not sells:
            continue
        utility[1, firm] = utility_of(firm, worth, customer, world)
        utility[0, firm] = utility[1, firm] + gumbel(luck_pair(FIRM, world.firm_id[firm], 0, customer, world)[0])
        tally.aware[firm] += 1
        tally.access[firm] += math.floor(worth * MILLION)
        appeal = world.satisfaction_coefficient * np.float64(customer.satisfaction[firm])
        tally.appeal[firm] += math.floor(appeal * MILLION)
    wanted = whole_between(world.shortlist_least, world.shortlist_most, luck(SHORTLIST, 0, 0, customer, world))
    for slot in range(customer.slot_firm.shape[0]):
        customer.slot_firm[slot] = NO_FIRM
        if slot < wanted:
            take_best(slot, customer, tally, utility)


@register_jitable
def take_best(slot: Any, customer: Any, tally: Any, utility: Any) -> None:
    """Move the best firm that is left into a slot of the shortlist, which stays empty without one."""
    customer.slot_firm[slot] = NO_FIRM
    best = -1
    for firm in range(utility.shape[1]):
        if utility[0, firm] > -math.inf and (best < 0 or utility[0, firm] > utility[0, best]):
            best = firm
    if best < 0:
        return
    customer.slot_firm[slot] = best
    customer.slot_utility[slot] = utility[1, best]
    customer.slot_effort[slot] = 0.0
    customer.slot_hours[slot] = 0.0
    customer.slot_lost[slot] = 0
    utility[0, best] = -math.inf
    tally.shortlisted[best] += 1


@register_jitable
def information_contacts(firm: Any, customer: Any, world: Any) -> Any:
    """Contacts for information that the customer makes with a firm in the present journey."""
    chance = luck(CONTACTS, world.firm_id[firm], 0, customer, world)
    return whole_between(world.contacts_least, world.contacts_most, chance)


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


@register_jitable
def basket_now(customer: Any, world: Any) -> Any:
    """Value of the basket of the present need at list prices, kopecks."""
    normal = normal_quantile(luck(BASKET, 0, 0, customer, world))
    return basket_value(np.float64(customer.basket), world.basket_noise, normal)


@register_jitable
def go_outside(customer: Any, world: Any, tally: Any) -> None:
    """Buy elsewhere or postpone."""
    tally.outside[customer.segment] += 1
    tally.outside_value[customer.segment] += amount_paid(basket_now(customer, world), 1.0, 0.0)


@register_jitable
def buy(slot: Any, number: Any, customer: Any, world: Any, tally: Any) -> None:
    """Buy from the firm in a slot, perhaps ask for service, judge the experience, and remember it."""
    firm = customer.slot_firm[slot]
    order_channel = customer.last_channel[firm]
    tally.purchases[firm, customer.segment] += 1
    tally.revenue[firm, customer.segment] += amount_paid(
        basket_now(customer, world), world.price[firm], world.offer[firm]
    )
    if customer.last_firm == firm:
        tally.repeats[firm] += 1
    if luck(AFTERWARDS, world.firm_id[firm], 0, customer, world) < world.service_contact:
        contact(slot, SERVICE, number, customer, world, tally)
    judge(slot, order_channel, customer, world, tally)
    for other in range(world.firm_id.shape[0]):
        bought = 1.0 if other == firm else 0.0
        customer.loyalty[other] = loyalty_after(np.float64(customer.loyalty[other]), bought, world.loyalty_smoothing)
    impressions = np.int64(customer.impressions[firm]) + np.int64(world.experience_impressions)
    customer.impressions[firm] = min(MOST_IMPRESSIONS, impressions)
    customer.last_firm = firm


@register_jitable
def judge(slot: Any, order_channel: Any, customer: Any, world: Any, tally: Any) -> None:
    """Perceive the five dimensions of what happened, adapt the expectations, update the satisfaction."""
    firm = customer.slot_firm[slot]
    log_hours = math.log(1.0 + np.float64(customer.slot_hours[slot]))
    remembered = 0.0 if customer.satisfaction[firm] == 0.0 else world.memory[firm]
    weeks = world.week - customer.expectation_week
    judgement = 0.0
    for dimension in range(DIMENSIONS):
        noise = normal_quantile(luck(PERCEPTION, world.firm_id[firm], dimension, customer, world))
        perception = perceived(
            dimension,
            world.service[firm, dimension],
            world.quality[firm, order_channel],
            np.float64(customer.slot_lost[slot]),
            log_hours,
            remembered,
            world,
        )
        perception += world.perception_noise * noise
        expectation = expectation_at_rest(np.float64(customer.expectation[dimension]), weeks, world.expectation_decay)
        judgement += judged(perception, perception - expectation, world.perception_weight) / DIMENSIONS
        customer.expectation[dimension] = expectation_after(
            expectation, perception, world.expectation_rise, world.expectation_fall
        )
        tally.perception[firm, dimension] += math.floor(perception * MILLION)
        tally.expectation[firm, dimension] += math.floor(expectation * MILLION)
    customer.expectation_week = world.week
    customer.satisfaction[firm] = satisfaction_after(
        np.float64(customer.satisfaction[firm]), judgement, world.satisfaction_learning
    )
    tally.judgement[firm] += math.floor(judgement * MILLION)


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
