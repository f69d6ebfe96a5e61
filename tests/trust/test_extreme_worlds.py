"""Worlds at the end of what can be declared: a sensible result with all in order, or one line with the reason."""

import numpy as np
import pytest
from click.testing import CliRunner
from fuzzed_scenarios import ALONE, SHIPPED, SMALL, market_of
from invariants import lived_in_order
from worlds import assert_same_world

from simbiz.catalogue import load_catalogue
from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.errors import InputError
from simbiz.metrics import observe
from simbiz.scenario import load_scenario

YEARS = 50
CHANNELS = load_catalogue().channels


def scenario_of(shape=SHIPPED, changes=None):
    return load_scenario("partner-dv", market_of(*shape) | (changes or {}))


def closed():
    """No channel open in any profile."""
    profiles = market_of(*SHIPPED)["profiles"]
    return {f"profiles.{name}.channels": {} for name in profiles}


def of_firms(**values):
    return {f"firms.{name}.{key}": value for name in market_of(*SHIPPED)["firms"] for key, value in values.items()}


def of_segments(**values):
    names = market_of(*SHIPPED)["segments"]
    return {f"segments.{name}.{key}": value for name in names for key, value in values.items()}


WORLDS = {
    "one customer": (SHIPPED, {"customers": 1}),
    "no channel open": (SHIPPED, closed()),
    "no channel open at the focal firm": (SHIPPED, {"profiles.initiative.channels": {}}),
    "zero budget": (SHIPPED, {"programme.budget": 0.0}),
    "all tools failing": (SHIPPED, {"parameters.implementation_failure": 0.99, "programme.budget": 10.0}),
    "all tools failing without an end to the budget": (
        SHIPPED, {"parameters.implementation_failure": 0.99, "programme.budget": 1e300, "programme.parallel": 100},
    ),
    "zero staff": (SHIPPED, of_firms(staff={}, digitalization_rate=0.0)),
    "zero staff in every role": (SHIPPED, of_firms(staff={"sales": 0, "service": 0}, digitalization_rate=0.0)),
    "all loyal": (SHIPPED, {"parameters.loyalty_coefficient": 10.0, "parameters.loyalty_smoothing": 1.0}),
    "nobody loyal": (SHIPPED, {"parameters.loyalty_coefficient": 0.0, "parameters.loyalty_smoothing": 0.0}),
    "50 needs a week": (SHIPPED, of_segments(needs_per_year=2600.0)),
    "a need in a thousand years": (SHIPPED, {"market.value": 100.0} | of_segments(needs_per_year=0.001)),
    "growth of -99 %": (SHIPPED, {"market.growth": -0.99}),
    "growth of 500 %": (SHIPPED, {"market.growth": 5.0}),
    "nobody knows anybody": (SHIPPED, {"parameters.base_reach": 0.0, "parameters.unaided_awareness": 0.0}),
    "everything goes elsewhere": (SHIPPED, {"market.outside_share": 0.999}),
    "a thousandth of the budget of a beginner": (SHIPPED, {"market.value": 1e-9}),
    "every mechanism off": (SHIPPED, {f"mechanisms.{name}": False for name in load_catalogue().mechanisms}),
    "a price of a hundredth": (SHIPPED, of_firms(price=0.01)),
    "a hundred times the price": (SHIPPED, of_firms(price=100.0)),
    "nine tenths given away": (
        SHIPPED, {"profiles.initiative.offer": 0.9, "profiles.initiative.personal_offer": 0.9},
    ),
    "no contacts before a decision": (SHIPPED, of_segments(information_contacts=[0, 0])),
    "a hundred contacts before a decision": (SHIPPED, {"segments.person.information_contacts": [100, 100]}),
    "ten years of deliberation": (SHIPPED, of_segments(deliberation_weeks=520.0, routine=1000.0)),
    "eight people who must agree": (SHIPPED, of_segments(buying_centre=[8, 8])),
    "a segment without value": (
        SHIPPED, {"segments.person.value_share": 0.0, "segments.organisation.value_share": 1.0},
    ),
    "a shock that never ends": (SHIPPED, {"shock": {"start_week": 0, "weeks": 2600, "digital_taste": 20.0}}),
    "measures in every week": (
        SHIPPED, of_firms(measures={name: {"every_weeks": 1, "times": 2600} for name in load_catalogue().measures}),
    ),
    "everybody answers at once": (SHIPPED, {"rivals.mode": "responding", "parameters.monitoring": 1.0}),
}  # fmt: skip
# Of a shape that has to be compiled, or with more to do than a test of every day may take.
LARGER = {
    "one firm": (ALONE, {}),
    "one firm and one customer": (ALONE, {"customers": 1}),
    "two firms and one customer": (SMALL, {"customers": 1}),
    "a million people in a role": (
        SHIPPED, {"firms.rival_a.staff.sales": 1_000_000, "firms.rival_a.digitalization_rate": 0.0},
    ),
}  # fmt: skip
ALL = WORLDS | LARGER

