import math

import numpy as np
import pytest
from rules import with_parameters
from scipy.special import logsumexp, softmax

from simbiz.draws import name_id, uniforms
from simbiz.submodels.choice import (
    access,
    channel_worth,
    firm_utility,
    gumbel,
    offers_together,
    price_term,
    pull,
    race_time,
)

MANY = 40_000
WHO = np.arange(MANY, dtype=np.uint32)


def worth(utilities, nest, best_only=0):
    top = max(utilities)
    return top + access(0.0, sum(pull(utility - top, nest) for utility in utilities), nest, best_only)


@pytest.mark.parametrize("nest", [0.02, 0.05, 0.5, 1.0])
@pytest.mark.parametrize("utilities", [[0.3], [1.0, -2.0, 0.4, 0.4], [-800.0, 700.0], [5.0, 4.0, 3.0, 2.0, 1.0, 0.0]])
def test_access_is_the_log_sum_in_any_order_of_the_channels(utilities, nest):
    expected = nest * logsumexp(np.array(utilities) / nest)
    for order in (utilities, utilities[::-1], sorted(utilities)):
        assert worth(order, nest) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("nest", [0.05, 0.3, 0.95, 1.0])
@pytest.mark.parametrize("utility", [-2.0, 0.0, 1.7])
def test_a_copy_of_the_only_channel_is_worth_nest_times_ln_2(utility, nest):
    gain = worth([utility, utility], nest) - worth([utility], nest)
    assert gain == pytest.approx(nest * math.log(2), rel=1e-12)


def test_a_copy_of_a_channel_is_worth_nothing_as_the_nest_parameter_goes_to_nothing():
    gains = [worth([0.4, 0.4, 0.1], nest) - worth([0.4, 0.1], nest) for nest in (1.0, 0.1, 0.01, 0.001)]
    assert gains == sorted(gains, reverse=True)
    assert gains[-1] < 0.001


def test_with_the_best_channel_only_mere_number_is_worth_nothing():
    assert worth([0.4], 0.5, 1) == worth([0.4] * 8, 0.5, 1) == worth([-3.0, 0.4, 0.2], 0.5, 1) == 0.4


def test_a_worse_channel_never_takes_worth_away():
    assert worth([0.4, -9.0], 0.5) >= worth([0.4], 0.5)


@pytest.mark.parametrize("utilities", [[0.0, 0.0, 0.0], [1.0, -1.0, 0.3, 2.0]])
def test_the_largest_utility_plus_gumbel_luck_is_a_logit_choice(utilities):
    values = np.empty((len(utilities), MANY))
    for row, utility in enumerate(utilities):
        draws = uniforms(5, name_id("firm"), WHO, 0, name_id(f"alternative {row}"), 0)
        values[row] = [utility + gumbel(one) for one in draws]
    shares = np.bincount(values.argmax(axis=0), minlength=len(utilities)) / MANY
    expected = softmax(utilities)
    assert (np.abs(shares - expected) < 5 * np.sqrt(expected * (1 - expected) / MANY)).all()


@pytest.mark.parametrize("utilities", [[0.0, 0.0, 0.0], [1.0, -1.0, 0.3, 2.0]])
def test_who_comes_first_in_a_race_is_who_has_the_largest_utility_plus_gumbel_luck(utilities):
    draws = np.array([uniforms(5, name_id("race"), WHO, 0, name_id(f"{row}"), 0) for row in range(len(utilities))])
    times = np.array([[race_time(u, pull(v, 1.0)) for u in row] for row, v in zip(draws, utilities, strict=True)])
    sums = np.array([[v + gumbel(u) for u in row] for row, v in zip(draws, utilities, strict=True)])
    np.testing.assert_allclose(-np.log(times), sums, rtol=0, atol=1e-9)
    shares = np.bincount(times.argmin(axis=0), minlength=len(utilities)) / MANY
    expected = softmax(utilities)
    assert (np.abs(shares - expected) < 5 * np.sqrt(expected * (1 - expected) / MANY)).all()


def test_a_sum_too_small_to_be_held_is_a_very_small_worth_and_a_number():
    assert math.isfinite(access(-50.0, 0.0, 0.02, 0))
    assert access(-50.0, 0.0, 0.02, 0) < -13.0


def test_gumbel_is_the_inverse_of_its_distribution():
    for value in (-3.0, 0.0, 2.5, 20.0):
        assert gumbel(math.exp(-math.exp(-value))) == pytest.approx(value, rel=1e-6)


def test_an_average_price_without_an_offer_is_worth_nothing():
    assert price_term(2.5, 1.0, 0.0) == 0.0


def test_an_offer_acts_as_a_lower_price():
    assert price_term(2.5, 1.0, 0.2) == price_term(2.5, 0.8, 0.0) == pytest.approx(-2.5 * math.log(0.8))
    assert price_term(2.5, 1.1, 0.0) < 0.0


def test_the_utility_of_a_firm_is_the_sum_of_its_parts():
    weights = with_parameters(loyalty_coefficient=2.0, satisfaction_coefficient=0.25, word_of_mouth_coefficient=0.5)
    utility = firm_utility(1.0, 0.5, 0.5, -2.0, 3.0, -0.125, 4.0, weights)
    assert utility == 1.0 + 0.5 + 1.0 - 0.5 + 1.5 - 0.125 + 4.0


def test_a_channel_is_worth_its_quality_and_a_shift_of_tastes_less_effort_and_usual_wait():
    assert channel_worth(0.0, 0.25, 1.0, 0.125) == -0.875
    assert channel_worth(2.0, 0.25, 1.0, 0.125) == 1.125


def test_two_offers_are_given_one_after_the_other():
    assert offers_together(0.1, 0.0) == 0.1
    assert offers_together(0.0, 0.2) == 0.2
    assert 1 - offers_together(0.1, 0.2) == pytest.approx(0.9 * 0.8)
