"""Purchase: the basket, what is paid, how the experience is judged and remembered."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.draws import name_id, normal_quantile
from simbiz.state.columns import MILLION
from simbiz.submodels.awareness import MOST_IMPRESSIONS
from simbiz.submodels.loyalty import loyalty_after
from simbiz.submodels.purchase import amount_paid, basket_value
from simbiz.submodels.service import expectation_after, expectation_at_rest, judged, perceived, satisfaction_after
from simbiz.week.contact import contact
from simbiz.week.luck import luck
from simbiz.week.stages import SERVICE

DIMENSIONS = 5
BASKET = name_id("basket")
AFTERWARDS = name_id("service contact")
PERCEPTION = name_id("perception")


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
