"""The business model of a firm before and after its programme, by arithmetic and against the model itself."""

import numpy as np
import pytest
from worlds import catalogue_with, shipped_table, world

from simbiz.business_model import transformation
from simbiz.catalogue import load_catalogue
from simbiz.scenario import load_scenario, without_programme
from simbiz.state.layout import Layout

CASE = load_scenario("partner-dv")
CATALOGUE = load_catalogue()
FIRM = CASE.focal


def tools_of(model):
    interaction = model.customer_interaction
    blocks = (interaction.relations, interaction.consumer_segments, interaction.sales_channels)
    return [tool for block in blocks for tool in block.tools]


def test_without_a_programme_nothing_changes_but_what_is_not_known():
    found = transformation(without_programme(CASE), FIRM)
    assert found.stages == ()
    assert found.before.value_proposition == found.after.value_proposition
    assert found.before.customer_interaction == found.after.customer_interaction
    assert found.after.monetization.revenue is None
    assert (found.after.monetization.running_cost_of_tools, found.after.monetization.implementation) == (0.0, 0.0)


def test_every_live_tool_stands_in_the_block_that_the_catalogue_gives_it():
    found = transformation(CASE, FIRM)
    assert sorted(tools_of(found.before)) == sorted(CASE.firms[FIRM].starting_tools)
    assert sorted(tools_of(found.after)) == sorted({*CASE.firms[FIRM].starting_tools, *CASE.programme.order})


def test_after_is_what_the_model_makes_of_all_tools_in_full_use():
    model = world()
    row = model.layout.firms.index(FIRM)
    for tool in CASE.programme.order:
        model.firms.implemented[row, model.layout.tools.index(tool)] = 1.0
    model.firms.use[row] = 1.0
    model.firms.act(0)
    value = {name: model.firms.cell(name)[row] for name in model.layout.cells}
    interaction = transformation(model.layout.scenario, FIRM).after.customer_interaction
    assert interaction.relations.context_kept == value["integration"]
    assert list(interaction.relations.memory.values()) == value["memory"].tolist()
    reach = [segment.reach for segment in interaction.consumer_segments.segments.values()]
    assert reach == value["reach"].tolist()
    channels = interaction.sales_channels.channels.values()
    assert [channel.quality for channel in channels] == value["channel_quality"].tolist()
    levels = {"closed": 0.0, "informs": 1.0, "sells": 2.0}
    access = [[levels[level] for level in channel.access.values()] for channel in channels]
    assert access == value["channel_open"].tolist()
    for channel, record, hours in zip(
        channels, CATALOGUE.channels.values(), value["response_hours"].tolist(), strict=True
    ):
        assert channel.response_hours == (hours if record.human else None)


def test_money_is_the_declared_part_of_base_year_revenue():
    found = transformation(CASE, FIRM)
    revenue = CASE.firms[FIRM].share * CASE.market.value
    layout = Layout.of(CASE)
    assert found.before.monetization.revenue == pytest.approx(revenue)
    assert found.before.monetization.goods == pytest.approx(revenue * (1 - layout.common["gross_margin"]))
    steps = [step for tool in CASE.programme.order for step in CATALOGUE.tools[tool].steps]
    cost = sum(step.cost for step in steps)
    assert found.after.monetization.implementation == pytest.approx(revenue * cost)
    planned = [step for stage in found.stages for tool in stage.tools for step in tool.steps]
    assert sum(step.cost for step in planned) == pytest.approx(revenue * cost)


def test_stages_follow_the_order_and_end_where_the_block_changes():
    found = transformation(CASE, FIRM)
    tools = [tool for stage in found.stages for tool in stage.tools]
    assert [tool.tool for tool in tools] == list(CASE.programme.order)
    assert all(CATALOGUE.tools[tool.tool].block == stage.block for stage in found.stages for tool in stage.tools)
    assert all(one.block != other.block for one, other in zip(found.stages, found.stages[1:], strict=False))


