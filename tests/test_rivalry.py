"""What rivals see, whom they imitate and when, and that nothing else happens."""

import copy
import pickle

import numpy as np
import pytest
from accounting import check_accounting
from worlds import assert_same_history, assert_same_world, fields_that_differ, lived, market, world

from simbiz.catalogue import load_catalogue
from simbiz.market.firms import FirmState
from simbiz.market.implementation import Implementation
from simbiz.market.rivalry import QUARTER, YEAR, Rivalry, value_shares
from simbiz.state.layout import Layout

START = 104
TOOLS = [name for name, tool in load_catalogue().tools.items() if not tool.requires]
CERTAIN = {"mechanisms.uncertain_durations": False, "mechanisms.failed_implementations": False}
# Everybody sees every growth and nobody waits or looks elsewhere.
ALERT = {
    **CERTAIN,
    "rivals.mode": "responding",
    "parameters.monitoring": 1.0,
    "parameters.notice_threshold": 0.05,
    "parameters.imitation_lag": 0.0,
    "mechanisms.benchmarking": False,
}
EAGER = ALERT | {"parameters.notice_threshold": 0.0}
# In its second year the programme has made the focal firm grow, whatever the luck.
GROWN = EAGER | {"calendar.years": 2}


class Market:
    """Firms with programmes, and revenue that somebody made up."""

    def __init__(self, changes=None, *, seed=1, growing="partner_dv", by=0.5, order=tuple(TOOLS), rate=0.1):
        self.layout = Layout.of(market(ALERT | (changes or {})))
        scenario = self.layout.scenario
        self.firms = FirmState(self.layout, seed)
        self.firms.digital_share[:] = rate
        self.implementations = [
            Implementation(self.layout, name, seed, order if name == growing else (), 1, START, 1.0)
            for name in self.layout.firms
        ]
        self.rivalry = Rivalry(self.layout, seed, START)
        shares = np.array([firm.share for firm in scenario.firms.values()])
        self.revenue = np.tile(np.round(1e6 * shares).astype(np.int64)[:, None], (START + 4 * YEAR, 1, 1))
        if growing:
            row = self.layout.firms.index(growing)
            self.revenue[START:, row] = np.round((1 + by) * self.revenue[START:, row]).astype(np.int64)
        self.now = START

    def live(self, weeks):
        """Let the firms live so many weeks."""
        for week in range(self.now, self.now + weeks):
            self.rivalry.week(week, self.revenue, np.ones(1), self.firms, self.implementations)
            for implementation in self.implementations:
                implementation.week(week)
        self.now += weeks
        return self

    def plan(self, name):
        """Give the programme of a firm."""
        return self.implementations[self.layout.firms.index(name)]

    def taken(self, name):
        """Give the tools of a firm's programme in the order in which it took or will take them."""
        plan = self.plan(name)
        return [*dict.fromkeys(task.tool for task in plan.tasks), *plan.waiting]


def rivals_of(given):
    return [name for name in given.layout.firms if name != given.layout.scenario.focal]


def test_nobody_is_noticed_who_does_not_grow_beyond_the_threshold():
    steady = Market(by=0.0).live(3 * YEAR)
    slow = Market(by=0.04).live(3 * YEAR)
    assert steady.rivalry.given == slow.rivalry.given == []
    assert steady.rivalry.intended == slow.rivalry.intended == []


def test_rivals_that_see_everything_at_once_take_what_the_growing_firm_shows_in_its_order():
    order = [*TOOLS[4:], *TOOLS[:4]]
    given = Market(order=order).live(4 * YEAR)
    shown = given.plan("partner_dv").shown
    assert shown == order
    for name in rivals_of(given):
        held = given.layout.scenario.firms[name].starting_tools
        assert given.taken(name) == [tool for tool in order if tool not in held]
        begun = [task.tool for task in given.plan(name).tasks if task.step == 0]
        assert begun == [tool for tool in given.taken(name) if tool not in given.plan(name).waiting]


