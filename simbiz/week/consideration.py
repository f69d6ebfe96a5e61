"""Consideration: which firms a customer knows, what they are worth to it, which come on the shortlist."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.draws import name_id
from simbiz.state.columns import MILLION, NO_FIRM
from simbiz.submodels.awareness import arrived, impressions_alive
from simbiz.submodels.choice import access, access_add, channel_utility, firm_utility, gumbel, price_term
from simbiz.submodels.journey import whole_between
from simbiz.week.luck import luck, luck_pair
from simbiz.week.stages import INFORMATION, ORDER

IMPRESSION = name_id("impression")
UNAIDED = name_id("unaided awareness")
FIRM = name_id("firm")
SHORTLIST = name_id("shortlist")


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
