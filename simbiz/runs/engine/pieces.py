"""How groups of runs are cut into pieces, and pieces put together into tasks of about a second."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice

from simbiz.runs.run import Run

Group = Sequence[Run]

TASK_SECONDS = 1.0
LARGEST_PIECE = 8
PIECES_AT_MOST = 200


def pieces(groups: Iterable[Group]) -> list[Group]:
    """Cut groups that share a past into pieces of at most `LARGEST_PIECE` runs, which each live through it.

    Thousands of orders of the same tools share one past: whole, they would keep one worker busy for hours, and nothing
    would be kept until the last is done. The results do not depend on it.
    """
    return [group[first : first + LARGEST_PIECE] for group in groups for first in range(0, len(group), LARGEST_PIECE)]


class Tasks:
    """Pieces that wait, handed out so many at a time that they take about a second.

    Parameters
    ----------
    waiting : iterable of groups
        Pieces, in the order in which they are handed out; they are made when they are needed.
    """

    def __init__(self, waiting: Iterable[Group]) -> None:
        self._waiting = iter(waiting)
        self._ahead: deque[Group] = deque()
        self._seconds_each: float | None = None

    def __bool__(self) -> bool:
        return self._look_ahead(1) > 0

    def learn(self, seconds: float, count: int) -> None:
        """Remember how long some pieces took; the last count as much as all before them."""
        each = seconds / count
        self._seconds_each = each if self._seconds_each is None else (self._seconds_each + each) / 2

    def next(self, workers: int) -> list[Group]:
        """Pieces of the next task: one as long as nothing is known, and never so many that others stand idle."""
        size = 1
        if self._seconds_each is not None:
            in_a_second = min(round(TASK_SECONDS / max(self._seconds_each, 1e-6)), PIECES_AT_MOST)
            left = self._look_ahead(in_a_second * 2 * workers)
            size = max(min(in_a_second, math.ceil(left / (2 * workers))), 1)
        return [self._ahead.popleft() for _ in range(min(size, self._look_ahead(size)))]

    def _look_ahead(self, count: int) -> int:
        """Have so many pieces at hand, if there are so many left; how many are at hand."""
        self._ahead.extend(islice(self._waiting, max(count - len(self._ahead), 0)))
        return len(self._ahead)
