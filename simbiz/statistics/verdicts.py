"""Verdicts: what a number of worlds shows about the share of all worlds in which something holds.

One rule for every kind of study. Something is *supported* where the worlds show that it holds in at least 95 % of all
that could have been drawn, *refuted* where they show that it holds in at most 5 %, *undecided* where they show that the
share lies between, and *too few worlds* where they show none of these.

"Show" means a one-sided confidence limit of 95 % (Clopper and Pearson, Biometrika 1934). That limit is exact: it is
never too narrow, least of all where all worlds or none pass, which is where verdicts are given. 59 of 59 are the fewest
worlds that support, 0 of 59 the fewest that refute.

A world that was asked and does not count (its run failed, the market of its point does not rest, or the statement
cannot be tested in it) shows nothing. The lower limit takes it as one in which the statement does not hold, the upper
limit as one in which it does, so that no verdict hangs on worlds that are missing. A world that misses the base year by
the luck of its seed is not asked, because the statement is about a firm whose base year is known; it is told. Over many
points it is asked: a point that cannot meet the base year must not drop out of the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

SUPPORTED, UNDECIDED, REFUTED, TOO_FEW = "supported", "undecided", "refuted", "too few worlds"
NOT_REACHED, NOT_TESTABLE = "not reached", "not testable"
VERDICTS = (SUPPORTED, UNDECIDED, REFUTED, TOO_FEW, NOT_REACHED, NOT_TESTABLE)

NEARLY_ALL, NEARLY_NONE = 0.95, 0.05
CONFIDENCE = 0.95  # of each limit on its own
MOST = 10_000  # worlds beyond which no number is named

Amounts = NDArray[np.float64]


@dataclass(frozen=True)
class Judgement:
    """What was shown, and how many worlds would show more.

    Parameters
    ----------
    verdict : str
        One of `VERDICTS`.
    interval : tuple of float or None
        One-sided 95 % limits of the share of worlds; together they hold 90 %. None where no world was asked.
    needed : int or None
        Number of worlds that gives a verdict if the parts that passed and that count stay as they are; None where there
        is a verdict, or more than `MOST` worlds would be needed.
    needed_at_best : int or None
        Number of worlds that gives a verdict if all further worlds pass (where at least half did) or none does.
    """

    verdict: str
    interval: tuple[float, float] | None = None
    needed: int | None = None
    needed_at_best: int | None = None


@cache
def judge(passed: float, worlds: float, asked: float) -> Judgement:
    """Verdict on something that was asked of worlds.

    Parameters
    ----------
    passed : float
        Number of worlds in which it holds; not whole where a world counts by parts.
    worlds : float
        Number of worlds that count.
    asked : float
        Number of worlds that were asked for, counting or not.
    """
    if asked <= 0:
        return Judgement(TOO_FEW)
    missing = asked - worlds
    low, high = _limits(np.array([passed]), np.array([passed + missing]), np.array([asked]))
    verdict = str(_verdicts(low, high)[0])
    interval = float(low[0]), float(high[0])
    if verdict != TOO_FEW:
        return Judgement(verdict, interval)
    more = np.arange(np.floor(asked) + 1, MOST + 1)
    same = _first(more, passed / asked * more, (passed + missing) / asked * more)
    added = more - asked if 2 * passed >= worlds else 0.0 * more
    return Judgement(TOO_FEW, interval, same, _first(more, passed + added, passed + missing + added))


def judged(passed: float, worlds: float, asked: float, verdict: str | None = None) -> dict[str, Any]:
    """Fields of a row of a report that say how many worlds pass, and what that shows.

    Parameters
    ----------
    passed, worlds, asked
        See `judge`.
    verdict : str, optional
        Verdict where there is nothing to judge: the horizon was not reached, or the statement cannot be tested.
    """
    found = Judgement(verdict) if verdict else judge(passed, worlds, asked)
    given = verdict is None
    return {
        "passed": passed if given else None,
        "worlds": worlds,
        "asked": asked,
        "passing": passed / worlds if given and worlds else None,
        "passing_of_all": passed / asked if given and asked else None,
        "passing_interval": None if found.interval is None else list(found.interval),
        "verdict": found.verdict,
        "needed": found.needed,
        "needed_at_best": found.needed_at_best,
    }


def _limits(least: Amounts, most: Amounts, number: Amounts) -> tuple[Amounts, Amounts]:
    """Lower limit of the share if `least` worlds pass, upper limit if `most` do."""
    with np.errstate(invalid="ignore"):
        low = np.where(least > 0.0, beta.ppf(1.0 - CONFIDENCE, least, number - least + 1.0), 0.0)
        high = np.where(most < number, beta.ppf(CONFIDENCE, most + 1.0, number - most), 1.0)
    return low, high


def _verdicts(low: Amounts, high: Amounts) -> NDArray[np.str_]:
    conditions = [low >= NEARLY_ALL, high <= NEARLY_NONE, (low > NEARLY_NONE) & (high < NEARLY_ALL)]
    return np.select(conditions, [SUPPORTED, REFUTED, UNDECIDED], TOO_FEW)


def _first(number: Amounts, least: Amounts, most: Amounts) -> int | None:
    """Smallest number of worlds that gives a verdict."""
    given = np.flatnonzero(_verdicts(*_limits(least, most, number)) != TOO_FEW)
    return int(number[given[0]]) if len(given) else None
