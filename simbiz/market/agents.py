"""Mesa agents: the firms of the market and, in the agents engine, every customer.

A customer agent owns one record of the customers and lives its week by the very functions that the arrays engine
compiles. State stays in the records, so that both engines can be compared bit for bit.
"""

from __future__ import annotations

from typing import Any

import mesa

from simbiz.market.explanation import explanation
from simbiz.market.notes import empty_part
from simbiz.state.columns import NO_FIRM, TASTE_PARTS, part_dtype
from simbiz.week.acquaintances import NOBODY, acquaintance, draw_ties
from simbiz.week.customer import customer_week
from simbiz.week.survey import answer_surveys, in_sample
from simbiz.week.traits import loyalty_to


class Firm(mesa.Agent):
    """A competing firm; its state lies in the model's firm arrays, row `row`.

    Parameters
    ----------
    model : OmnichannelModel
        The model.
    row : int
        Row in the firm arrays.
    """

    model: Any

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def name(self) -> str:
        """Name in the scenario."""
        name: str = self.model.layout.firms[self.row]
        return name

    @property
    def digitalization_rate(self) -> float:
        """Share of the staff who use at least one digital tool."""
        return float(self.model.firms.digital_share[self.row])

    @property
    def tools(self) -> list[str]:
        """Tools that the firm has in some form."""
        live = self.model.firms.live[self.row]
        return [tool for tool, has in zip(self.model.layout.tools, live, strict=True) if has]

    @property
    def revenue(self) -> float:
        """Revenue of the last week lived, thousand roubles."""
        return float(self.model.weekly_revenue()[self.row])

    @property
    def market_share(self) -> float:
        """Share by value of the last week lived; 0 in a week without purchases."""
        revenue = self.model.weekly_revenue()
        return float(revenue[self.row] / revenue.sum()) if revenue.sum() > 0 else 0.0


class Customer(mesa.Agent):
    """An organisation or a person; its state is one record of `model.customers`.

    Parameters
    ----------
    model : OmnichannelModel
        The model.
    row : int
        Row of the record.
    """

    model: Any

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def record(self) -> Any:
        """The customer's record, a view."""
        return self.model.customers[self.row]

    @property
    def segment(self) -> str:
        """Segment of the customer."""
        name: str = self.model.layout.segments[self.record.segment]
        return name

    @property
    def digital_affinity(self) -> float:
        """Digital affinity, standard deviations."""
        return float(self.record.affinity) / TASTE_PARTS

    @property
    def last_firm(self) -> str | None:
        """Firm of the last purchase."""
        firm = self.record.last_firm
        return None if firm == NO_FIRM else self.model.layout.firms[firm]

    @property
    def loyalty(self) -> dict[str, float]:
        """Guadagni-Little loyalty to each firm."""
        firms = self.model.layout.firms
        return {name: float(loyalty_to(row, self.record)) for row, name in enumerate(firms)}

    @property
    def satisfaction(self) -> dict[str, float]:
        """Satisfaction with each firm, 0 where never tried."""
        return dict(zip(self.model.layout.firms, self.record.satisfaction.tolist(), strict=True))

    @property
    def acquaintances(self) -> list[Customer]:
        """Those whose experience the customer hears of; the same one may be met on several ties."""
        world = self.model.worlds()[self.record.segment]
        tally = empty_part(part_dtype(self.model.layout), noting=False)
        ties = draw_ties(self.record, world, tally)
        rows = [acquaintance(tie, self.record, world, tally) for tie in range(ties)]
        customers = self.model.agents_by_type[Customer].to_list()
        return [customers[row] for row in dict.fromkeys(rows) if row != NOBODY]

    def live(self, worlds: Any, part: Any) -> None:
        """Live through the week, if anything is due.

        Parameters
        ----------
        worlds : record array (segment,)
            The world as each segment sees it.
        part : record
            Counts and notes to add to; full notes are handed over on the way.
        """
        model, record = self.model, self.record
        world = worlds[record.segment]
        while model.due[self.row] <= model.week:
            room = model.layout.room
            customer_week(record, world, model.clock, model.stock, model.voices, room, part)
            model.due[self.row] = record.due
            if record.due <= model.week:
                model.notes.take(part)

    def answer_surveys(self, number: int, worlds: Any, part: Any) -> None:
        """Answer the survey of a half-year.

        Parameters
        ----------
        number : int
            Number of the survey.
        worlds, part
            As for `live`.
        """
        if part.surveys_noted + self.model.layout.room > part.survey.shape[0]:
            self.model.notes.take(part)
        world = worlds[self.record.segment]
        if in_sample(self.record.id, number, world):
            answer_surveys(self.record, number, world, part)

    def explain(self) -> dict[str, Any]:
        """What the customer is doing and why: its journey, what it considered, the utilities, the channels."""
        return explanation(self.model, self.record)
