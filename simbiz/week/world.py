"""What customers expect of the world before they act."""

from __future__ import annotations

from typing import Any

from simbiz.compilation import compiled
from simbiz.submodels.lead import waiting_term


@compiled
def set_usual_waiting(worlds: Any) -> None:
    """Write the term of the usual wait of every firm and channel; 0 where nobody must answer.

    Parameters
    ----------
    worlds : record array (segment,)
        The world as each segment sees it; `waiting` is written from `hours`.
    """
    for number in range(worlds.shape[0]):
        world = worlds[number]
        for firm in range(world.hours.shape[0]):
            for channel in range(world.hours.shape[1]):
                term = waiting_term(world.hours[firm, channel], world.wait_slope, world.wait_causal_fraction)
                world.waiting[firm, channel] = term if world.human[channel] else 0.0
