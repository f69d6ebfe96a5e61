"""The firms' answers: how late they are and what a contact asks of customers, from load and uncoordinated tools."""

from __future__ import annotations

from typing import Any

from simbiz.compilation import compiled
from simbiz.submodels.capacity import (
    coordination_effort,
    coordination_factor,
    queue_factor,
    service_delay,
    uncoordinated,
)

OTHERS, SERVICE_TEAM, RESPONSE, DELAY, EFFORT = range(5)
QUEUES, ANSWERS = 2, 5


@compiled
def set_answers(
    load: Any,
    able: Any,
    tools: Any,
    integration: Any,
    burden_at_start: Any,
    team_share: Any,
    utilisation: Any,
    delay: Any,
    effort: Any,
    answers: Any,
) -> None:
    """Write how firms answer this week.

    Parameters
    ----------
    load, able : float64 arrays (queue, firm)
        Requests a week, and those that can be handled at usual waits: of the others, and of the service team.
    tools : int64 array (firm,)
        Tools that the firm has in some form.
    integration, burden_at_start, team_share : float64 arrays (firm,)
        Integration now, uncoordinated tools at the start, share of service that the team answers.
    utilisation, delay, effort : float
        See the parameters of these names.
    answers : float64 array (5, firm)
        Queue factors of the others and of the service team, response time relative to the start, that for service
        relative to others, effort of a contact in utils. Written.
    """
    for firm in range(tools.shape[0]):
        burden = uncoordinated(tools[firm], integration[firm])
        for queue in range(QUEUES):
            can = able[queue, firm]
            answers[queue, firm] = queue_factor(utilisation, load[queue, firm] / can) if can > 0.0 else 1.0
        others, team = answers[OTHERS, firm], answers[SERVICE_TEAM, firm]
        answers[RESPONSE, firm] = coordination_factor(burden, burden_at_start[firm], delay) * others
        answers[DELAY, firm] = service_delay(team_share[firm], team, others)
        answers[EFFORT, firm] = coordination_effort(burden, effort)
