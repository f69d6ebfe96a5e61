"""The firms' week: how they answer, what they hear, what of it is recorded."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.compilation import compiled
from simbiz.state.firm_record import DELAY, EFFORT, OTHERS, QUEUES, RESPONSE, SERVICE_TEAM
from simbiz.submodels.capacity import (
    coordination_effort,
    coordination_factor,
    felt_load,
    queue_factor,
    service_delay,
    uncoordinated,
)
from simbiz.submodels.feedback import improved, mean_gap, worn_off, worst_dimension
from simbiz.submodels.staff import working_capacity


@compiled
def set_answers(firms: Any, attributes: Any) -> None:
    """Write how firms answer this week.

    The answers are the queue factors of the others and of the service team, the response time relative to the start,
    that for service relative to others, and the effort of a contact in utils.

    Parameters
    ----------
    firms : record array (1,)
        The firms; `answers` is written.
    attributes : record array (firm,)
        Their attributes.
    """
    state = firms[0]
    for firm in range(state.price.shape[0]):
        share, integration = state.team_share[firm], attributes[firm].integration
        burden = uncoordinated(live_tools(firm, state), integration)
        learners = state.learners[firm] - share * state.team_learners[firm]
        heads = state.headcount[firm] - share * state.team[firm]
        can_work = (
            working_capacity(learners, heads, state.learning_dip),
            working_capacity(state.team_learners[firm], state.team[firm], state.learning_dip),
        )
        for queue in range(QUEUES):
            can = state.usual_load[queue, firm] * can_work[queue] * attributes[firm].capacity
            relative = state.load[queue, firm] / can if can > 0.0 else 0.0
            state.answers[queue, firm] = queue_factor(state.utilisation, relative) if can > 0.0 else 1.0
        others, team = state.answers[OTHERS, firm], state.answers[SERVICE_TEAM, firm]
        coordination = coordination_factor(burden, state.burden_at_start[firm], state.coordination_delay)
        state.answers[RESPONSE, firm] = coordination * others
        state.answers[DELAY, firm] = service_delay(share, team, others)
        state.answers[EFFORT, firm] = coordination_effort(burden, state.coordination_effort)


@register_jitable
def of_customers(count: Any, firms: Any) -> Any:
    """Count of the whole market from one of agents by segment: every agent stands for several customers."""
    total = 0.0
    for segment in range(count.shape[0]):
        total += count[segment] * firms.expansion[segment]
    return total


@register_jitable
def live_tools(firm: Any, firms: Any) -> Any:
    """Tools that a firm has in some form."""
    count = 0
    for tool in range(firms.implemented.shape[1]):
        if firms.started_with[firm, tool] or firms.implemented[firm, tool] >= 1.0:
            count += 1
    return count


@register_jitable
def mastered(firm: Any, firms: Any) -> Any:
    """Share of the tools of customer interaction implemented and used by most of the staff concerned."""
    tools, found = 0, 0
    for tool in range(firms.implemented.shape[1]):
        if firms.interaction[tool]:
            tools += 1
            if firms.implemented[firm, tool] >= 1.0 and firms.use[firm, tool] >= firms.mastery_threshold:
                found += 1
    return found / max(1, tools)


@compiled
def hear(feedback: Any, firms: Any, attributes: Any, tally: Any) -> None:
    """Take in a week's answers and complaints; a firm whose survey came back acts on both.

    Parameters
    ----------
    feedback : record array (1,)
        What came back since the last survey, improvements and their cost; written.
    firms : record array (1,)
        Parameters that concern firms.
    attributes : record array (firm,)
        How far each firm acts on what it hears.
    tally : record array (1,)
        Counts of the week.
    """
    heard, week, rules = feedback[0], tally[0], firms[0]
    for firm in range(heard.cost.shape[0]):
        for dimension in range(heard.improvement.shape[1]):
            heard.improvement[firm, dimension] = worn_off(heard.improvement[firm, dimension], rules.feedback_fading)
            heard.complaint_gap[firm, dimension] += of_customers(week.complaint_gap[firm, dimension], rules)
        heard.complaints[firm] += of_customers(week.complaints[firm], rules)
        heard.cost[firm] = 0.0
        if of_customers(week.answers[firm], rules) > 0.0:
            act_on_survey(firm, attributes[firm].feedback, heard, week, rules)
        heard.spent[firm] += heard.cost[firm]


@register_jitable
def act_on_survey(firm: Any, how_far: Any, heard: Any, week: Any, rules: Any) -> None:
    """Mend the dimension on which the firm is seen worst, if any expectation is missed, and begin to hear anew."""
    gaps = np.empty(heard.improvement.shape[1])
    for dimension in range(gaps.shape[0]):
        gaps[dimension] = mean_gap(
            of_customers(week.survey_perception[firm, dimension], rules),
            of_customers(week.survey_expectation[firm, dimension], rules),
            heard.complaint_gap[firm, dimension],
            of_customers(week.answers[firm], rules),
            heard.complaints[firm],
        )
        heard.complaint_gap[firm, dimension] = 0.0
    heard.complaints[firm] = 0.0
    worst = worst_dimension(gaps)
    if worst >= 0:
        heard.improvement[firm, worst] = improved(heard.improvement[firm, worst], rules.feedback_gain, how_far)
        heard.cost[firm] = rules.feedback_cost * how_far


@compiled
def record_week(
    week: Any, intercepts: Any, firms: Any, attributes: Any, costs: Any, feedback: Any, series: Any
) -> None:
    """Record the state of the firms; the cost of what was begun stands in `invested` already.

    Parameters
    ----------
    week : int
        The week that has been lived.
    intercepts : float64 array (firm,)
        Intercepts in force.
    firms, attributes, feedback
        See `hear`; the answers are worked out anew.
    costs : float64 array (firm,)
        Cost of the measures performed this week.
    series : record array (week,)
        Written.
    """
    set_answers(firms, attributes)
    state, now, heard = firms[0], series[week], feedback[0]
    for firm in range(intercepts.shape[0]):
        now.intercept[firm] = intercepts[firm]
        now.digital_share[firm] = state.digital_share[firm]
        now.mastered[firm] = mastered(firm, state)
        now.working_capacity[firm] = state.working_capacity[firm]
        now.integration[firm] = attributes[firm].integration
        now.response_factor[firm] = state.answers[RESPONSE, firm]
        now.running_cost[firm] = attributes[firm].cost
        now.invested[firm] += costs[firm] + heard.cost[firm]
        for tool in range(state.use.shape[1]):
            now.use[firm, tool] = state.use[firm, tool]
            now.implemented[firm, tool] = state.implemented[firm, tool]


@compiled
def feel_load(firms: Any, tally: Any, season: Any) -> None:
    """Take a week's requests, and those of them for service, freed from the season, into next week's load.

    Parameters
    ----------
    firms : record array (1,)
        The firms; `load` is written.
    tally : record array (1,)
        Counts of the week.
    season : float
        Weight of the week.
    """
    state, week = firms[0], tally[0]
    for firm in range(state.price.shape[0]):
        requests = of_customers(week.requests[firm], state)
        for_service = of_customers(week.service_requests[firm], state)
        team = state.team_share[firm] * (for_service / season)
        by_queue = (requests / season - team, team)
        for queue in range(QUEUES):
            load, usual = state.load[queue, firm], state.usual_requests[queue, firm]
            state.load[queue, firm] = felt_load(load, by_queue[queue], usual)
