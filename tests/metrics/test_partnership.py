"""The eight factors and four blocks of the experience of organisations, by hand and in a market that has lived."""

from math import exp

import numpy as np
import pytest
from tallies import FIRST, ONE, blank
from worlds import lived

from simbiz.catalogue import load_catalogue
from simbiz.metrics import METRICS, observe
from simbiz.metrics.partnership import BLOCKS, FACTORS

ORGANISATIONS, PERSONS = 0, 1

# (factor, counts of one firm's organisations, value)
FACTORS_BY_HAND = [
    ("understanding", {"touchpoints": 9, "switches": 4, "contexts_lost": 1}, 0.75),
    ("understanding", {"touchpoints": 9}, 1.0),
    ("ease", {"touchpoints": 10, "leads_lost": 2, "given_up": 1}, 0.7),
    ("knowledge", {"purchases": 4, "recognised": 3}, 0.75),
    ("personalisation", {"purchases": 4, "leads_lost": 6, "recognised": 3, "leads_returned": 2}, 0.5),
    ("interaction", {"touchpoints": 4, "two_way": 3}, 0.75),
    ("value_for_time", {"touchpoints": 4, "wait": 240}, 0.5),
    ("value_for_time", {"touchpoints": 4}, 1.0),
    ("cohesion", {"purchases": 4, "repeats": 2}, 0.5),
    ("cohesion", {"purchases": 4, "judgement": 8_000_000}, 0.5 / (1 + exp(-2))),
    ("promises", {"purchases": 8, "failures": 3, "complaints_answered": 1}, 0.75),
    ("promises", {"purchases": 8, "failures": 1, "complaints_answered": 2}, 1.0),
]


def with_counts(counts, segment=ORGANISATIONS):
    made = blank()
    for name, count in counts.items():
        made.tallies[name][FIRST, ONE, segment] = count
    return made


@pytest.mark.parametrize(("factor", "counts", "value"), FACTORS_BY_HAND, ids=[row[0] for row in FACTORS_BY_HAND])
def test_by_hand(factor, counts, value):
    found = METRICS[f"b2b_{factor}"](with_counts(counts))
    assert found[2, ONE] == pytest.approx(value)
    assert np.delete(found.ravel(), 2 * 7 + ONE).tolist() == [0.0] * 20


@pytest.mark.parametrize("factor", FACTORS)
def test_persons_are_no_partners(factor):
    counts = {name: count for row in FACTORS_BY_HAND for name, count in row[1].items()}
    assert (METRICS[f"b2b_{factor}"](with_counts(counts, PERSONS)) == 0.0).all()


def test_every_factor_carries_a_block_and_there_are_eight_and_four():
    assert set(FACTORS) == {factor for factors in BLOCKS.values() for factor in factors}
    assert (len(FACTORS), len(BLOCKS)) == (8, 4)
    assert {f"b2b_{name}" for name in (*FACTORS, *BLOCKS)} == {
        name for name in load_catalogue().metrics if name.startswith("b2b_")
    }


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_is_the_mean_of_the_factors_that_carry_it(block):
    values = observe(lived().observation())
    expected = sum(values[f"b2b_{name}"] for name in BLOCKS[block]) / len(BLOCKS[block])
    np.testing.assert_allclose(values[f"b2b_{block}"], expected, rtol=1e-12)


def test_without_dealings_there_is_no_experience():
    for name in (*FACTORS, *BLOCKS):
        assert (METRICS[f"b2b_{name}"](blank()) == 0.0).all()


def test_more_of_what_goes_wrong_never_betters_a_factor():
    good = {"touchpoints": 20, "purchases": 10, "switches": 8, "complaints_answered": 0, "recognised": 4}
    for bad in ("contexts_lost", "leads_lost", "given_up", "wait", "failures"):
        for name in FACTORS:
            factor = METRICS[f"b2b_{name}"]
            values = [factor(with_counts(good | {bad: count}))[2, ONE] for count in (0, 1, 3)]
            assert values == sorted(values, reverse=True), (name, bad)
