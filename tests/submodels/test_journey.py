import math

import numpy as np
import pytest

from simbiz.draws import name_id, uniforms
from simbiz.submodels.journey import context_kept, gives_up, whole_between

MANY = 20_000
LUCK = uniforms(6, name_id("journey"), np.arange(MANY, dtype=np.uint32), 0, 0, 0)


def test_the_context_always_survives_on_one_channel():
    assert all(context_kept(True, 0.0, luck) for luck in (1e-16, 0.5, 1 - 1e-16))


@pytest.mark.parametrize("integration", [0.0, 0.05, 0.5, 1.0])
def test_the_context_survives_a_change_of_channel_with_the_probability_of_integration(integration):
    kept = np.mean([context_kept(False, integration, luck) for luck in LUCK])
    assert abs(kept - integration) <= 5 * math.sqrt(integration * (1 - integration) / MANY)


@pytest.mark.parametrize(("effort", "patience"), [(0.5, 3.0), (2.0, 1.0)])
def test_customers_give_up_where_effort_passes_an_exponential_limit(effort, patience):
    gone = np.mean([gives_up(effort, patience, luck) for luck in LUCK])
    expected = 1.0 - math.exp(-effort / patience)
    assert abs(gone - expected) < 5 * math.sqrt(expected * (1 - expected) / MANY)


def test_going_on_after_two_efforts_is_going_on_after_their_sum():
    def goes_on(effort):
        return 1.0 - np.mean([gives_up(effort, 3.0, luck) for luck in LUCK])

    error = 5 * math.sqrt(1 / MANY)
    assert abs(goes_on(0.4) * goes_on(0.7) - goes_on(1.1)) < error


@pytest.mark.parametrize("effort", [0.0, -1.0])
def test_nobody_gives_up_without_effort(effort):
    assert not gives_up(effort, 3.0, 1e-16)


def test_nobody_with_endless_patience_gives_up():
    assert not gives_up(5.0, 1e9, 1e-8)


@pytest.mark.parametrize(("least", "most"), [(0, 0), (1, 3), (2, 4)])
def test_whole_numbers_are_drawn_evenly_with_both_ends(least, most):
    numbers = np.array([whole_between(least, most, luck) for luck in LUCK])
    assert set(numbers) == set(range(least, most + 1))
    p = 1 / (most - least + 1)
    shares = np.bincount(numbers - least) / MANY
    assert (np.abs(shares - p) <= 5 * math.sqrt(p * (1 - p) / MANY)).all()
    assert whole_between(least, most, 1 - 2**-53) == most
