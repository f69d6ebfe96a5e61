"""The firms' week by hand: how they answer, what they hear, who of the staff learns, what customers see of them."""

import numpy as np
import pytest
from worlds import market, world

from simbiz.market.feedback import Feedback
from simbiz.market.firms import OTHERS, SERVICE_TEAM, FirmState
from simbiz.state.columns import records, tally_dtype
from simbiz.state.firm_record import DELAY, EFFORT, RESPONSE
from simbiz.state.layout import Layout
from simbiz.submodels.capacity import coordination_factor, queue_factor, uncoordinated
from simbiz.submodels.staff import effect_level, working_capacity
from simbiz.week import firms as answers
from simbiz.week import staff as week_of_staff
from simbiz.week import world as views

LAYOUT = Layout.of(market())
FOCAL, FIRMS, TOOLS = LAYOUT.focal, len(LAYOUT.firms), len(LAYOUT.tools)
MENDED = 3


def state(requests=100.0, for_service=20.0):
    found = FirmState(LAYOUT, 1)
    found.expansion = 1.0
    found.staff_for(np.full(FIRMS, requests), np.full(FIRMS, for_service))
    return found


def plain(function):
    """Give the Python function behind a compiled one, so that nothing is compiled for a test of one call."""
    return getattr(function, "py_func", function)


def test_a_firm_answers_by_its_queues_its_learners_and_the_tools_that_nothing_ties_together():
    firms = state()
    record = firms.record[0]
    record.learners[FOCAL], record.team_learners[FOCAL] = 6.0, 2.0
    record.implemented[FOCAL, np.flatnonzero(record.started_with[FOCAL] == 0)[:2]] = [1.0, 0.5]
    plain(answers.set_answers)(firms.record, firms.named)
    heads, team = record.headcount[FOCAL], record.team[FOCAL]
    assert 0 < team < heads
    assert record.team_share[FOCAL] == 1.0
    capacity = firms.named[FOCAL].capacity
    own = working_capacity(4.0, heads - team, record.learning_dip)
    teams = working_capacity(2.0, team, record.learning_dip)
    others = queue_factor(record.utilisation, 1.0 / (own * capacity))
    service = queue_factor(record.utilisation, 1.0 / (teams * capacity))
    live = sum(record.started_with[FOCAL, tool] or record.implemented[FOCAL, tool] == 1.0 for tool in range(TOOLS))
    burden = uncoordinated(live, firms.named[FOCAL].integration)
    factor = coordination_factor(burden, record.burden_at_start[FOCAL], record.coordination_delay)
    assert record.answers[OTHERS, FOCAL] == pytest.approx(others, rel=1e-12)
    assert record.answers[SERVICE_TEAM, FOCAL] == pytest.approx(service, rel=1e-12)
    assert record.answers[RESPONSE, FOCAL] == pytest.approx(factor * others, rel=1e-12)
    assert record.answers[DELAY, FOCAL] == pytest.approx(service / others, rel=1e-12)
    assert record.answers[EFFORT, FOCAL] == pytest.approx(burden * record.coordination_effort, rel=1e-12)


def test_a_tool_is_mastered_when_it_is_finished_and_used():
    record = state().record[0]
    record.implemented[FOCAL], record.use[FOCAL] = 1.0, 1.0
    assert answers.mastered(FOCAL, record) == 1.0
    record.use[FOCAL] = 0.0
    assert answers.mastered(FOCAL, record) == 0.0
    record.implemented[FOCAL], record.use[FOCAL] = 0.0, 1.0
    assert answers.mastered(FOCAL, record) == 0.0


def surveyed(count, gap, complaints=0):
    tally = records(tally_dtype(LAYOUT), 1)
    tally.answers[0, FOCAL, 0] = count
    tally.survey_expectation[0, FOCAL, :, 0] = 4 * count
    tally.survey_perception[0, FOCAL, :, 0] = 4 * count
    tally.survey_perception[0, FOCAL, MENDED, 0] += gap * count
    tally.complaints[0, FOCAL, 0] = complaints
    return tally


def test_mending_is_paid_once_wears_off_and_hears_anew():
    feedback, firms = Feedback(LAYOUT), state()
    firms.named["feedback"] = 1.0
    hear, heard = plain(answers.hear), feedback.record[0]
    gain, fading, cost = (LAYOUT.common[f"feedback_{name}"] for name in ("gain", "fading", "cost"))
    hear(feedback.record, firms.record, firms.named, surveyed(10, -1, complaints=7))
    assert heard.improvement[FOCAL, MENDED] == pytest.approx(gain, rel=1e-12)
    assert heard.complaints[FOCAL] == 0
    assert heard.cost[FOCAL] == cost
    hear(feedback.record, firms.record, firms.named, surveyed(0, 0, complaints=2))
    assert heard.improvement[FOCAL, MENDED] == pytest.approx(gain * np.exp(-fading), rel=1e-12)
    assert heard.complaints[FOCAL] == 2
    assert (heard.cost[FOCAL], heard.spent[FOCAL]) == (0.0, cost)


def test_what_is_recorded_of_a_week_has_all_that_was_spent_in_it():
    firms, feedback, model = state(), Feedback(LAYOUT), world({"customers": 50})
    feedback.record[0].cost[FOCAL] = 0.25
    costs = np.full(FIRMS, 0.5)
    series = model.firm_weeks
    plain(answers.record_week)(0, np.zeros(FIRMS), firms.record, firms.named, costs, feedback.record, series)
    assert series["invested"][0, FOCAL] == 0.75


