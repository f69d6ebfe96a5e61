"""Fit to the past only: intercepts are fitted while the market comes to rest, then held.

Known are the shares of year 0 and, by the printed growth rate, the focal firm's share of year -1. Why it fell
is not known: three causes fit. Everything after year 0 is forecast, and nothing here ever sees a claim about
it.

What shares identify are differences between intercepts; they are nudged until the market rests at the shares before
the fall. Their common level is nudged apart, by the share of demand that goes elsewhere: where journeys fail so
often that this share cannot be reached, the level ends at a bound and the differences are the same. The fall is one
number, the utils that the focal firm loses along the path of its cause. What a util does to the share is found by
living through the past on trial, with and without a fall. So the worlds of all seeds have the known shares on average,
and each its own luck: luck that was fitted away would come back as a drift.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simbiz.market.sampling import share_error
from simbiz.state.layout import Layout

YEAR = 52
PAST_WEEKS = 2 * YEAR
LARGEST_NUDGE = 0.5
LARGEST_LEVEL = 10.0  # utils; of decisions between one firm and none, one in 22,000 falls on none
RESTING = 2.0  # standard errors by which two periods of one length may differ
RESPONSE, LEAST_RESPONSE, MOST_RESPONSE = 1.15, 0.4, 4.0  # relative change of a share by a util: first guess and bounds


def shares_before(layout: Layout) -> NDArray[np.float64]:
    """Shares at which the market rests before the focal firm's share changes; float64 array (firm,).

    `one_off`: that of year -1. Of a share that changes evenly from the beginning of year -1 on, that year has seen half
    a year's change. Rivals share the rest in proportion.
    """
    shares = np.array([firm.share for firm in layout.scenario.firms.values()])
    past, focal = layout.scenario.past, layout.focal
    now = shares[focal]
    before = now / past.share_index_before
    if past.decline != "one_off":
        before += 0.5 * (before - now)
    before = float(np.clip(before, 0.1 * now, 1.0 - 0.5 * (1.0 - now)))
    # A firm that is alone leaves nothing to share.
    rest = (1.0 - before) / (1.0 - now) if now < 1.0 else 0.0
    result: NDArray[np.float64] = shares * rest
    result[focal] = before
    return result


def part_of_fall(decline: str, week: int) -> float:
    """Part of the fall that is done in a week, by cause.

    Parameters
    ----------
    decline : str
        `one_off`: all of it happens between years -1 and 0. `ended`: evenly from the beginning of year -1 to the end of
        year 0. `steady`: evenly from the beginning of year -1, and it goes on.
    week : int
        Week from the start of the programme.
    """
    if decline == "one_off":
        return float(week >= -YEAR)
    part = max(0.0, (week + 1 + PAST_WEEKS) / PAST_WEEKS)
    return part if decline == "steady" else min(1.0, part)


class BaseYearFit:
    """Intercepts of all firms through the past, and how they go on.

    Parameters
    ----------
    layout : Layout
        The scenario.
    start : int
        First week of the programme, as long as the burn-in is not made longer.
    """

    def __init__(self, layout: Layout, start: int) -> None:
        self.rules, self.start = layout.scenario.fit, start
        self.decline, self.focal = layout.scenario.past.decline, layout.focal
        self.now = layout.scenario.firms[layout.scenario.focal].share
        self.before = shares_before(layout)
        self.outside = layout.scenario.market.outside_share
        self.error = share_error(layout, self.before)
        given = layout.scenario.fit.intercepts
        self.intercepts = np.array([given.get(name, 0.0) for name in layout.firms])
        self.history: list[NDArray[np.float64]] = []
        self.held = False
        self.fall = 0.0
        self._value = np.zeros(len(layout.firms))
        self._total = 0.0

    def observe(self, week: int, revenue: NDArray[np.float64], outside: float) -> None:
        """Take one week of the burn-in into account.

        Parameters
        ----------
        week : int
            The week just lived.
        revenue : float64 array (firm,)
            Value bought from each firm.
        outside : float
            Value that went elsewhere.
        """
        if self.held or not self.rules.nudge:
            return
        self._value += revenue
        self._total += float(revenue.sum()) + outside
        if (week + 1) % self.rules.every_weeks == 0:
            self._nudge()
        self.history.append(self.intercepts.copy())

    def _nudge(self) -> None:
        """Move differences by the miss of shares, and the level by the miss of what goes elsewhere.

        Relative differences, not logarithms: the mean of a noisy share must meet the target.
        """
        if self._value.sum() > 0.0:
            missing = 1.0 - self._value / self._value.sum() / self.before
            missing = np.clip(self.rules.damping * missing, -LARGEST_NUDGE, LARGEST_NUDGE)
            outside = max(self.outside, 0.01)
            too_much = np.clip((1.0 - self._value.sum() / self._total - outside) / outside, -1.0, 1.0)
            level = float(self.before @ self.intercepts)
            differences = self.intercepts - level + missing
            level = np.clip(level + self.rules.damping * too_much, -LARGEST_LEVEL, LARGEST_LEVEL)
            self.intercepts = differences - self.before @ differences + level
        self._value = np.zeros_like(self._value)
        self._total = 0.0

    def rests(self) -> bool:
        """Whether the differences have stopped moving: the last two quarters of the burn-in agree but for luck.

        A difference of intercepts is translated into shares as a logit would; both quarters of the time have the
        sampling error of the market's size.
        """
        if not self.rules.nudge:
            return True
        quarter = max(1, len(self.history) // 4)
        history = np.array(self.history[-2 * quarter :])
        differences = history - (history @ self.before)[:, None]
        moved = np.abs(differences[quarter:].mean(axis=0) - differences[:quarter].mean(axis=0))
        allowed = RESTING * np.sqrt(2.0 * YEAR / quarter) * self.error
        return bool((moved * self.before * (1.0 - self.before) <= allowed).all())

    def hold(self) -> None:
        """Hold from now on what the second half of the burn-in taught on average."""
        self.held = True
        if self.history:
            self.intercepts = np.mean(self.history[len(self.history) // 2 :], axis=0)

    def fit_fall(self, share_of_year_0: Callable[[float], float]) -> None:
        """Find the fall by which the focal firm comes from its share before to that of year 0.

        The past is lived through twice on trial, with the same luck: without any fall and with the one that a first
        guess of the response gives. What the share answers in utils decides; the luck of year 0 drops out. A market of
        so few customers that the standard error of the share is larger than its change is not tried: the first guess
        is as good as what it would answer.

        Parameters
        ----------
        share_of_year_0 : callable
            (utils that the focal firm gains) -> its share of year 0 in a past on trial.
        """
        before = float(self.before[self.focal])
        if not self.rules.nudge or self.now in (0.0, 1.0, before):
            return
        wanted = float(np.log(self.now / before))
        done = float(np.mean([part_of_fall(self.decline, week) for week in range(-YEAR, 0)]))
        guess = wanted / (RESPONSE * done)
        if self.error[self.focal] > before * abs(wanted):
            self.fall = guess
            return
        without, fallen = share_of_year_0(0.0), share_of_year_0(guess)
        response = np.log(fallen / without) / guess if min(without, fallen) > 0.0 else RESPONSE * done
        low, high = LEAST_RESPONSE * done, MOST_RESPONSE * done
        self.fall = wanted / float(np.clip(response, low, high))

    def intercepts_at(self, week: int) -> NDArray[np.float64]:
        """Intercepts in force in a week; float64 array (firm,)."""
        if not self.held or not self.rules.nudge:
            return self.intercepts
        intercepts = self.intercepts.copy()
        intercepts[self.focal] += self.fall * part_of_fall(self.decline, week - self.start)
        return intercepts
