"""simbiz show firm."""

import json

import pytest
from click.testing import CliRunner

from simbiz.catalogue import load_catalogue
from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT, USAGE
from simbiz.scenario import load_scenario

CASE = load_scenario("partner-dv")


def simbiz(*arguments):
    return CliRunner().invoke(main, list(arguments))


def test_the_business_model_is_shown_in_four_sectors_and_three_blocks():
    result = simbiz("show", "firm", "partner-dv")
    assert result.exit_code == 0, result.output
    for heading in (
        "1 ACTIVITY",
        "2 VALUE PROPOSITION",
        "3 CUSTOMER INTERACTION: relations with the client",
        "3 CUSTOMER INTERACTION: consumer segments",
        "3 CUSTOMER INTERACTION: sales channels",
        "4 MONETIZATION",
        "IMPLEMENTATION ALGORITHM",
    ):
        assert f"\n{heading}" in result.stdout
    assert "our reading" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_every_tool_of_the_programme_is_shown_and_every_step_that_table_1_does_not_print_is_marked():
    shown = simbiz("show", "firm", "partner-dv").stdout
    plan = shown.partition("IMPLEMENTATION ALGORITHM")[2].partition("\nstage 1")[2]
    tools = [load_catalogue().tools[name] for name in CASE.programme.order]
    assert [name for name in CASE.programme.order if name not in plan] == []
    assert plan.count("*") == sum(not step.printed for tool in tools for step in tool.steps)


@pytest.mark.parametrize("name", ["partner-dv", "partner_dv"])
def test_hyphen_and_underscore_are_the_same(name):
    assert simbiz("show", "firm", name).stdout == simbiz("show", "firm", CASE.focal).stdout


def test_data_say_what_is_shown():
    data = json.loads(simbiz("show", "firm", "partner-dv", "--json").stdout)
    assert (data["schema_version"], data["scenario"], data["firm"]) == (1, "partner_dv", "partner_dv")
    sectors = ["activity", "value_proposition", "customer_interaction", "monetization"]
    for model in (data["before"], data["after"]):
        assert list(model) == sectors
        assert list(model["customer_interaction"]) == ["relations", "consumer_segments", "sales_channels"]
    assert [tool["tool"] for stage in data["stages"] for tool in stage["tools"]] == list(CASE.programme.order)


def test_a_firm_without_a_programme_has_no_stages():
    result = simbiz("show", "firm", "partner-dv", "--scenario", "partner-dv-no-programme")
    assert result.stdout.endswith("IMPLEMENTATION ALGORITHM the firm has no programme\n")


def test_the_scenario_may_be_changed():
    changed = simbiz("show", "firm", "partner-dv", "--set", 'programme.order=["content"]', "--json")
    (stage,) = json.loads(changed.stdout)["stages"]
    assert [tool["tool"] for tool in stage["tools"]] == ["content"]


def test_the_firms_of_a_scenario_are_listed():
    rows = json.loads(simbiz("list", "firms", "--scenario", "partner-dv", "--json").stdout)
    assert [row["name"] for row in rows] == list(CASE.firms)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["show", "firm", "partner-vd"], BAD_INPUT, "partner-vd is not a firm of partner_dv; allowed: one of "),
        (["show", "firm", "partner-dv", "--scenario", "partner-vd"], BAD_INPUT, "partner-vd is not a scenario"),
        (["list", "firms", "--scenario", "partner-vd"], BAD_INPUT, "partner-vd is not a scenario"),
        (["show", "tool", "smm", "--scenario", "partner-dv"], USAGE, "main show: --scenario goes with firms only"),
        (["list", "tools", "--scenario", "partner-dv"], USAGE, "main list: --scenario goes with firms only"),
    ],
)
def test_a_mistake_is_said_in_one_line(arguments, code, said):
    result = simbiz(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1
    assert code == USAGE or "Did you mean '" in result.stderr
