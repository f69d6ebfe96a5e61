"""The agents engine: customers are Mesa agents that live by the rules of the arrays engine, and can be asked why."""

import copy
import gc
import json
import math
import pickle
import weakref

import numpy as np
import pytest
from click.testing import CliRunner
from worlds import assert_same_world, fields_that_differ, market, world

import simbiz.runs.run
from simbiz import OmnichannelModel, simulate
from simbiz.cli import main
from simbiz.errors import InputError
from simbiz.market.agents import Customer, Firm
from simbiz.market.base_year import YEAR
from simbiz.runs.engine import compile_rules
from simbiz.runs.run import Run, execute
from simbiz.state.columns import LOYALTY_PARTS, NO_FIRM, TASTE_PARTS
from simbiz.submodels.choice import gumbel
from simbiz.week.consideration import FIRM, UNAIDED
from simbiz.week.contact import CHANNEL
from simbiz.week.luck import luck, luck_pair

# Few enough that plain Python is quick; segments whose seasons differ have clocks of their own.
SEASONS = {"segments.person.parameters.season_amplitude": 0.2}
FEW = {"customers": 20, "calendar.weeks": 4} | SEASONS


def agents_world(changes=None, seed=1):
    """Give a world of agents before its first week."""
    return OmnichannelModel(market(FEW | (changes or {})), rng=seed, engine="agents")


def grown_up(week, changes=None):
    """Give a world of agents whose past was lived in the arrays engine, which is quicker."""
    scenario = market(FEW | (changes or {}))
    past = OmnichannelModel(scenario, rng=1)
    return past.run(until=week).branch(scenario, engine="agents")


def customers_of(model):
    return model.agents_by_type[Customer]


# ---- one model, two engines


def two_engines(customers, weeks):
    """Give one past in the arrays engine two futures of so many weeks, one in each engine."""
    scenario = market({"customers": customers, "calendar.years": 2} | SEASONS)
    past = OmnichannelModel(scenario, rng=5)
    past.run_past()
    arrays, agents = (past.branch(scenario, engine=engine).run(past.start + weeks) for engine in ("arrays", "agents"))
    assert agents.firm_series.implemented[past.start : past.start + weeks, agents.layout.focal].any()
    return arrays, agents


def assert_same_whoever_counts(arrays, agents):
    assert_same_world(arrays, agents)
    week = slice(arrays.start, arrays.week)
    assert agents.tallies.purchases[week].sum(axis=(1, 2)).all()
    assert len(customers_of(agents)) == len(arrays.customers)
    assert Customer not in arrays.agents_by_type


def test_both_engines_have_the_same_customers_and_counts_bit_for_bit():
    assert_same_whoever_counts(*two_engines(customers=300, weeks=60))


@pytest.mark.slow
def test_both_engines_have_the_same_customers_and_counts_in_a_larger_market():
    """20,000 customers, 24 weeks from the start of the programme."""
    assert_same_whoever_counts(*two_engines(customers=20_000, weeks=24))


@pytest.mark.slow
def test_both_engines_have_the_same_customers_and_counts_among_a_million():
    """1,000,000 customers, the last week of the first year, in which firms ask their customers."""
    scenario = market({"customers": 1_000_000} | SEASONS)
    past = OmnichannelModel(scenario, rng=6)
    past.run(until=YEAR - 1)
    arrays, agents = (past.branch(scenario, engine=engine) for engine in ("arrays", "agents"))
    for model in (arrays, agents):
        model.step()
    assert_same_world(arrays, agents)
    week = agents.tallies[past.week]
    assert week.surveyed.all()
    assert week.purchases.sum() > 10_000
    agents.release()


def test_both_engines_are_the_same_from_the_first_week_to_the_last():
    assert_same_world(agents_world().run(), world(FEW).run())


def test_the_comparison_of_engines_sees_a_customer_who_lived_otherwise():
    arrays, agents = (world(FEW).run(until=20), agents_world().run(until=20))
    agents.customers.loyalty[7, 0] ^= 1
    with pytest.raises(AssertionError):
        assert_same_world(arrays, agents)


