"""Worlds at the end of what can be declared: a sensible result with all in order, or one line with the reason."""

import copy

import numpy as np
import pytest
from accounting import check_accounting
from click.testing import CliRunner
from fuzzed_scenarios import ALONE, SHIPPED, SMALL, market_of, put
from fuzzing import assert_one_line
from invariants import lived_in_order
from worlds import assert_same_world

from simbiz.catalogue import load_catalogue
from simbiz.cli import main
from simbiz.cli.exits import BAD_INPUT
from simbiz.errors import InputError
from simbiz.files import toml_file
from simbiz.market.model import OmnichannelModel
from simbiz.metrics import observe
from simbiz.scenario import load_scenario
from simbiz.state.series import FirmSeries
from simbiz.submodels.buying_centre import MOST_MEETINGS

YEARS = 50
CHANNELS = load_catalogue().channels
BUSY, FEW_WEEKS = "50 needs a week", 6
MANY = {"customers": 400}


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
    "one customer in each segment": (SHIPPED, {"customers": 1}),
    "no channel open": (SHIPPED, closed()),
    "no channel open at the focal firm": (SHIPPED, {"profiles.initiative.channels": {}}),
    "zero budget": (SHIPPED, {"programme.budget": 0.0}),
    "all tools failing": (SHIPPED, {"parameters.implementation_failure": 0.99, "programme.budget": 10.0}),
    "all tools failing without an end to the budget": (
        SHIPPED, {"parameters.implementation_failure": 0.99, "programme.budget": 1e300, "programme.parallel": 100},
    ),
    "zero staff": (SHIPPED, of_firms(staff={}, digitalization_rate=0.0)),
    "zero staff in every role": (SHIPPED, of_firms(staff={"sales": 0, "service": 0}, digitalization_rate=0.0)),
    "all loyal": (SHIPPED, {"parameters.loyalty_coefficient": 10.0, "parameters.loyalty_smoothing": 0.0}),
    "loyalty that is never learnt": (
        SHIPPED, {"parameters.loyalty_coefficient": 10.0, "parameters.loyalty_smoothing": 1.0},
    ),
    "nobody loyal": (SHIPPED, {"parameters.loyalty_coefficient": 0.0, "parameters.loyalty_smoothing": 0.0}),
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
    BUSY: (SHIPPED, of_segments(needs_per_year=2600.0) | {"segments.organisation.buying_centre": [2, 4]}),
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


def live_and_tell(name, scenario):
    """Live through a world, and print what happened there."""
    model = lived_in_order(scenario)
    counts = model.tallies[: model.week]
    happened = {what: int(counts[what].sum()) for what in ("needs", "purchases", "outside")}
    print(f"{name}: {model.week} weeks, {len(model.customers)} customers, {happened}")
    return model


@pytest.mark.parametrize("name", WORLDS)
def test_an_extreme_world_is_lived_through_in_order(name):
    live_and_tell(name, scenario_of(*WORLDS[name]))


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGER)
def test_a_larger_extreme_world_is_lived_through_in_order(name):
    model = live_and_tell(name, scenario_of(*LARGER[name]))
    assert ("one customer" in name) == (len(model.customers) == 1)


@pytest.mark.parametrize("name", ["one customer in each segment", "no channel open", "zero staff"])
def test_both_engines_agree_on_an_extreme_world(name):
    shape, changes = ALL[name]
    scenario = scenario_of(shape, changes | {"customers": 2})
    assert_same_world(*(lived_in_order(scenario, engine=engine) for engine in ("arrays", "agents")))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ALL if name != BUSY])
def test_both_engines_agree_on_every_extreme_world(name):
    shape, changes = ALL[name]
    scenario = scenario_of(shape, changes | {"customers": 4})
    assert_same_world(*(lived_in_order(scenario, engine=engine) for engine in ("arrays", "agents")))


