"""A firm works through its programme: tools in order, step by step, so many at a time, within a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simbiz.catalogue.tables import Tool
from simbiz.draws import name_id, normal_quantile, uniform
from simbiz.state.layout import Layout
from simbiz.submodels.programme import step_weeks

STEP = name_id("implementation step")


@dataclass
class Task:
    """An implementation step that was begun: weeks first to last, both included."""

    tool: str
    step: int
    first_week: int
    last_week: int
    cost: float


class Implementation:
    """Progress of one firm through an order of tools.

    Parameters
    ----------
    layout : Layout
        Names and tools.
    firm : str
        The firm.
    seed : int
        Replicate seed; durations are drawn by tool and step.
    order : sequence of str
        Tools in the order of adoption.
    parallel : int
        Tools that may be under way at a time.
    first_week : int
        Week from which steps may begin.
    budget : float
        Share of base-year revenue that all steps together may cost; a step that would exceed it does not
        begin.
    """

    def __init__(
        self,
        layout: Layout,
        firm: str,
        seed: int,
        order: Sequence[str],
        parallel: int,
        first_week: int,
        budget: float,
    ) -> None:
        self.tools = layout.catalogue.tools
        self.spread = layout.common["step_spread"]
        self.firm, self.seed = firm, seed
        self.waiting = list(order)
        self.parallel, self.first_week, self.budget = parallel, first_week, budget
        self.held = layout.scenario.firms[firm].starting_tools
        self.under_way: dict[str, Task] = {}
        self.given_up: list[str] = []
        self.done: dict[str, float] = {}
        self.tasks: list[Task] = []

    @property
    def finished(self) -> bool:
        """Whether every tool of the order is implemented."""
        return not self.waiting and not self.under_way and not self.given_up

    @property
    def spent(self) -> float:
        """Costs booked so far, share of base-year revenue."""
        return sum(task.cost for task in self.tasks)

    def week(self, week: int) -> None:
        """Finish the steps that end before this week and begin those that can begin."""
        for tool, task in list(self.under_way.items()):
            if task.last_week < week:
                self._finish(tool, task, week)
        if week < self.first_week:
            return
        for tool in list(self.waiting):
            if len(self.under_way) >= self.parallel:
                break
            if self._ready(tool):
                self._begin(tool, 0, week)

    def _ready(self, tool: str) -> bool:
        """Whether the firm has what the tool requires, from the start or by its programme."""
        required = self.tools[tool].requires
        return all(name in self.held or self.done.get(name, 0.0) >= 1.0 for name in required)

    def _finish(self, tool: str, task: Task, week: int) -> None:
        record = self.tools[tool]
        del self.under_way[tool]
        self.done[tool] = _part_done(record, task.step)
        if task.step + 1 < len(record.steps):
            self._begin(tool, task.step + 1, week)

    def _begin(self, tool: str, step: int, week: int) -> None:
        record = self.tools[tool].steps[step]
        if tool in self.waiting:
            self.waiting.remove(tool)
        if self.spent + record.cost > self.budget + 1e-12:
            self.given_up.append(tool)
            return
        key = (self.seed, STEP ^ name_id(self.firm), name_id(tool), step, 0, 0)
        weeks = step_weeks(record.weeks, self.spread, normal_quantile(uniform(*key)))
        task = Task(tool, step, week, week + int(weeks) - 1, record.cost)
        self.under_way[tool] = task
        self.tasks.append(task)


def _part_done(tool: Tool, step: int) -> float:
    parts = sum(record.part for record in tool.steps[: step + 1])
    return 1.0 if step == len(tool.steps) - 1 else min(1.0, parts)