def test_what_a_rival_takes_was_shown_when_it_looked():
    given = Market().live(4 * YEAR)
    first_week = {task.tool: task.first_week for task in given.plan("partner_dv").tasks[::-1]}
    assert given.rivalry.given
    for answer in given.rivalry.given:
        assert (answer.noticed_week - START) % QUARTER == 0
        assert answer.noticed == "partner_dv"
        for tool in answer.tools:
            assert first_week[tool] < answer.noticed_week
            assert first_week[tool] >= answer.noticed_week - QUARTER or answer.noticed_week == first_noticed(given)


def first_noticed(given):
    return min(answer.noticed_week for answer in given.rivalry.given)


def test_a_share_must_have_grown_over_a_year_to_be_noticed():
    """Half of a year at one and a half times the revenue lifts last year's share by about a fifth."""
    given = Market({"parameters.notice_threshold": 0.2}, order=TOOLS[:1]).live(4 * YEAR)
    week = first_noticed(given)
    before = value_shares(given.revenue[START - YEAR : START], np.ones(1))
    for end, expected in ((week - QUARTER, False), (week, True)):
        now = value_shares(given.revenue[end - YEAR : end], np.ones(1))
        assert (now[given.layout.focal] > 1.2 * before[given.layout.focal]) == expected


@pytest.mark.parametrize(("rate", "lag"), [(0.1, 20), (0.5, 10)])
def test_a_follower_waits_for_the_lag_and_a_candidate_half_of_it(rate, lag):
    given = Market({"parameters.imitation_lag": 20.0}, order=TOOLS[-1:], rate=rate).live(2 * YEAR)
    assert {answer.week - answer.noticed_week for answer in given.rivalry.given} == {lag}
    for name in rivals_of(given):
        assert [task.first_week for task in given.plan(name).tasks[:1]] == [first_noticed(given) + lag]


def test_one_tool_at_a_time_is_imitated():
    given, waited = Market(), False
    for _ in range(3 * YEAR):
        given.live(1)
        assert all(len(plan.under_way) <= 1 for plan in given.implementations)
        waited |= any(given.plan(name).waiting for name in rivals_of(given))
    assert waited


def test_a_leader_imitates_nobody():
    assert Market(rate=0.7).live(3 * YEAR).rivalry.given == []
    given = Market({"parameters.leader_limit": 1.0}, rate=0.7).live(YEAR)
    assert len({answer.rival for answer in given.rivalry.given}) == len(rivals_of(given))


def test_a_tool_that_was_begun_and_given_up_is_shown_to_nobody():
    given = Market(order=TOOLS[:1])
    given.plan("partner_dv").budget = load_catalogue().tools[TOOLS[0]].steps[0].cost
    given.live(3 * YEAR)
    assert given.plan("partner_dv").given_up == TOOLS[:1]
    assert given.rivalry.given == []


def test_a_rival_that_grows_is_imitated_by_the_others_and_never_by_the_focal_firm():
    given = Market(growing="rival_f", order=TOOLS[:3]).live(2 * YEAR)
    assert {answer.noticed for answer in given.rivalry.given} == {"rival_f"}
    others = [name for name in rivals_of(given) if name != "rival_f"]
    assert {answer.rival for answer in given.rivalry.given} <= set(others)
    assert given.rivalry.given
    assert given.taken("partner_dv") == []


def test_the_fastest_is_imitated_first():
    common = [tool for tool in TOOLS if not any(tool in Market().plan(name).held for name in Market().layout.firms)]
    for growth, order in ((2, common[:2]), (5, common[1::-1])):
        given = Market(order=common[:1], by=2.0)
        given.plan("rival_f").append(common[1:2])
        given.revenue[START:, given.layout.firms.index("rival_f")] *= growth
        given.live(YEAR)
        for name in rivals_of(given)[:-1]:
            assert given.taken(name) == order


def test_growth_is_noticed_with_the_probability_of_monitoring():
    p, noticed, looks = 0.6, 0, 0
    for seed in range(40):
        given = Market({"parameters.monitoring": p}, seed=seed, order=TOOLS[-1:]).live(2 * QUARTER + 1)
        looked = [name for name in rivals_of(given) if TOOLS[-1] not in given.plan(name).held]
        first = [answer.rival for answer in given.rivalry.given if answer.noticed_week == START + QUARTER]
        noticed, looks = noticed + len(first), looks + len(looked)
        assert set(first) <= set(looked)
    assert abs(noticed / looks - p) < 5 * np.sqrt(p * (1 - p) / looks)


