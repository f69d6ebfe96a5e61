"""What customers expect of the world before they act: the same for a whole segment, so it is worked out once a week."""

from __future__ import annotations

import math
from typing import Any

from simbiz.compilation import compiled
from simbiz.submodels.choice import channel_worth, price_term, pull
from simbiz.submodels.complaint import failure_probability
from simbiz.submodels.lead import waiting_term
from simbiz.submodels.service import RELIABILITY


@compiled
def set_expectations(worlds: Any) -> None:
    """Write the usual waits, the worth of prices and channels to everybody, and how often purchases go wrong.

    Parameters
    ----------
    worlds : record array (segment,)
        The world as each segment sees it; `waiting`, `price_worth`, `worth`, `worth_pull`, `worth_in_nest`,
        `best_worth` and `failure` are written.
    """
    for number in range(worlds.shape[0]):
        world = worlds[number]
        world.best_worth = -math.inf
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
