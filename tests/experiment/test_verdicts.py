"""What a number of worlds shows, against the exact interval of scipy and the arithmetic of 59 worlds."""

import pytest
from scipy.stats import binomtest

from simbiz.statistics.verdicts import (
    MOST,
    NOT_REACHED,
    REFUTED,
    SUPPORTED,
    TOO_FEW,
    UNDECIDED,
    judge,
    judged,
)


@pytest.mark.parametrize(("passed", "worlds"), [(0, 1), (1, 1), (0, 59), (59, 59), (7, 10), (30, 60), (95, 100)])
def test_the_limits_are_those_of_clopper_and_pearson(passed, worlds):
    exact = binomtest(passed, worlds).proportion_ci(confidence_level=0.90, method="exact")
    assert judge(passed, worlds, worlds).interval == pytest.approx((exact.low, exact.high), abs=1e-12)
    upper = binomtest(passed, worlds, alternative="less").proportion_ci(confidence_level=0.95, method="exact")
    assert judge(passed, worlds, worlds).interval[1] == pytest.approx(upper.high, abs=1e-12)


@pytest.mark.parametrize(
    ("passed", "worlds", "verdict"),
    [
        (59, 59, SUPPORTED),
        (58, 58, TOO_FEW),
        (58, 59, TOO_FEW),
        (0, 59, REFUTED),
        (0, 58, TOO_FEW),
        (1, 59, TOO_FEW),
        (92, 93, SUPPORTED),
        (1, 93, REFUTED),
        (1, 1, TOO_FEW),
        (0, 1, TOO_FEW),
        (0, 0, TOO_FEW),
        (30, 59, UNDECIDED),
        (950, 1000, TOO_FEW),
        (970, 1000, SUPPORTED),
        (900, 1000, UNDECIDED),
    ],
)
def test_a_verdict_is_what_the_worlds_show_at_95_per_cent_confidence(passed, worlds, verdict):
    assert judge(passed, worlds, worlds).verdict == verdict


@pytest.mark.parametrize(("passed", "worlds"), [(1, 1), (10, 10), (0, 3), (9, 10), (19, 20), (58, 59)])
def test_the_worlds_that_are_needed_are_the_fewest_that_give_a_verdict(passed, worlds):
    found = judge(passed, worlds, worlds)
    assert found.verdict == TOO_FEW
    share, needed = passed / worlds, found.needed
    if needed is not None:
        assert judge(share * needed, needed, needed).verdict != TOO_FEW
        assert judge(share * (needed - 1), needed - 1, needed - 1).verdict == TOO_FEW
    best = found.needed_at_best
    failing, passing = worlds - passed, passed
    more = best - failing if passing > failing else passing
    assert judge(more, best, best).verdict in (SUPPORTED, REFUTED)
    assert judge(more - (passing > failing), best - 1, best - 1).verdict == TOO_FEW


def test_all_worlds_so_far_need_59_and_one_failure_among_them_93():
    assert (judge(10, 10, 10).needed, judge(10, 10, 10).needed_at_best) == (59, 59)
    assert judge(9, 10, 10).needed_at_best == 93
    assert judge(1, 10, 10).needed_at_best == 93


def test_at_exactly_the_limit_no_number_of_worlds_is_named():
    assert judge(19, 20, 20).needed is None
    assert judge(19, 20, 20).needed_at_best < MOST


def test_worlds_that_do_not_count_show_nothing():
    assert judge(59, 59, 59).verdict == SUPPORTED
    assert judge(59, 59, 60).verdict == TOO_FEW
    assert judge(0, 59, 60).verdict == TOO_FEW
    assert judge(0, 0, 59).verdict == TOO_FEW
    assert judge(0, 0, 59).interval == (0.0, 1.0)
    assert judge(92, 92, 93).verdict == SUPPORTED
    assert judge(0, 92, 93).verdict == REFUTED


def test_a_world_that_counts_by_parts_is_judged_between_its_neighbours():
    low, middle, high = (judge(passed, 100, 100).interval for passed in (40, 40.5, 41))
    assert low[0] < middle[0] < high[0]
    assert low[1] < middle[1] < high[1]


def test_a_row_tells_the_share_of_those_that_count_and_of_all():
    row = judged(3, 4, 6)
    assert (row["passed"], row["worlds"], row["asked"]) == (3, 4, 6)
    assert (row["passing"], row["passing_of_all"]) == (0.75, 0.5)
    assert row["passing_interval"] == list(judge(3, 4, 6).interval)
    beyond = judged(0, 0, 6, NOT_REACHED)
    assert (beyond["verdict"], beyond["passed"], beyond["passing"], beyond["passing_interval"]) == (
        *(NOT_REACHED, None, None, None),
    )
    nothing = judged(0, 0, 6)
    assert (nothing["verdict"], nothing["passing"], nothing["passing_of_all"]) == (TOO_FEW, None, 0.0)