def test_who_did_not_notice_in_one_quarter_may_in_the_next():
    p, looks, noticed, all_looking = 0.3, 4, 0, 0
    for seed in range(40):
        given = Market({"parameters.monitoring": p}, seed=seed, order=TOOLS[-1:], by=2.0).live(looks * QUARTER + 1)
        noticed += len(given.rivalry.given)
        all_looking += sum(TOOLS[-1] not in given.plan(name).held for name in rivals_of(given))
    expected = 1.0 - (1.0 - p) ** looks
    assert abs(noticed / all_looking - expected) < 5 * np.sqrt(expected * (1 - expected) / all_looking)


def test_a_rival_that_grows_does_not_answer_itself():
    given = Market({"rivals.answer": "price"}, growing="rival_b").live(YEAR)
    assert {answer.noticed for answer in given.rivalry.given} == {"rival_b"}
    assert "rival_b" not in {answer.rival for answer in given.rivalry.given}


def test_shares_are_those_of_customers_and_not_of_agents():
    revenue = np.array([[[10, 0], [0, 10]], [[0, 2], [0, 0]]])
    np.testing.assert_array_equal(value_shares(revenue, np.array([4.0, 10.0])), [60 / 160, 100 / 160])


def test_what_a_rival_notices_does_not_depend_on_what_the_others_do():
    few, many = ({"parameters.monitoring": 0.6}, {"parameters.monitoring": 0.6, "parameters.leader_limit": 0.3})
    one, other = Market(few, order=TOOLS[::-1]).live(YEAR), Market(many, order=TOOLS[::-1])
    other.firms.digital_share[1:] = 0.5
    other.live(YEAR)

    def first(given):
        return [answer for answer in given.rivalry.given if answer.rival == "rival_a"]

    assert first(one) == first(other) != []
    assert {answer.rival for answer in other.rivalry.given} == {"rival_a"}


def test_a_price_answer_lowers_the_price_paid_once_and_takes_no_tool():
    offer = {"rivals.answer": "price", "parameters.price_answer": 0.07, "parameters.imitation_lag": 9.0}
    given = Market(offer)
    base = given.firms.base.copy()
    given.live(QUARTER + 9)
    np.testing.assert_array_equal(given.firms.base, base)
    given.live(YEAR)
    cell = given.layout.cells["offer"]
    rivals = [given.layout.firms.index(name) for name in rivals_of(given)]
    changed = np.argwhere(given.firms.base != base).tolist()
    assert changed == [[row, int(cell)] for row in rivals]
    np.testing.assert_array_equal(given.firms.base[rivals, cell], 0.07)
    assert len(given.rivalry.given) == len(rivals)
    assert not any(plan.tasks for row, plan in enumerate(given.implementations) if row != given.layout.focal)


def test_a_rival_that_gives_more_away_already_keeps_its_offer():
    offer = {"rivals.answer": "price", "profiles.traditional.offer": 0.2}
    given = Market(offer).live(YEAR)
    row = given.layout.firms.index("rival_f")
    assert given.firms.base[row, given.layout.cells["offer"]] == 0.2


def test_a_rival_takes_practice_from_elsewhere_with_the_yearly_hazard_and_in_the_order_of_the_catalogue():
    hazard, found, firms = 0.7, 0, 0
    changes = {"mechanisms.monitoring": False, "mechanisms.benchmarking": True, "parameters.benchmarking": hazard}
    for seed in range(25):
        given = Market(changes, seed=seed).live(YEAR)
        for name in rivals_of(given):
            lacking = [tool for tool in given.layout.tools if tool not in given.plan(name).held]
            taken = given.taken(name)
            assert taken == lacking[: len(taken)]
            found, firms = found + bool(taken), firms + 1
    expected = 1.0 - np.exp(-hazard)
    assert abs(found / firms - expected) < 5 * np.sqrt(expected * (1 - expected) / firms)


