"""The model as a whole: calendar, schedule, accounting."""

import numpy as np
import pytest
from accounting import check_accounting, value_of_all_needs
from worlds import lived, market, world

from simbiz.catalogue import load_catalogue
from simbiz.market.model import OmnichannelModel
from simbiz.scenario import with_changes

SCENARIOS = {
    "as shipped": {},
    "two years": {"calendar.years": 2},
    "all tools at once": {"programme.parallel": 8, "mechanisms.uncertain_durations": False},
    "no money": {"programme.budget": 0.0},
    "little money": {"programme.budget": 0.01},
    "rivals on trend": {"rivals.mode": "trend"},
    "rivals that respond": {"rivals.mode": "responding", "parameters.notice_threshold": 0.0, "calendar.years": 2},
    "nearly every step fails": {"parameters.implementation_failure": 0.95, "programme.parallel": 8},
    "a steady decline": {"past.decline": "steady"},
    "long journeys": {"segments.person.deliberation_weeks": 8, "segments.person.routine": 5.0},
    "frequent needs": {"segments.person.needs_per_year": 40, "segments.person.basket": 0.2},
    "impatient": {"parameters.patience": 0.2},
    "a growing market": {"market.growth": 0.3},
    "prices and offers": {"firms.rival_a.price": 1.2, "profiles.initiative.offer": 0.1},
    "nobody to be known": {"parameters.base_reach": 0.0},
    "one customer": {"customers": 1},
    "no contact for information": {"segments.person.information_contacts": [0, 1]},
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_everything_adds_up_in(name):
    check_accounting(world(SCENARIOS[name], seed=11).run())


@pytest.mark.parametrize("week", [1, 2, 51, 157])
def test_everything_adds_up_in_the_middle_of_a_run(week):
    check_accounting(world().run(until=week))


@pytest.mark.slow
def test_everything_adds_up_in_the_whole_market():
    check_accounting(OmnichannelModel("partner-dv", rng=1).run())


def test_two_firms_of_two_segments_make_a_market():
    scenario = market()
    data = scenario.model_dump(mode="json")
    data["firms"] = {name: data["firms"][name] for name in ("rival_a", "partner_dv")}
    data["firms"]["rival_a"]["share"] = 1.0 - data["firms"]["partner_dv"]["share"]
    small = type(scenario).model_validate(data)
    check_accounting(OmnichannelModel(small, rng=1).run())


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("a sale without money", lambda model: model.tallies.purchases[5, 0].__iadd__(1)),
        ("money without a sale", lambda model: model.tallies.revenue[5].__iadd__(1)),
        ("a contact of no stage", lambda model: bump(model, "contacts")),
        ("a stage of no contact", lambda model: bump(model, "stages")),
        ("a flow from nowhere", lambda model: bump(model, "flows")),
        ("a need that vanished", lambda model: bump(model, "needs")),
        ("a journey lost", lambda model: model.customers.under_way.fill(0)),
        ("an unpaid investment", lambda model: model.firm_series.invested.__imul__(2)),
        ("a request of a machine", lambda model: bump(model, "requests")),
        ("a repeat without a purchase", lambda model: bump(model, "repeats", 10**6)),
        ("a purchase twice", lambda model: (bump(model, "purchases"), bump(model, "needs"), bump(model, "revenue"))),
    ],
)
def test_the_books_notice(name, edit):
    model = world().run()
    check_accounting(model)
    edit(model)
    with pytest.raises(AssertionError):
        check_accounting(model)
    assert name


def bump(model, count, by=1):
    model.tallies[count][5, ..., 0] += by


def test_revenue_is_the_value_of_the_needs_that_ended_and_follows_price():
    plain = lived()
    taken = plain.tallies.revenue.sum(axis=(0, 1)) + plain.tallies.outside_value.sum(axis=0)
    assert (np.abs(taken - value_of_all_needs(plain)) <= 2).all()
    # Where price does not enter choice, a double price sells the same for double the money, up to rounding.
    dear = world({"firms.rival_a.price": 2.0, "mechanisms.price": False, "fit.nudge": False}).run()
    usual = world({"mechanisms.price": False, "fit.nudge": False}).run()
    sold = usual.tallies.purchases[:, 0]
    np.testing.assert_array_equal(dear.tallies.purchases, usual.tallies.purchases)
    assert (np.abs(dear.tallies.revenue[:, 0] - 2 * usual.tallies.revenue[:, 0]) <= sold).all()


