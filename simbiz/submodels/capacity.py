"""Capacity: load, working capacity and uncoordinated tools decide how late a firm answers."""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable

FULL = 0.95
# The load is felt as the mean of some weeks: at least four, and of so many that a small sample of customers invents no
# peaks of load that a market of full size would not have.
FEWEST_WEEKS, MOST_WEEKS = 4.0, 52.0
FELT_REQUESTS = 1000.0


@register_jitable
def queue_factor(utilisation: Any, relative_load: Any) -> Any:
    """Response time relative to the base year, as in a queue.

    (1 - u) / (1 - u * relative load) (Kleinrock 1975).
    The load is counted against what the staff can do now; beyond 95 % utilisation the week is taken as full.
    """
    return (1.0 - utilisation) / (1.0 - min(FULL, utilisation * relative_load))


@register_jitable
def service_delay(team_share: Any, team_queue: Any, other_queue: Any) -> Any:
    """Wait for service relative to other requests: a service team answers its share from a queue of its own.

    share * team's queue factor / others' queue factor + (1 - share).
    """
    return team_share * (team_queue / other_queue) + (1.0 - team_share)


@register_jitable
def uncoordinated(live_tools: Any, integration: Any) -> Any:
    """Tools beyond the first that nothing ties together: (tools - 1) * (1 - integration)."""
    return max(0.0, live_tools - 1.0) * (1.0 - integration)


@register_jitable
def coordination_factor(burden: Any, burden_at_start: Any, delay: Any) -> Any:
    """Response time relative to the start: what was observed then already contains the tools of then."""
    return (1.0 + delay * burden) / (1.0 + delay * burden_at_start)


@register_jitable
def coordination_effort(burden: Any, effort: Any) -> Any:
    """Effort that a contact asks of the customer, utils: one part for every uncoordinated tool."""
    return effort * burden


@register_jitable
def felt_load(load: Any, requests: Any, usual_requests: Any) -> Any:
    """Load as it is felt after one more week of requests: a moving mean over as many weeks as bring enough of them.

    `load` and `requests` are those of the whole market, `usual_requests` are those of agents, who are counted.
    """
    weeks = min(MOST_WEEKS, max(FEWEST_WEEKS, FELT_REQUESTS / max(usual_requests, 1e-9)))
    return load + (requests - load) / weeks