def test_a_run_gives_the_same_results_in_both_engines():
    one, other = (execute([Run(market(FEW), 3)], engine=engine)[0] for engine in ("arrays", "agents"))
    assert one.status == other.status == "ok"
    assert one.metrics == other.metrics
    assert (one.key, one.fit, one.programme) == (other.key, other.fit, other.programme)


def test_the_command_line_prints_the_same_bytes_in_both_engines():
    changes = {**FEW, "calendar.burn_in_weeks": 52}
    options = [part for key, value in changes.items() for part in ("--set", f"{key}={json.dumps(value)}")]
    printed = [
        CliRunner().invoke(main, ["run", "partner-dv", "--weeks", "8", "--json", "--engine", engine, *options])
        for engine in ("arrays", "agents")
    ]
    assert [result.exit_code for result in printed] == [0, 0]
    assert json.loads(printed[0].stdout)["runs"][0]["outcomes"]
    assert printed[0].stdout == printed[1].stdout


def test_an_engine_that_does_not_exist_is_refused_with_a_suggestion():
    with pytest.raises(InputError, match=r"engine 'agent' is not known.*Did you mean 'agents'"):
        OmnichannelModel(market(FEW), rng=1, engine="agent")
    with pytest.raises(InputError, match="engine 'array' is not known"):
        world(FEW).branch(market(FEW), engine="array")


def test_the_order_in_which_customers_live_changes_nothing(monkeypatch):
    def in_any_order(self, method, *arguments):
        return customers_of(self).shuffle(inplace=True) and everybody(self, method, *arguments)

    everybody = OmnichannelModel._everybody
    monkeypatch.setattr(OmnichannelModel, "_everybody", in_any_order)
    shuffled = agents_world().run(until=40)
    monkeypatch.undo()
    assert_same_world(shuffled, agents_world().run(until=40))


# ---- as a user of Mesa expects


def test_a_model_is_made_and_stepped_as_any_mesa_model():
    model = OmnichannelModel("partner-dv", rng=1, engine="agents", customers=500)
    assert (model.week, model.running) == (0, True)
    model.step()
    assert (model.week, model.steps, model.running) == (1, 1, True)
    assert {type(agent) for agent in model.agents} == {Customer, Firm}
    assert len(customers_of(model)) == len(model.customers)
    assert [agent.row for agent in customers_of(model)] == list(range(len(model.customers)))
    assert len({agent.unique_id for agent in model.agents}) == len(model.agents)


def test_agents_can_be_selected_and_summed_up():
    model = grown_up(60)
    customers = customers_of(model)
    assert customers.agg("digital_affinity", np.mean) == pytest.approx(model.customers.affinity.mean() / TASTE_PARTS)
    organisations = customers.select(lambda customer: customer.segment == "organisation")
    assert len(organisations) == (model.customers.segment == model.layout.segments.index("organisation")).sum()
    assert 0 < len(organisations) < len(customers)
    assert len(customers.select(lambda customer: customer.last_firm, at_most=3)) == 3
    counts = {name: len(group) for name, group in customers.groupby("segment")}
    assert sum(counts.values()) == len(customers)
    assert set(counts) == set(model.layout.segments)


def test_customers_say_what_their_records_hold():
    model = grown_up(30)
    firms, records = model.layout.firms, model.customers
    for customer, record in zip(customers_of(model), records, strict=True):
        assert customer.segment == model.layout.segments[record.segment]
        assert customer.last_firm == (None if record.last_firm == NO_FIRM else firms[record.last_firm])
        assert list(customer.loyalty) == list(customer.satisfaction) == firms
        assert list(customer.loyalty.values()) == (record.loyalty / LOYALTY_PARTS).tolist()
        assert list(customer.satisfaction.values()) == record.satisfaction.tolist()
    names = customers_of(model).get("last_firm")
    assert None in names
    assert set(firms) & set(names)


