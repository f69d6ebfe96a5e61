"""Luck in a journey: uniforms keyed by the customer, the number of its need, the decision and the alternative."""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable

from simbiz.draws import uniform, uniform_pair


@register_jitable
def luck(decision: Any, alternative: Any, draw: Any, customer: Any, world: Any) -> Any:
    """Uniform of a decision in the present journey of the customer."""
    return uniform(world.seed, decision ^ world.stream, customer.id, customer.need_number, alternative, draw)


@register_jitable
def luck_pair(decision: Any, alternative: Any, draw: Any, customer: Any, world: Any) -> Any:
    """Two uniforms of a decision in the present journey of the customer."""
    return uniform_pair(world.seed, decision ^ world.stream, customer.id, customer.need_number, alternative, draw)
