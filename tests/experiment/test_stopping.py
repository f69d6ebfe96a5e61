"""Seeds are added until the interval is as narrow as was asked."""

import numpy as np
import pytest
from pydantic import ValidationError

from simbiz.runs.observed import mean_and_half
from simbiz.studies.sweep.stopping import Stop, wider_than_asked, worth_more


def stopped(half_width, first, step, count, relative=False, mean=0.0):
    """Run many points of known normal values to the end; values that were not asked for are NaN."""
    drawn = np.random.default_rng(1).normal(mean, 1.0, size=(count, 200))
    stop = Stop(outcome="value", half_width=half_width, relative=relative, step=step, at_most=200)
    seen = np.full_like(drawn, np.nan)
    seen[:, :first] = drawn[:, :first]
    open_points, planned = np.ones(count, dtype=bool), first
    while planned < stop.at_most and (open_points := worth_more(seen, open_points, stop)).any():
        more = slice(planned, planned + step)
        seen[open_points, more] = drawn[open_points, more]
        planned += step
    return seen


@pytest.mark.parametrize("half_width", [0.3, 0.4])
def test_points_stop_where_theory_says(half_width):
    seen = stopped(half_width, 10, 1, 2000)
    _, half, counts = mean_and_half(seen)
    assert (half <= half_width).all()
    # Where the spread is known to be 1 the interval is narrow enough from n = (1.96 / d)^2 on; Student asks 2 more.
    theory = (1.96 / half_width) ** 2
    assert theory - 2.0 < counts.mean() < theory + 4.0


@pytest.mark.parametrize(("first", "least"), [(4, 0.91), (10, 0.93)])
def test_intervals_where_points_stopped_cover_a_little_less_than_they_say(first, least):
    mean, half, _ = mean_and_half(stopped(0.4, first, 4, 8000))
    covered = (np.abs(mean) <= half).mean()
    assert least < covered < 0.955


def test_a_relative_width_is_a_part_of_the_mean():
    values = np.array([[9.0, 11.0, 10.0, 10.0], [0.9, 1.1, 1.0, 1.0], [90.0, 110.0, 100.0, 140.0]])
    half = mean_and_half(values)[1][0] / 10.0
    stop = Stop(outcome="value", half_width=half + 1e-9, relative=True, at_most=9)
    assert wider_than_asked(values, stop).tolist() == [False, False, True]
    assert wider_than_asked(values, stop.model_copy(update={"relative": False})).tolist() == [True, False, True]


def test_a_point_without_any_value_gets_no_more_seeds_and_one_with_a_single_value_does():
    values = np.array([[np.nan, np.nan], [1.0, np.nan], [1.0, 1.0]])
    stop = Stop(outcome="value", half_width=0.1, at_most=9)
    assert wider_than_asked(values, stop).tolist() == [True, True, False]
    assert worth_more(values, np.ones(3, dtype=bool), stop).tolist() == [False, True, False]
    assert not worth_more(values, np.zeros(3, dtype=bool), stop).any()


def test_means_and_half_widths_leave_out_what_is_not_there():
    values = np.array([[1.0, np.nan, 3.0], [2.0, np.nan, np.nan], [np.nan] * 3])
    mean, half, counts = mean_and_half(values)
    assert counts.tolist() == [2, 1, 0]
    assert mean[:2].tolist() == [2.0, 2.0]
    assert half[0] == pytest.approx(12.706, abs=1e-3)
    assert np.isnan([mean[2], half[1], half[2]]).all()


def test_a_stop_needs_a_width_and_an_end():
    with pytest.raises(ValidationError):
        Stop(outcome="value", half_width=0.0, at_most=9)
    with pytest.raises(ValidationError):
        Stop(outcome="value", half_width=0.1)  # type: ignore[call-arg]


def test_a_relative_width_is_a_part_of_the_size_of_a_negative_mean_too():
    values = np.array([[9.0, 11.0, 10.0, 10.0]])
    half = mean_and_half(values)[1][0] / 10.0
    stop = Stop(outcome="value", half_width=half + 1e-9, relative=True, at_most=9)
    assert not wider_than_asked(values, stop).any()
    assert not wider_than_asked(-values, stop).any()