def test_load_is_felt_by_queue_and_without_the_season():
    firms, tally = state(), records(tally_dtype(LAYOUT), 1)
    tally.requests[0, :, 0], tally.service_requests[0, :, 0] = 300, 100
    before = firms.record[0].load.copy()
    plain(answers.feel_load)(firms.record, tally, 2.0)
    change = firms.record[0].load - before
    np.testing.assert_allclose(change[OTHERS] / (100.0 - 80.0), change[OTHERS][0] / 20.0)
    weeks = np.array([12.5, 50.0])
    np.testing.assert_allclose(change[:, FOCAL], np.array([100.0 - 80.0, 50.0 - 20.0]) / weeks, rtol=1e-12)


def trained(week=30):
    """Let the staff of firms in training live through a week in which some start and some stop."""
    firms = state()
    record = firms.record[0]
    record.lapse = 0.5
    firms.named["training"] = 0.5
    room = np.empty(len(firms.duties.who))
    plain(week_of_staff.staff_week)(week, firms.record, firms.named, firms.staff, firms.duties, room)
    return firms, record


def test_use_is_that_of_those_whose_role_needs_the_tool_and_users_are_those_who_use():
    firms, record = trained()
    staff = firms.staff
    for firm in range(FIRMS):
        mine = staff.firm == firm
        users, needed = staff.uses[mine].sum(axis=0), staff.concerned[mine].sum(axis=0)
        np.testing.assert_array_equal(record.users[firm], users)
        np.testing.assert_allclose(record.use[firm], users / np.maximum(1, needed), rtol=1e-12)
    assert (staff.concerned.sum(axis=0) < len(staff.firm)).any()


def test_who_took_up_a_tool_last_learns_for_the_weeks_of_learning_and_no_longer():
    firms, record = trained()
    staff = firms.staff
    person = int(np.flatnonzero(staff.firm == FOCAL)[0])
    staff.uses[staff.firm == FOCAL] = False
    staff.uses[person, :3], staff.started[person, :3] = True, [5, 20, 10]
    record.weeks_to_learn[FOCAL] = 4.0
    for week, learners in ((20, 1), (23, 1), (24, 0)):
        plain(week_of_staff.count_staff)(week, firms.record, staff)
        assert record.learners[FOCAL] == learners
    assert (staff.used[person], staff.latest[person]) == (3, 20)


def test_tools_act_on_the_attributes_of_the_profile_however_often():
    firms = state()
    record, effects = firms.record[0], LAYOUT.effects
    record.implemented[FOCAL], record.use[FOCAL] = 1.0, 0.5
    attributes, cell = np.empty_like(firms.base), int(LAYOUT.cells["integration"])
    base = firms.base.copy()
    base[:, cell] = np.linspace(0.1, 0.4, FIRMS)
    record.started_with[:, :3] = True
    for _ in range(2):
        plain(week_of_staff.tools_act)(firms.record, attributes, base, cell, effects)
        again = base.copy()
        plain(week_of_staff.apply_effects)(again, effects, record.implemented, record.use, record.use_exponent)
        np.testing.assert_array_equal(attributes, again)
    started = record.started_with.sum(axis=1)
    np.testing.assert_allclose(record.burden_at_start, np.maximum(0, started - 1) * (1 - base[:, cell]), rtol=1e-12)


def test_effects_scale_with_use_where_they_are_declared_to():
    firms = state()
    effects = LAYOUT.effects.copy()[:2]
    effects.how, effects.value, effects.cell, effects.tool, effects.by_use = 1, 0.25, [0, 1], 0, [0, 1]
    attributes, implemented = np.zeros((1, 2)), np.full((1, TOOLS), 0.5)
    plain(week_of_staff.apply_effects)(attributes, effects, implemented, np.full((1, TOOLS), 0.25), 2.0)
    assert attributes[0].tolist() == [0.25 * 0.5, 0.25 * effect_level(0.5, 0.25, 2.0)]
    assert firms.base.shape[1] == LAYOUT.cell_count


def test_what_customers_see_is_what_the_firm_does_in_their_segment():
    model = world({"customers": 50})
    firms, worlds = model.firms, model._world
    record = firms.record[0]
    record.load[:] = 1.5 * record.usual_load
    record.implemented[FOCAL, :4] = 1.0
    firms.named["memory"], firms.named["response_hours"] = np.array([0.25, 0.75]), 4.0
    worlds["forgetting"][1], worlds["shock_strength"] = 0.5, 1.0
    plain(views.show_firms)(7, 0.5, model.intercepts, firms.record, firms.named, worlds)
    for segment, memory in ((0, 0.25), (1, 0.75)):
        seen = worlds[segment]
        assert seen["week"] == 7
        assert (seen["memory"] == memory).all()
        response = record.answers[RESPONSE, FOCAL]
        assert response > 1.0
        np.testing.assert_allclose(seen["hours"][FOCAL], firms.named[FOCAL].response_hours * response, rtol=1e-12)
        np.testing.assert_array_equal(seen["channel_shift"], 0.5 * seen["digital_channel"])
        assert not seen["waiting"][:, seen["human"] == 0].any()
    stock = np.ones((2, 9, FIRMS))
    plain(views.advertise)(7, firms.named, worlds, stock)
    reach = firms.named["reach"]
    for segment in (0, 1):
        expected = np.exp(-worlds["forgetting"][segment]) + reach[:, segment]
        np.testing.assert_allclose(stock[segment, 8], expected, rtol=1e-12)
