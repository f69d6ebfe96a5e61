"""Luck in a journey: uniforms keyed by the customer, the number of its need, the decision and the alternative."""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable

from simbiz.draws import uniform, uniform_pair, uniform_pairs
from simbiz.state.columns import LUCK


@register_jitable
def luck(decision: Any, alternative: Any, draw: Any, customer: Any, world: Any) -> Any:
    """Uniform of a decision in the present journey of the customer."""
    return uniform(world.seed, decision ^ world.stream, customer.id, customer.need_number, alternative, draw)


@register_jitable
def luck_pair(decision: Any, alternative: Any, draw: Any, customer: Any, world: Any) -> Any:
    """Two uniforms of a decision in the present journey of the customer."""
    return uniform_pair(world.seed, decision ^ world.stream, customer.id, customer.need_number, alternative, draw)


@register_jitable
def luck_of_all(decision: Any, alternatives: Any, draw: Any, customer: Any, world: Any, tally: Any) -> None:
    """Write the two uniforms of each alternative of a decision into the rows `LUCK` and `MORE_LUCK` of the scratch."""
    pairs = tally.scratch[LUCK : LUCK + 2]
    uniform_pairs(world.seed, decision ^ world.stream, customer.id, customer.need_number, alternatives, draw, pairs)
