"""Changing state of the firms, and what their attributes are in a week."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.state.firms import Staff, base_attributes, staff_at_rest, starting_tools
from simbiz.state.layout import Layout
from simbiz.submodels.capacity import coordination_effort, coordination_factor, queue_factor, uncoordinated
from simbiz.submodels.staff import productivity
from simbiz.week.staff import apply_effects, staff_week

# The load is felt as the mean of some weeks: at least four, and of so many that a small sample of customers invents no
# peaks of load that a market of full size would not have.
FEWEST_WEEKS, MOST_WEEKS = 4.0, 52.0
FELT_REQUESTS = 1000.0


class FirmState:
    """Firms in arrays, one row each.

    Parameters
    ----------
    layout : Layout
        Names and parameters.
    seed : int
        Replicate seed.
    """

    staff: Staff

    def __init__(self, layout: Layout, seed: int) -> None:
        self.seed = seed
        self.tool_ids = layout.ids(layout.tools)
        self.staff, self.initiative = staff_at_rest(layout, seed)
        firms, tools = len(layout.firms), len(layout.tools)
        self.headcount = np.bincount(self.staff.firm, minlength=firms).astype(np.float64)
        self.belongs = (self.staff.firm == np.arange(firms)[:, None]).astype(np.float64)
        self.concerned = self._by_firm(self.staff.concerned)
        self.implemented = np.zeros((firms, tools))
        self.load = np.zeros(firms)
        self.usual_load = np.zeros(firms)
        self.set_rules(layout)
        self.burden_at_start = self._burden(self.base)
        self._count(-1)

    def set_rules(self, layout: Layout) -> None:
        """Take parameters, effects and base attributes from a layout."""
        self.common = layout.common
        self.cells = layout.cells
        self.effects = layout.effects
        self.base = base_attributes(layout)
        self.started_with = starting_tools(layout)
        self.price = np.array([firm.price for firm in layout.scenario.firms.values()])
        self.attributes = self.base.copy()

    def _by_firm(self, columns: NDArray[Any]) -> NDArray[np.float64]:
        return np.asarray(self.belongs @ columns)

    def take_up(self, week: int) -> None:
        """Let the staff take up or drop tools, given training and last week's use."""
        training = self.attributes[:, self.cells["training"]]
        common = self.common
        lapse, peers = common["lapse"], common["peer_effect"]
        staff_week(week, self.staff, self.tool_ids, self.initiative, training, self.use, peers, lapse, self.seed)
        self._count(week)

    def _count(self, week: int) -> None:
        staff = self.staff
        self.use = self._by_firm(staff.uses) / np.maximum(1.0, self.concerned)
        firms = len(self.headcount)
        digital = np.bincount(staff.firm, weights=staff.uses.any(axis=1), minlength=firms)
        self.digital_share = digital / np.maximum(1.0, self.headcount)
        learning = (staff.uses & (week - staff.started < self.common["learning_weeks"])).any(axis=1)
        learners = np.bincount(staff.firm, weights=learning, minlength=firms)
        dip = self.common["learning_dip"]
        pairs = zip(learners, self.headcount, strict=True)
        self.productivity = np.array([productivity(count, head, dip) for count, head in pairs])

    def act(self) -> None:
        """Let implemented and used tools act on the attributes."""
        self.attributes = self.base.copy()
        apply_effects(self.attributes, self.effects, self.implemented, self.use, self.common["use_exponent"])

    def cell(self, attribute: str) -> NDArray[np.float64]:
        """Present values of a firm attribute; float64 array (firm, ...) along its indices."""
        return np.ascontiguousarray(self.attributes[:, self.cells[attribute]])

    @property
    def live(self) -> NDArray[np.bool_]:
        """(firm, tool) whether the firm has the tool in some form."""
        return np.asarray(self.started_with | (self.implemented >= 1.0))

    @property
    def mastered(self) -> NDArray[np.float64]:
        """Share of all tools that are implemented and used by most of the staff concerned; (firm,)."""
        threshold = self.common["mastery_threshold"]
        return np.asarray(((self.implemented >= 1.0) & (self.use >= threshold)).mean(axis=1))

    def _burden(self, attributes: NDArray[np.float64]) -> NDArray[np.float64]:
        integration = attributes[:, self.cells["integration"]]
        tools = self.live.sum(axis=1)
        return np.array([uncoordinated(count, value) for count, value in zip(tools, integration, strict=True)])

    def contact_effort(self) -> NDArray[np.float64]:
        """Effort that a contact asks of a customer, utils; (firm,)."""
        effort = self.common["coordination_effort"]
        return np.array([coordination_effort(burden, effort) for burden in self._burden(self.attributes)])

    def response_factor(self) -> NDArray[np.float64]:
        """Response time relative to the start, by load and by uncoordinated tools; (firm,)."""
        delay, utilisation = self.common["coordination_delay"], self.common["utilisation"]
        able = self.usual_load * self.productivity * self.cell("capacity")
        factors = []
        for burden, start, load, can in zip(
            self._burden(self.attributes), self.burden_at_start, self.load, able, strict=True
        ):
            queue = queue_factor(utilisation, load / can) if can > 0.0 else 1.0
            factors.append(coordination_factor(burden, start, delay) * queue)
        return np.array(factors)

    def feel_load(self, requests: NDArray[np.float64]) -> None:
        """Take a week's requests, freed from the season, into the load that next week feels."""
        weeks = np.clip(FELT_REQUESTS / np.maximum(self.usual_load, 1e-9), FEWEST_WEEKS, MOST_WEEKS)
        self.load = self.load + (requests - self.load) / weeks

    def staff_for(self, usual_requests: NDArray[np.float64]) -> None:
        """Fix the staff's capacity for a usual weekly load: the one at which utilisation is as declared."""
        self.usual_load = usual_requests.astype(np.float64)
        self.load = self.usual_load.copy()
