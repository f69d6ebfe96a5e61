"""Purchase: the basket, what is paid, how the experience is judged and remembered."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.draws import name_id, normal_quantile
from simbiz.state.columns import LUCK, MILLION
from simbiz.submodels.awareness import MOST_IMPRESSIONS
from simbiz.submodels.complaint import complains
from simbiz.submodels.loyalty import loyalty_after
from simbiz.submodels.purchase import amount_paid, basket_value
from simbiz.submodels.service import (
    expectation_after,
    expectation_at_rest,
    judged,
    perceived,
    satisfaction_after,
)
from simbiz.submodels.services import paid_for_services, takes_services
from simbiz.submodels.survey import likert
from simbiz.week.complaint import complain
from simbiz.week.consideration import offer_to, recognised
from simbiz.week.contact import contact
from simbiz.week.luck import luck, luck_of_all, luck_pair
from simbiz.week.notes import advance_lead, note_purchase, note_speaker
from simbiz.week.stages import CUSTOMER, SERVICE
from simbiz.week.traits import loyalty_to, remember_purchase, set_loyalty, tried

DIMENSIONS = 5
BASKET = name_id("basket")
AFTERWARDS = name_id("service contact")
FAILURE = name_id("failure")
PERCEPTION = name_id("perception")
SERVICES = name_id("services beyond the product")


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
    before = np.float64(customer.satisfaction[firm])
    known = recognised(firm, customer, world, tally)
    paid = amount_paid(basket_now(customer, world), world.price[firm], offer_to(firm, customer, world, tally))
    count_purchase(slot, order_channel, known, paid, customer, world, tally)
    luck_service, luck_failure = luck_pair(AFTERWARDS, world.firm_id[firm], 0, customer, world)
    if luck_service < world.service_contact:
        contact(slot, SERVICE, number, customer, world, tally)
    failed = luck_failure < world.failure[firm]
    judge(slot, order_channel, known, failed, customer, world, tally)
    if failed:
        luck_complaint, luck_context = luck_pair(FAILURE, world.firm_id[firm], 0, customer, world)
        tally.failures[firm, customer.segment] += 1
        if complains(world.complains, luck_complaint):
            complain(slot, number + 1, luck_context, before, customer, world, tally)
    for other in range(world.firm_id.shape[0]):
        bought = 1.0 if other == firm else 0.0
        loyalty = loyalty_after(loyalty_to(other, customer), bought, world.loyalty_smoothing)
        set_loyalty(other, loyalty, customer)
    impressions = np.int64(customer.impressions[firm]) + np.int64(world.experience_impressions)
    customer.impressions[firm] = min(MOST_IMPRESSIONS, impressions)
    remember_purchase(firm, customer)
    customer.last_firm = firm


@register_jitable
def count_purchase(slot: Any, channel: Any, known: Any, paid: Any, customer: Any, world: Any, tally: Any) -> None:
    """Count a purchase, by what came before it and what is bought beside the product."""
    firm, segment = customer.slot_firm[slot], customer.segment
    advance_lead(slot, CUSTOMER, customer, world, tally)
    tally.purchases[firm, segment] += 1
    tally.revenue[firm, segment] += paid
    tally.repeats[firm, segment] += 1 if customer.last_firm == firm else 0
    tally.acquired[firm, segment] += 0 if tried(firm, customer) else 1
    tally.recognised[firm, segment] += 1 if known else 0
    count_channels(slot, channel, customer, world, tally)
    if world.digital_services[firm] > 0.0:
        chance = luck(SERVICES, world.firm_id[firm], 0, customer, world)
        satisfaction = np.float64(customer.satisfaction[firm])
        if takes_services(world.digital_services[firm], satisfaction, world.service_threshold, chance):
            tally.services[firm, segment] += paid_for_services(paid, world.service_value)
    if tally.noting:
        note_purchase(firm, channel, paid, customer, world, tally)


@register_jitable
def count_channels(slot: Any, order_channel: Any, customer: Any, world: Any, tally: Any) -> None:
    """Count how many channels led to a purchase, and whether the way went between digital and traditional ones."""
    firm, segment = customer.slot_firm[slot], customer.segment
    used, digital, traditional = 0, False, False
    for channel in range(world.channel_id.shape[0]):
        if (np.int64(customer.slot_channels[slot]) >> channel) & 1:
            used += 1
            digital = digital or world.digital_channel[channel] > 0
            traditional = traditional or world.digital_channel[channel] == 0
    ordered_digitally = world.digital_channel[order_channel] > 0
    tally.multichannel[firm, segment] += 1 if used > 1 else 0
    tally.digital_to_offline[firm, segment] += 1 if digital and not ordered_digitally else 0
    tally.offline_to_digital[firm, segment] += 1 if traditional and ordered_digitally else 0


@register_jitable
def judge(slot: Any, order_channel: Any, known: Any, failed: Any, customer: Any, world: Any, tally: Any) -> None:
    """Perceive the five dimensions of what happened, adapt the expectations, update the satisfaction."""
    firm, segment = customer.slot_firm[slot], customer.segment
    log_hours = math.log(1.0 + np.float64(customer.slot_hours[slot]))
    weeks = world.week - customer.expectation_week
    judgement = 0.0
    luck_of_all(PERCEPTION, world.perception_lanes[firm], 0, customer, world, tally)
    for dimension in range(DIMENSIONS):
        noise = normal_quantile(tally.scratch[LUCK, dimension])
        perception = perceived(
            dimension,
            world.service[firm, dimension],
            world.quality[firm, order_channel],
            np.float64(customer.slot_lost[slot]),
            log_hours,
            1.0 if known else 0.0,
            1.0 if failed else 0.0,
            world,
        )
        perception += world.perception_noise * noise
        expectation = expectation_at_rest(np.float64(customer.expectation[dimension]), weeks, world.expectation_decay)
        judgement += judged(perception, perception - expectation, world.perception_weight) / DIMENSIONS
        customer.expectation[dimension] = expectation_after(
            expectation, perception, world.expectation_rise, world.expectation_fall
        )
        customer.perceived[dimension] = likert(perception, world.likert_unit)
        tally.perception[firm, dimension, segment] += math.floor(perception * MILLION)
        tally.expectation[firm, dimension, segment] += math.floor(expectation * MILLION)
    customer.expectation_week = world.week
    customer.satisfaction[firm] = satisfaction_after(
        np.float64(customer.satisfaction[firm]), judgement, world.satisfaction_learning
    )
    tally.judgement[firm, segment] += math.floor(judgement * MILLION)
    note_speaker(firm, judgement, customer, world, tally)