@pytest.mark.slow
def test_both_engines_agree_on_the_first_weeks_of_a_busy_world():
    """A whole year before the programme takes minutes where every customer needs something every day."""
    shape, changes = ALL[BUSY]
    scenario = scenario_of(shape, changes | {"customers": 8})
    models = [OmnichannelModel(scenario, rng=1, engine=engine).run(FEW_WEEKS) for engine in ("arrays", "agents")]
    assert models[0].tallies.needs.sum() > 50 * FEW_WEEKS
    check_accounting(models[1])
    assert_same_world(*models)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_is_no_world_at_all_is_refused_in_one_line(name):
    changes, message = IMPOSSIBLE[name]
    with pytest.raises(InputError) as refused:
        scenario_of(SHIPPED, changes)
    assert str(refused.value).startswith(message)
    assert_one_line(refused.value)
    print(f"{name}: {refused.value}")


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_is_no_world_at_all_ends_the_command_with_3_and_nothing_written(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    changes, message = IMPOSSIBLE[name]
    data = copy.deepcopy(market_of(*SHIPPED))
    for path, value in changes.items():
        put(data, tuple(path.split(".")), value)
    toml_file.write(tmp_path / "impossible.toml", data)
    result = CliRunner().invoke(main, ["run", "impossible.toml"])
    assert result.exit_code == BAD_INPUT
    assert_one_line(result.output)
    assert message in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["impossible.toml"]


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


def test_where_everybody_is_loyal_most_purchases_are_repeats_and_where_nobody_is_few():
    shares, purchases = [], []
    for name in ("all loyal", "nobody loyal"):
        counts = lived_in_order(scenario_of(SHIPPED, ALL[name][1] | MANY)).tallies
        purchases.append(counts.purchases.sum())
        shares.append(counts.repeats.sum() / purchases[-1])
    error = np.sqrt(sum(share * (1 - share) / bought for share, bought in zip(shares, purchases, strict=True)))
    assert shares[0] > 0.5 > shares[1]
    assert shares[0] - shares[1] > 5 * error


@pytest.fixture(scope="module")
def busy():
    return of_years(BUSY)[0]


def test_no_need_is_lost_where_they_come_faster_than_they_can_be_met(busy):
    """Needs that arise while a buying centre cannot agree wait for it; whoever is idle has begun all of them."""
    customers, idle = busy.customers, busy.customers.under_way == 0
    assert idle.any()
    assert not idle.all()
    now = busy.clock[:, busy.week][customers.segment]
    assert (customers.need_time[idle] >= now[idle]).all()
    assert (customers.need_time[~idle] < now[~idle]).all()


def test_where_nobody_has_to_agree_50_needs_a_week_are_begun_as_often_as_declared(busy):
    """Given the customers' own rates their needs are Poisson, and each of them is decided in its own week."""
    segment = list(busy.layout.segments).index("person")
    own = busy.customers[busy.customers.segment == segment]
    expected = own.rate.sum(dtype=float) * busy.clock[segment, busy.week]
    assert (own.members == 1).all()
    assert abs(busy.tallies.needs[:, segment].sum() - expected) < 5 * np.sqrt(expected)


def test_where_many_must_agree_a_need_holds_up_the_next_for_as_long_as_they_meet(busy):
    """A journey ends with the last meeting at the latest: that bounds needs from below, and their rate from above."""
    segment = list(busy.layout.segments).index("organisation")
    own = busy.customers[busy.customers.segment == segment]
    expected = own.rate.sum(dtype=float) * busy.clock[segment, busy.week]
    begun = busy.tallies.needs[:, segment].sum()
    assert (own.members > 1).all()
    assert len(own) * busy.week / (MOST_MEETINGS + 1) <= begun < expected - 5 * np.sqrt(expected)


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


@pytest.mark.parametrize("name", FirmSeries._fields)
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_not_a_number_in_any_series_of_firms_reaches_no_metric(name, wrong):
    """Either the run is refused, or no metric reads that series."""
    model = OmnichannelModel(scenario_of(SHIPPED, {"calendar": {"burn_in_weeks": 52, "years": 1}}), rng=1).run()
    whole = observe(model.observation())
    getattr(model.firm_series, name)[model.start + 30] = wrong
    try:
        found = observe(model.observation())
    except ArithmeticError:
        return
    for metric, values in found.items():
        np.testing.assert_array_equal(values, whole[metric], err_msg=metric)


def test_more_customers_than_fit_into_this_machine_are_refused_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for options in (["run"], ["run", "--json"], ["payback"], ["payback", "--dry-run"]):
        command = [options[0], "partner-dv", *options[1:], "--set", "customers=2000000000"]
        result = CliRunner().invoke(main, command)
        assert result.exit_code == BAD_INPUT
        (line,) = result.stderr.splitlines()
        assert line.startswith("2,000,000,000 customers need ")
        assert not list(tmp_path.iterdir())
