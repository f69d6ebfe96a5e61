"""People for service answer service; their queue is their own."""

import numpy as np
import pytest
from worlds import fields_that_differ, lived, market, world

from simbiz.market.firms import OTHERS, SERVICE_TEAM, FirmState
from simbiz.state.columns import records, tally_dtype
from simbiz.state.layout import Layout
from simbiz.submodels.capacity import FELT_REQUESTS, queue_factor

LAYOUT = Layout.of(market())
FOCAL, FIRMS = LAYOUT.focal, len(LAYOUT.firms)
NO_TEAM = "firms.partner_dv.staff"
ALONE = {"sales": 28, "marketing": 3, "management": 4, "operations": 12}


def state(layout=LAYOUT, requests=100.0, for_service=20.0):
    """Give firms whose usual weekly load is this, and whose attributes are those of the start."""
    found = FirmState(layout, 1)
    found.expansion = 1.0
    found.staff_for(np.full(FIRMS, requests), np.full(FIRMS, for_service))
    return found


@pytest.mark.parametrize("load", [0.5, 1.0, 1.3])
def test_the_wait_for_service_is_the_queue_of_the_team_in_closed_form(load):
    firms, utilisation = state(), LAYOUT.common["utilisation"]
    firms.load[SERVICE_TEAM] *= load
    closed = (1.0 - utilisation) / (1.0 - utilisation * load)
    np.testing.assert_allclose(firms.service_delay(), closed, rtol=1e-12)
    np.testing.assert_allclose(firms.response_factor(), 1.0, rtol=1e-12)


def test_a_team_with_little_to_do_answers_sooner_than_the_others_who_are_busy():
    firms, utilisation = state(), LAYOUT.common["utilisation"]
    firms.load[OTHERS] *= 1.2
    firms.load[SERVICE_TEAM] *= 0.9
    expected = queue_factor(utilisation, 0.9) / queue_factor(utilisation, 1.2)
    np.testing.assert_allclose(firms.service_delay(), expected, rtol=1e-12)
    assert (firms.service_delay() < 1.0).all()


def test_requests_go_to_the_queue_of_those_who_answer_them():
    firms = state()
    np.testing.assert_array_equal(firms.usual_load, np.repeat([[80.0], [20.0]], FIRMS, axis=1))
    tally, season = records(tally_dtype(LAYOUT), 1), 2.0
    tally.requests[0], tally.service_requests[0] = (150, 50), (0, 100)
    firms.feel_load(tally, season)
    weeks = FELT_REQUESTS / np.array([80.0, 20.0])
    weeks = np.minimum(weeks, 52.0)
    expected = np.array([80.0, 20.0]) + (np.array([50.0, 50.0]) - np.array([80.0, 20.0])) / weeks
    np.testing.assert_allclose(firms.load, np.repeat(expected[:, None], FIRMS, axis=1), rtol=1e-12)


def test_who_learns_is_missed_in_the_own_queue_only():
    firms = state()
    usual = firms.queue_factors()
    firms.learners, firms.team_learners = firms.learners.copy(), firms.team_learners.copy()
    firms.learners[FOCAL] += 3
    firms.team_learners[FOCAL] += 3
    in_team = firms.queue_factors()
    assert in_team[SERVICE_TEAM, FOCAL] > usual[SERVICE_TEAM, FOCAL]
    assert in_team[OTHERS, FOCAL] == usual[OTHERS, FOCAL]
    firms.team_learners[FOCAL] -= 3
    elsewhere = firms.queue_factors()
    assert elsewhere[SERVICE_TEAM, FOCAL] == usual[SERVICE_TEAM, FOCAL]
    assert elsewhere[OTHERS, FOCAL] > usual[OTHERS, FOCAL]


def test_a_firm_without_a_team_has_one_queue_and_its_service_no_delay_of_its_own():
    firms = state(Layout.of(market({NO_TEAM: ALONE})))
    assert (firms.usual_load[OTHERS, FOCAL], firms.usual_load[SERVICE_TEAM, FOCAL]) == (100.0, 0.0)
    firms.load = firms.load * 1.3
    assert firms.service_delay()[FOCAL] == 1.0
    assert firms.response_factor()[FOCAL] == pytest.approx(queue_factor(LAYOUT.common["utilisation"], 1.3))


def test_the_role_of_the_team_is_the_scenarios_to_say():
    firms = state(Layout.of(market({NO_TEAM: ALONE | {"care": 8}, "service_role": "care"})))
    assert firms.team.tolist() == [0.0] * (FIRMS - 1) + [8.0]
    assert firms.usual_load[SERVICE_TEAM].tolist() == [0.0] * (FIRMS - 1) + [20.0]


def test_without_the_mechanism_all_requests_wait_in_one_queue():
    silent = state(Layout.of(market({"mechanisms.service_team": False})))
    assert not silent.usual_load[SERVICE_TEAM].any()
    silent.load = silent.load * 1.25
    np.testing.assert_array_equal(silent.service_delay(), 1.0)
    np.testing.assert_array_equal(silent.queue_factors()[OTHERS], queue_factor(LAYOUT.common["utilisation"], 1.25))


def test_customers_see_the_queue_of_the_team_after_a_purchase():
    model = world().run(lived().start + 20)
    delays = model.worlds().service_delay
    np.testing.assert_array_equal(delays, np.repeat(model.firms.service_delay()[None, :], len(delays), axis=0))
    assert (delays != 1.0).any()
    one_queue = world({"mechanisms.service_team": False}).run(lived().start + 20)
    assert (one_queue.worlds().service_delay == 1.0).all()
    assert fields_that_differ(one_queue.tallies, model.tallies) != []


def test_all_load_is_felt_somewhere():
    model = lived()
    requests = model.tallies.requests @ model.expansion
    first = model.start - 2 * 52
    usual = requests[first - 52 : first].mean(axis=0)
    np.testing.assert_allclose(model.firms.usual_load.sum(axis=0), usual, rtol=1e-12)
    assert (model.firms.usual_load > 0.0).all()
