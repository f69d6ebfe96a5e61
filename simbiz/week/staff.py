"""The firms' week: staff take tools up and lapse, tools act on the attributes of their firm."""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable

from simbiz.compilation import compiled
from simbiz.draws import name_id, uniform
from simbiz.submodels.programme import combined
from simbiz.submodels.staff import effect_level, uptake_hazard, uses_tool

STAFF = name_id("staff uptake")


@register_jitable
def person_week(
    person: Any, tool: Any, tool_id: Any, week: Any, staff: Any, hazard: Any, lapse: Any, seed: Any
) -> None:
    """Let one colleague take up or drop one tool."""
    luck = uniform(seed, STAFF ^ staff.stream[person], staff.id[person], week, tool_id, 0)
    used = staff.uses[person, tool]
    uses = uses_tool(used, hazard, lapse, luck)
    if uses and not used:
        staff.started[person, tool] = week
    staff.uses[person, tool] = uses


@compiled
def staff_week(
    week: Any,
    staff: Any,
    tool_ids: Any,
    initiative: Any,
    training: Any,
    culture: Any,
    use: Any,
    peer_effect: Any,
    lapse: Any,
    seed: Any,
) -> Any:
    """Let every colleague of every firm live through the week, on last week's use.

    Parameters
    ----------
    week : int
        The week is the event here.
    staff : Staff
        Columns of colleagues; `uses` and `started` are written.
    tool_ids : uint32 array (tool,)
        Stable ids.
    initiative, training, use : float64 arrays (firm, tool)
        Hazards per week, and share of the colleagues concerned who use the tool.
    culture : float64 array (firm,)
        What the culture of each firm makes of its training.
    peer_effect, lapse : float
        See the parameters of these names.
    seed : int
        Replicate seed.
    """
    for person in range(staff.firm.shape[0]):
        firm = staff.firm[person]
        for tool in range(use.shape[1]):
            if staff.concerned[person, tool] and (initiative[firm, tool] > 0.0 or training[firm, tool] > 0.0):
                hazard = uptake_hazard(
                    initiative[firm, tool], training[firm, tool], culture[firm], use[firm, tool], peer_effect
                )
                person_week(person, tool, tool_ids[tool], week, staff, hazard, lapse, seed)


@compiled
def apply_effects(attributes: Any, effects: Any, implemented: Any, use: Any, exponent: Any) -> Any:
    """Add the effects of all tools to the attributes of all firms, in the order of the catalogue.

    Parameters
    ----------
    attributes : float64 array (firm, attribute cell)
        The firms' attributes without any tool; written.
    effects : record array (effect,)
        Cell, tool, how, value, by_use of each effect.
    implemented, use : float64 arrays (firm, tool)
        Implemented part of each tool, share of the staff concerned who use it.
    exponent : float
        Power of use in the level of an effect.
    """
    for firm in range(attributes.shape[0]):
        for number in range(effects.shape[0]):
            effect = effects[number]
            done = implemented[firm, effect.tool]
            if done > 0.0:
                level = effect_level(done, use[firm, effect.tool], exponent) if effect.by_use > 0 else done
                attributes[firm, effect.cell] = combined(effect.how, attributes[firm, effect.cell], effect.value, level)
