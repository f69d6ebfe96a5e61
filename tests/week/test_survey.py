"""Half-yearly surveys: who is asked, what is answered, and that asking changes nobody."""

import math

import numpy as np
from worlds import fields_that_differ, world

from simbiz.market.notes import empty_part
from simbiz.state.columns import CUSTOMERS, POTENTIAL, part_dtype
from simbiz.week import survey

STILL = {"programme.order": []}


def test_surveys_come_twice_a_year():
    model = world(STILL).run()
    weeks = np.flatnonzero(model.tallies.surveyed.any(axis=(1, 2, 3)))
    assert weeks.tolist() == list(range(25, model.week, 26))


def test_a_sample_of_those_who_know_a_firm_is_asked():
    few, all_of_them = (world(STILL | {"parameters.survey_sample": share}).run() for share in (0.2, 1.0))
    asked, everybody = few.tallies.surveyed.sum(axis=0), all_of_them.tallies.surveyed.sum(axis=0)
    share = asked / everybody
    assert (np.abs(share - 0.2) < 5 * np.sqrt(0.16 / everybody)).all()


def test_asking_changes_nobody():
    asked, left_alone = world(STILL).run(), world(STILL | {"mechanisms.surveys": False}).run()
    assert fields_that_differ(asked.customers, left_alone.customers) == []
    surveys = {"surveyed", "promoters", "detractors", "answers", "survey_expectation", "survey_perception"}
    assert set(fields_that_differ(asked.tallies, left_alone.tallies)) == surveys


def test_customers_recommend_a_firm_the_more_the_more_satisfied_they_are():
    model = world({"customers": 400, "parameters.recommendation_noise": 1.0})
    view, customer = model.worlds()[0], model.customers[0]
    means = []
    for satisfaction in (-2.0, 0.0, 2.0):
        customer.satisfaction[1], customer.firm_taste[1] = satisfaction, 0.0
        means.append(np.mean([survey.recommends(1, number, customer, view) for number in range(2000)]))
    centre, slope = view.recommendation_centre, view.recommendation_slope
    assert abs(means[1] - centre) < 5 / math.sqrt(2000)
    assert abs(means[0] - (centre - 2 * slope)) < 5 / math.sqrt(2000)
    assert means[2] > means[1]


def test_who_knows_no_firm_is_asked_nothing_and_who_never_bought_answers_as_one_of_the_public():
    model = world({"customers": 50, "parameters.survey_sample": 1.0})
    view, customer, part = model.worlds()[0], model.customers[0], empty_part(part_dtype(model.layout), False)
    customer.impressions[:] = 0
    survey.answer_surveys(customer, 0, view, part)
    assert not part.surveyed.any()
    customer.impressions[3] = 1
    survey.answer_surveys(customer, 0, view, part)
    assert part.surveyed.sum() == part.surveyed[3, POTENTIAL, customer.segment] == 1
    assert part.answers.sum() == 0
    customer.bought[0], customer.last_firm, customer.perceived[:] = 1 << 3, 3, 6
    survey.answer_surveys(customer, 0, view, part)
    assert part.surveyed[3, :, customer.segment].tolist() == [1, 2] if CUSTOMERS == 0 else [2, 1]
    assert part.answers[3].tolist() == [1, 0]
    assert part.survey_perception[3, :, customer.segment].tolist() == [6] * 5
    assert part.survey_expectation[3, :, customer.segment].tolist() == [4] * 5
