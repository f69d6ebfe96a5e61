"""A firm with feedback mends what its customers see worst; without, it only hears of it."""

import math

import numpy as np
import pytest
from accounting import check_accounting
from worlds import fields_that_differ, lived, market, world

from simbiz.catalogue import DIMENSIONS
from simbiz.market.feedback import Feedback
from simbiz.market.firms import FirmState
from simbiz.state.columns import records, tally_dtype
from simbiz.state.layout import Layout

LAYOUT = Layout.of(market())
FOCAL, FIRMS = LAYOUT.focal, len(LAYOUT.firms)
GAIN, FADING, COST = (LAYOUT.common[f"feedback_{name}"] for name in ("gain", "fading", "cost"))
EVERYBODY = np.ones(FIRMS)


def week(answers=0, gaps=(0, 0, 0, 0, 0), complaints=0, complaint_gap=(0, 0, 0, 0, 0)):
    """Give a week in which the focal firm's customers said this; gaps are means over the answers."""
    tally = records(tally_dtype(LAYOUT), 1)
    tally.answers[0, FOCAL, 0] = answers
    tally.survey_expectation[0, FOCAL, :, 0] = 4 * answers
    tally.survey_perception[0, FOCAL, :, 0] = 4 * answers + answers * np.array(gaps)
    tally.complaints[0, FOCAL, 0] = complaints
    tally.complaint_gap[0, FOCAL, :, 0] = complaint_gap
    return tally


def heard(*weeks, feedback=EVERYBODY):
    found, firms = Feedback(LAYOUT), FirmState(LAYOUT, 1)
    firms.named["feedback"] = feedback
    for tally in weeks:
        found.hear(tally, firms.record, firms.named)
    return found


@pytest.mark.parametrize("worst", range(len(DIMENSIONS)))
def test_after_a_survey_the_worst_dimension_improves_and_no_other(worst):
    gaps = np.full(5, -1)
    gaps[worst] = -2
    expected = np.zeros((FIRMS, 5))
    expected[FOCAL, worst] = GAIN
    np.testing.assert_array_equal(heard(week(10, gaps)).improvement, expected)


def test_it_improves_and_costs_as_far_as_the_firm_acts_on_what_it_hears():
    half = heard(week(10, (0, -1, 0, 0, 0)), feedback=0.5 * EVERYBODY)
    assert half.improvement[FOCAL, 1] == 0.5 * GAIN
    assert half.cost[FOCAL] == half.spent[FOCAL] == 0.5 * COST


def test_a_firm_without_feedback_hears_and_does_nothing():
    deaf = heard(week(10, (-3, -3, -3, -3, -3)), feedback=0.0 * EVERYBODY)
    assert not deaf.improvement.any()
    assert not deaf.spent.any()


def test_complaints_since_the_last_survey_count_as_much_as_answers():
    """Ten answers with a gap of -1 on the first dimension against complaints about the second."""
    survey = week(10, (-1, 0, 0, 0, 0))
    few, many = (heard(week(complaints=n, complaint_gap=(0, -3 * n, 0, 0, 0)), survey) for n in (3, 4))
    assert np.flatnonzero(few.improvement[FOCAL]).tolist() == [0]
    assert np.flatnonzero(many.improvement[FOCAL]).tolist() == [1]


def test_complaints_of_before_the_last_survey_do_not_count_again():
    old = week(complaints=100, complaint_gap=(0, -300, 0, 0, 0))
    survey = week(10, (-1, 0, 0, 0, 0))
    twice = heard(old, survey, survey)
    assert twice.improvement[FOCAL, 0] == GAIN
    assert twice.improvement[FOCAL, 1] == pytest.approx(GAIN * math.exp(-FADING))


def test_complaints_alone_without_an_answer_move_nothing_but_wait_for_the_survey():
    complaint = week(complaints=5, complaint_gap=(0, 0, -15, 0, 0))
    assert not heard(complaint).improvement.any()
    assert np.flatnonzero(heard(complaint, week(), week(1)).improvement[FOCAL]).tolist() == [2]


def test_where_no_expectation_is_missed_nothing_is_done_or_paid():
    pleased = heard(week(10, (0, 1, 2, 0, 3)))
    assert not pleased.improvement.any()
    assert not pleased.spent.any()


def test_an_improvement_wears_off_and_is_paid_once():
    found = heard(week(10, (-1, 0, 0, 0, 0)), *(week() for _ in range(20)))
    assert found.improvement[FOCAL, 0] == pytest.approx(GAIN * math.exp(-20 * FADING))
    assert found.cost[FOCAL] == 0.0
    assert found.spent[FOCAL] == COST


def test_improvements_act_on_service_quality_and_on_nothing_else():
    state = FirmState(LAYOUT, 1)
    state.act()
    before = state.attributes.copy()
    state.feedback = heard(week(10, (0, 0, 0, 0, -1)))
    state.act()
    changed = np.argwhere(state.attributes != before).tolist()
    assert changed == [[FOCAL, LAYOUT.cells["service_quality"][4]]]
    assert state.cell("service_quality")[FOCAL, 4] == pytest.approx(before[FOCAL, changed[0][1]] + GAIN)


def test_a_firm_with_feedback_mends_something_after_a_survey_and_books_it():
    model = world({"profiles.initiative.feedback": 1.0, "programme.order": []}).run()
    check_accounting(model)
    acting = [firm.profile == "initiative" for firm in model.layout.scenario.firms.values()]
    assert model.firms.feedback.improvement[acting].any(axis=1).all()
    assert not model.firms.feedback.improvement[np.invert(acting)].any()
    every = int(model.layout.common["survey_weeks"])
    weeks = set(np.flatnonzero(model.firm_series.invested.any(axis=1)).tolist())
    assert weeks
    assert weeks <= set(range(every - 1, model.end, every))


def test_without_gain_feedback_changes_no_customer():
    silent = world({"profiles.initiative.feedback": 1.0, "mechanisms.feedback": False}).run()
    assert fields_that_differ(silent.tallies, lived().tallies) == []


def test_without_answers_feedback_changes_nothing():
    """Nobody is asked, so nobody acts, although complaints are heard."""
    unasked = {"mechanisms.surveys": False}
    acting = world(unasked | {"profiles.initiative.feedback": 1.0}).run()
    assert acting.tallies.complaints.sum() > 0
    assert fields_that_differ(acting.tallies, world(unasked).run().tallies) == []


def test_a_branch_takes_its_own_improvements_along():
    changes = {"profiles.initiative.feedback": 1.0}
    past = world(changes)
    past.run_past()
    one, other = past.branch(past.layout.scenario), past.branch(past.layout.scenario)
    one.run(one.start + 30)
    np.testing.assert_array_equal(other.firms.feedback.improvement, past.firms.feedback.improvement)
    assert (one.firms.feedback.spent > past.firms.feedback.spent).any()
    whole = world(changes).run(one.week)
    np.testing.assert_array_equal(one.firms.feedback.improvement, whole.firms.feedback.improvement)
