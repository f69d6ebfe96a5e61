"""Tables of the event log: their columns, and how raw events become rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from simbiz.catalogue import DIMENSIONS, LEAD_STAGES
from simbiz.events import UNANSWERED
from simbiz.metrics.firm_weeks import firm_weeks
from simbiz.state.columns import NO_CHANNEL, TASTE_PARTS
from simbiz.state.customers import KOPECKS, WEEKS_PER_YEAR, agent_counts
from simbiz.state.layout import Layout
from simbiz.week.stages import ORDER

PHASES = ("pre-purchase", "purchase", "post-purchase")
INTERACTIONS = ("consultative", "transactional")
SIDES = ("customer", "firm")
ASKED_AS = ("customer", "non-customer")

# A journey is the customer's number times this, plus the number of its need: one integer, unique and reversible.
JOURNEYS_EACH = 2**32

NAME = pa.dictionary(pa.int32(), pa.string())
WEEK, NUMBER, COUNT, REAL = pa.int32(), pa.int64(), pa.int16(), pa.float64()

SCHEMAS = {
    name: pa.schema(columns)
    for name, columns in {
        "purchases": [
            *(("week", WEEK), ("customer", NUMBER), ("journey", NUMBER), ("segment", NAME)),
            *(("firm", NAME), ("channel", NAME), ("amount", REAL)),
        ],
        "touchpoints": [
            *(("week", WEEK), ("seq", COUNT), ("customer", NUMBER), ("journey", NUMBER), ("segment", NAME)),
            *(("firm", NAME), ("channel", NAME), ("phase", NAME), ("kind", NAME), ("initiated_by", NAME)),
            *(("context_kept", pa.bool_()), ("wait_hours", REAL)),
        ],
        "leads": [("week", WEEK), ("customer", NUMBER), ("firm", NAME), ("from_stage", NAME), ("to_stage", NAME)],
        "surveys": [
            *(("week", WEEK), ("customer", NUMBER), ("firm", NAME), ("dimension", NAME)),
            *(("expectation", COUNT), ("perception", COUNT), ("recommend", COUNT), ("asked", NAME)),
        ],
        "complaints": [
            *(("week", WEEK), ("customer", NUMBER), ("firm", NAME), ("channel", NAME)),
            *(("wait_hours", REAL), ("recovered", REAL)),
        ],
        "customers": [
            *(("customer", NUMBER), ("segment", NAME), ("need_rate", REAL), ("basket", REAL)),
            *(("digital_affinity", REAL), ("members", COUNT)),
        ],
        "firms": [
            *(("week", WEEK), ("firm", NAME), ("revenue", REAL), ("cost", REAL), ("profit", REAL)),
            *(("share", REAL), ("digitalization_rate", REAL), ("tools_live", COUNT)),
        ],
    }.items()
}


class EventTables:
    """Rows of the event log from what the model records.

    Parameters
    ----------
    layout : Layout
        Names behind the numbers.
    start : int
        First week of the programme; weeks of the log count from there.
    """

    def __init__(self, layout: Layout, start: int) -> None:
        self.layout, self.start = layout, start
        counts = agent_counts(layout)
        self.first_rows = np.cumsum(counts) - counts
        self.firm_starts = np.array([channel.initiator == "firm" for channel in layout.catalogue.channels.values()])

    def of_events(self, kind: str, events: Any) -> pa.Table:
        """Table of raw events.

        Parameters
        ----------
        kind : str
            One of `simbiz.events.EVENTS`.
        events : record array
            Records of that kind.

        Returns
        -------
        pyarrow.Table
            With the columns that `SCHEMAS` declares for the table of that kind.
        """
        name, columns = TABLE_OF[kind]
        return _table(name, columns(self, events))

    def of_customers(self, customers: Any) -> pa.Table:
        """Table of what customers keep for life, from their records."""
        columns = {
            "customer": self._customer(customers.segment, customers.id),
            "segment": self._segment(customers.segment),
            "need_rate": customers.rate.astype(np.float64) * WEEKS_PER_YEAR,
            "basket": customers.basket.astype(np.float64) / KOPECKS,
            "digital_affinity": customers.affinity / TASTE_PARTS,
            "members": customers.members,
        }
        return _table("customers", columns)

    def of_firms(self, observation: Any) -> pa.Table:
        """Table of the firms by week, from what a run recorded."""
        columns = firm_weeks(observation)
        columns["firm"] = _named(columns["firm"], self.layout.firms)
        return _table("firms", columns)

    def purchases(self, events: Any) -> dict[str, Any]:
        """Columns of purchases."""
        return {
            **self._who(events, "journey", "segment"),
            "channel": self._channel(events),
            "amount": events.amount / KOPECKS,
        }

    def touchpoints(self, events: Any) -> dict[str, Any]:
        """Columns of touchpoints: a firm starts on channels of its own and where it brings a lost lead back."""
        by_firm = (events.returned > 0) | self.firm_starts[events.channel]
        return {
            **self._who(events, "journey", "segment"),
            "seq": events.sequence,
            "channel": self._channel(events),
            "phase": _named(events.stage, PHASES),
            "kind": _named(events.stage == ORDER, INTERACTIONS),
            "initiated_by": _named(by_firm, SIDES),
            "context_kept": events.kept > 0,
            "wait_hours": _hours(events),
        }

    def leads(self, events: Any) -> dict[str, Any]:
        """Columns of steps in the life of a lead."""
        return {
            **self._who(events),
            "from_stage": _named(events.before.astype(np.int64) - 1, LEAD_STAGES),
            "to_stage": _named(events.after.astype(np.int64) - 1, LEAD_STAGES),
        }

    def surveys(self, events: Any) -> dict[str, Any]:
        """Columns of answers: a row a dimension, one row without a dimension where only recommendation was asked."""
        dimensions = len(DIMENSIONS)
        answered = events.perception > 0
        recommendation_only = ~answered.any(axis=1)
        kept = np.column_stack([answered, recommendation_only])
        row, column = np.nonzero(kept)
        scales = {
            name: np.column_stack([events[name], np.zeros(len(events), dtype=np.int8)])[row, column]
            for name in ("expectation", "perception")
        }
        return {
            **self._who(events[row]),
            "dimension": _named(np.where(column < dimensions, column, -1), DIMENSIONS),
            **{name: pa.array(scale, mask=scale == 0) for name, scale in scales.items()},
            "recommend": events.recommend[row],
            "asked": _named(events.asked[row], ASKED_AS),
        }

    def complaints(self, events: Any) -> dict[str, Any]:
        """Columns of complaints."""
        return {
            **self._who(events),
            "channel": self._channel(events),
            "wait_hours": _hours(events),
            "recovered": events.recovered,
        }

    def _who(self, events: Any, *more: str) -> dict[str, Any]:
        customer = self._customer(events.segment, events.customer)
        columns = {
            "week": events.week - self.start,
            "customer": customer,
            "firm": _named(events.firm, self.layout.firms),
            "journey": customer * JOURNEYS_EACH + events.need,
            "segment": self._segment(events.segment),
        }
        return {name: columns[name] for name in ("week", "customer", "firm", *more)}

    def _customer(self, segment: Any, number: Any) -> Any:
        """Number of a customer that no other customer of the market has: the row of its record."""
        return self.first_rows[segment] + number.astype(np.int64)

    def _segment(self, codes: Any) -> pa.Array:
        return _named(codes, self.layout.segments)

    def _channel(self, events: Any) -> pa.Array:
        codes = events.channel.astype(np.int64)
        return _named(np.where(codes == NO_CHANNEL, -1, codes), self.layout.channels)


TABLE_OF: dict[str, tuple[str, Callable[[EventTables, Any], dict[str, Any]]]] = {
    "purchase": ("purchases", EventTables.purchases),
    "touchpoint": ("touchpoints", EventTables.touchpoints),
    "lead": ("leads", EventTables.leads),
    "survey": ("surveys", EventTables.surveys),
    "complaint": ("complaints", EventTables.complaints),
}


def empty_table(name: str) -> pa.Table:
    """Table without rows."""
    return SCHEMAS[name].empty_table()


def _table(name: str, columns: dict[str, Any]) -> pa.Table:
    schema = SCHEMAS[name]
    given = {name: value if isinstance(value, pa.Array) else pa.array(value) for name, value in columns.items()}
    return pa.Table.from_arrays([given[field.name].cast(field.type) for field in schema], schema=schema)


def _named(codes: Any, names: Sequence[str]) -> pa.Array:
    """Names of codes, dictionary-coded; nothing where a code is negative."""
    codes = np.asarray(codes).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), list(names))


def _hours(events: Any) -> pa.Array:
    """Hours until the answer: infinite where nobody answered, nothing where no person had to."""
    hours = events.hours.astype(np.float64)
    return pa.array(np.where(hours == UNANSWERED, np.inf, hours), mask=(hours < 0.0) & (hours != UNANSWERED))
