"""Changing state of the firms, and what their attributes are in a week."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.market.feedback import Feedback
from simbiz.market.measures import Measures
from simbiz.state.customers import expansion
from simbiz.state.firm_record import (
    DELAY,
    EFFORT,
    OTHERS,
    QUEUES,
    RESPONSE,
    SERVICE_TEAM,
    Column,
    attribute_dtype,
    firms_dtype,
)
from simbiz.state.firms import STAFF, Staff, base_attributes, duties_of, in_role, staff_at_rest, starting_tools
from simbiz.state.layout import Layout
from simbiz.submodels.staff import strength, weeks_of_learning
from simbiz.week.firms import feel_load, mastered, set_answers
from simbiz.week.staff import count_staff, staff_week, tools_act

__all__ = ["OTHERS", "SERVICE_TEAM", "FirmState"]


class FirmState:
    """Firms in columns, one row each.

    Parameters
    ----------
    layout : Layout
        Names and parameters.
    seed : int
        Replicate seed.

    Attributes
    ----------
    record : record array (1,)
        The columns, see `simbiz.state.firm_record.firms_dtype`: what the compiled loops read and write.
    named : record array (firm,)
        The firms' attributes.
    staff : Staff
        Columns of colleagues.
    """

    staff: Staff
    price, culture, weeks_to_learn, headcount, team, team_share = (Column() for _ in range(6))
    interaction, started_with, concerned, initiative, burden_at_start = (Column() for _ in range(5))
    implemented, use, digital_share, learners, team_learners, working_capacity = (Column() for _ in range(6))
    load, usual_load, usual_requests, expansion = (Column() for _ in range(4))

    def __init__(self, layout: Layout, seed: int) -> None:
        self.record = np.zeros(1, firms_dtype(layout))
        self.record["seed"] = seed
        self.staff, self.initiative = staff_at_rest(layout, seed)
        self.duties = duties_of(layout, self.staff, STAFF)
        self._luck = np.empty(len(self.duties.who))
        self.headcount = self._heads(np.ones(len(self.staff.firm)))
        self.concerned = np.stack([self._heads(column) for column in self.staff.concerned.T], axis=1)
        self.feedback = Feedback(layout)
        self.set_rules(layout)
        self._count(-1)

    def set_rules(self, layout: Layout) -> None:
        """Take parameters, effects, plans and base attributes from a layout."""
        for name, value in layout.common.items():
            self.record[name] = value
        self.cells, self.integration = layout.cells, int(layout.cells["integration"])
        self.effects, self.bounds = layout.effects.view(np.ndarray), layout.cell_bounds
        self.expansion = expansion(layout)
        self.measures = Measures(layout)
        self.base, self.base_after = base_attributes(layout), base_attributes(layout, after=True)
        self.named = np.zeros(len(layout.firms), attribute_dtype(layout))
        self.started_with = starting_tools(layout)
        self.interaction = [tool.of_customer_interaction for tool in layout.catalogue.tools.values()]
        self.price = [firm.price for firm in layout.scenario.firms.values()]
        tools_act(self.record, self.attributes, self.base, self.integration, self.effects)
        self._set_people(layout)
        self._set_service_team(layout)

    def _set_people(self, layout: Layout) -> None:
        """Take what culture and competence make of training and of learning."""
        people, common = layout.scenario.firms.values(), layout.common
        self.culture = [strength(firm.culture, common["culture_effect"]) for firm in people]
        skills = [strength(firm.competence, common["competence_effect"]) for firm in people]
        self.weeks_to_learn = [weeks_of_learning(common["learning_weeks"], skill) for skill in skills]

    def _set_service_team(self, layout: Layout) -> None:
        """Say who answers requests for service, and which share of them: none where there is nobody, or nobody else."""
        in_team = in_role(layout, layout.scenario.service_role).astype(np.float64)
        self.staff = self.staff._replace(in_team=in_team)
        self.team = self._heads(in_team)
        exists = (self.team > 0.0) & (self.team < self.headcount)
        self.team_share = np.where(exists, layout.common["service_team"], 0.0)

    def _heads(self, weights: NDArray[Any]) -> NDArray[np.float64]:
        """Sum over the colleagues of each firm; float64 array (firm,)."""
        sums = np.bincount(self.staff.firm, weights=weights, minlength=len(self.headcount))
        return np.asarray(sums, dtype=np.float64)

    @property
    def attributes(self) -> NDArray[np.float64]:
        """The firms' attributes as plain numbers; float64 array (firm, attribute cell), a view."""
        return self.named.view(np.float64).reshape(len(self.named), -1)

    def cut_price(self, firm: int, offer: float) -> None:
        """Let a firm give at least this part of its list price away, from now on."""
        cell = self.cells["offer"]
        for base in (self.base, self.base_after):
            base[firm, cell] = max(float(base[firm, cell]), offer)

    def take_up(self, week: int) -> None:
        """Let the staff take up or drop tools, given training and last week's use."""
        staff_week(week, self.record, self.named, self.staff, self.duties, self._luck)

    def _count(self, week: int) -> None:
        count_staff(week, self.record, self.staff)

    def act(self, week: int = -1) -> None:
        """Let tools, measures and what was improved on feedback act on the attributes, within their bounds.

        Parameters
        ----------
        week : int
            Weeks from the start of the programme: there the profile may change, and from there measures count.
        """
        base, attributes = self.base if week < 0 else self.base_after, self.attributes
        tools_act(self.record, attributes, base, self.integration, self.effects)
        self.measures.act(attributes, week)
        self.feedback.act(self.named)
        low, high = self.bounds
        np.maximum(attributes, low, out=attributes)
        np.minimum(attributes, high, out=attributes)

    def hear(self, tally: Any) -> None:
        """Take in what customers said in a week in surveys and complaints; `tally` is a record array (1,)."""
        self.feedback.hear(tally, self.record, self.named)

    def cell(self, attribute: str) -> NDArray[np.float64]:
        """Present values of a firm attribute; float64 array (firm, ...) along its indices."""
        return self.named[attribute].copy()

    @property
    def live(self) -> NDArray[np.bool_]:
        """(firm, tool) whether the firm has the tool in some form."""
        return np.asarray(self.started_with.astype(bool) | (self.implemented >= 1.0))

    @property
    def mastered(self) -> NDArray[np.float64]:
        """Share of the tools of customer interaction implemented and used by most of the staff concerned; (firm,)."""
        record = self.record.view(np.recarray)[0]
        return np.array([mastered(firm, record) for firm in range(len(self.headcount))])

    def answers(self) -> NDArray[np.float64]:
        """How the firms answer, see `simbiz.week.firms.set_answers`; float64 array (5, firm)."""
        set_answers(self.record, self.named)
        answers: NDArray[np.float64] = self.record["answers"][0].copy()
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

    def feel_load(self, tally: Any, season: float) -> None:
        """Take a week's requests, see `simbiz.week.firms.feel_load`."""
        feel_load(self.record, tally, season)

    def staff_for(
        self, requests: NDArray[Any], for_service: NDArray[Any], per_agent: NDArray[Any] | float = 1.0
    ) -> None:
        """Fix the staff's capacity for usual weekly loads: the one at which utilisation is as declared.

        Parameters
        ----------
        requests, for_service : array (firm,)
            Usual requests of customers a week, and those of them for service.
        per_agent : array (firm,) or float
            Requests of customers for which one request of an agent stands, as a mean over requests of customers.
        """
        team = self.team_share * for_service
        self.usual_load = self.load = np.array([requests - team, team], dtype=np.float64)
        self.usual_requests = self.usual_load / per_agent
