import numpy as np
import pytest
from worlds import catalogue_with, lived, market, shipped_table, world

from simbiz.catalogue import load_catalogue
from simbiz.implementation import Implementation
from simbiz.state.layout import Layout

TOOLS = load_catalogue().tools
CERTAIN = {"mechanisms.uncertain_durations": False}
WITH_NOTHING = {
    "mechanisms.uncertain_durations": False,
    "firms.partner_dv.starting_tools": [],
    "firms.partner_dv.digitalization_rate": 0.0,
}


def implementation(order, *, catalogue=None, parallel=1, first_week=10, budget=1.0, seed=1, **changes):
    given = Layout.of(market(changes or CERTAIN, catalogue), catalogue)
    return Implementation(given, "partner_dv", seed, order, parallel, first_week, budget)


def work(plan, weeks=600):
    """Work through a plan; the tools under way and done in every week."""
    under_way, done = [], []
    for week in range(weeks):
        plan.week(week)
        under_way.append(set(plan.under_way))
        done.append(dict(plan.done))
    return under_way, done


@pytest.fixture(scope="module")
def with_prerequisites(tmp_path_factory):
    """Give a catalogue in which each tool but the first requires the one before it."""
    table = shipped_table("tools")
    for before, after in zip(list(table), list(table)[1:], strict=False):
        table[after]["requires"] = [before]
    return catalogue_with(tmp_path_factory.mktemp("catalogue"), tools=table)


def test_steps_follow_each_other_as_planned_when_durations_are_certain():
    plan = implementation(list(TOOLS))
    work(plan)
    assert plan.finished
    week = 10
    for task, (tool, number) in zip(
        plan.tasks, [(t, n) for t in TOOLS for n in range(len(TOOLS[t].steps))], strict=True
    ):
        step = TOOLS[tool].steps[number]
        assert (task.tool, task.step, task.first_week) == (tool, number, week)
        assert task.last_week == week + step.weeks - 1
        week += int(step.weeks)


@pytest.mark.parametrize("parallel", [1, 2, 3, 8])
def test_no_more_tools_are_under_way_than_allowed_and_no_fewer_while_any_wait(parallel):
    plan = implementation(list(TOOLS), parallel=parallel, **{"mechanisms.uncertain_durations": True})
    under_way, done = work(plan)
    assert plan.finished
    for tools, ready in zip(under_way[10:], done[10:], strict=True):
        waiting = set(TOOLS) - tools - {tool for tool, part in ready.items() if part >= 1.0}
        assert len(tools) <= parallel
        assert len(tools) == parallel or not waiting


def test_nothing_begins_before_the_first_week():
    under_way, _ = work(implementation(list(TOOLS), first_week=33))
    assert not any(under_way[:33])
    assert under_way[33]


def test_a_tool_begins_only_when_all_it_requires_is_finished(with_prerequisites):
    names = list(TOOLS)
    plan = implementation(names[::-1], catalogue=with_prerequisites, parallel=8, **WITH_NOTHING)
    under_way, done = work(plan)
    assert plan.finished
    for tools, ready in zip(under_way, done, strict=True):
        for tool in tools:
            for required in with_prerequisites.tools[tool].requires:
                assert ready.get(required) == 1.0
    assert [task.tool for task in plan.tasks if task.step == 0] == names


def test_a_tool_whose_prerequisite_is_not_in_the_order_never_begins(with_prerequisites):
    names = list(TOOLS)
    plan = implementation(names[1:], catalogue=with_prerequisites, parallel=8, **WITH_NOTHING)
    work(plan)
    assert not plan.tasks
    assert not plan.finished


def test_a_tool_that_a_firm_has_from_the_start_meets_a_prerequisite(with_prerequisites):
    names = list(TOOLS)
    held = {**WITH_NOTHING, "firms.partner_dv.starting_tools": names[:1], "firms.partner_dv.digitalization_rate": 0.1}
    plan = implementation(names[1:], catalogue=with_prerequisites, parallel=8, **held)
    work(plan)
    assert plan.finished


