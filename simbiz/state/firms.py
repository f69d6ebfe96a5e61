"""Initial firms: attributes without programme, staff and who of them uses which tool."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from simbiz.catalogue import DIMENSIONS
from simbiz.draws import name_id, uniforms_apart
from simbiz.scenario import Firm, Profile
from simbiz.state.firm_record import LONG_AGO
from simbiz.state.layout import Layout
from simbiz.submodels.staff import initiative_at_rest

STAFF = name_id("staff uptake")
FIRST_USE = name_id("first staff use")


class Staff(NamedTuple):
    """Columns of colleagues of all firms, one row each."""

    firm: Any  # int64
    id: Any  # uint32, stable within role and firm
    stream: Any  # int64, of role and firm
    concerned: Any  # bool (person, tool), whether the person's role needs the tool
    uses: Any  # bool (person, tool)
    started: Any  # int64 (person, tool), week of the last uptake
    used: Any  # int64, tools that the person uses
    latest: Any  # int64, week of the last uptake of one of these
    in_team: Any  # float64, 1 where the role is the one that answers requests for service
    duties: Any  # int64, tools that the person's role needs


class Duties(NamedTuple):
    """Columns of what colleagues may take up: a row for everybody and every tool of the role, in the order of staff."""

    decision: Any  # int64, with the stream mixed in
    who: Any  # int64, id of the colleague
    tool_id: Any  # int64, stable
    tool: Any  # int64


def base_attributes(layout: Layout, *, after: bool = False) -> NDArray[np.float64]:
    """Attributes of every firm without tools and measures, within their bounds; float64 array (firm, cell).

    Parameters
    ----------
    layout : Layout
        Firms and their profiles.
    after : bool
        Whether the profiles in force from the start of the programme on are wanted, or those before it.
    """
    base = np.zeros((len(layout.firms), layout.cell_count))
    for row, firm in enumerate(layout.scenario.firms.values()):
        name = firm.profile_after if after and firm.profile_after is not None else firm.profile
        _fill(layout, base[row], layout.scenario.profiles[name], firm)
        _correct(layout, base[row], layout.scenario.profiles[name], is_rival=row != layout.focal)
    return np.clip(base, *layout.cell_bounds)


def _fill(layout: Layout, row: NDArray[np.float64], profile: Profile, firm: Firm) -> None:
    cells = layout.cells
    row[cells["integration"]] = profile.integration
    row[cells["nurturing"]] = profile.nurturing
    row[cells["lead_ownership"]] = profile.lead_ownership
    row[cells["offer"]] = profile.offer
    row[cells["personal_offer"]] = profile.personal_offer
    row[cells["feedback"]] = profile.feedback
    row[cells["capacity"]] = 1.0
    for dimension, cell in zip(DIMENSIONS, cells["service_quality"], strict=True):
        row[cell] = profile.service_quality.get(dimension, 0.0)
    for number, segment in enumerate(layout.segments):
        voice = firm.share * len(layout.firms)
        row[cells["reach"][number]] = layout.parameters.base_reach[number] * voice
        row[cells["memory"][number]] = _of_segment(profile.memory, segment)
        for column, channel in enumerate(layout.channels):
            state = profile.channels.get(channel)
            row[cells["channel_open"][column, number]] = _of_segment(state.open, segment) if state else 0
    for column, channel in enumerate(layout.channels):
        state = profile.channels.get(channel)
        row[cells["channel_quality"][column]] = state.quality if state else 0.0
        row[cells["response_hours"][column]] = state.hours if state else 0.0


def _correct(layout: Layout, row: NDArray[np.float64], profile: Profile, *, is_rival: bool) -> None:
    """What parameters say of all profiles together: they may be off in common."""
    cells, common = layout.cells, layout.common
    row[cells["response_hours"]] *= common["answer_hours_factor"]
    if is_rival:
        for attribute in ("integration", "memory"):
            row[cells[attribute]] *= common["rival_context_factor"]
        known = [number for number, channel in enumerate(layout.channels) if channel in profile.channels]
        row[cells["channel_quality"][known]] += common["rival_quality_shift"]


def _of_segment(value: Any, segment: str) -> float:
    return float(value.get(segment, 0.0) if isinstance(value, dict) else value)


def starting_tools(layout: Layout) -> NDArray[np.bool_]:
    """(firm, tool) whether the firm has some form of the tool at the start."""
    return np.array([[tool in firm.starting_tools for tool in layout.tools] for firm in layout.scenario.firms.values()])


def in_role(layout: Layout, role: str) -> NDArray[np.bool_]:
    """Whether each colleague, in the order of `staff_at_rest`, has a role; bool array (person,)."""
    firms = layout.scenario.firms.values()
    named = [one == role for firm in firms for one in firm.staff]
    return np.repeat(np.array(named, dtype=bool), _role_counts(layout))


def _role_counts(layout: Layout) -> list[int]:
    return [count for firm in layout.scenario.firms.values() for count in firm.staff.values()]


def duties_of(layout: Layout, staff: Staff, decision: int) -> Duties:
    """Columns of what colleagues may take up, with the keys of their luck in a decision."""
    person, tool = np.nonzero(staff.concerned)
    ids = layout.ids(layout.tools).astype(np.int64)
    # Contiguous as after a copy, so that a branched world needs no code compiled for another layout.
    tool = np.ascontiguousarray(tool)
    return Duties(decision ^ staff.stream[person], staff.id[person].astype(np.int64), ids[tool], tool)


def staff_at_rest(layout: Layout, seed: int) -> tuple[Staff, NDArray[np.float64]]:
    """Colleagues with their first tools, and the initiative that keeps the declared digital share at rest.

    Returns
    -------
    Staff
        Columns of colleagues.
    float64 array (firm, tool)
        Weekly hazard by which colleagues take a starting tool up on their own.
    """
    staff, started = _people(layout), starting_tools(layout)
    initiative, use = np.zeros(started.shape), np.zeros(started.shape)
    tools_each = (staff.concerned & started[staff.firm]).sum(axis=1)
    firsts = np.searchsorted(staff.firm, np.arange(len(layout.firms) + 1))
    for number, firm in enumerate(layout.scenario.firms.values()):
        mine = tuple(tools_each[firsts[number] : firsts[number + 1]].tolist())
        at_rest = _use_at_rest(mine, firm.digitalization_rate)
        use[number, started[number]] = at_rest
        rule = (layout.common["lapse"], layout.common["peer_effect"])
        initiative[number, started[number]] = initiative_at_rest(at_rest, *rule)
    duties = duties_of(layout, staff, FIRST_USE)
    luck = np.empty(len(duties.who))
    uniforms_apart(seed, duties.decision, duties.who, 0, duties.tool_id, 0, luck)
    # Nobody's luck lies below the use of a tool that the firm has not.
    staff.uses[staff.concerned] = luck < use[staff.firm[np.nonzero(staff.concerned)[0]], duties.tool]
    return staff, initiative


def _people(layout: Layout) -> Staff:
    counts, firms = _role_counts(layout), layout.scenario.firms.items()
    roles = [(number, name, role) for number, (name, firm) in enumerate(firms) for role in firm.staff]
    tools = layout.catalogue.tools.values()
    needs = np.array([[role in tool.roles for tool in tools] for _, _, role in roles], dtype=bool)
    needs = np.repeat(needs.reshape(len(roles), len(tools)), counts, axis=0)
    streams = np.array([name_id(name) ^ name_id(role) for _, name, role in roles], dtype=np.int64)
    firm = np.repeat(np.array([number for number, _, _ in roles], dtype=np.int64), counts)
    return Staff(
        firm=firm,
        id=np.concatenate([np.arange(count, dtype=np.uint32) for count in (*counts, 0)]),
        stream=np.repeat(streams, counts),
        in_team=in_role(layout, layout.scenario.service_role).astype(np.float64),
        duties=needs.sum(axis=1),
        concerned=needs,
        uses=np.zeros_like(needs),
        started=np.full(needs.shape, LONG_AGO, dtype=np.int64),
        used=np.zeros(len(needs), dtype=np.int64),
        latest=np.full(len(needs), LONG_AGO, dtype=np.int64),
    )


@lru_cache(maxsize=1024)
def _use_at_rest(tools_each: tuple[int, ...], rate: float) -> float:
    """Use of every starting tool at which the declared share of colleagues has at least one."""
    if rate == 0.0:
        return 0.0
    tools = np.array(tools_each, dtype=np.int64)

    def missing(use: float) -> float:
        return float(np.mean(1.0 - (1.0 - use) ** tools)) - rate

    return float(brentq(missing, 0.0, 1.0 - 1e-9))
