"""What luck depends on, and what it does not depend on."""

import copy
import pickle

import numpy as np
import pytest
from accounting import check_accounting
from worlds import (
    UNTIED,
    assert_same_history,
    assert_same_world,
    catalogue_with,
    fields_that_differ,
    lived,
    market,
    shipped_table,
    world,
)

import simbiz.market.model
from simbiz.catalogue import load_catalogue
from simbiz.draws import name_id
from simbiz.market.model import OmnichannelModel
from simbiz.scenario import with_changes, without_programme
from simbiz.state.columns import BY_SEGMENT
from simbiz.state.customers import initial_customers, season_clock
from simbiz.state.layout import Layout


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_two_worlds_with_one_seed_are_the_same(seed):
    first, second = world(seed=seed).run(), world(seed=seed).run()
    assert_same_world(first, second)
    check_accounting(first)


def test_worlds_with_two_seeds_differ_in_every_customer():
    first, second = lived(seed=1), lived(seed=2)
    assert (first.customers.need_time != second.customers.need_time).all()
    assert first.tallies.purchases.tobytes() != second.tallies.purchases.tobytes()


def test_a_world_without_a_given_seed_says_which_it_used():
    first = OmnichannelModel(market())
    assert 0 <= first.seed_used < 2**32
    assert OmnichannelModel(market(), rng=0).seed_used == 0


@pytest.mark.parametrize(("threads", "chunk"), [(1, 97), (3, 97), (2, 1), (4, 10**9)])
def test_neither_threads_nor_chunks_change_anything(monkeypatch, threads, chunk):
    monkeypatch.setattr(simbiz.market.model, "CHUNK", chunk)
    changes = {"customers": 300} if chunk == 1 else {}
    divided = world(changes, threads=threads).run()
    monkeypatch.undo()
    assert_same_world(divided, world(changes).run())
    check_accounting(divided)


@pytest.mark.slow
@pytest.mark.parametrize(("threads", "chunk"), [(2, None), (1, 9_973), (3, 250_000), (2, 10**9)])
def test_neither_threads_nor_chunks_change_anything_among_a_million(monkeypatch, threads, chunk):
    """1,000,000 customers, 30 weeks, so that a survey is among them; the usual chunks where no size is given."""
    changes, weeks = {"customers": 1_000_000}, 30
    whole = world(changes, seed=4).run(weeks)
    if chunk is not None:
        monkeypatch.setattr(simbiz.market.model, "CHUNK", chunk)
    divided = world(changes, seed=4, threads=threads).run(weeks)
    assert_same_world(divided, whole)
    assert whole.tallies.surveyed[:weeks].any()
    assert whole.tallies.purchases[:weeks].sum() > 1_000_000


def test_worlds_with_and_without_the_programme_are_the_same_until_a_tool_acts():
    with_it, without = lived(), lived(programme=False)
    acts = with_it.firm_series.implemented.any(axis=(1, 2))
    first = int(np.flatnonzero(acts)[0])
    assert with_it.start <= first < with_it.end
    assert fields_that_differ(with_it.tallies[:first], without.tallies[:first]) == []
    assert fields_that_differ(with_it.tallies, without.tallies) != []
    for name in with_it.firm_series._fields:
        if name != "invested":
            one, other = getattr(with_it.firm_series, name), getattr(without.firm_series, name)
            np.testing.assert_array_equal(one[:first], other[:first])


def test_customers_who_are_not_concerned_keep_their_luck_when_a_tool_acts():
    with_it, without = lived(), lived(programme=False)
    same = with_it.customers.need_time == without.customers.need_time
    persons = with_it.customers.segment == with_it.layout.segments.index("person")
    # Nothing a firm does moves a need, and without deliberation no journey is under way at the end.
    assert same[persons].all()
    decided = with_it.customers.need_number == without.customers.need_number
    assert (same == decided).all()


def test_a_programme_of_zero_effect_changes_no_customer():
    nothing = {f"effects.{name}": 0.0 for name, _, _ in load_catalogue().effects()}
    scenario = market(nothing | {"mechanisms.coordination": False})
    idle = OmnichannelModel(scenario, rng=4).run()
    without = OmnichannelModel(without_programme(scenario), rng=4).run()
    assert idle.implementations[idle.layout.focal].spent > 0.0
    assert idle.firm_series.implemented.any()
    assert fields_that_differ(idle.customers, without.customers) == []
    assert fields_that_differ(idle.tallies, without.tallies) == []


