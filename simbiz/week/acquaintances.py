"""Acquaintances: whom a customer knows, and what it hears of the firms from them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.draws import name_id, uniform, uniform_pairs
from simbiz.state.columns import HEARD, LANES, LUCK, MORE_LUCK, NO_FIRM, SAID
from simbiz.submodels.word_of_mouth import ring_neighbour, tie_count, voice_weight
from simbiz.week.traits import judgement_told

TIES = name_id("ties")
TIE = name_id("tie")
NOBODY = -1


@register_jitable
def ties_of(customer: Any, world: Any) -> Any:
    """Ties of a customer, for life."""
    return tie_count(world.acquaintances, uniform(world.seed, TIES ^ world.stream, customer.id, 0, 0, 0))


@register_jitable
def draw_ties(customer: Any, world: Any, tally: Any) -> Any:
    """Write the luck of the customer's ties into the scratch; how many there are."""
    ties = ties_of(customer, world)
    alternatives = world.tie_lanes[: (ties + LANES - 1) // LANES * LANES]
    uniform_pairs(world.seed, TIE ^ world.stream, customer.id, 0, alternatives, 0, tally.scratch[LUCK : LUCK + 2])
    return ties


@register_jitable
def acquaintance(tie: Any, customer: Any, world: Any, tally: Any) -> Any:
    """Row of the customer at the other end of a tie, or `NOBODY` where the tie leads to nobody who is there."""
    who = np.int64(customer.id)
    luck_kind, luck_who = tally.scratch[LUCK, tie], tally.scratch[MORE_LUCK, tie]
    segments = world.segment_count.shape[0]
    if luck_kind < world.cross_ties and segments > 1:
        step = int(luck_kind / world.cross_ties * (segments - 1))
        segment = (world.own_segment + 1 + min(step, segments - 2)) % segments
        # As many customers stand behind that agent, and behind this one, as in a market of which everybody is an agent.
        other = int(luck_who * (who + 1) * (world.expansion[world.own_segment] / world.expansion[segment]))
    elif luck_kind < world.cross_ties + world.far_ties:
        segment, other = world.own_segment, int(luck_who * who)
        if who == 0:
            return NOBODY
    else:
        segment, other = world.own_segment, ring_neighbour(who, tie)
    if other < 0 or other >= world.segment_count[segment]:
        return NOBODY
    return world.segment_first[segment] + other


@register_jitable
def listen(customer: Any, world: Any, voices: Any, tally: Any) -> None:
    """Add up what acquaintances say of each firm, by their last experiences before this week."""
    for firm in range(world.firm_id.shape[0]):
        tally.scratch[HEARD, firm] = 0.0
        tally.scratch[SAID, firm] = 0.0
    for tie in range(draw_ties(customer, world, tally)):
        row = acquaintance(tie, customer, world, tally)
        if row == NOBODY:
            continue
        voice = voices[row]
        if voice.firm != NO_FIRM:
            weight = voice_weight(world.week - np.int64(voice.week), world.talk_fading)
            tally.scratch[HEARD, voice.firm] += weight
            tally.scratch[SAID, voice.firm] += weight * judgement_told(voice)