IMPOSSIBLE = {
    "no customer": ({"customers": 0}, "customers must be 'market' or a whole number of at least 1, not 0"),
    "no firm": ({"firms": {}}, "firms: the shares of all firms must sum to 1, not 0"),
    "no segment": ({"segments": {}}, "segments: the value shares of all segments must sum to 1, not 0"),
    "no need": ({"segments.person.needs_per_year": 0.0}, "segments.person.needs_per_year must be at least 0.001"),
    "no market": ({"market.value": 0.0}, "market.value must be greater than 0"),
    "growth of -100 %": ({"market.growth": -1.0}, "market.growth must be greater than -1"),
    "everything elsewhere": ({"market.outside_share": 1.0}, "market.outside_share must be less than 1"),
    "more customers than can be told apart": (
        {"market.value": 1e12},
        "market.value makes 2.16e+09 customers of segments.organisation",
    ),
    "more than the whole market in the year before": (
        {"past.share_index_before": 0.05},
        "past.share_index_before = 0.05 makes the share of partner_dv 1.542 in the year before; at most 1 is possible",
    ),
    "nobody who could use a tool": (
        {"firms.rival_f.staff": {"sales": 5}, "firms.rival_f.starting_tools": []},
        "firms.rival_f.digitalization_rate = 0.08 cannot be reached",
    ),
    "too long a calendar": ({"calendar.years": 51}, "calendar.years must be at most 50"),
    "a list of thousands": (
        {"segments.person.shortlist": [1, 5000]},
        "segments.person.shortlist[1] must be at most 250",
    ),
    "every tool fails for ever": (
        {"parameters.implementation_failure": 1.0},
        "parameters.implementation_failure = 1 lies outside the allowed 0 to 0.99",
    ),
}


@pytest.mark.parametrize("name", WORLDS)
def test_an_extreme_world_is_lived_through_in_order(name):
    lived_in_order(scenario_of(*WORLDS[name]))


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGER)
def test_a_larger_extreme_world_is_lived_through_in_order(name):
    lived_in_order(scenario_of(*LARGER[name]))


@pytest.mark.parametrize("name", ["one customer", "no channel open", "zero staff"])
def test_both_engines_agree_on_an_extreme_world(name):
    shape, changes = ALL[name]
    scenario = scenario_of(shape, changes | {"customers": 2})
    assert_same_world(*(lived_in_order(scenario, engine=engine) for engine in ("arrays", "agents")))


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_both_engines_agree_on_every_extreme_world(name):
    shape, changes = ALL[name]
    scenario = scenario_of(shape, changes | {"customers": 4})
    assert_same_world(*(lived_in_order(scenario, engine=engine) for engine in ("arrays", "agents")))


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_is_no_world_at_all_is_refused_in_one_line(name):
    changes, message = IMPOSSIBLE[name]
    with pytest.raises(InputError) as refused:
        scenario_of(SHIPPED, changes)
    assert str(refused.value).startswith(message)
    assert len(str(refused.value).splitlines()) == 1


