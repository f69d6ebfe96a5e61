"""Initial firms: attributes without programme, staff and who of them uses which tool."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from simbiz.catalogue import DIMENSIONS
from simbiz.draws import name_id, uniform
from simbiz.errors import InputError
from simbiz.scenario import Firm, Profile
from simbiz.state.layout import Layout
from simbiz.submodels.staff import initiative_at_rest

FIRST_USE = name_id("first staff use")
LONG_AGO = -(10**6)


class Staff(NamedTuple):
    """Columns of colleagues of all firms, one row each."""

    firm: Any  # int64
    id: Any  # uint32, stable within role and firm
    stream: Any  # int64, of role and firm
    concerned: Any  # bool (person, tool), whether the person's role needs the tool
    uses: Any  # bool (person, tool)
    started: Any  # int64 (person, tool), week of the last uptake


def base_attributes(layout: Layout, *, after: bool = False) -> NDArray[np.float64]:
    """Attributes of every firm without tools and measures; float64 array (firm, cell).

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
    return base


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


def _of_segment(value: Any, segment: str) -> float:
    return float(value.get(segment, 0.0) if isinstance(value, dict) else value)


def starting_tools(layout: Layout) -> NDArray[np.bool_]:
    """(firm, tool) whether the firm has some form of the tool at the start."""
    return np.array([[tool in firm.starting_tools for tool in layout.tools] for firm in layout.scenario.firms.values()])


def in_role(layout: Layout, role: str) -> NDArray[np.bool_]:
    """Whether each colleague, in the order of `staff_at_rest`, has a role; bool array (person,)."""
    firms = layout.scenario.firms.values()
    roles = [one for firm in firms for one, count in firm.staff.items() for _ in range(count)]
    return np.array([one == role for one in roles], dtype=bool)


def staff_at_rest(layout: Layout, seed: int) -> tuple[Staff, NDArray[np.float64]]:
    """Colleagues with their first tools, and the initiative that keeps the declared digital share at rest.

    Returns
    -------
    Staff
        Columns of colleagues.
    float64 array (firm, tool)
        Weekly hazard by which colleagues take a starting tool up on their own.
    """
    firms: list[Staff] = []
    initiative = np.zeros((len(layout.firms), len(layout.tools)))
    for number, (name, firm) in enumerate(layout.scenario.firms.items()):
        started = starting_tools(layout)[number]
        columns = _people(layout, number, name, firm)
        use = _use_at_rest(columns.concerned[:, started], name, firm)
        initiative[number, started] = initiative_at_rest(use, layout.common["lapse"], layout.common["peer_effect"])
        for person in range(columns.firm.shape[0]):
            for tool in np.flatnonzero(started & columns.concerned[person]):
                key = (seed, FIRST_USE ^ int(columns.stream[person]), int(columns.id[person]), 0)
                columns.uses[person, tool] = uniform(*key, name_id(layout.tools[tool]), 0) < use
        firms.append(columns)
    return Staff(*(np.concatenate(columns) for columns in zip(*firms, strict=True))), initiative


def _people(layout: Layout, number: int, name: str, firm: Firm) -> Staff:
    roles = [role for role, count in firm.staff.items() for _ in range(count)]
    needs = np.array([[role in tool.roles for tool in layout.catalogue.tools.values()] for role in roles], dtype=bool)
    needs = needs.reshape(len(roles), len(layout.tools))
    return Staff(
        firm=np.full(len(roles), number, dtype=np.int64),
        id=np.array([i for count in firm.staff.values() for i in range(count)], dtype=np.uint32),
        stream=np.array([name_id(name) ^ name_id(role) for role in roles], dtype=np.int64),
        concerned=needs,
        uses=np.zeros_like(needs),
        started=np.full(needs.shape, LONG_AGO, dtype=np.int64),
    )


def _use_at_rest(concerned: NDArray[np.bool_], name: str, firm: Firm) -> float:
    """Use of every starting tool at which the declared share of colleagues has at least one."""
    if firm.digitalization_rate == 0.0:
        return 0.0
    tools_each = concerned.sum(axis=1)

    def missing(use: float) -> float:
        return float(np.mean(1.0 - (1.0 - use) ** tools_each)) - firm.digitalization_rate

    if not len(tools_each) or missing(1.0 - 1e-9) <= 0.0:
        able = np.mean(tools_each > 0) if len(tools_each) else 0
        raise InputError(
            f"firms.{name}.digitalization_rate = {firm.digitalization_rate:g} cannot be reached: "
            f"only {able:.2f} of the staff have a role that needs a starting tool"
        )
    return float(brentq(missing, 0.0, 1.0 - 1e-9))