def test_a_step_that_the_budget_cannot_pay_does_not_begin():
    costs = [step.cost for tool in TOOLS.values() for step in tool.steps]
    for budget in (0.0, costs[0], sum(costs) / 2, sum(costs)):
        plan = implementation(list(TOOLS), budget=budget)
        work(plan)
        assert plan.spent <= budget + 1e-9
        assert bool(plan.tasks) == (budget >= costs[0])
    assert plan.spent == pytest.approx(sum(costs))
    assert plan.finished


def test_a_tool_that_ran_out_of_money_keeps_the_part_that_is_done():
    name, tool = next((name, tool) for name, tool in TOOLS.items() if len(tool.steps) > 2)
    plan = implementation([name], budget=sum(step.cost for step in tool.steps[:-1]))
    work(plan)
    assert plan.done[name] == pytest.approx(sum(step.part for step in tool.steps[:-1]))
    assert plan.given_up == [name]
    assert not plan.finished


def test_parts_of_steps_add_up_until_the_tool_is_done(tmp_path):
    table = shipped_table("tools")
    name = next(name for name, tool in table.items() if len(tool["steps"]) == 4)
    for step in table[name]["steps"]:
        step["part"] = 0.25
    plan = implementation([name], catalogue=catalogue_with(tmp_path, tools=table))
    _, done = work(plan)
    parts = list(dict.fromkeys(week.get(name) for week in done))
    assert parts == [None, 0.25, 0.5, 0.75, 1.0]


def test_a_step_acts_in_the_week_after_its_last():
    model = lived()
    row, focal = model.layout.focal, model.implementations[model.layout.focal]
    for task in focal.tasks:
        tool = model.layout.tools.index(task.tool)
        part = sum(step.part for step in TOOLS[task.tool].steps[: task.step + 1])
        if task.last_week + 1 < model.end and part == 1.0:
            before, after = model.firm_series.implemented[task.last_week : task.last_week + 2, row, tool]
            assert (before < 1.0, after) == (True, 1.0)


def test_the_luck_of_a_step_does_not_depend_on_the_order_of_the_programme():
    spread = {"mechanisms.uncertain_durations": True}
    durations = []
    for order, parallel in ((list(TOOLS), 1), (list(TOOLS)[::-1], 1), (list(TOOLS), 8)):
        plan = implementation(order, parallel=parallel, **spread)
        work(plan)
        durations.append({(task.tool, task.step): task.last_week - task.first_week for task in plan.tasks})
    assert durations[0] == durations[1] == durations[2]


def test_steps_take_the_planned_weeks_in_the_median():
    spread = {"mechanisms.uncertain_durations": True}
    plans = [implementation(["mobile_app"], seed=seed, **spread) for seed in range(400)]
    for plan in plans:
        work(plan, 120)
    weeks = np.array([plan.tasks[0].last_week - plan.tasks[0].first_week + 1 for plan in plans])
    planned = TOOLS["mobile_app"].steps[0].weeks
    below = (weeks < planned).mean() + (weeks == planned).mean() / 2
    assert abs(below - 0.5) < 5 * np.sqrt(0.25 / len(plans))
    assert weeks.min() < planned < weeks.max()


def test_rivals_on_trend_adopt_the_same_tools_with_and_without_the_programme():
    trend = {"rivals.mode": "trend"}
    with_it, without = world(trend).run(), world(trend | {"programme.order": []}).run()
    stopped = lived()
    for row, name in enumerate(with_it.layout.firms):
        if name != with_it.layout.scenario.focal:
            assert with_it.implementations[row].tasks == without.implementations[row].tasks
            assert not stopped.implementations[row].tasks
            expected = set(with_it.layout.scenario.firms[name].trend.order)
            assert {task.tool for task in with_it.implementations[row].tasks} <= expected
    assert any(plan.tasks for plan in without.implementations)
