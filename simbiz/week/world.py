"""The world of a week: what customers see of the firms and expect of them, the same for a whole segment."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.compilation import compiled
from simbiz.state.firm_record import DELAY, EFFORT, RESPONSE
from simbiz.submodels.awareness import advertising_stock
from simbiz.submodels.choice import channel_worth, price_term, pull
from simbiz.submodels.complaint import failure_probability
from simbiz.submodels.lead import waiting_term
from simbiz.submodels.service import RELIABILITY
from simbiz.week.firms import set_answers


@compiled
def show_firms(week: Any, taste_for_digital: Any, intercepts: Any, firms: Any, attributes: Any, worlds: Any) -> None:
    """Write what every segment sees of the firms this week, and what it expects of them.

    Parameters
    ----------
    week : int
        The week.
    taste_for_digital : float
        Utils by which tastes have moved to digital channels.
    intercepts : float64 array (firm,)
        Intercepts in force.
    firms : record array (1,)
        The firms; their answers are worked out and written.
    attributes : record array (firm,)
        Their attributes.
    worlds : record array (segment,)
        All that changes from week to week is written.
    """
    set_answers(firms, attributes)
    state = firms[0]
    for segment in range(worlds.shape[0]):
        world = worlds[segment]
        world.week = week
        for channel in range(world.channel_shift.shape[0]):
            shift = world.shock_strength * taste_for_digital
            world.channel_shift[channel] = shift * world.digital_channel[channel]
        for firm in range(intercepts.shape[0]):
            show_firm(firm, segment, state, attributes[firm], world)
            world.intercept[firm] = intercepts[firm]
    set_expectations(worlds)


@register_jitable
def show_firm(firm: Any, segment: Any, state: Any, seen: Any, world: Any) -> None:
    """Write what a segment sees of a firm: its attributes, and how it answers."""
    world.price[firm], world.offer[firm] = state.price[firm], seen.offer
    world.integration[firm], world.memory[firm] = seen.integration, seen.memory[segment]
    world.nurturing[firm], world.ownership[firm] = seen.nurturing, seen.lead_ownership
    world.personal_offer[firm], world.digital_services[firm] = seen.personal_offer, seen.digital_services
    world.service_delay[firm], world.contact_effort[firm] = state.answers[DELAY, firm], state.answers[EFFORT, firm]
    for channel in range(world.open.shape[1]):
        world.open[firm, channel] = np.int64(seen.channel_open[channel, segment])
        world.quality[firm, channel] = seen.channel_quality[channel]
        world.hours[firm, channel] = seen.response_hours[channel] * state.answers[RESPONSE, firm]
    for dimension in range(world.service.shape[1]):
        world.service[firm, dimension] = seen.service_quality[dimension]


@compiled
def advertise(week: Any, attributes: Any, worlds: Any, stock: Any) -> None:
    """Add a week's exposures to what customers will remember in the next.

    Parameters
    ----------
    week : int
        The week.
    attributes : record array (firm,)
        Reach of the firms.
    worlds : record array (segment,)
        How fast each segment forgets.
    stock : float64 array (segment, weeks, firm)
        Mean number of living impressions at the beginning of each week; written.
    """
    for segment in range(worlds.shape[0]):
        for firm in range(attributes.shape[0]):
            before, reach = stock[segment, week, firm], attributes[firm].reach[segment]
            stock[segment, week + 1, firm] = advertising_stock(before, reach, worlds[segment].forgetting)


@compiled
def set_expectations(worlds: Any) -> None:
    """Write the usual waits, the worth of prices and channels to everybody, and how often purchases go wrong.

    Parameters
    ----------
    worlds : record array (segment,)
        The world as each segment sees it; `waiting`, `price_worth`, `worth`, `worth_pull`, `worth_in_nest`,
        `best_worth`, `sticky_pull` and `failure` are written.
    """
    for number in range(worlds.shape[0]):
        world = worlds[number]
        world.best_worth = -math.inf
        world.sticky_pull = pull(world.stickiness, 1.0)
        for firm in range(world.hours.shape[0]):
            world.failure[firm] = failure_probability(world.failure_rate, world.service[firm, RELIABILITY])
            world.price_worth[firm] = price_term(world.price_sensitivity, world.price[firm], world.offer[firm])
            for channel in range(world.hours.shape[1]):
                term = waiting_term(world.hours[firm, channel], world.wait_slope, world.wait_causal_fraction)
                waiting = term if world.human[channel] else 0.0
                shift, effort = world.channel_shift[channel], world.channel_effort[channel]
                worth = channel_worth(shift, world.quality[firm, channel], effort, waiting)
                world.waiting[firm, channel] = waiting
                world.worth[firm, channel] = worth
                world.worth_pull[firm, channel] = pull(worth, 1.0)
                world.best_worth = max(world.best_worth, worth)
        for firm in range(world.hours.shape[0]):
            for channel in range(world.hours.shape[1]):
                world.worth_in_nest[firm, channel] = pull(
                    world.worth[firm, channel] - world.best_worth, world.channel_nest
                )