def of_years(name, years=1):
    """Metrics of a world over whole years, by name, year and firm."""
    shape, changes = ALL[name]
    calendar = {"burn_in_weeks": 52, "years": years}
    model = lived_in_order(scenario_of(shape, changes | {"calendar": calendar}))
    return model, observe(model.observation())


@pytest.mark.slow
def test_a_firm_that_is_alone_has_the_whole_market():
    _, metrics = of_years("one firm")
    np.testing.assert_array_equal(metrics["market_share"][metrics["market_value"] > 0], 1.0)
    assert (metrics["share_index"][1:] == 1.0).all()


def test_without_a_channel_nothing_is_sold_and_no_metric_is_lost():
    model, metrics = of_years("no channel open")
    focal = model.layout.focal
    assert model.tallies.needs.sum() > 0
    # The programme opens channels of the focal firm, and nobody else's.
    others = [firm for firm in range(len(model.layout.firms)) if firm != focal]
    for name in ("revenue", "contacts", "purchases"):
        assert not metrics[name][:2].any()
        assert not metrics[name][:, others].any()
    assert (metrics["profit"][:2] < 0).all()


def test_without_a_budget_no_tool_is_begun():
    model, metrics = of_years("zero budget")
    assert not model.implementations[model.layout.focal].tasks
    assert not metrics["invested"].any()


@pytest.mark.parametrize("name", ["all tools failing", "all tools failing without an end to the budget"])
def test_where_every_implementation_fails_no_tool_is_ever_finished(name):
    model, metrics = of_years(name, years=2)
    implementation = model.implementations[model.layout.focal]
    assert any(task.failed for task in implementation.tasks)
    assert not implementation.finished
    assert np.isfinite(metrics["invested"]).all()


def test_without_staff_nobody_uses_a_tool_and_productivity_is_none():
    _, metrics = of_years("zero staff")
    assert not metrics["digitalization_rate"].any()
    assert not metrics["productivity"].any()


def test_where_everybody_is_loyal_hardly_anybody_changes_the_firm():
    repeats = [of_years(name)[1]["repeat_rate"][-1] for name in ("all loyal", "nobody loyal")]
    assert repeats[0].mean() > repeats[1].mean()


def test_needs_come_as_often_as_declared():
    model, _ = of_years("50 needs a week")
    weeks = model.week
    needs, people = model.tallies.needs.sum(), len(model.customers)
    expected = 50.0 * people * weeks
    rates = model.customers.rate.astype(float)
    # Given the customers' own rates the needs are Poisson; a journey under way lets no other begin.
    assert needs <= rates.sum() * weeks + 5 * np.sqrt(expected)
    assert needs > 0


def test_a_market_that_shrinks_by_99_percent_a_year_is_nearly_gone_after_two():
    _, metrics = of_years("growth of -99 %", years=3)
    value = metrics["market_value"][:, 0]
    assert value[1] > 0
    assert value[-1] <= 0.01 * value[1]
    assert np.isfinite(metrics["profit"]).all()


@pytest.mark.slow
def test_fifty_years_are_lived_through_in_order():
    scenario = scenario_of(SHIPPED, {"calendar": {"burn_in_weeks": 52, "years": YEARS}, "rivals.mode": "responding"})
    model = lived_in_order(scenario)
    assert model.week == 156 + 52 * YEARS


@pytest.mark.slow
@pytest.mark.parametrize("growth", [-0.99, 0.05])
def test_fifty_years_of_growth_or_decline_are_lived_through_in_order(growth):
    lived_in_order(scenario_of(SHIPPED, {"calendar": {"burn_in_weeks": 52, "years": YEARS}, "market.growth": growth}))


def test_more_customers_than_fit_into_this_machine_are_refused_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for options in (["run"], ["run", "--json"], ["payback"], ["payback", "--dry-run"]):
        command = [options[0], "partner-dv", *options[1:], "--set", "customers=2000000000"]
        result = CliRunner().invoke(main, command)
        assert result.exit_code == BAD_INPUT
        (line,) = result.stderr.splitlines()
        assert line.startswith("2,000,000,000 customers need ")
        assert not list(tmp_path.iterdir())
