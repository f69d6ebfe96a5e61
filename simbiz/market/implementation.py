"""A firm works through its programme: tools in order, step by step, so many at a time, within a budget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simbiz.catalogue.tables import Tool
from simbiz.draws import name_id, normal_quantile, uniform
from simbiz.state.layout import Layout
from simbiz.submodels.programme import failure_probability, step_weeks
from simbiz.submodels.staff import strength

STEP = name_id("implementation step")
FAILURE = name_id("implementation failure")
NEVER = 10**9


@dataclass
class Task:
    """An implementation step that was begun: weeks first to last, both included.

    `attempt` counts from 0; a task that `failed` delivered nothing and was followed by the next attempt, if the
    budget could pay it.
    """

    tool: str
    step: int
    first_week: int
    last_week: int
    cost: float
    attempt: int = 0
    failed: bool = False


class Implementation:
    """Progress of one firm through an order of tools.

    Parameters
    ----------
    layout : Layout
        Names and tools.
    firm : str
        The firm.
    seed : int
        Replicate seed; durations are drawn by tool, step and attempt, failures by tool and attempt.
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
        common, record = layout.common, layout.scenario.firms[firm]
        self.spread = common["step_spread"]
        self.weeks_factor, self.cost_factor = common["step_weeks_factor"], common["step_cost_factor"]
        skill = strength(record.competence, common["competence_effect"])
        self.failure = failure_probability(common["implementation_failure"], skill)
        self.firm, self.seed = firm, seed
        self.waiting = list(order)
        self.parallel, self.first_week, self.budget = parallel, first_week, budget
        self.held = record.starting_tools
        self.under_way: dict[str, Task] = {}
        self.given_up: list[str] = []
        self.done: dict[str, float] = {}
        self.tasks: list[Task] = []
        self._quiet_until = 0

    @property
    def finished(self) -> bool:
        """Whether every tool of the order is implemented."""
        return not self.waiting and not self.under_way and not self.given_up

    @property
    def spent(self) -> float:
        """Costs booked so far, share of base-year revenue."""
        return sum(task.cost for task in self.tasks)

    @property
    def shown(self) -> list[str]:
        """Tools that others can see the programme take, implemented or under way, in the order they were begun."""
        begun = dict.fromkeys(task.tool for task in self.tasks)
        return [tool for tool in begun if tool in self.under_way or self.done.get(tool, 0.0) >= 1.0]

    @property
    def blocked(self) -> dict[str, list[str]]:
        """Waiting tools whose prerequisites the firm has not, with what each of them lacks."""
        lacking = {tool: self._missing(tool) for tool in self.waiting}
        return {tool: missing for tool, missing in lacking.items() if missing}

    def lacks(self, tool: str) -> bool:
        """Whether the firm has the tool in no form, and has never set about it."""
        known = (self.held, self.waiting, self.under_way, self.given_up, self.done)
        return not any(tool in tools for tools in known)

    def append(self, tools: Iterable[str]) -> None:
        """Put tools that the firm lacks at the end of its order."""
        self.waiting += tools
        self._quiet_until = 0

    def begun_in(self, week: int) -> float:
        """Cost of the steps that were begun in a week, share of base-year revenue."""
        return sum(task.cost for task in self.tasks if task.first_week == week)

    def week(self, week: int) -> bool:
        """Finish the steps that end before this week and begin those that can begin.

        Returns
        -------
        bool
            False in a week in which nothing could end or begin.
        """
        if week < self._quiet_until:
            return False
        for tool, task in list(self.under_way.items()):
            if task.last_week < week:
                self._finish(tool, task, week)
        if week >= self.first_week:
            for tool in list(self.waiting):
                if len(self.under_way) >= self.parallel:
                    break
                if not self._missing(tool):
                    self._begin(tool, 0, week)
        # A tool can begin when another ends, when it is new, or when the programme starts.
        ends = [task.last_week + 1 for task in self.under_way.values()]
        starts = [self.first_week] if week < self.first_week else []
        self._quiet_until = min((*ends, *starts), default=NEVER)
        return True

    def _missing(self, tool: str) -> list[str]:
        """What the tool requires and the firm has neither from the start nor by its programme."""
        required = self.tools[tool].requires
        return [name for name in required if name not in self.held and self.done.get(name, 0.0) < 1.0]

    def _finish(self, tool: str, task: Task, week: int) -> None:
        record = self.tools[tool]
        del self.under_way[tool]
        last = task.step + 1 == len(record.steps)
        if last and self._fails(task):
            task.failed = True
            self._begin(tool, task.step, week, task.attempt + 1)
            return
        self.done[tool] = _part_done(record, task.step)
        if not last:
            self._begin(tool, task.step + 1, week)

    def _fails(self, task: Task) -> bool:
        """Whether an attempt at the last step fails."""
        key = (self.seed, FAILURE ^ name_id(self.firm), name_id(task.tool), task.attempt, 0, 0)
        return bool(uniform(*key) < self.failure)

    def _begin(self, tool: str, step: int, week: int, attempt: int = 0) -> None:
        record = self.tools[tool].steps[step]
        if tool in self.waiting:
            self.waiting.remove(tool)
        cost = self.cost_factor * record.cost
        if self.spent + cost > self.budget + 1e-12:
            self.given_up.append(tool)
            return
        key = (self.seed, STEP ^ name_id(self.firm), name_id(tool), step, 0, attempt)
        weeks = step_weeks(self.weeks_factor * record.weeks, self.spread, normal_quantile(uniform(*key)))
        task = Task(tool, step, week, week + int(weeks) - 1, cost, attempt)
        self.under_way[tool] = task
        self.tasks.append(task)


def _part_done(tool: Tool, step: int) -> float:
    parts = sum(record.part for record in tool.steps[: step + 1])
    return 1.0 if step == len(tool.steps) - 1 else min(1.0, parts)
