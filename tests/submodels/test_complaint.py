import math

import pytest

from simbiz.submodels.complaint import complains, failure_probability, restored_part, satisfaction_recovered


def test_a_firm_of_ordinary_reliability_fails_at_the_declared_rate():
    assert failure_probability(0.06, 0.0) == pytest.approx(0.06, rel=1e-12)
    assert failure_probability(0.0, 0.0) == 0.0


def test_reliability_takes_from_the_log_odds_of_a_failure():
    better = failure_probability(0.06, 0.7)
    assert math.log(better / (1 - better)) == pytest.approx(math.log(0.06 / 0.94) - 0.7)


def test_who_has_no_inclination_never_complains():
    assert not complains(0.0, 1e-16)
    assert complains(0.7, 0.69)
    assert not complains(0.7, 0.71)


def test_an_instant_answer_restores_the_whole_share_and_a_late_one_little():
    assert restored_part(1.0, 0.3, 0.0) == 1.0
    assert restored_part(0.5, 0.3, 0.0) == 0.5
    assert restored_part(1.0, 0.5, 99.0) == pytest.approx(0.1)
    assert restored_part(0.0, 0.3, 1.0) == 0.0


def test_recovery_ends_at_what_satisfaction_was_before_the_failure():
    assert satisfaction_recovered(-0.4, 0.3, 1.0, 0.0) == pytest.approx(0.3)
    assert satisfaction_recovered(-0.4, 0.3, 0.5, 0.0) == pytest.approx(-0.05)


def test_who_is_no_less_satisfied_than_before_gains_nothing_by_complaining():
    assert satisfaction_recovered(0.3, 0.1, 1.0, 0.0) == 0.3


def test_a_surplus_lifts_the_ceiling():
    assert satisfaction_recovered(-0.4, 0.3, 1.0, 0.5) == pytest.approx(0.8)
