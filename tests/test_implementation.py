from itertools import pairwise

import numpy as np
import pytest
from worlds import catalogue_with, lived, market, shipped_table, world

from simbiz.catalogue import load_catalogue
from simbiz.market.implementation import Implementation, Task
from simbiz.state.layout import Layout

TOOLS = load_catalogue().tools
CERTAIN = {"mechanisms.uncertain_durations": False, "mechanisms.failed_implementations": False}
WITH_NOTHING = {
    **CERTAIN,
    "firms.partner_dv.starting_tools": [],
    "firms.partner_dv.digitalization_rate": 0.0,
    **{f"firms.rival_{letter}.trend.order": [] for letter in "abcdef"},
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
    assert plan.blocked == {after: [before] for before, after in pairwise(names)}


def test_a_part_of_a_prerequisite_is_not_enough(tmp_path):
    table = shipped_table("tools")
    before, after = list(table)[:2]
    table[before]["steps"] = [dict(table[before]["steps"][0], weeks=4, cost=0.01, part=0.5) for _ in range(2)]
    table[after]["requires"] = [before]
    catalogue = catalogue_with(tmp_path / "c", tools=table)
    plan = implementation([after, before], catalogue=catalogue, parallel=8, **WITH_NOTHING)
    under_way, done = work(plan, 25)
    assert done[14][before] == 0.5
    assert next(week for week, tools in enumerate(under_way) if after in tools) == 18


def test_a_tool_that_stands_before_its_prerequisite_waits_for_it_and_holds_nobody_up(with_prerequisites):
    names = list(TOOLS)
    plan = implementation([names[1], names[0]], catalogue=with_prerequisites, **WITH_NOTHING)
    assert plan.blocked == {names[1]: [names[0]]}
    under_way, _ = work(plan, 11)
    assert under_way[10] == {names[0]}
    work(plan)
    assert plan.finished
    assert plan.blocked == {}
    assert list(dict.fromkeys(task.tool for task in plan.tasks)) == names[:2]


def test_a_prerequisite_that_the_budget_could_not_pay_blocks_for_ever(with_prerequisites):
    names = list(TOOLS)
    budget = sum(step.cost for step in TOOLS[names[0]].steps[:-1])
    plan = implementation(names[:2], catalogue=with_prerequisites, budget=budget, **WITH_NOTHING)
    work(plan)
    assert (plan.given_up, plan.blocked) == ([names[0]], {names[1]: [names[0]]})


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
        if task.last_week + 1 < model.end and part == 1.0 and not task.failed:
            before, after = model.firm_series.implemented[task.last_week : task.last_week + 2, row, tool]
            assert (before < 1.0, after) == (True, 1.0)


def test_the_luck_of_a_step_does_not_depend_on_the_order_of_the_programme():
    spread = {"mechanisms.uncertain_durations": True}
    durations = []
    for order, parallel in ((list(TOOLS), 1), (list(TOOLS)[::-1], 1), (list(TOOLS), 8)):
        plan = implementation(order, parallel=parallel, **spread)
        work(plan)
        durations.append(
            {(task.tool, task.step, task.attempt): task.last_week - task.first_week for task in plan.tasks}
        )
    assert durations[0] == durations[1] == durations[2]


def test_steps_of_one_tool_have_each_their_own_luck(tmp_path):
    table = shipped_table("tools")
    tool = next(iter(table))
    table[tool]["steps"] = [dict(table[tool]["steps"][0], weeks=40, cost=0.001, part=0.5) for _ in range(2)]
    catalogue = catalogue_with(tmp_path / "c", tools=table)
    spread = {"mechanisms.uncertain_durations": True}
    pairs = []
    for seed in range(100):
        plan = implementation([tool], catalogue=catalogue, seed=seed, **spread)
        work(plan, 400)
        first, second = plan.tasks[:2]
        pairs.append([task.last_week - task.first_week for task in (first, second)])
    assert abs(np.corrcoef(np.array(pairs), rowvar=False)[0, 1]) < 5 / np.sqrt(len(pairs))


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


def test_tools_that_come_later_are_taken_after_the_others_and_only_once():
    names = list(TOOLS)
    plan = implementation(names[:1], **WITH_NOTHING)
    work(plan, 11)
    assert [plan.lacks(tool) for tool in names[:2]] == [False, True]
    plan.append(names[1:3])
    assert not any(plan.lacks(tool) for tool in names[:3])
    work(plan)
    assert [task.tool for task in plan.tasks if task.step == 0] == names[:3]
    assert plan.shown == names[:3]


def test_a_firm_lacks_no_tool_that_it_has_in_some_form():
    held = implementation([]).held
    plan = implementation([])
    assert held
    assert [tool for tool in TOOLS if not plan.lacks(tool)] == [tool for tool in TOOLS if tool in held]
    assert plan.shown == []


def attempts(plans, tool):
    """Give the number of attempts at the last step of a tool in each plan."""
    last = len(TOOLS[tool].steps) - 1
    return np.array([sum((task.tool, task.step) == (tool, last) for task in plan.tasks) for plan in plans])


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.8])
def test_the_number_of_attempts_at_the_last_step_is_geometric(probability):
    failing = {"parameters.implementation_failure": probability, "mechanisms.uncertain_durations": False}
    name = next(iter(TOOLS))
    plans = [implementation([name], seed=seed, budget=1e6, **failing) for seed in range(400)]
    for plan in plans:
        work(plan, 800)
        assert plan.finished
    counts = attempts(plans, name)
    for number in (1, 2, 3):
        share, expected = (counts >= number).mean(), probability ** (number - 1)
        assert abs(share - expected) <= 5 * np.sqrt(expected * (1 - expected) / len(plans))


