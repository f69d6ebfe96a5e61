"""Which ranks of inputs the intervals of their indices tell apart: the one rule for tables, figures and screens.

The intervals of all inputs are widened until they hold together with probability 95 %. One input stands above another
where its interval lies wholly above the other's. Its rank lies between one more than the number of inputs that stand
above it, and the number of all inputs less those that stand below it. A group ends where all that came so far stand
above all that follow, so that inputs of one group have no order among them that could be told.

Notes
-----
Klein, Wright & Wieczorek 2020, Journal of the Royal Statistical Society C 69(3), 589-606 (ranks from intervals that
hold together); the widening is Bonferroni's inequality with Student's distribution over the blocks of the design.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import t as student

from simbiz.studies.sensitivity.method import CONFIDENCE, HALF, Matrix

Outcome = Mapping[str, Any]

LARGEST_ANSWER = 1_000_000  # blocks; more is as good as never
LISTED_AT_MOST = 6


def leader_of(outcome: Outcome) -> str:
    """Name of the index that leads the ranking."""
    return str(next(iter(outcome["indices"])))


def order_of(outcome: Outcome) -> list[int]:
    """Numbers of the inputs, the largest leading index first."""
    values = outcome["indices"][leader_of(outcome)]
    return sorted(range(len(values)), key=lambda number: -values[number])


def _limits(outcome: Outcome, blocks: int | None = None) -> tuple[Matrix, Matrix]:
    """Lower and upper limits that hold together, or would over a design of so many blocks."""
    values = np.asarray(outcome["indices"][leader_of(outcome)], dtype=float)
    given = outcome["half_widths"].get(leader_of(outcome)) or [None] * len(values)
    halves = np.array([np.inf if half is None else half for half in given], dtype=float)
    whole = outcome["blocks"] - outcome["blocks_left_out"]
    blocks = blocks or whole
    # The errors were resampled from `whole` blocks, which makes them a little too small.
    errors = halves / HALF * math.sqrt(whole / (whole - 1)) * math.sqrt(whole / blocks)
    halves = student.ppf(1.0 - (1.0 - CONFIDENCE) / (2 * len(values)), blocks - 1) * errors
    return values - halves, values + halves


def ranks_of(outcome: Outcome) -> list[list[int]]:
    """First and last rank that each input may have, 1 being the largest leading index."""
    low, high = _limits(outcome)
    above = [int((low > own).sum()) for own in high]
    below = [int((high < own).sum()) for own in low]
    return [[1 + more, len(low) - fewer] for more, fewer in zip(above, below, strict=True)]


def groups_of(outcome: Outcome) -> list[list[int]]:
    """Inputs in groups, the leading one first: all of a group stand above all of the next."""
    low, high = _limits(outcome)
    groups: list[list[int]] = [[]]
    order = order_of(outcome)
    for place, number in enumerate(order):
        groups[-1].append(number)
        if place + 1 < len(order) and low[order[: place + 1]].min() > high[order[place + 1 :]].max():
            groups.append([])
    return groups


def told_apart(outcome: Outcome, apart: int) -> bool:
    """Whether at most so many inputs stand above all others."""
    return len(groups_of(outcome)[0]) <= apart


def blocks_needed(outcome: Outcome, apart: int) -> int | None:
    """Blocks over which at most so many inputs would stand above all others, if estimates and spread stay as they are.

    None where not even a million would do.
    """
    order = order_of(outcome)

    def would_do(blocks: int) -> bool:
        low, high = _limits(outcome, blocks)
        places = range(1, min(apart, len(order) - 1) + 1)
        return any(low[order[:place]].min() > high[order[place:]].max() for place in places)

    blocks: int = outcome["blocks"] - outcome["blocks_left_out"]
    while not would_do(blocks):
        blocks = math.ceil(1.1 * blocks)
        if blocks > LARGEST_ANSWER:
            return None
    return blocks


def rank_text(first_last: Sequence[int]) -> str:
    """Rank in words: 1, or 2 to 7 where it cannot be told."""
    first, last = first_last
    return str(first) if first == last else f"{first} to {last}"


def groups_in_words(outcome: Outcome, names: Sequence[str]) -> str:
    """What the intervals tell of the order of inputs, in words; a group after the other."""
    *leading, rest = groups_of(outcome)
    if not leading:
        return f"no order among the {len(rest)} can be told, for their intervals overlap"
    first, *others = [_group_text([names[number] for number in group]) for group in leading]
    among = f"; no order among the other {len(rest)} can be told" if len(rest) > 1 else ""
    return "".join([f"first {first}", *(f", then {one}" for one in others), among])


def _group_text(names: Sequence[str]) -> str:
    """Names of a group; that there is no order within it is said where it has several."""
    if len(names) == 1:
        return names[0]
    listed = ", ".join(names) if len(names) <= LISTED_AT_MOST else f"{', '.join(names[:LISTED_AT_MOST])} and others"
    return f"{len(names)} without an order among them ({listed})"
