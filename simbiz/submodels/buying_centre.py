"""Buying centres: the members of an organisation who must agree on a purchase."""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable

MOST_MEETINGS = 6


@register_jitable
def member_weight(member: Any, members: Any, leader_weight: Any) -> Any:
    """Weight of a member in what the group thinks: equal parts of what the first member has not extra."""
    extra = leader_weight if member == 0 else 0.0
    return extra + (1.0 - leader_weight) / members


@register_jitable
def own_taste(spread: Any, normal: Any, group_normal: Any) -> Any:
    """Taste of a member for an alternative beside the group's, utils; the group's weighted mean is nothing."""
    return spread * (normal - group_normal)


@register_jitable
def own_part(conformity: Any, meetings: Any) -> Any:
    """Part of a member's own taste that is left after some meetings, (1 - conformity) ** meetings."""
    part = 1.0
    for _ in range(meetings):
        part *= 1.0 - conformity
    return part


@register_jitable
def need_lapses(loss: Any, luck: Any) -> Any:
    """Whether a need lapses after a meeting without agreement."""
    return luck < loss
