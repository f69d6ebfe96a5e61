"""Fit to the past only: intercepts are nudged until the shares follow what is known, then held.

Known are the shares of year 0 and, by the printed growth rate, the focal firm's share of year -1. Why it fell
is not known: three causes fit. Everything after year 0 is forecast, and nothing here ever sees a claim about
it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simbiz.state.layout import Layout

YEAR = 52
PAST_WEEKS = 2 * YEAR
LARGEST_NUDGE = 0.5


def target_shares(layout: Layout, weeks: int, start: int) -> NDArray[np.float64]:
    """Path of value shares that the past followed.

    Parameters
    ----------
    layout : Layout
        The scenario's shares of year 0 and its cause of the decline.
    weeks : int
        Weeks before the start of the programme that are wanted, from the first.
    start : int
        First week of the programme.

    Returns
    -------
    float64 array (weeks, firm)
        `one_off`: the focal share drops between years -1 and 0. `ended`: it falls evenly through both years
        and was at rest before. `steady`: it has been falling evenly all the time. Rivals share the rest in
        proportion.
    """
    shares = np.array([firm.share for firm in layout.scenario.firms.values()])
    past, focal = layout.scenario.past, layout.focal
    now = shares[focal]
    before = now / past.share_index_before
    week = np.arange(weeks)
    if past.decline == "one_off":
        path = np.where(week < start - YEAR, before, now)
    else:
        fall = (now - before) / YEAR
        path = now + fall * (week - (start - YEAR / 2))
        if past.decline == "ended":
            path = np.where(week < start - PAST_WEEKS, now - fall * 1.5 * YEAR, path)
    path = np.clip(path, 0.1 * min(now, before), 1.0 - 0.5 * (1.0 - max(now, before)))
    # A firm that is alone leaves nothing to share.
    rest = np.divide(1.0 - path, 1.0 - now, out=np.zeros_like(path), where=now < 1.0)
    result: NDArray[np.float64] = shares[None, :] * rest[:, None]
    result[:, focal] = path
    return result


class BaseYearFit:
    """Intercepts of all firms through the past, and how they go on.

    Parameters
    ----------
    layout : Layout
        The scenario.
    start : int
        First week of the programme; fitting ends there.
    """

    def __init__(self, layout: Layout, start: int) -> None:
        self.rules = layout.scenario.fit
        self.start = start
        self.decline = layout.scenario.past.decline
        self.focal = layout.focal
        inside = 1.0 - layout.scenario.market.outside_share
        self.targets = inside * target_shares(layout, start, start)
        given = layout.scenario.fit.intercepts
        self.intercepts = np.array([given.get(name, 0.0) for name in layout.firms])
        self.history: list[NDArray[np.float64]] = []
        self._value = np.zeros(len(layout.firms))
        self._total = 0.0
        self._held: NDArray[np.float64] | None = None
        self._slope = 0.0

    def observe(self, week: int, revenue: NDArray[np.float64], outside: float) -> None:
        """Take one week of the past into account.

        Parameters
        ----------
        week : int
            The week just lived.
        revenue : float64 array (firm,)
            Value bought from each firm.
        outside : float
            Value that went elsewhere.
        """
        if week >= self.start or not self.rules.nudge:
            return
        self._value += revenue
        self._total += float(revenue.sum()) + outside
        if (week + 1) % self.rules.every_weeks == 0:
            self._nudge(week)
        self.history.append(self.intercepts.copy())
        if week == self.start - 1:
            self._hold()

    def _nudge(self, week: int) -> None:
        if self._total > 0.0:
            weeks = self.rules.every_weeks
            target = self.targets[week + 1 - weeks : week + 1].mean(axis=0)
            coming = self.targets[week + 1 : week + 1 + weeks]
            observed = self._value / self._total
            missing = (target - observed) / target
            outside = max(1.0 - target.sum(), 0.01)
            missing_outside = (outside - (1.0 - observed.sum())) / outside
            # Relative differences, not logarithms: the mean of a noisy share must meet the target.
            nudge = self.rules.damping * (missing - np.clip(missing_outside, -1.0, 1.0))
            # A target that moves is followed at once (in a logit d ln share is nearly d utility), else the fit lags.
            ahead = np.log(coming.mean(axis=0) / target) if len(coming) else 0.0
            self.intercepts = self.intercepts + np.clip(nudge + ahead, -LARGEST_NUDGE, LARGEST_NUDGE)
        self._value = np.zeros_like(self._value)
        self._total = 0.0

    def intercepts_at(self, week: int) -> NDArray[np.float64]:
        """Intercepts in force in a week; float64 array (firm,)."""
        if self._held is None:
            return self.intercepts
        held = self._held.copy()
        held[self.focal] += self._slope * (week - self.start)
        return held

    def _hold(self) -> None:
        """Average what the past taught; a decline that goes on keeps its slope."""
        history = np.array(self.history)
        held = history[-YEAR:].mean(axis=0)
        if self.decline != "one_off":
            past = history[-PAST_WEEKS:, self.focal]
            slope, level = np.polyfit(np.arange(len(past)) - len(past), past, 1)
            held[self.focal] = level
            self._slope = float(slope) if self.decline == "steady" else 0.0
        self._held = held
