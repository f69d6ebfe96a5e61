"""The way from one business model to the other: the programme as planned, in stages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from simbiz.catalogue.tables import Tool
from simbiz.market.implementation import Implementation
from simbiz.state.customers import base_revenue
from simbiz.state.layout import Layout

LONGEST_PLAN = 5200  # weeks


@dataclass(frozen=True)
class PlannedStep:
    """An implementation step as planned."""

    name: str
    printed: bool  # whether Table 1 of nigay2022 prints it
    weeks: float
    cost: float  # thousand roubles


@dataclass(frozen=True)
class PlannedTool:
    """A tool of the programme: when it is planned, at what cost, whom it asks to learn."""

    tool: str
    first_week: int | None  # from the start of the programme; None where the plan cannot begin it
    last_week: int | None
    steps: tuple[PlannedStep, ...]
    trained: dict[str, int]  # colleagues by role
    requires: tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    """Tools of one block that follow each other in the order of the programme."""

    block: str
    tools: tuple[PlannedTool, ...]


def planned_programme(layout: Layout, firm: str) -> Implementation:
    """Programme of a firm with every step as long as planned and none that fails, carried out to its end."""
    scenario = layout.scenario
    certain = {**scenario.parameters, "step_spread": 0.0, "implementation_failure": 0.0}
    layout = Layout.of(scenario.model_copy(update={"parameters": certain}), layout.catalogue)
    programme, trend = scenario.programme, scenario.firms[firm].trend
    if firm == scenario.focal:
        how = (programme.order, programme.parallel, programme.start_week, programme.budget)
    else:
        how = (trend.order if scenario.rivals.mode == "trend" else (), 1, trend.start_week, 1.0)
    plan = Implementation(layout, firm, 0, *how)
    for week in range(LONGEST_PLAN):
        plan.week(week)
        if week >= plan.first_week and not plan.under_way:
            break
    return plan


def planned_stages(layout: Layout, firm: str, plan: Implementation) -> Iterator[Stage]:
    """Tools in the order in which they are begun, those that cannot begin last, cut where the block changes."""
    begun = list(dict.fromkeys(task.tool for task in plan.tasks))
    order = [*begun, *(tool for tool in (*plan.given_up, *plan.waiting) if tool not in begun)]
    tools = layout.catalogue.tools
    for block, names in groupby(order, key=lambda name: tools[name].block):
        yield Stage(block, tuple(_planned(layout, firm, name, tools[name], plan) for name in names))


def _planned(layout: Layout, firm: str, name: str, tool: Tool, plan: Implementation) -> PlannedTool:
    revenue = float(base_revenue(layout)[layout.firms.index(firm)])
    staff = layout.scenario.firms[firm].staff
    tasks = [task for task in plan.tasks if task.tool == name]
    finished = plan.done.get(name, 0.0) >= 1.0
    return PlannedTool(
        tool=name,
        first_week=tasks[0].first_week if tasks else None,
        last_week=tasks[-1].last_week if finished else None,
        steps=tuple(
            PlannedStep(step.name, step.printed, plan.weeks_factor * step.weeks, plan.cost_factor * step.cost * revenue)
            for step in tool.steps
        ),
        trained={role: staff.get(role, 0) for role in tool.roles},
        requires=tool.requires,
    )
