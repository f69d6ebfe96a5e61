"""How many draws, exponentials and logarithms customers need: counted where customers live one by one."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from simbiz import draws
from simbiz.bench.market import lived_market
from simbiz.bench.plan import Plan

RULES = ("simbiz.week.", "simbiz.submodels.", "simbiz.draws")
ACTIONS = {"simbiz.market.agents": ("customer_week",), "simbiz.week.acquaintances": ("acquaintance",)}


@dataclass(frozen=True)
class Counts:
    """What happened for each need.

    Parameters
    ----------
    single, together : float
        Philox blocks drawn one by one, and several at a time.
    logs : float
        Exponentials and logarithms.
    bytes : float
        Bytes of customers that were read and written, and of voices that were heard.
    """

    single: float
    together: float
    logs: float
    bytes: float


class _CountedMath:
    """The module math, counting exponentials and logarithms."""

    def __init__(self, counter: Counter[str]) -> None:
        self._counter = counter

    def __getattr__(self, name: str) -> Any:
        found = getattr(math, name)
        return _counted(found, self._counter, "logs") if name in ("exp", "log") else found


def _counted(function: Callable[..., Any], counter: Counter[str], name: str, ids: int | None = None) -> Any:
    """Function that counts its calls, or the elements of the argument at position `ids`."""

    def call(*arguments: Any) -> Any:
        counter[name] += 1 if ids is None else len(arguments[ids])
        return function(*arguments)

    return call


@contextmanager
def _everything_counted(counter: Counter[str]) -> Iterator[None]:
    """Let the plain functions of all rules count while customers live."""
    counted = {
        draws.uniform: _counted(draws.uniform, counter, "single"),
        draws.uniform_pair: _counted(draws.uniform_pair, counter, "single"),
        draws.uniform_pairs: _counted(draws.uniform_pairs, counter, "together", ids=4),
        draws.normal_quantile: draws.normal_quantile.py_func,
    }
    with ExitStack() as stack:
        for module in [module for name, module in sys.modules.items() if name.startswith(RULES)]:
            for name, value in list(vars(module).items()):
                if value is math:
                    stack.enter_context(patch.object(module, name, _CountedMath(counter)))
                elif module is not draws and callable(value) and value in counted:
                    stack.enter_context(patch.object(module, name, counted[value]))
        for name, actions in ACTIONS.items():
            for action in actions:
                function = getattr(sys.modules[name], action)
                stack.enter_context(patch.object(sys.modules[name], action, _counted(function, counter, action)))
        yield


def counts_per_need(plan: Plan) -> Counts:
    """Count in a sample of customers over half a year."""
    past = lived_market(plan.counted, plan.lived)
    model = past.branch(past.layout.scenario, engine="agents")
    counter: Counter[str] = Counter()
    with _everything_counted(counter):
        model.run(plan.lived + plan.weeks)
    needs = float(model.tallies.needs[plan.lived : model.week].sum())
    record, voice = model.customers.dtype.itemsize, model.voices.dtype.itemsize
    touched = 2 * record * counter["customer_week"] + voice * counter["acquaintance"]
    model.release()
    return Counts(counter["single"] / needs, counter["together"] / needs, counter["logs"] / needs, touched / needs)
