"""Rivals that respond: they watch who grows, and imitate what it shows or cut their price; some look elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simbiz.draws import name_id, uniform
from simbiz.market.firms import FirmState
from simbiz.market.implementation import Implementation
from simbiz.state.layout import Layout
from simbiz.submodels.rivals import LEADER, answer_weeks, benchmarks, notices, strategy_class

YEAR, QUARTER = 52, 13
MONITORING = name_id("monitoring of competitors")
BENCHMARKING = name_id("benchmarking")


@dataclass(frozen=True)
class Answer:
    """What a rival does from a week on: tools to take, or a part of the price to give away.

    `noticed` is the competitor that it saw growing, in the week `noticed_week`; None where it found practice in other
    industries.
    """

    rival: str
    week: int
    tools: tuple[str, ...]
    offer: float = 0.0
    noticed: str | None = None
    noticed_week: int | None = None


class Look(NamedTuple):
    """What the rivals see of the market at the beginning of a quarter."""

    week: int
    quarter: int  # since the start of the programme
    before: Any  # float64 (firm,), shares of year 0
    now: Any  # float64 (firm,), shares of the last year
    rates: Any  # float64 (firm,), digitalization rates
    implementations: Sequence[Implementation]


class Rivalry:
    """What the rivals intend and have done; without the mode `responding` they neither look nor act.

    Parameters
    ----------
    layout : Layout
        Names, parameters, and how rivals respond.
    seed : int
        Replicate seed; who is noticed is drawn by rival, quarter and competitor.
    start : int
        First week of the programme, and of the first look.
    """

    def __init__(self, layout: Layout, seed: int, start: int) -> None:
        rivals = layout.scenario.rivals
        self.responding, self.by_price = rivals.mode == "responding", rivals.answer == "price"
        self.names, self.tools, self.common = layout.firms, layout.tools, layout.common
        self.rivals = [row for row in range(len(self.names)) if row != layout.focal]
        self.seed, self.start = seed, start
        self.intended: list[Answer] = []
        self.given: list[Answer] = []

    def awake(self, week: int) -> bool:
        """Whether the rivals look or act in a week."""
        return self.responding and week >= self.start

    def week(
        self,
        week: int,
        revenue: Any,
        expansion: NDArray[np.float64],
        firms: FirmState,
        implementations: Sequence[Implementation],
    ) -> None:
        """Look at the market once a quarter, and give the answers that are due.

        Parameters
        ----------
        week : int
            The week that begins.
        revenue : int64 array (week, firm, segment)
            Revenue of the weeks lived.
        expansion : float64 array (segment,)
            Customers for whom one agent stands.
        firms : FirmState
            Digitalization rates are read, offers are written.
        implementations : sequence of Implementation
            Programmes by row of the firm; those of rivals are written.
        """
        if not self.awake(week):
            return
        quarter, since = divmod(week - self.start, QUARTER)
        if since == 0:
            before, now = (value_shares(revenue[end - YEAR : end], expansion) for end in (self.start, week))
            self._look_at(Look(week, quarter, before, now, firms.digital_share, implementations))
        due = [answer for answer in self.intended if answer.week <= week]
        self.intended = [answer for answer in self.intended if answer.week > week]
        for answer in due:
            row = self.names.index(answer.rival)
            # What was new when it was decided may have come from elsewhere meanwhile.
            new = tuple(tool for tool in answer.tools if implementations[row].lacks(tool))
            implementations[row].append(new)
            firms.cut_price(row, answer.offer)
            self.given.append(replace(answer, tools=new))

    def _look_at(self, look: Look) -> None:
        limits = self.common["follower_limit"], self.common["leader_limit"]
        for rival in self.rivals:
            strategy = strategy_class(look.rates[rival], *limits)
            if strategy != LEADER:
                for other in self._noticed(rival, look):
                    self._intend(rival, other, strategy, look)
            self._take_from_elsewhere(rival, look)

    def _noticed(self, rival: int, look: Look) -> Iterator[int]:
        """Competitors whose growth the rival notices, the fastest first."""
        threshold, monitoring = self.common["notice_threshold"], self.common["monitoring"]
        growth = look.now / np.maximum(look.before, np.finfo(np.float64).tiny)
        for other in np.argsort(-growth, kind="stable"):
            key = (name_id(self.names[rival]), look.quarter, name_id(self.names[other]))
            luck = uniform(self.seed, MONITORING, *key, 0)
            if other != rival and notices(look.before[other], look.now[other], threshold, monitoring, luck):
                yield int(other)

    def _intend(self, rival: int, other: int, strategy: int, look: Look) -> None:
        """Decide on an answer to a competitor: the tools it shows that are new to the rival, or one price cut."""
        name, common = self.names[rival], self.common
        mine = [answer for answer in (*self.given, *self.intended) if answer.rival == name]
        tools: tuple[str, ...] = ()
        if not self.by_price:
            own, intended = look.implementations[rival], {tool for answer in mine for tool in answer.tools}
            shown = look.implementations[other].shown
            tools = tuple(tool for tool in shown if own.lacks(tool) and tool not in intended)
        offer = common["price_answer"] if self.by_price and not any(answer.offer for answer in mine) else 0.0
        if tools or offer:
            due = look.week + answer_weeks(strategy, common["imitation_lag"], common["candidate_lag"])
            self.intended.append(Answer(name, due, tools, offer, self.names[other], look.week))

    def _take_from_elsewhere(self, rival: int, look: Look) -> None:
        """Take the first tool of the catalogue that the rival lacks, where it finds practice in other industries."""
        name, own = self.names[rival], look.implementations[rival]
        luck = uniform(self.seed, BENCHMARKING, name_id(name), look.quarter, 0, 0)
        lacking = [tool for tool in self.tools if own.lacks(tool)]
        if lacking and benchmarks(self.common["benchmarking"], QUARTER / YEAR, luck):
            self.intended.append(Answer(name, look.week, (lacking[0],)))


def value_shares(revenue: Any, expansion: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares by value over some weeks; float64 array (firm,), zeros where nothing was sold."""
    sums = revenue.sum(axis=0) @ expansion
    shares: NDArray[np.float64] = sums / max(float(sums.sum()), 1.0)
    return shares
