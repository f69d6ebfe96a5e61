from itertools import pairwise

import numpy as np
import pytest

from simbiz.submodels.capacity import (
    FELT_REQUESTS,
    FEWEST_WEEKS,
    FULL,
    MOST_WEEKS,
    coordination_effort,
    coordination_factor,
    felt_load,
    queue_factor,
    service_delay,
    uncoordinated,
)


@pytest.mark.parametrize("utilisation", [0.0, 0.4, 0.6, 0.8, 0.94])
def test_at_the_usual_load_a_firm_answers_as_usual(utilisation):
    assert queue_factor(utilisation, 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("load", [0.0, 0.5, 1.2, 1.5])
def test_waiting_grows_as_in_a_queue_with_one_server(load):
    utilisation = 0.6
    mean_time = 1.0 / (1.0 - utilisation * load)
    assert queue_factor(utilisation, load) == pytest.approx(mean_time * (1.0 - utilisation))


def test_waiting_rises_with_load_and_never_beyond_a_full_week():
    factors = [queue_factor(0.6, load) for load in np.linspace(0.0, 10.0, 101)]
    assert all(a <= b for a, b in pairwise(factors))
    assert factors[-1] == pytest.approx(0.4 / (1.0 - FULL))


def test_without_utilisation_load_does_nothing():
    assert queue_factor(0.0, 1e9) == 1.0


@pytest.mark.parametrize(
    ("tools", "integration", "expected"), [(0, 0.0, 0), (1, 0.0, 0), (5, 0.0, 4), (5, 1.0, 0), (5, 0.25, 3)]
)
def test_every_tool_beyond_the_first_is_a_burden_as_far_as_nothing_ties_it_in(tools, integration, expected):
    assert uncoordinated(tools, integration) == expected


def test_the_burden_of_the_start_is_already_in_the_response_times_of_the_start():
    assert coordination_factor(3.0, 3.0, 0.05) == 1.0
    assert coordination_factor(5.0, 3.0, 0.05) == pytest.approx(1.25 / 1.15)
    assert coordination_factor(0.0, 3.0, 0.05) < 1.0
    assert coordination_factor(5.0, 3.0, 0.0) == 1.0
    assert coordination_effort(4.0, 0.02) == pytest.approx(0.08)


@pytest.mark.parametrize(("team", "others"), [(1.0, 1.0), (2.5, 1.0), (0.8, 3.0)])
def test_service_waits_as_long_as_the_queue_that_answers_it(team, others):
    assert service_delay(1.0, team, others) == team / others
    assert service_delay(0.0, team, others) == 1.0
    assert service_delay(0.25, team, others) * others == pytest.approx(0.25 * team + 0.75 * others)


@pytest.mark.parametrize(
    ("usual", "weeks"), [(0.0, MOST_WEEKS), (1.0, MOST_WEEKS), (FELT_REQUESTS / 10, 10.0), (1e6, FEWEST_WEEKS)]
)
def test_a_load_is_felt_as_the_mean_of_as_many_weeks_as_bring_enough_requests_within_bounds(usual, weeks):
    assert felt_load(usual, usual, usual) == usual
    assert felt_load(usual, usual + 52.0, usual) - usual == pytest.approx(52.0 / weeks)