def test_the_calendar_has_burn_in_two_years_of_the_past_and_the_years_to_come():
    model = world({"calendar.burn_in_weeks": 104, "calendar.years": 2})
    assert (model.start, model.end) == (104 + 104, 104 + 104 + 104)
    model.run()
    assert model.week == model.end
    assert not model.running
    with pytest.raises(ValueError, match="calendar of the scenario ends"):
        model.step()


def test_a_calendar_may_end_after_weeks_instead_of_years():
    model = world({"customers": 20, "calendar.weeks": 7})
    assert (model.start, model.end) == (52 + 104, 52 + 104 + 7)


def test_a_step_is_a_week_and_runs_the_whole_schedule(monkeypatch):
    model, seen = world(), []
    schedule = ["rivals_respond", "firms_implement", "staff_takes_up_tools", "firms_are_seen"]
    schedule += ["customers_live", "observe"]
    for name in schedule:
        plain = getattr(model, name)
        monkeypatch.setattr(model, name, lambda name=name, plain=plain: (seen.append(name), plain()))
    model.step()
    assert seen == schedule
    assert model.week == 1


def test_values_may_be_changed_by_keyword():
    by_keyword = OmnichannelModel(market(), rng=1, parameters__price_sensitivity=1.5)
    by_path = OmnichannelModel(with_changes(market(), {"parameters.price_sensitivity": 1.5}), rng=1)
    assert by_keyword.layout.scenario == by_path.layout.scenario


def test_every_firm_is_an_agent_that_knows_its_own_row():
    model = lived()
    agents = list(model.agents)
    assert [agent.name for agent in agents] == model.layout.firms
    assert [agent.digitalization_rate for agent in agents] == model.firms.digital_share.tolist()


def test_no_week_is_counted_twice_and_none_is_left_out():
    model = world().run(until=60)
    assert model.tallies.needs[:60].sum(axis=1).all()
    assert not model.tallies.needs[60:].any()


def test_a_tool_of_full_reach_makes_the_focal_firm_better_known():
    reach = next(name for name, _, effect in load_catalogue().effects() if effect.attribute == "reach")
    changes = {"programme.order": [reach.split(".")[0]], f"effects.{reach}": 1.0, "mechanisms.staff_use": False}
    loud, quiet = world(changes).run(), world(changes | {"programme.order": []}).run()
    last = slice(loud.start + 26, loud.end)
    focal = loud.layout.focal
    known = [(model.tallies.aware[last, focal] @ model.expansion).sum() for model in (loud, quiet)]
    assert known[0] > 1.2 * known[1]


def test_a_firm_that_answers_late_loses_customers_where_there_is_no_way_around_the_wait():
    only_phone = {"mechanisms.capacity": False, "profiles.traditional.lead_ownership": 1.0}
    changes = only_phone | {"customers": 4000, "fit.nudge": False, "programme.order": []}
    slow, quick = (
        world(changes | {"profiles.traditional.channels": {"phone": {"open": 2, "hours": hours}}}).run()
        for hours in (20.0, 0.2)
    )
    firm = [one.profile for one in slow.layout.scenario.firms.values()].index("traditional")
    assert slow.tallies.purchases[:, firm].sum() < 0.8 * quick.tallies.purchases[:, firm].sum()
    wait = [model.tallies.wait[:, firm].sum() / model.tallies.requests[:, firm].sum() for model in (slow, quick)]
    assert wait[0] / wait[1] == pytest.approx(100.0, rel=0.15)


def test_a_world_whose_programme_has_begun_is_not_branched_any_more():
    model = world({"customers": 20})
    model.week = model.start
    model.branch(model.layout.scenario).release()
    model.week = model.start + 1
    with pytest.raises(ValueError, match="only before the programme starts"):
        model.branch(model.layout.scenario)