@pytest.mark.parametrize("effect", [name for name, _, _ in load_catalogue().effects()])
def test_every_effect_of_a_tool_reaches_somebody_or_something(effect):
    """Alone at the far end of its bounds, an effect changes a count of the market or the firm's books."""
    tool = effect.split(".")[0]
    silent = {f"effects.{name}": 0.0 for name, _, _ in load_catalogue().effects()}
    changes = silent | {
        "customers": 600,
        "programme.order": [tool],
        "mechanisms.uncertain_durations": False,
        "mechanisms.staff_use": False,
        "mechanisms.coordination": False,
        "profiles.initiative.lead_ownership": 0.2,
        "profiles.initiative.channels.mobile_app.open": 2,
        "profiles.initiative.channels.social.open": 1,
        "profiles.initiative.channels.social.hours": 24.0,
    }
    value = next(one.value for name, _, one in load_catalogue().effects() if name == effect)
    attribute = effect.split(".")[1]
    if attribute == "channel_open":  # the channel that the tool opens is closed before
        changes[f"profiles.initiative.channels.{effect.split('.')[2]}.open"] = 0
    with_it = world(changes | {f"effects.{effect}": value}, seed=6).run()
    without = world(changes, seed=6).run()
    books = [
        np.stack([model.firm_series.running_cost, model.firm_series.digital_share, model.firm_series.integration])
        for model in (with_it, without)
    ]
    assert fields_that_differ(with_it.tallies, without.tallies) != [] or not np.array_equal(*books)


def test_more_customers_leave_the_traits_and_first_needs_of_the_others_as_they_are():
    few, many = (Layout.of(market({"customers": count})) for count in (700, 2100))
    rows = [made(given) for given in (few, many)]
    for segment in range(len(few.segments)):
        one, other = (part[part.segment == segment] for part in rows)
        assert 0 < len(one) < len(other)
        assert fields_that_differ(one, other[: len(one)]) == []


def made(layout, seed=3):
    clock = season_clock(layout, 300, 200)
    return initial_customers(layout, seed, clock, np.full((len(layout.segments), len(layout.firms)), 2.0))


def test_where_nothing_ties_customers_more_of_them_leave_the_outcomes_of_the_others_as_they_are():
    few = world(UNTIED | {"customers": 700}, seed=3).run()
    many = world(UNTIED | {"customers": 1400}, seed=3).run()
    for segment in range(len(few.layout.segments)):
        one, other = (model.customers[model.customers.segment == segment] for model in (few, many))
        assert fields_that_differ(one, other[: len(one)]) == []
    check_accounting(few)


def test_firms_in_another_order_have_the_same_customers():
    scenario = market({"fit.nudge": False})
    names = list(scenario.firms)
    order = [3, 0, 6, 5, 1, 4, 2]
    other_order = {names[row]: scenario.firms[names[row]] for row in order}
    one = OmnichannelModel(scenario, rng=8).run()
    other = OmnichannelModel(scenario.model_copy(update={"firms": other_order}), rng=8).run()
    for name in one.tallies.dtype.names:
        a, b = one.tallies[name], other.tallies[name]
        by_firm = name not in BY_SEGMENT
        np.testing.assert_array_equal(a[:, order] if by_firm else a, b, err_msg=name)
    np.testing.assert_array_equal(one.firm_series.use[:, order], other.firm_series.use)


def test_channels_in_another_order_have_the_same_contacts(tmp_path):
    table = shipped_table("channels")
    order = [5, 2, 0, 7, 1, 6, 4, 3]
    names = list(table)
    catalogue = catalogue_with(tmp_path, channels={names[row]: table[names[row]] for row in order})
    scenario = market({"fit.nudge": False})
    one = OmnichannelModel(scenario, rng=8).run()
    other = OmnichannelModel(scenario, rng=8, catalogue=catalogue).run()
    assert other.layout.channels == [names[row] for row in order]
    np.testing.assert_array_equal(one.tallies.contacts[:, :, order], other.tallies.contacts)
    np.testing.assert_array_equal(one.tallies.flows[:, :, order][:, :, :, order], other.tallies.flows)
    np.testing.assert_array_equal(one.tallies.revenue, other.tallies.revenue)


def test_tools_in_another_order_of_the_catalogue_take_the_same_weeks(tmp_path):
    table = shipped_table("tools")
    names = list(table)[::-1]
    catalogue = catalogue_with(tmp_path, tools={name: table[name] for name in names})
    one, other = (OmnichannelModel(market(), rng=8, catalogue=tables) for tables in (None, catalogue))
    one.run(), other.run()
    assert one.implementations[one.layout.focal].tasks == other.implementations[other.layout.focal].tasks
    np.testing.assert_array_equal(one.firm_series.use[:, :, ::-1], other.firm_series.use)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"programme.order": ["content", "smm"], "programme.parallel": 2},
        {"rivals.mode": "trend"},
        {"rivals.mode": "responding"},
        {"calendar.years": 2},
    ],
    ids=["as shipped", "another order", "rivals on trend", "rivals that respond", "another horizon"],
)
@pytest.mark.parametrize("weeks_early", [0, 7])
def test_a_branch_is_the_world_that_was_so_from_the_beginning(changes, weeks_early):
    scenario = with_changes(market(), changes)
    trunk = OmnichannelModel(without_programme(market()), rng=9)
    trunk.run(until=trunk.start - weeks_early)
    branch = trunk.branch(scenario).run()
    assert_same_world(branch, OmnichannelModel(scenario, rng=9).run())
    check_accounting(branch)


