import numpy as np
import pytest

from simbiz.submodels.survey import detracts, likert, promotes, recommendation


def test_an_experience_without_anything_special_is_answered_by_the_middle_of_the_scale():
    assert likert(0.0, 1.0) == 4


@pytest.mark.parametrize(("value", "point"), [(-9.0, 1), (-1.4, 3), (0.6, 5), (2.9, 7), (50.0, 7)])
def test_answers_stay_on_the_scale_of_seven(value, point):
    assert likert(value, 1.0) == point


def test_a_wider_unit_spreads_the_answers():
    assert likert(0.5, 2.0) == 5
    assert likert(0.5, 0.0) == 4


def test_the_answer_to_the_question_of_recommendation_rises_with_attitude_within_zero_to_ten():
    answers = [recommendation(7.0, 2.0, attitude, 0.0, 0.0) for attitude in np.linspace(-10, 10, 41)]
    assert answers == sorted(answers)
    assert (answers[0], answers[20], answers[-1]) == (0, 7, 10)


def test_promoters_answer_nine_or_ten_and_detractors_up_to_six():
    assert [promotes(answer) for answer in range(11)] == [False] * 9 + [True] * 2
    assert [detracts(answer) for answer in range(11)] == [True] * 7 + [False] * 4


def test_answers_to_the_question_of_recommendation_spread_by_the_standard_deviation_of_their_noise():
    assert [recommendation(5.0, 2.0, 0.0, 0.5, normal) for normal in (-2.0, 0.0, 2.0)] == [4, 5, 6]
    assert [recommendation(5.0, 2.0, 0.0, 2.0, normal) for normal in (-1.0, 0.0, 1.0)] == [3, 5, 7]
