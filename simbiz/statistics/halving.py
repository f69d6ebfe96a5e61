"""Sequential halving in paired blocks: each round all that are left live through the same new seeds, then half go.

Karnin, Z., Koren, T. and Somekh, O. (2013), "Almost optimal exploration in multi-armed bandits", ICML; here the luck of
a seed is common to all candidates of a round, and a candidate is judged by all rounds that it has been through, which
are the same for all that are left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log2
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

FEWEST_SEEDS = 2

Values = NDArray[np.float64]
C = TypeVar("C")

# (candidates, number of seeds) -> values by outcome, float64 array (block, candidate), more is better.
Evaluate = Callable[[Sequence[C], int], Mapping[str, Values]]


@dataclass(frozen=True)
class Round:
    """How many candidates lived through how many seeds."""

    candidates: int
    seeds: int

    @property
    def runs(self) -> int:
        """What it cost."""
        return self.candidates * self.seeds


def rounds_needed(pool: int, finalists: int) -> int:
    """How often a pool is halved until so many are left."""
    return max(0, ceil(log2(pool / finalists))) if pool > finalists else 0


def halve(
    pools: Mapping[str, Sequence[C]], evaluate: Evaluate[C], *, finalists: int, runs: int
) -> tuple[dict[str, list[C]], list[Round]]:
    """Halve the candidates of every outcome until few are left.

    Parameters
    ----------
    pools : mapping of str to sequence
        Candidates of every outcome, the most promising first. A candidate may be in several pools and is run once.
    evaluate : callable
        Runs candidates with new seeds, the same for all of them.
    finalists : int
        Candidates that are left of each pool in the end.
    runs : int
        Budget. Each round gets an equal part; where that is less than two seeds for everybody, the least promising
        do not take part.

    Returns
    -------
    dict
        Who is left by outcome, the best first.
    list of Round
        What was done.
    """
    left = {outcome: list(pool) for outcome, pool in pools.items()}
    number = max((rounds_needed(len(pool), finalists) for pool in left.values()), default=0)
    seen: dict[str, dict[C, list[Values]]] = {outcome: {} for outcome in left}
    done: list[Round] = []
    for remaining in range(number, 0, -1):
        part = runs // remaining
        left = _affordable(left, part // FEWEST_SEEDS)
        together = _union(left)
        if not together:
            break
        seeds = part // len(together)
        runs -= seeds * len(together)
        found = evaluate(together, seeds)
        done.append(Round(len(together), seeds))
        for outcome, pool in left.items():
            for candidate in pool:
                values = found[outcome][:, together.index(candidate)]
                seen[outcome].setdefault(candidate, []).append(values)
            left[outcome] = _better_half(pool, seen[outcome], finalists)
    return left, done


def _affordable(left: Mapping[str, list[C]], most: int) -> dict[str, list[C]]:
    """As many of the first of each pool as can be run together."""
    longest = max(map(len, left.values()))
    while longest > 0 and len(_union({name: pool[:longest] for name, pool in left.items()})) > most:
        longest -= 1
    return {name: pool[:longest] for name, pool in left.items()}


def _union(pools: Mapping[str, Sequence[C]]) -> list[C]:
    return list(dict.fromkeys(candidate for pool in pools.values() for candidate in pool))


def _better_half(pool: Sequence[C], seen: Mapping[C, Sequence[Values]], finalists: int) -> list[C]:
    """The better half by the mean over all rounds; ties keep their order."""
    means = np.array([np.concatenate(seen[candidate]).mean() if seen[candidate] else -np.inf for candidate in pool])
    order = np.argsort(-means, kind="stable")
    return [pool[number] for number in order[: max(finalists, ceil(len(pool) / 2))]]
