"""Consideration: which firms a customer knows, what they are worth to it, which come on the shortlist."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.draws import name_id
from simbiz.state.columns import (
    CONTACT_LUCK,
    DRAWN,
    HEARD,
    LUCK,
    MILLION,
    MORE_LUCK,
    NO_FIRM,
    PULL,
    PULL_IN_NEST,
    RECOGNITION,
    SAID,
    WORTH,
)
from simbiz.submodels.awareness import arrived, impressions_alive
from simbiz.submodels.choice import (
    access,
    firm_utility,
    gumbel,
    offers_together,
    price_term,
    pull,
)
from simbiz.submodels.journey import whole_between
from simbiz.submodels.word_of_mouth import opinion_heard, told_of
from simbiz.week.acquaintances import listen
from simbiz.week.luck import luck, luck_of_all, luck_pair
from simbiz.week.stages import INFORMATION, ORDER
from simbiz.week.traits import loyalty_to, taste_for_channel, taste_for_firm, tried

IMPRESSION = name_id("impression")
UNAIDED = name_id("unaided awareness")
FIRM = name_id("firm")
SHORTLIST = name_id("shortlist")
RECOGNISED = name_id("recognised")
CONTACTS = name_id("contacts")
UNKNOWN, KNOWN, TOLD = range(3)


@register_jitable
def channel_utility(channel: Any, firm: Any, customer: Any, world: Any) -> Any:
    """Utility of one channel of a firm for the customer."""
    return taste_for_channel(channel, customer) + world.worth[firm, channel]


@register_jitable
def keep_luck(decision: Any, row: Any, customer: Any, world: Any, tally: Any) -> None:
    """Write the luck of a decision about each firm into a row of the scratch of its own."""
    luck_of_all(decision, world.firm_lanes, 0, customer, world, tally)
    for firm in range(world.firm_id.shape[0]):
        tally.scratch[row, firm] = tally.scratch[LUCK, firm]


@register_jitable
def prepare(customer: Any, world: Any, tally: Any) -> Any:
    """Write what a step of a journey needs again and again; the customer's largest taste for a channel.

    How its tastes draw it to each channel, and its luck with each firm in this journey: whether the firm recognises it,
    and how often it asks for information.
    At the scale of the nest tastes are taken relative to the largest, so that no exponential overflows.
    """
    keep_luck(RECOGNISED, RECOGNITION, customer, world, tally)
    keep_luck(CONTACTS, CONTACT_LUCK, customer, world, tally)
    best = -math.inf
    for channel in range(world.channel_id.shape[0]):
        best = max(best, taste_for_channel(channel, customer))
    for channel in range(world.channel_id.shape[0]):
        taste = taste_for_channel(channel, customer)
        tally.scratch[PULL, channel] = pull(taste, 1.0)
        tally.scratch[PULL_IN_NEST, channel] = pull(taste - best, world.channel_nest)
    return best


@register_jitable
def firm_access(firm: Any, best_taste: Any, customer: Any, world: Any, tally: Any) -> Any:
    """Worth of the firm's channels to the customer before a purchase, and whether one takes orders."""
    best, total, sells = -math.inf, 0.0, False
    for channel in range(world.channel_id.shape[0]):
        level = world.open[firm, channel]
        if level == 0 or not (world.serves[channel, INFORMATION] or world.serves[channel, ORDER]):
            continue
        sells = sells or (level == 2 and world.serves[channel, ORDER] > 0)
        best = max(best, channel_utility(channel, firm, customer, world))
        total += tally.scratch[PULL_IN_NEST, channel] * world.worth_in_nest[firm, channel]
    if not sells:
        return 0.0, False
    usual = best_taste + world.best_worth
    return usual + access(best - usual, total, world.channel_nest, world.best_channel_only), True


@register_jitable
def look(number: Any, customer: Any, world: Any, stock: Any, tally: Any) -> None:
    """Bring the customer's impressions of all firms up to this week; the look has a number within the journey."""
    segment = customer.segment
    retention = math.exp(-world.forgetting * (world.week - customer.seen_week))
    luck_of_all(IMPRESSION, world.firm_lanes, number, customer, world, tally)
    for firm in range(world.firm_id.shape[0]):
        arrivals = arrived(stock[segment, world.week, firm], stock[segment, customer.seen_week, firm], retention)
        luck_old, luck_new = tally.scratch[LUCK, firm], tally.scratch[MORE_LUCK, firm]
        impressions = np.int64(customer.impressions[firm])
        customer.impressions[firm] = impressions_alive(impressions, retention, arrivals, luck_old, luck_new)
    customer.seen_week = world.week