def test_a_tool_that_cannot_fail_takes_one_attempt_and_one_that_nearly_always_fails_is_never_done():
    name = next(iter(TOOLS))
    sure, hopeless = (
        implementation([name], budget=1e6, **{"parameters.implementation_failure": p}) for p in (0.0, 0.99)
    )
    work(sure)
    work(hopeless, 40)
    assert attempts([sure], name) == [1]
    assert attempts([hopeless], name) > 3
    assert not hopeless.finished


def test_a_failed_attempt_costs_the_step_again_delivers_nothing_of_it_and_draws_its_weeks_anew():
    name, tool = next((name, tool) for name, tool in TOOLS.items() if len(tool.steps) > 2)
    plans = [implementation([name], seed=seed, **{"parameters.implementation_failure": 0.5}) for seed in range(40)]
    last, weeks = len(tool.steps) - 1, []
    for plan in plans:
        _, done = work(plan)
        tries = [task for task in plan.tasks if task.step == last]
        assert [task.failed for task in tries] == [True] * (len(tries) - 1) + [False]
        assert [task.attempt for task in tries] == list(range(len(tries)))
        assert all(task.attempt == 0 and not task.failed for task in plan.tasks if task.step < last)
        costs = sum(step.cost for step in tool.steps) + (len(tries) - 1) * tool.steps[-1].cost
        assert plan.spent == pytest.approx(costs)
        for task, following in pairwise(tries):
            assert following.first_week == task.last_week + 1
            assert done[task.last_week + 1][name] == pytest.approx(sum(step.part for step in tool.steps[:-1]))
        assert done[tries[-1].last_week + 1][name] == 1.0
        weeks += [(a.last_week - a.first_week, b.last_week - b.first_week) for a, b in pairwise(tries)]
    assert any(first != second for first, second in weeks)


def test_an_attempt_that_the_budget_cannot_pay_again_ends_the_tool():
    name, tool = next(iter(TOOLS.items()))
    failing = {"parameters.implementation_failure": 0.99}
    plan = implementation([name], budget=sum(step.cost for step in tool.steps), **failing)
    work(plan)
    assert plan.given_up == [name]
    assert plan.tasks[-1].failed
    assert plan.shown == []


def test_an_implementation_fails_by_odds_that_competence_divides():
    p, competence = 0.4, 3.0
    changes = {"parameters.implementation_failure": p, "firms.partner_dv.competence": competence}
    able = implementation([], **changes)
    odds = p / (1 - p) / competence
    assert able.failure == pytest.approx(odds / (1 + odds))
    assert implementation([], **changes, **{"parameters.competence_effect": 0.0}).failure == p
    assert implementation([], **{"parameters.implementation_failure": p}).failure == p


def test_durations_and_failures_of_a_tool_are_drawn_by_firm_and_not_by_the_week_of_the_attempt():
    failing = {"parameters.implementation_failure": 0.5}
    early, late = (implementation(list(TOOLS), first_week=week, **failing) for week in (10, 33))
    work(early)
    work(late)
    moved = [Task(t.tool, t.step, t.first_week - 23, t.last_week - 23, t.cost, t.attempt, t.failed) for t in late.tasks]
    assert moved == early.tasks


@pytest.mark.parametrize("parallel", [1, 3])
@pytest.mark.parametrize("budget", [0.02, 1.0])
def test_weeks_that_a_programme_passes_over_are_weeks_in_which_nothing_would_have_happened(parallel, budget):
    plans = [
        implementation(list(TOOLS)[:5], parallel=parallel, budget=budget, **{"parameters.implementation_failure": 0.4})
        for _ in range(2)
    ]
    passing, careful = plans
    passed = 0
    for week in range(400):
        if week == 70:
            for plan in plans:
                plan.append(list(TOOLS)[5:])
        careful._quiet_until = 0
        careful.week(week)
        passed += not passing.week(week)
        assert passing.tasks == careful.tasks
        assert (passing.waiting, passing.done) == (careful.waiting, careful.done)
    assert passed > 300
    assert passing.tasks


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


def worked_through(order, budget=1.0, **changes):
    plan = implementation(order, budget=budget, **CERTAIN, **changes)
    work(plan)
    return plan


def test_planned_weeks_of_every_step_are_off_together():
    plain, double = (
        worked_through(["website", "email"], **{"parameters.step_weeks_factor": factor}) for factor in (1.0, 2.0)
    )
    weeks = [[task.last_week - task.first_week + 1 for task in plan.tasks] for plan in (plain, double)]
    assert weeks[1] == [2 * own for own in weeks[0]]


def test_costs_of_every_step_are_off_together_and_count_against_the_budget():
    dear = {"parameters.step_cost_factor": 2.0}
    plain, double = worked_through(["website"]), worked_through(["website"], **dear)
    assert double.spent == pytest.approx(2.0 * plain.spent)
    assert worked_through(["website"], budget=1.5 * plain.spent, **dear).given_up == ["website"]
