"""Orders of adoption: all that prerequisites allow, samples of them in balanced sets, and their runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simbiz.draws import name_id, uniform
from simbiz.runs.plan import LabelledRun
from simbiz.runs.run import Run
from simbiz.scenario import Scenario

SAMPLE = name_id("sample of orders")
MOST_TOOLS = 9
MOST_SETS = 1000

Orders = NDArray[np.int8]


class Candidate(NamedTuple):
    """Tools in the order of adoption, and how many may be under way at a time."""

    order: tuple[str, ...]
    parallel: int

    @property
    def text(self) -> str:
        """The candidate as a label: tools with a space between, and how many at a time where it is not one."""
        return " ".join(self.order) + (f" by {self.parallel}" if self.parallel > 1 else "")


def every_order(tools: Sequence[str], requires: Mapping[str, Iterable[str]]) -> Orders:
    """Every order of the tools in which none stands before what it requires.

    Parameters
    ----------
    tools : sequence of str
        At most `MOST_TOOLS`.
    requires : mapping of str to iterable of str
        Prerequisites; those that are not among the tools are passed over.

    Returns
    -------
    int8 array (order, position)
        Numbers of tools, in lexicographic order.
    """
    orders = np.array(list(permutations(range(len(tools)))), dtype=np.int8)
    return orders[allowed(orders, tools, requires)]


def allowed(orders: Orders, tools: Sequence[str], requires: Mapping[str, Iterable[str]]) -> NDArray[np.bool_]:
    """Whether every tool of an order stands after what it requires; bool array (order,)."""
    places = positions(orders)
    good = np.ones(len(orders), dtype=bool)
    for number, tool in enumerate(tools):
        for required in requires.get(tool, ()):
            if required in tools:
                good &= places[:, tools.index(required)] < places[:, number]
    return good


def positions(orders: Orders) -> Orders:
    """Position of every tool in an order; int8 array (order, tool)."""
    return np.argsort(orders, axis=1).astype(np.int8)


def sampled_orders(
    tools: Sequence[str], requires: Mapping[str, Iterable[str]], count: int, *, seed: int, block: int
) -> Orders:
    """Sample of allowed orders for one block, made of balanced sets.

    A set is a random order, its rotations, and all of them backwards: every tool stands once in each position in either
    half, and before every other tool in half of the set. Where prerequisites forbid members of a set they are left
    out.

    Parameters
    ----------
    tools, requires
        As for `every_order`.
    count : int
        Size of the sample; the last set is cut.
    seed : int
        Seed of the design.
    block : int
        Number of the block; the samples of two blocks are independent.

    Returns
    -------
    int8 array (count, position)
        Numbers of tools; fewer where the tools have fewer orders. No order stands twice.
    """
    found: dict[bytes, NDArray[np.int8]] = {}
    for number in range(MOST_SETS):
        if len(found) >= count:
            break
        members = _balanced_set(len(tools), seed, block, number)
        for order in members[allowed(members, tools, requires)]:
            found.setdefault(order.tobytes(), order)
    return np.array(list(found.values())[:count], dtype=np.int8).reshape(-1, len(tools))


def _balanced_set(tools: int, seed: int, block: int, number: int) -> Orders:
    luck = [uniform(seed, SAMPLE, block, number, tool, 0) for tool in range(tools)]
    first = np.argsort(luck)
    rotations = np.array([np.roll(first, -shift) for shift in range(tools)])
    return np.concatenate([rotations, rotations[:, ::-1]]).astype(np.int8)


def named(orders: Orders, tools: Sequence[str], parallel: int) -> list[Candidate]:
    """Candidates of rows of tool numbers."""
    return [Candidate(tuple(tools[number] for number in order), parallel) for order in orders.tolist()]


def runs_of(
    scenario: Scenario, candidates: Iterable[Candidate], seeds: Sequence[int], **label: Any
) -> list[LabelledRun]:
    """Runs of candidates, all with the same seeds; labels hold the order, how many at a time, and what is given."""
    runs: list[LabelledRun] = []
    for candidate in candidates:
        world = with_order(scenario, candidate)
        own = {"order": list(candidate.order), "parallel": candidate.parallel, **label}
        runs += [(Run(world, seed), own) for seed in seeds]
    return runs


def with_order(scenario: Scenario, candidate: Candidate) -> Scenario:
    """The scenario with another order of adoption; everything else is shared, because there are many."""
    programme = scenario.programme.model_copy(update={"order": candidate.order, "parallel": candidate.parallel})
    return scenario.model_copy(update={"programme": programme})