@register_jitable
def familiarity(firm: Any, heard: Any, customer: Any, world: Any) -> Any:
    """Whether the customer knows a firm: by a living impression or unaided, from others only, or not."""
    if customer.impressions[firm] > 0:
        return KNOWN
    luck_unaided, luck_told = luck_pair(UNAIDED, world.firm_id[firm], 0, customer, world)
    if luck_unaided < world.unaided_awareness:
        return KNOWN
    return TOLD if told_of(heard, world.word_of_mouth_awareness, luck_told) else UNKNOWN


@register_jitable
def recognised(firm: Any, customer: Any, world: Any, tally: Any) -> Any:
    """Whether the firm recognises a customer who has bought there, in the present journey."""
    return tried(firm, customer) and tally.scratch[RECOGNITION, firm] < world.memory[firm]


@register_jitable
def offer_to(firm: Any, customer: Any, world: Any, tally: Any) -> Any:
    """Part of the list price that the firm does not charge the customer."""
    if world.personal_offer[firm] > 0.0 and recognised(firm, customer, world, tally):
        return offers_together(world.offer[firm], world.personal_offer_strength * world.personal_offer[firm])
    return world.offer[firm]


@register_jitable
def price_worth(firm: Any, customer: Any, world: Any, tally: Any) -> Any:
    """Utility of the price that the firm asks of the customer."""
    if world.personal_offer[firm] == 0.0:
        return world.price_worth[firm]
    return price_term(world.price_sensitivity, world.price[firm], offer_to(firm, customer, world, tally))


@register_jitable
def utility_of(firm: Any, worth: Any, opinion: Any, customer: Any, world: Any, tally: Any) -> Any:
    """Utility of a firm for the customer before anything of the journey has happened."""
    return firm_utility(
        world.intercept[firm],
        taste_for_firm(firm, customer),
        loyalty_to(firm, customer),
        np.float64(customer.satisfaction[firm]),
        opinion,
        price_worth(firm, customer, world, tally),
        worth,
        world,
    )


@register_jitable
def consider(customer: Any, world: Any, stock: Any, voices: Any, tally: Any) -> None:
    """Fill the shortlist: the firms with the largest utility + Gumbel luck among those the customer knows."""
    look(0, customer, world, stock, tally)
    listen(customer, world, voices, tally)
    best_taste = prepare(customer, world, tally)
    luck_of_all(FIRM, world.firm_lanes, 0, customer, world, tally)
    for firm in range(world.firm_id.shape[0]):
        tally.scratch[DRAWN, firm] = -math.inf
        known = familiarity(firm, tally.scratch[HEARD, firm], customer, world)
        if known == UNKNOWN:
            continue
        worth, sells = firm_access(firm, best_taste, customer, world, tally)
        if not sells:
            continue
        opinion = opinion_heard(tally.scratch[SAID, firm], tally.scratch[HEARD, firm])
        tally.scratch[WORTH, firm] = utility_of(firm, worth, opinion, customer, world, tally)
        tally.scratch[DRAWN, firm] = tally.scratch[WORTH, firm] + gumbel(tally.scratch[LUCK, firm])
        count_look(firm, known, worth, opinion, customer, world, tally)
    wanted = whole_between(world.shortlist_least, world.shortlist_most, luck(SHORTLIST, 0, 0, customer, world))
    for slot in range(customer.slot_firm.shape[0]):
        customer.slot_firm[slot] = NO_FIRM
        if slot < wanted and slot < customer.slot_firm.shape[0] - 1:
            take_best(slot, customer, tally)


@register_jitable
def count_look(firm: Any, known: Any, worth: Any, opinion: Any, customer: Any, world: Any, tally: Any) -> None:
    """Count that a customer who knows the firm thought of it."""
    segment = customer.segment
    tally.aware[firm, segment] += 1
    tally.told[firm, segment] += 1 if known == TOLD else 0
    tally.access[firm, segment] += math.floor(worth * MILLION)
    appeal = world.satisfaction_coefficient * np.float64(customer.satisfaction[firm])
    tally.appeal[firm, segment] += math.floor(appeal * MILLION)
    tally.opinion[firm, segment] += math.floor(opinion * MILLION)


@register_jitable
def take_best(slot: Any, customer: Any, tally: Any) -> None:
    """Move the best firm that is left into a slot of the shortlist, which stays empty without one."""
    customer.slot_firm[slot] = NO_FIRM
    best = -1
    for firm in range(customer.loyalty.shape[0]):
        drawn = tally.scratch[DRAWN, firm]
        if drawn > -math.inf and (best < 0 or drawn > tally.scratch[DRAWN, best]):
            best = firm
    if best < 0:
        return
    customer.slot_firm[slot] = best
    customer.slot_utility[slot] = tally.scratch[WORTH, best]
    customer.slot_effort[slot] = 0.0
    customer.slot_hours[slot] = 0.0
    customer.slot_lost[slot] = 0
    customer.slot_stage[slot] = 0
    customer.slot_channels[slot] = 0
    tally.scratch[DRAWN, best] = -math.inf
    tally.shortlisted[best, customer.segment] += 1
