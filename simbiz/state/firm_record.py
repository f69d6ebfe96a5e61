"""What the firms' loops read and write, as records: the firms, their attributes, what they hear, their measures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simbiz.catalogue import DIMENSIONS
from simbiz.state.columns import made_once
from simbiz.state.layout import Layout

LONG_AGO = -(10**6)  # week of what happened before all weeks

OTHERS, SERVICE_TEAM, RESPONSE, DELAY, EFFORT = range(5)
QUEUES, ANSWERS = 2, 5

# One performance of a measure by a firm: their numbers, the week from the start of the programme, how long it lasts.
PERFORMANCE = np.dtype(
    [("firm", "i8"), ("measure", "i8"), ("week", "i8"), ("weeks", "i8"), ("fading", "f8"), ("cost", "f8")]
)


class Column:
    """Field of the only record in `record`: read as a view of it, written by value."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, holder: Any, owner: type | None = None) -> NDArray[Any]:
        column: NDArray[Any] = holder.record[self.name][0]
        return column

    def __set__(self, holder: Any, values: Any) -> None:
        holder.record[self.name][0] = values


@made_once
def attribute_dtype(layout: Layout) -> np.dtype[Any]:
    """Record of a firm's attributes, each along its indices; as plain numbers they are its attribute cells."""
    return np.dtype([(name, "f8", cells.shape) for name, cells in layout.cells.items()])


@made_once
def firms_dtype(layout: Layout) -> np.dtype[Any]:
    """Record of all firms, one row each: rules that a scenario states, and what changes."""
    firms, tools = (len(layout.firms),), (len(layout.firms), len(layout.tools))
    segments = (len(layout.segments),)
    rules = ("price", "culture", "weeks_to_learn", "headcount", "team", "team_share")
    state = ("burden_at_start", "digital_share", "learners", "team_learners", "working_capacity")
    return np.dtype(
        [
            ("seed", "i8"),
            *((name, "f8") for name in layout.common),
            *((name, "f8", firms) for name in rules),
            ("expansion", "f8", segments),  # customers for whom one agent of each segment stands
            ("interaction", "u1", tools[1:]),  # whether a tool is one of customer interaction
            ("started_with", "u1", tools),
            ("concerned", "f8", tools),  # colleagues whose role needs the tool
            ("initiative", "f8", tools),  # hazard per week
            *((name, "f8", firms) for name in state),
            ("implemented", "f8", tools),
            ("users", "f8", tools),
            ("use", "f8", tools),  # share of the colleagues concerned
            ("load", "f8", (QUEUES, *firms)),  # requests a week, as felt
            ("usual_load", "f8", (QUEUES, *firms)),
            ("usual_requests", "f8", (QUEUES, *firms)),  # of agents: the number that makes the load uncertain
            ("answers", "f8", (ANSWERS, *firms)),  # see `simbiz.week.firms.set_answers`
        ],
        align=True,
    )


@made_once
def feedback_dtype(layout: Layout) -> np.dtype[Any]:
    """Record of what came back to all firms since their last survey, and of what is left of improvements."""
    firms, by_dimension = (len(layout.firms),), (len(layout.firms), len(DIMENSIONS))
    return np.dtype(
        [
            ("improvement", "f8", by_dimension),
            ("complaint_gap", "f8", by_dimension),
            *((name, "f8", firms) for name in ("complaints", "cost", "spent")),
        ]
    )