def test_firms_say_their_tools_revenue_and_share():
    model = world().run(until=70)
    firms = model.agents_by_type[Firm]
    revenue = model.weekly_revenue()
    assert firms.get("revenue") == revenue.tolist()
    assert firms.get("market_share") == pytest.approx((revenue / revenue.sum()).tolist())
    declared = model.layout.scenario.firms
    assert {firm.name: set(firm.tools) for firm in firms} == {
        name: set(firm.starting_tools) for name, firm in declared.items()
    }


def test_a_firm_has_the_tools_that_it_implemented():
    model = world({"programme.order": ["smm"], "calendar.weeks": 20})
    focal = model.agents_by_type[Firm][model.layout.focal]
    assert "smm" not in focal.tools
    model.run()
    assert "smm" in focal.tools


def test_the_data_collector_has_a_row_for_every_week():
    model = world().run(until=30)
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["week"].tolist() == list(range(1, 31))
    for week, shares in enumerate(frame["market_share"]):
        revenue = model.tallies[week].revenue @ model.expansion
        assert shares == pytest.approx(dict(zip(model.layout.firms, revenue / revenue.sum(), strict=True)))
    rates = [list(row.values()) for row in frame["digitalization_rate"]]
    np.testing.assert_array_equal(rates, model.firm_series.digital_share[:30])


@pytest.mark.parametrize("engine", ["arrays", "agents"])
def test_run_model_stops_where_the_calendar_ends(engine):
    model = grown_up(150) if engine == "agents" else world(FEW)
    model.run_model()
    assert (model.week, model.running) == (model.end, False)
    model.run_model()
    assert model.week == model.end


def pickled(model):
    return pickle.loads(pickle.dumps(model))


@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
@pytest.mark.parametrize("week", [0, 15])
def test_a_copy_of_a_world_of_agents_goes_on_as_the_world_itself(copied, week):
    half = agents_world().run(until=week)
    other = copied(half)
    half.run(until=30)
    assert other.week == week
    assert_same_world(other.run(until=30), half)
    assert customers_of(other)[5].model is other
    collected = [model.datacollector.get_model_vars_dataframe() for model in (half, other)]
    assert collected[0].equals(collected[1])


def test_a_seed_that_is_not_given_is_drawn_and_can_be_used_again():
    first, second = (OmnichannelModel(market(FEW), engine="agents") for _ in range(2))
    assert first.seed_used != second.seed_used
    first.run(until=10)
    assert_same_world(first, agents_world(seed=first.seed_used).run(until=10))


def test_seed_0_is_a_seed_as_any_other():
    first, second = (agents_world(seed=0).run(until=10) for _ in range(2))
    assert first.seed_used == 0
    assert_same_world(first, second)
    assert "need_time" in fields_that_differ(first.customers, agents_world(seed=1).customers)


@pytest.mark.parametrize("rng", [-1, 2**32, 2**70, 1.5, float("nan"), "one", np.random.default_rng(1)])
def test_what_is_no_seed_is_refused_because_no_two_seeds_are_the_same_world(rng):
    with pytest.raises(InputError, match="rng must be a whole number from 0 to 4294967295, not "):
        OmnichannelModel(market(FEW), rng=rng)


@pytest.mark.parametrize("rng", [7, np.int64(7), 7.0, "7"])
def test_a_seed_may_come_from_a_form(rng):
    assert OmnichannelModel(market(FEW), rng=rng).seed_used == 7


# ---- why a customer does what it does


def test_a_customer_can_be_asked_before_the_first_week():
    model = agents_world()
    said = customers_of(model)[0].explain()
    assert said["journey"]["doing"] == "waits for a need"
    assert said["shortlist"] == []
    assert said["last"] == {"firm": None, "channel": None}


