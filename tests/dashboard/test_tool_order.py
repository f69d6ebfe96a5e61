"""An order of tools is put together step by step, and says what is wrong with it."""

import pytest
from worlds import market

from simbiz.catalogue import load_catalogue
from simbiz.dashboard.tool_order import ToolOrder

ORDER = ToolOrder(("a", "b", "c"))


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (ORDER.moved("c", -1), "acb"),
        (ORDER.moved("a", 1), "bac"),
        (ORDER.moved("a", -1), "abc"),
        (ORDER.moved("a", 9), "bca"),
        (ORDER.without_tool("b"), "ac"),
        (ORDER.with_tool("d"), "abcd"),
        (ORDER.with_tool("a"), "abc"),
    ],
)
def test_a_tool_is_moved_added_or_left_out(order, expected):
    assert "".join(order.tools) == expected


def test_a_tool_whose_prerequisite_is_missing_is_named_in_one_line():
    tool, required = next((name, tool.requires[0]) for name, tool in load_catalogue().tools.items() if tool.requires)
    scenario = market(
        {"firms.partner_dv.starting_tools": [], "firms.partner_dv.digitalization_rate": 0.0, "programme.order": []}
    )
    mistake = ToolOrder((tool,)).mistake(scenario)
    assert f"{tool} requires {required}" in mistake
    assert "\n" not in mistake
    assert ToolOrder((required, tool)).mistake(scenario) == ""


def test_the_order_of_the_scenario_has_no_mistake():
    scenario = market()
    assert ToolOrder(scenario.programme.order).mistake(scenario) == ""
    assert ToolOrder(()).mistake(scenario) == ""