def test_a_branch_leaves_its_trunk_as_it_was():
    trunk = OmnichannelModel(without_programme(market()), rng=1)
    trunk.run(until=trunk.start)
    trunk.branch(market()).run()
    trunk.run()
    assert_same_world(trunk, lived(programme=False))


def test_a_world_cannot_be_branched_after_the_start():
    trunk = world().run(until=world().start + 1)
    with pytest.raises(ValueError, match="before the programme starts"):
        trunk.branch(market())


def test_the_horizon_does_not_reach_back_into_the_first_year():
    longer = world({"calendar.years": 2}).run()
    assert_same_history(longer, lived(), weeks=lived().end)


def test_looking_changes_nothing():
    looked = world()
    while looked.week < looked.end:
        looked.step()
        firms = looked.firms
        looked.worlds(), firms.contact_effort(), firms.response_factor()
        for name in looked.layout.cells:
            firms.cell(name)
        [(agent.name, agent.digitalization_rate) for agent in looked.agents]
        assert firms.live.shape == (*firms.mastered.shape, len(looked.layout.tools))
    assert_same_world(looked, lived())


def pickled(model):
    return pickle.loads(pickle.dumps(model))


@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
def test_a_copy_of_a_world_goes_on_as_the_world_itself(copied):
    half = world().run(until=100)
    other = copied(half)
    half.run()
    assert_same_world(other.run(), half)


def test_a_decision_that_comes_later_is_the_same_decision():
    """The event, not the week, is the key: slower customers choose the same firm for the same need."""
    alike = UNTIED | {"mechanisms.awareness": False, "customers": 3000, "segments.organisation.needs_per_year": 1}
    soon, late = (world(alike | {"segments.organisation.deliberation_weeks": weeks}, seed=2) for weeks in (0, 6))
    soon.run(until=100), late.run(until=100)
    once = soon.customers.segment == 0
    for model in (soon, late):
        once &= (model.customers.need_number == 1) & (model.customers.under_way == 0)
    assert once.sum() > 20
    for name in ("last_firm", "last_channel", "need_time", "satisfaction"):
        np.testing.assert_array_equal(soon.customers[name][once], late.customers[name][once])


def test_no_two_names_of_the_model_share_a_number():
    layout = Layout.of(market())
    names = [*layout.firms, *layout.segments, *layout.channels, *layout.tools]
    assert len({name_id(name) for name in names}) == len(set(names))
    pairs = [name_id(firm) ^ name_id(channel) for firm in layout.firms for channel in layout.channels]
    assert len(set(pairs)) == len(pairs)


def test_no_two_decisions_share_their_luck():
    """Keys are decision ^ population; a decision that two modules draw is the same decision there."""
    import simbiz.market.implementation as implementation
    import simbiz.market.rivalry as rivalry
    import simbiz.state.customers as customers
    import simbiz.state.firms as firms
    import simbiz.week.acquaintances as acquaintances
    import simbiz.week.consideration as consideration
    import simbiz.week.contact as contact
    import simbiz.week.customer as week
    import simbiz.week.decision as decision
    import simbiz.week.purchase as purchase
    import simbiz.week.staff as staff
    import simbiz.week.survey as survey

    layout = Layout.of(market())
    weeks = (acquaintances, consideration, contact, decision, purchase, survey, week)
    by_module = [decisions_of(module) for module in (customers, firms, implementation, rivalry, staff, *weeks)]
    seen = [value for module in by_module for value in module.values()]
    # The first need is drawn with the customer, all further ones when the one before has come to an end; the luck of
    # a firm has two parts, one for the shortlist and one for the decision.
    assert {value for value in seen if seen.count(value) > 1} == {customers.NEED, consideration.FIRM}
    assert customers.NEED == week.NEED
    decisions = {value for module in by_module for value in module.values()}
    roles = {role for firm in layout.scenario.firms.values() for role in firm.staff}
    populations = [name_id(name) for name in (*layout.segments, *layout.firms)]
    populations += [name_id(firm) ^ name_id(role) for firm in layout.firms for role in roles]
    keys = [decision ^ population for decision in decisions for population in populations]
    assert len(set(keys)) == len(keys)


def decisions_of(module):
    return {
        name: value
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int) and value > 1_000_000
    }