def test_one_tool_at_a_time_is_planned_week_after_week():
    found = transformation(CASE, FIRM)
    tools = [tool for stage in found.stages for tool in stage.tools]
    week = CASE.programme.start_week
    for planned in tools:
        weeks = sum(step.weeks for step in planned.steps)
        assert (planned.first_week, planned.last_week) == (week, week + weeks - 1)
        week += weeks


def test_the_plan_is_the_run_where_luck_plays_no_part():
    model = world({"parameters.step_spread": 0, "parameters.implementation_failure": 0})
    implementation = model.implementations[model.layout.focal]
    for week in range(model.start, model.start + 200):
        implementation.week(week)
    tasks = {tool: [t for t in implementation.tasks if t.tool == tool] for tool in implementation.done}
    for stage in transformation(model.layout.scenario, FIRM).stages:
        for tool in stage.tools:
            first, last = tasks[tool.tool][0].first_week, tasks[tool.tool][-1].last_week
            assert (tool.first_week, tool.last_week) == (first - model.start, last - model.start)


def test_what_the_budget_does_not_pay_is_not_planned_and_changes_nothing():
    poor = load_scenario("partner-dv", {"programme.budget": 0.0})
    found = transformation(poor, FIRM)
    assert found.after.customer_interaction == found.before.customer_interaction
    planned = [tool for stage in found.stages for tool in stage.tools]
    assert [tool.tool for tool in planned] == list(poor.programme.order)
    assert {(tool.first_week, tool.last_week) for tool in planned} == {(None, None)}


def test_those_are_trained_whose_role_needs_the_tool():
    staff = CASE.firms[FIRM].staff
    for stage in transformation(CASE, FIRM).stages:
        for tool in stage.tools:
            assert tool.trained == {role: staff.get(role, 0) for role in CATALOGUE.tools[tool.tool].roles}


def test_staff_who_can_become_digital_are_those_whose_role_needs_a_live_tool():
    found = transformation(CASE, FIRM)
    needed = {role for tool in found.after.activity.tools for role in CATALOGUE.tools[tool].roles}
    staff = CASE.firms[FIRM].staff
    able = sum(count for role, count in staff.items() if role in needed) / sum(staff.values())
    assert found.after.activity.digital_staff == pytest.approx(able)
    assert found.before.activity.digital_staff == CASE.firms[FIRM].digitalization_rate
    assert found.before.activity.digital_staff <= able <= 1.0


def test_a_rival_changes_only_where_rivals_follow_their_trend():
    rival = next(name for name, firm in CASE.firms.items() if firm.trend.order)
    assert transformation(CASE, rival).stages == ()
    moving = load_scenario("partner-dv", {"rivals.mode": "trend"})
    tools = [tool.tool for stage in transformation(moving, rival).stages for tool in stage.tools]
    assert tools == list(CASE.firms[rival].trend.order)


def test_a_profile_that_replaces_the_first_is_in_force_afterwards():
    firms = CASE.firms
    other = next(name for name in CASE.profiles if name != firms[FIRM].profile)
    changed = load_scenario("partner-dv", {f"firms.{FIRM}.profile_after": other, "programme.order": []})
    found, unchanged = transformation(changed, FIRM), transformation(CASE, FIRM)
    assert found.before.customer_interaction == unchanged.before.customer_interaction
    assert found.after.customer_interaction.relations.context_kept == CASE.profiles[other].integration


def test_a_tool_of_no_effect_changes_no_business_model_but_its_list_of_tools(tmp_path):
    tools = shipped_table("tools")
    name = next(tool for tool in CASE.programme.order if tool not in CASE.firms[FIRM].starting_tools)
    tools[name]["effects"] = []
    catalogue = catalogue_with(tmp_path, tools=tools)
    scenario = load_scenario("partner-dv", {"programme.order": [name]}, catalogue)
    found = transformation(scenario, FIRM, catalogue)
    for part in ("sales_channels", "consumer_segments"):
        one, other = (getattr(model.customer_interaction, part) for model in (found.before, found.after))
        rest = [field for field in vars(one) if field != "tools"]
        assert [getattr(one, field) for field in rest] == [getattr(other, field) for field in rest]
    assert name in found.after.activity.tools
    assert np.isclose(found.after.activity.capacity, found.before.activity.capacity)