def assert_sound(model, customer, said):
    """Check names, sums and odds of an explanation."""
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert said["segment"] == customer.segment
    assert list(said["firms"]) == model.layout.firms
    for row, (name, firm) in enumerate(said["firms"].items()):
        assert firm["utility"] == pytest.approx(sum(firm["terms"].values()), abs=1e-12)
        assert firm["terms"]["loyalty"] == pytest.approx(
            model.layout.parameters.loyalty_coefficient[customer.record.segment] * customer.loyalty[name]
        )
        assert firm["impressions"] == customer.record.impressions[row]
        assert set(firm["channels"]) <= set(model.layout.channels)
        assert sum(firm["channels"].values()) == pytest.approx(1.0)
        assert firm["sells"]
    assert said["last"]["firm"] == customer.last_firm
    assert (said["last"]["channel"] is None) == (customer.last_firm is None)
    assert {entry["firm"] for entry in said["shortlist"]} <= set(model.layout.firms)


def test_an_explanation_is_plain_data_with_sound_names_sums_and_odds():
    slow = {"segments.organisation.deliberation_weeks": 6, "segments.organisation.routine": 5.0}
    doing = set()
    for week in (0, 45, 156):
        model = grown_up(week, slow)
        for customer in customers_of(model):
            said = customer.explain()
            assert_sound(model, customer, said)
            doing.add(said["journey"]["doing"])
            under_way = said["journey"]["doing"] in ("deliberates", "meets again")
            assert under_way == customer.record.under_way
            when = said["journey"]["decides_in_week" if under_way else "next_in_week"]
            assert when == customer.record.due - model.start
    assert {"deliberates", "waits for a need"} <= doing <= {"deliberates", "meets again", "waits for a need"}


def test_a_firm_that_takes_no_orders_says_so_and_has_no_worth_of_access():
    closed = {
        name: {"open": 1} for name in ("branch", "phone", "sales_representative", "email", "messenger", "website")
    }
    model = agents_world({"profiles.initiative.channels": closed})
    firm = customers_of(model)[0].explain()["firms"]["partner_dv"]
    assert not firm["sells"]
    assert firm["terms"]["access"] == 0.0


# Nothing goes wrong on the way, so that the first choice stands; one contact for information with each firm.
SMOOTH = {
    "parameters.patience": 1000.0,
    "parameters.word_of_mouth_awareness": 0.0,
    "profiles.initiative.lead_ownership": 1.0,
    "profiles.traditional.lead_ownership": 1.0,
    "profiles.multichannel.lead_ownership": 1.0,
    "segments.organisation.information_contacts": [1, 1],
    "segments.person.information_contacts": [1, 1],
    "segments.organisation.deliberation_weeks": 4,
    "segments.person.deliberation_weeks": 4,
    "segments.organisation.routine": 5.0,
    "segments.person.routine": 5.0,
}


@pytest.fixture(scope="module")
def foreseen():
    """Journeys begun in a week: the model, and for each customer what it said before and after."""
    model = grown_up(100, {**SMOOTH, "customers": 4000})
    model.firms_implement()
    model.staff_takes_up_tools()
    model.firms_are_seen()
    worlds = model.worlds()
    before = {c: c.explain() for c in customers_of(model) if c.record.due == model.week and not c.record.under_way}
    numbers = {customer: int(customer.record.need_number) for customer in before}
    model.customers_live()
    begun = {
        customer: (said, customer.explain(), worlds[customer.record.segment])
        for customer, said in before.items()
        if customer.record.under_way and customer.record.need_number == numbers[customer]
    }
    assert len(begun) > 50
    return model, begun


def test_a_customer_shortlists_the_firms_it_knows_with_the_highest_utility_and_luck(foreseen):
    model, begun = foreseen
    sizes = set()
    for customer, (before, after, seen) in begun.items():
        record, utility = customer.record, {}
        for row, name in enumerate(model.layout.firms):
            aided = record.impressions[row] > 0
            if aided or luck(UNAIDED, seen.firm_id[row], 0, record, seen) < seen.unaided_awareness:
                chance = luck_pair(FIRM, seen.firm_id[row], 0, record, seen)[0]
                utility[name] = before["firms"][name]["utility"] + gumbel(chance)
        best = sorted(utility, key=utility.__getitem__, reverse=True)
        shortlist = [entry["firm"] for entry in after["shortlist"]]
        assert shortlist == best[: len(shortlist)]
        for entry in after["shortlist"]:
            # The record keeps single precision.
            assert entry["utility"] == pytest.approx(before["firms"][entry["firm"]]["utility"], rel=1e-6, abs=1e-6)
        sizes.add(len(shortlist))
    assert len(sizes) > 1


