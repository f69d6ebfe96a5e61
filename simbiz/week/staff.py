"""The staff's week: colleagues take tools up and lapse, tools act on the attributes of their firm."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.compilation import compiled
from simbiz.draws import uniforms_apart
from simbiz.state.firm_record import LONG_AGO
from simbiz.submodels.capacity import uncoordinated
from simbiz.submodels.programme import combined
from simbiz.submodels.staff import effect_level, uptake_hazard, uses_tool, working_capacity

NOBODY_STARTS = -1.0


@compiled
def staff_week(week: Any, firms: Any, attributes: Any, staff: Any, duties: Any, luck: Any) -> None:
    """Let every colleague of every firm live through the week, on last week's use, and count who uses what.

    Parameters
    ----------
    week : int
        The week is the event here.
    firms : record array (1,)
        The firms; read and written.
    attributes : record array (firm,)
        Their attributes, of which the training is read.
    staff : Staff
        Columns of colleagues; `uses`, `started`, `used` and `latest` are written.
    duties : Duties
        Columns of what colleagues may take up, in the order of colleagues.
    luck : float64 array (duty,)
        Room for the draws.
    """
    rules = firms[0]
    uniforms_apart(rules.seed, duties.decision, duties.who, week, duties.tool_id, 0, luck)
    hazard = np.empty(rules.use.shape)
    for firm in range(hazard.shape[0]):
        for tool in range(hazard.shape[1]):
            initiative, training = rules.initiative[firm, tool], attributes[firm].training[tool]
            hazard[firm, tool] = NOBODY_STARTS
            if initiative > 0.0 or training > 0.0:
                hazard[firm, tool] = uptake_hazard(
                    initiative, training, rules.culture[firm], rules.use[firm, tool], rules.peer_effect
                )
    duty = 0
    for person in range(staff.firm.shape[0]):
        firm, moved = staff.firm[person], False
        for _ in range(staff.duties[person]):
            tool = duties.tool[duty]
            if hazard[firm, tool] > NOBODY_STARTS:
                used = staff.uses[person, tool]
                uses = uses_tool(used, hazard[firm, tool], rules.lapse, luck[duty])
                if uses != used:
                    staff.uses[person, tool], moved = uses, True
                    if uses:
                        staff.started[person, tool] = week
                    rules.users[firm, tool] += 1.0 if uses else -1.0
            duty += 1
        if moved:
            look_at(person, staff)
    sum_staff(week, rules, staff)


@compiled
def count_staff(week: Any, firms: Any, staff: Any) -> None:
    """Count the users of every tool anew, and what `staff_week` counts beside them.

    Parameters
    ----------
    week, firms, staff
        See `staff_week`; the columns of the firms are written.
    """
    count = firms[0]
    count.users[:] = 0.0
    for person in range(staff.firm.shape[0]):
        look_at(person, staff)
        for tool in range(staff.uses.shape[1]):
            if staff.uses[person, tool]:
                count.users[staff.firm[person], tool] += 1.0
    sum_staff(week, count, staff)


@register_jitable
def look_at(person: Any, staff: Any) -> None:
    """Note how many tools a colleague uses, and since when the latest of them."""
    staff.used[person], staff.latest[person] = 0, LONG_AGO
    for tool in range(staff.uses.shape[1]):
        if staff.uses[person, tool]:
            staff.used[person] += 1
            staff.latest[person] = max(staff.latest[person], staff.started[person, tool])


@register_jitable
def sum_staff(week: Any, firms: Any, staff: Any) -> None:
    """Work out the use of every tool, the share of those who use any, who learns one, and the working capacity."""
    firms.digital_share[:] = 0.0
    firms.learners[:] = 0.0
    firms.team_learners[:] = 0.0
    for person in range(staff.firm.shape[0]):
        firm = staff.firm[person]
        if staff.used[person] > 0:
            firms.digital_share[firm] += 1.0
            if week - staff.latest[person] < firms.weeks_to_learn[firm]:
                firms.learners[firm] += 1.0
                firms.team_learners[firm] += staff.in_team[person]
    for firm in range(firms.use.shape[0]):
        for tool in range(firms.use.shape[1]):
            firms.use[firm, tool] = firms.users[firm, tool] / max(1.0, firms.concerned[firm, tool])
        firms.digital_share[firm] /= max(1.0, firms.headcount[firm])
        firms.working_capacity[firm] = working_capacity(firms.learners[firm], firms.headcount[firm], firms.learning_dip)


@compiled
def tools_act(firms: Any, attributes: Any, base: Any, integration: Any, effects: Any) -> None:
    """Work out what the firms' attributes are with their tools, and how many of the first tools nothing ties together.

    Parameters
    ----------
    firms : record array (1,)
        The firms; `burden_at_start` is written.
    attributes : float64 array (firm, attribute cell)
        Written.
    base : float64 array (firm, attribute cell)
        The attributes of the profile in force.
    integration : int
        Cell of the integration.
    effects : record array (effect,)
        See `apply_effects`.
    """
    state = firms[0]
    attributes[:] = base
    for firm in range(base.shape[0]):
        tools = 0
        for tool in range(state.started_with.shape[1]):
            tools += state.started_with[firm, tool]
        # Response times are declared in a profile as they are with the tools of the start.
        state.burden_at_start[firm] = uncoordinated(tools, base[firm, integration])
    apply_effects(attributes, effects, state.implemented, state.use, state.use_exponent)


@compiled
def improve(attributes: Any, feedback: Any) -> None:
    """Add what firms have improved on feedback, in a record array (1,), to the service quality in their attributes."""
    improvement = feedback[0].improvement
    for firm in range(improvement.shape[0]):
        for dimension in range(improvement.shape[1]):
            attributes[firm].service_quality[dimension] += improvement[firm, dimension]


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
