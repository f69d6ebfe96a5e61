import math

import numpy as np
import pytest

from simbiz.submodels.feedback import improved, mean_gap, worn_off, worst_dimension


def test_the_gap_is_perception_less_expectation_over_answers_and_complaints():
    """Two questionnaires with gaps of 1 and 0, a complaint with a gap of -4."""
    assert mean_gap(5 + 4, 4 + 4, -4, 2, 1) == -1.0
    assert mean_gap(20, 16, 0, 4, 0) == 1.0


def test_the_worst_gap_is_chosen():
    for worst in range(5):
        gaps = np.array([-0.5, 0.25, -0.25, 0.0, -0.75])
        gaps[worst] = -1.0
        assert worst_dimension(gaps) == worst


def test_of_equal_gaps_the_first_is_chosen():
    assert worst_dimension(np.array([0.0, -1.0, -1.0, 0.0, -1.0])) == 1


def test_where_no_expectation_is_missed_nothing_is_to_be_mended():
    assert worst_dimension(np.array([0.0, 0.5, 1.0, 2.0, 0.25])) == -1


@pytest.mark.parametrize(("gain", "feedback"), [(0.0, 1.0), (0.4, 0.0)])
def test_without_gain_or_without_feedback_nothing_improves(gain, feedback):
    assert improved(0.3, gain, feedback) == 0.3


def test_actions_add_up_and_wear_off():
    assert improved(improved(0.0, 0.4, 0.5), 0.4, 0.5) == pytest.approx(0.4)
    left = 1.0
    for _ in range(26):
        left = worn_off(left, 0.02)
    assert left == pytest.approx(math.exp(-0.52))
    assert worn_off(0.7, 0.0) == 0.7