def test_a_customer_contacts_a_firm_on_the_channel_with_the_best_odds_and_luck(foreseen):
    model, begun = foreseen
    layout, used = model.layout, set()
    for customer, (before, after, seen) in begun.items():
        for entry in after["shortlist"]:
            row, odds = layout.firms.index(entry["firm"]), before["firms"][entry["firm"]]["channels"]
            worth = {}
            for name, share in odds.items():
                alternative = seen.firm_id[row] ^ seen.channel_id[layout.channels.index(name)]
                worth[name] = math.log(share) + gumbel(luck(CHANNEL, alternative, 0, customer.record, seen))
            channel = layout.channels[customer.record.last_channel[row]]
            assert channel == max(worth, key=worth.__getitem__)
            used.add(channel)
    assert len(used) > 3


def test_asking_customers_changes_nothing():
    asked = grown_up(140)
    while asked.running:
        for customer in customers_of(asked):
            customer.explain()
        asked.step()
    assert_same_world(asked, grown_up(140).run())


# ---- a model that is done with is gone

TINY = {"customers": 50, "calendar.years": 1}


def models_alive():
    gc.collect()
    # Not isinstance: it would ask weak proxies of things that are gone.
    return sum(type(thing) is OmnichannelModel for thing in gc.get_objects())


@pytest.mark.parametrize(
    "work",
    [
        lambda: simulate(market(TINY), replicates=2),
        lambda: execute([Run(market(TINY), 1)], engine="arrays"),
        lambda: execute([Run(market(TINY), 1)], engine="agents"),
        lambda: compile_rules(Run(market(TINY), 1)),
    ],
    ids=["simulate", "arrays", "agents", "compile"],
)
def test_no_model_stays_alive_after_a_run(work):
    before = models_alive()
    work()
    assert models_alive() == before


@pytest.mark.parametrize("broken", ["step", "branch", "observation"])
def test_no_model_stays_alive_after_a_run_that_failed(broken, monkeypatch):
    def fail(self, *arguments):
        raise ZeroDivisionError

    monkeypatch.setattr(OmnichannelModel, broken, fail)
    before = models_alive()
    assert execute([Run(market(TINY), 1)], engine="agents")[0].status == "failed"
    assert models_alive() == before


def test_a_users_own_model_can_be_let_go():
    before = models_alive()
    model = agents_world().run(until=3)
    assert models_alive() == before + 1
    model.release()
    assert len(model.agents) == 0
    del model
    assert models_alive() == before


@pytest.mark.parametrize("engine", ["arrays", "agents"])
def test_the_memory_of_a_world_that_is_let_go_is_free_at_once(engine):
    """Worlds that wait for the garbage collector, which counts objects and not bytes, fill gigabytes first."""
    gc.collect()
    gc.disable()
    try:
        past = world({"customers": 20}, engine=engine).run(until=2)
        branch = past.branch(past.layout.scenario).run(until=4)
        assert len(branch.datacollector.get_model_vars_dataframe()) == 2
        worlds = [weakref.ref(model) for model in (past, branch)]
        for model in (past, branch):
            model.release()
        del model, past, branch
        assert [one() for one in worlds] == [None, None]
    finally:
        gc.enable()


def test_a_world_that_was_let_go_keeps_the_weeks_of_its_collector_that_were_read():
    model = world({"customers": 20}).run(until=2)
    collector = model.datacollector
    read = collector.get_model_vars_dataframe()
    model.run(until=4).release()
    assert collector.get_model_vars_dataframe().equals(read)


def test_results_outlive_the_model_they_were_made_by(monkeypatch):
    kept = []
    plain = simbiz.runs.run.observe
    monkeypatch.setattr(simbiz.runs.run, "observe", lambda seen: kept.append(seen) or plain(seen))
    before = models_alive()
    simulate(market(TINY))
    assert kept[0].tallies.needs.any()
    assert models_alive() == before
