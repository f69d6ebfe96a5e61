"""Staff: colleagues take tools up, lapse, and produce less while they learn."""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable


@register_jitable
def strength(amount: Any, power: Any) -> Any:
    """What so much culture or competence makes of a firm: amount ** power, 1 for an ordinary firm or a power of 0."""
    return amount**power


@register_jitable
def uptake_hazard(initiative: Any, training: Any, culture: Any, use: Any, peer_effect: Any) -> Any:
    """Weekly probability that a colleague who does not use a tool starts to.

    (initiative + culture * training) * (1 + peer_effect * share of colleagues who use it), at most 1. The initiative
    is what keeps the declared use at rest, so that the culture which a firm has at the start is in it already.
    """
    return min(1.0, (initiative + culture * training) * (1.0 + peer_effect * use))


@register_jitable
def weeks_of_learning(weeks: Any, skill: Any) -> Any:
    """Weeks for which a colleague who learns a tool produces less."""
    return weeks / skill


@register_jitable
def initiative_at_rest(use: Any, lapse: Any, peer_effect: Any) -> Any:
    """Initiative at which use of an untrained tool rests at `use`.

    There the inflow (1 - use) * hazard equals the outflow use * lapse.
    """
    return lapse * use / ((1.0 - use) * (1.0 + peer_effect * use))


@register_jitable
def uses_tool(uses: Any, hazard: Any, lapse: Any, luck: Any) -> Any:
    """Whether a colleague uses the tool next week."""
    return luck >= lapse if uses else luck < hazard


@register_jitable
def working_capacity(learners: Any, headcount: Any, dip: Any) -> Any:
    """Working capacity: work done relative to a staff in which nobody is learning (the J-curve)."""
    return 1.0 - dip * learners / max(1.0, headcount)


@register_jitable
def effect_level(implemented: Any, use: Any, exponent: Any) -> Any:
    """How far a tool works: implemented * use ** exponent (a system works only if it is supported)."""
    return implemented * use**exponent
