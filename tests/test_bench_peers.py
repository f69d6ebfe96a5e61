"""Every form of the rule that peers are measured with makes the same market."""

import numpy as np
import pytest
from benchmarks import peers
from scipy.stats import chisquare

CUSTOMERS, WEEKS = 20_000, 6


def final_counts(market):
    for _ in range(WEEKS):
        market.step()
    return np.bincount(market.choices(), minlength=peers.FIRMS)


@pytest.mark.parametrize("name", [name for name in peers.PEERS if name.startswith(("numpy", "simbiz", "Mesa"))])
def test_shares_are_those_of_the_rule(name):
    make, _ = peers.PEERS[name]
    counts = final_counts(make(CUSTOMERS))
    assert chisquare(counts, peers.expected_shares(WEEKS) * CUSTOMERS).pvalue > 1e-5


def test_a_market_that_has_hardly_begun_is_told_apart():
    beginning = peers.Numpy(CUSTOMERS)
    beginning.step()
    counts = np.bincount(beginning.choices(), minlength=peers.FIRMS)
    assert chisquare(counts, peers.expected_shares(WEEKS) * CUSTOMERS).pvalue < 1e-5


def test_threads_choose_as_one_does():
    one, two = (peers.Simbiz(CUSTOMERS, threads=threads) for threads in (1, 2))
    final_counts(one)
    final_counts(two)
    assert np.array_equal(one.last, two.last)
