import math

import numpy as np
import pytest
from scipy import stats
from scipy.special import gammaincinv

from simbiz.draws import name_id, uniforms
from simbiz.submodels.need import deliberation, gap, week_of

MANY = 8_000
WHO = np.arange(MANY, dtype=np.uint32)
NEED = name_id("need")


def needs_within(weeks, rates):
    """Count the needs of every customer in so many weeks, gap by gap."""
    counts, time = np.zeros(MANY, dtype=int), np.zeros(MANY)
    for number in range(400):
        draws = uniforms(3, NEED, WHO, number, 0, 0)
        time += [gap(luck, rate) for luck, rate in zip(draws, rates, strict=True)]
        counts += time < weeks
        if (time >= weeks).all():
            return counts
    raise AssertionError


@pytest.mark.parametrize("mean", [0.5, 4.0])
def test_needs_of_like_customers_are_poisson(mean):
    counts = needs_within(52, np.full(MANY, mean / 52))
    top = int(stats.poisson.isf(5 / MANY, mean))
    observed = np.bincount(np.minimum(counts, top), minlength=top + 1)
    expected = stats.poisson.pmf(np.arange(top + 1), mean)
    expected[-1] = stats.poisson.sf(top - 1, mean)
    assert stats.chisquare(observed, expected * MANY).pvalue > 1e-5


@pytest.mark.parametrize("dispersion", [0.5, 1.75])
def test_needs_of_customers_with_gamma_rates_are_negative_binomial(dispersion):
    mean, shape = 4.0, 1 / dispersion
    traits = uniforms(3, name_id("rate"), WHO, 0, 0, 0)
    counts = needs_within(52, np.maximum(1e-9, gammaincinv(shape, traits) * dispersion * mean / 52))
    law = stats.nbinom(shape, shape / (shape + mean))
    top = int(law.isf(5 / MANY))
    observed = np.bincount(np.minimum(counts, top), minlength=top + 1)
    expected = law.pmf(np.arange(top + 1))
    expected[-1] = law.sf(top - 1)
    assert stats.chisquare(observed, expected * MANY).pvalue > 1e-5


@pytest.mark.parametrize("first", [0, 3, 9])
def test_a_need_falls_into_the_week_whose_time_holds_it(first):
    weights = np.array([0.5, 1.5, 1.0, 0.25, 1.75, 1.0, 1.0, 0.1, 0.2, 2.0, 1.0, 1.0])
    clock = np.concatenate([[0.0], np.cumsum(weights)])
    for time in np.linspace(0.0, clock[-1] + 1.0, 241):
        expected = max(first, min(np.searchsorted(clock[1:], time, side="right"), len(weights)))
        assert week_of(clock[None], 0, time, first) == expected


def test_a_need_beyond_the_calendar_is_never_due():
    clock = np.arange(11.0)
    assert week_of(clock[None], 0, 10.0, 0) == 10
    assert week_of(clock[None], 0, 1e9, 4) == 10


def test_whole_weeks_of_deliberation_are_geometric():
    mean = 2.0
    weeks = np.array([deliberation(luck, mean, 0.5, 1e-6) for luck in uniforms(3, name_id("d"), WHO, 0, 0, 0)])
    stop = 1.0 - math.exp(-1.0 / mean)
    top = int(stats.geom(stop, loc=-1).isf(5 / MANY))
    expected = stats.geom(stop, loc=-1).pmf(np.arange(top + 1))
    expected[-1] = stats.geom(stop, loc=-1).sf(top - 1)
    assert stats.chisquare(np.bincount(np.minimum(weeks, top), minlength=top + 1), expected * MANY).pvalue > 1e-5


def test_who_deliberates_no_time_decides_in_the_same_week():
    assert all(deliberation(luck, 0.0, 0.5, 0.1) == 0 for luck in (1e-300, 0.5, 1 - 1e-16))


def test_who_buys_often_deliberates_only_a_part_of_the_usual_gap():
    often, seldom = 2.0, 0.001
    assert deliberation(0.01, 4.0, 0.5, often) == deliberation(0.01, 0.25, 1e9, often)
    assert deliberation(0.01, 4.0, 0.5, often) < deliberation(0.01, 4.0, 0.5, seldom)


def test_every_segment_follows_its_own_clock():
    clocks = np.stack([np.arange(11.0), 2.0 * np.arange(11.0)])
    assert [week_of(clocks, segment, 5.0, 0) for segment in (0, 1)] == [5, 2]


def test_the_luckier_a_customer_the_sooner_the_next_need():
    """As in the first needs, which are drawn for many customers at once."""
    assert gap(math.exp(-1.0), 0.5) == pytest.approx(2.0, rel=1e-12)
    assert gap(0.9, 0.5) < gap(0.1, 0.5)
