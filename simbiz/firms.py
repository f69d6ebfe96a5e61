"""Changing state of the firms, and what their attributes are in a week."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.feedback import Feedback
from simbiz.measures import Measures
from simbiz.state.firms import Staff, base_attributes, in_role, staff_at_rest, starting_tools
from simbiz.state.layout import Layout
from simbiz.submodels.capacity import uncoordinated
from simbiz.submodels.staff import productivity, strength, weeks_of_learning
from simbiz.week.firms import ANSWERS, DELAY, EFFORT, OTHERS, QUEUES, RESPONSE, SERVICE_TEAM, set_answers
from simbiz.week.staff import apply_effects, staff_week

__all__ = ["OTHERS", "SERVICE_TEAM", "FirmState"]

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
        self.load = np.zeros((QUEUES, firms))
        self.usual_load = np.zeros((QUEUES, firms))
        self.feedback = Feedback(layout)
        self.set_rules(layout)
        self._count(-1)

    def set_rules(self, layout: Layout) -> None:
        """Take parameters, effects, plans and base attributes from a layout."""
        self.common = layout.common
        self.cells = layout.cells
        self.effects = layout.effects
        self.measures = Measures(layout)
        self.base, self.base_after = base_attributes(layout), base_attributes(layout, after=True)
        self.started_with = starting_tools(layout)
        self.interaction = [tool.of_customer_interaction for tool in layout.catalogue.tools.values()]
        self.price = np.array([firm.price for firm in layout.scenario.firms.values()])
        self.attributes = self.base.copy()
        self.burden_at_start = self._burden(self.base, self.started_with)
        self._set_people(layout)
        self._set_service_team(layout)

    def _set_people(self, layout: Layout) -> None:
        """Take what culture and competence make of training and of learning."""
        people, common = layout.scenario.firms.values(), layout.common
        self.culture = np.array([strength(firm.culture, common["culture_effect"]) for firm in people])
        skills = [strength(firm.competence, common["competence_effect"]) for firm in people]
        self.learning_weeks = np.array([weeks_of_learning(common["learning_weeks"], skill) for skill in skills])

    def _set_service_team(self, layout: Layout) -> None:
        """Say who answers requests for service, and which share of them: none where there is nobody, or nobody else."""
        self.in_team = in_role(layout, layout.scenario.service_role).astype(np.float64)
        self.team = self._by_firm(self.in_team)
        exists = (self.team > 0.0) & (self.team < self.headcount)
        self.team_share = np.where(exists, layout.common["service_team"], 0.0)

    def cut_price(self, firm: int, offer: float) -> None:
        """Let a firm give at least this part of its list price away, from now on."""
        cell = self.cells["offer"]
        for base in (self.base, self.base_after):
            base[firm, cell] = max(float(base[firm, cell]), offer)

    def _by_firm(self, columns: NDArray[Any]) -> NDArray[np.float64]:
        return np.asarray(self.belongs @ columns)

    def take_up(self, week: int) -> None:
        """Let the staff take up or drop tools, given training and last week's use."""
        training = self.attributes[:, self.cells["training"]]
        common = self.common
        lapse, peers = common["lapse"], common["peer_effect"]
        hazards = (self.initiative, training, self.culture, self.use, peers, lapse)
        staff_week(week, self.staff, self.tool_ids, *hazards, self.seed)
        self._count(week)

    def _count(self, week: int) -> None:
        staff = self.staff
        self.use = self._by_firm(staff.uses) / np.maximum(1.0, self.concerned)
        firms = len(self.headcount)
        digital = np.bincount(staff.firm, weights=staff.uses.any(axis=1), minlength=firms)
        self.digital_share = digital / np.maximum(1.0, self.headcount)
        weeks = self.learning_weeks[staff.firm][:, None]
        learning = (staff.uses & (week - staff.started < weeks)).any(axis=1)
        self.learners = np.bincount(staff.firm, weights=learning, minlength=firms)
        self.team_learners = np.bincount(staff.firm, weights=learning * self.in_team, minlength=firms)
        self.productivity = self._productivity(self.learners, self.headcount)

    def _productivity(self, learners: NDArray[Any], heads: NDArray[Any]) -> NDArray[np.float64]:
        dip = self.common["learning_dip"]
        pairs = zip(learners.tolist(), heads.tolist(), strict=True)
        return np.array([productivity(count, head, dip) for count, head in pairs])

    def act(self, week: int = -1) -> None:
        """Let tools, measures and what was improved on feedback act on the attributes.

        Parameters
        ----------
        week : int
            Weeks from the start of the programme: there the profile may change, and from there measures count.
        """
        base = self.base if week < 0 else self.base_after
        # Response times are declared in a profile as they are with the tools of the start.
        self.burden_at_start = self._burden(base, self.started_with)
        self.attributes = base.copy()
        apply_effects(self.attributes, self.effects, self.implemented, self.use, self.common["use_exponent"])
        self.measures.act(self.attributes, week)
        self.feedback.act(self.attributes)

    def hear(self, tally: Any) -> None:
        """Take in what customers said this week in surveys and complaints."""
        self.feedback.hear(tally, self.cell("feedback"), self.common)

    def extra_costs(self, week: int) -> NDArray[np.float64]:
        """Cost of the measures and improvements of a week from the start of the programme; (firm,)."""
        return self.measures.costs(week) + self.feedback.cost

    def cell(self, attribute: str) -> NDArray[np.float64]:
        """Present values of a firm attribute; float64 array (firm, ...) along its indices."""
        return np.ascontiguousarray(self.attributes[:, self.cells[attribute]])

    @property
    def live(self) -> NDArray[np.bool_]:
        """(firm, tool) whether the firm has the tool in some form."""
        return np.asarray(self.started_with | (self.implemented >= 1.0))

    @property
    def mastered(self) -> NDArray[np.float64]:
        """Share of the tools of customer interaction implemented and used by most of the staff concerned; (firm,)."""
        threshold = self.common["mastery_threshold"]
        found = (self.implemented >= 1.0) & (self.use >= threshold)
        return np.asarray(found[:, self.interaction].mean(axis=1))

    def _burden(self, attributes: NDArray[np.float64], tools: NDArray[np.bool_]) -> NDArray[np.float64]:
        integration = attributes[:, self.cells["integration"]]
        pairs = zip(tools.sum(axis=1), integration, strict=True)
        return np.array([uncoordinated(count, value) for count, value in pairs])

    def answers(self) -> NDArray[np.float64]:
        """How the firms answer, see `simbiz.week.firms.set_answers`; float64 array (5, firm)."""
        share, common = self.team_share, self.common
        others = self._productivity(self.learners - share * self.team_learners, self.headcount - share * self.team)
        productive = np.array([others, self._productivity(self.team_learners, self.team)])
        answers = np.empty((ANSWERS, len(self.headcount)))
        set_answers(
            self.load,
            self.usual_load * productive * self.cell("capacity"),
            self.live.sum(axis=1),
            self.cell("integration"),
            self.burden_at_start,
            share,
            common["utilisation"],
            common["coordination_delay"],
            common["coordination_effort"],
            answers,
        )
        return answers

    def contact_effort(self) -> NDArray[np.float64]:
        """Effort that a contact asks of a customer, utils; (firm,)."""
        return np.asarray(self.answers()[EFFORT])

    def queue_factors(self) -> NDArray[np.float64]:
        """Response time relative to that at the usual load, of the others and of the service team; (queue, firm)."""
        return self.answers()[:QUEUES]

    def response_factor(self) -> NDArray[np.float64]:
        """Response time relative to the start, by load and by uncoordinated tools; (firm,)."""
        return np.asarray(self.answers()[RESPONSE])

    def service_delay(self) -> NDArray[np.float64]:
        """Response time to requests for service relative to that to others; (firm,)."""
        return np.asarray(self.answers()[DELAY])

    def _by_queue(self, requests: NDArray[Any], for_service: NDArray[Any]) -> NDArray[np.float64]:
        team = self.team_share * for_service
        return np.array([requests - team, team], dtype=np.float64)

    def feel_load(self, requests: NDArray[Any], for_service: NDArray[Any]) -> None:
        """Take a week's requests, and those of them for service, freed from the season, into next week's load."""
        weeks = np.clip(FELT_REQUESTS / np.maximum(self.usual_load, 1e-9), FEWEST_WEEKS, MOST_WEEKS)
        self.load = self.load + (self._by_queue(requests, for_service) - self.load) / weeks

    def staff_for(self, requests: NDArray[Any], for_service: NDArray[Any]) -> None:
        """Fix the staff's capacity for usual weekly loads: the one at which utilisation is as declared."""
        self.usual_load = self._by_queue(requests, for_service)
        self.load = self.usual_load.copy()
