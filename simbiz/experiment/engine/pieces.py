"""How groups of runs are cut into pieces, and pieces put together into tasks of about a second."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

from simbiz.experiment.run import Run

Group = Sequence[Run]

TASK_SECONDS = 1.0
LARGEST_PIECE = 8


def pieces(groups: Sequence[Group]) -> list[Group]:
    """Cut groups that share a past into pieces of at most `LARGEST_PIECE` runs, which each live through it.

    Thousands of orders of the same tools share one past: whole, they would keep one worker busy for hours, and nothing
    would be kept until the last is done. The results do not depend on it.
    """
    return [
        group[first : first + LARGEST_PIECE] for group in groups for first in range(0, len(group), LARGEST_PIECE)
    ]


class Tasks:
    """Pieces that wait, handed out so many at a time that they take about a second.

    Parameters
    ----------
    waiting : sequence of groups
        Pieces, in the order in which they are handed out.
    """

    def __init__(self, waiting: Sequence[Group]) -> None:
        self.waiting = deque(waiting)
        self._seconds_each: float | None = None

    def __len__(self) -> int:
        return len(self.waiting)

    def learn(self, seconds: float, count: int) -> None:
        """Remember how long some pieces took; the last count as much as all before them."""
        each = seconds / count
        self._seconds_each = each if self._seconds_each is None else (self._seconds_each + each) / 2

    def next(self, workers: int) -> list[Group]:
        """Pieces of the next task: one as long as nothing is known, and never so many that others stand idle."""
        if self._seconds_each is None:
            size = 1
        else:
            in_a_second = round(TASK_SECONDS / max(self._seconds_each, 1e-6))
            size = min(in_a_second, math.ceil(len(self.waiting) / (2 * max(workers, 1))))
        return [self.waiting.popleft() for _ in range(min(max(size, 1), len(self.waiting)))]