def test_leaders_take_practice_from_elsewhere_too_and_nobody_without_the_mode():
    changes = {"mechanisms.monitoring": False, "mechanisms.benchmarking": True, "parameters.benchmarking": 100.0}
    assert len(Market(changes, rate=0.7).live(1).rivalry.given) == 6
    for mode in ("stopped", "trend"):
        assert Market(changes | {"rivals.mode": mode}, rate=0.7).live(YEAR).rivalry.given == []


def test_a_tool_that_came_from_elsewhere_meanwhile_is_not_taken_twice():
    changes = {"mechanisms.benchmarking": True, "parameters.benchmarking": 100.0, "parameters.imitation_lag": 26.0}
    given = Market(changes).live(3 * YEAR)
    for name in rivals_of(given):
        assert len(given.taken(name)) == len(set(given.taken(name)))
        told = [tool for answer in given.rivalry.given if answer.rival == name for tool in answer.tools]
        assert sorted(told) == sorted(given.taken(name))


def test_where_nobody_buys_nobody_grows():
    given = Market()
    given.revenue[:] = 0
    assert given.live(YEAR).rivalry.given == []


# ---- in the whole model ----------------------------------------------------------------------------------------------


def test_rivals_that_never_notice_anybody_live_the_life_of_rivals_that_stand_still():
    blind = world(ALERT | {"parameters.notice_threshold": 100.0}).run()
    still = world(ALERT | {"parameters.notice_threshold": 100.0, "rivals.mode": "stopped"}).run()
    assert_same_world(blind, still)


def test_the_answer_decides_nothing_where_rivals_do_not_respond():
    assert_same_world(world({"rivals.answer": "price"}).run(), lived())


@pytest.mark.parametrize("answer", ["tools", "price"])
def test_a_world_with_responding_rivals_is_the_same_until_the_first_answer(answer):
    model, still = (world(GROWN | {"rivals.answer": answer, "rivals.mode": mode}) for mode in ("responding", "stopped"))
    model.run()
    still.run()
    week = min(answer.week for answer in model.rivalry.given)
    assert_same_history(model, still, week)
    check_accounting(model)
    if answer == "price":
        assert fields_that_differ(model.tallies[week], still.tallies[week]) != []
    assert fields_that_differ(model.tallies, still.tallies) != []


def test_a_price_answer_changes_what_is_paid_and_nothing_else_where_price_does_not_enter_choice():
    changes = GROWN | {"rivals.answer": "price", "mechanisms.price": False, "parameters.price_answer": 0.08}
    model, still = (world(changes | {"rivals.mode": mode}).run() for mode in ("responding", "stopped"))
    assert model.rivalry.given
    money = {"revenue", "services"}
    assert set(fields_that_differ(model.tallies, still.tallies)) <= money
    for row, name in enumerate(model.layout.firms):
        weeks = [answer.week for answer in model.rivalry.given if answer.rival == name]
        cut = np.arange(model.end) >= min(weeks, default=model.end)
        sold = model.tallies.purchases[:, row]
        expected = np.where(cut, 0.92, 1.0)[:, None] * still.tallies.revenue[:, row]
        assert (np.abs(model.tallies.revenue[:, row] - expected) <= sold).all()


def test_intentions_are_branched_and_pickled_with_the_model():
    plain = world(GROWN).run()
    model = world(GROWN)
    model.run(until=model.start)
    branched = model.branch(model.layout.scenario).run()
    assert_same_world(branched, plain)
    assert branched.rivalry.given == plain.rivalry.given != []
    late = world(GROWN | {"parameters.imitation_lag": 20.0})
    while not late.rivalry.intended:
        late.step()
    thawed, copied = pickle.loads(pickle.dumps(late)), copy.deepcopy(late.rivalry)
    late.run()
    assert_same_world(thawed.run(), late)
    assert thawed.rivalry.given == late.rivalry.given
    assert copied.intended != late.rivalry.intended


@pytest.mark.parametrize("name", ["rivals_responding", "rivals_price", "benchmarking"])
def test_a_shipped_scenario_differs_from_the_main_one_in_what_rivals_do_only(name):
    from simbiz.scenario import load_scenario

    own, main = (load_scenario(one).model_dump() for one in (name, "partner_dv"))
    differing = {key for key in own if own[key] != main[key]} - {"name", "title", "question", "sources"}
    assert "rivals" in differing
    assert differing <= {"rivals", "mechanisms"}
