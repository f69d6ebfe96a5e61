"""Parts of a week that say when they begin and end, and somebody who looks which one is at work.

Rules write the number of their part into one place in memory, and a second thread reads it about once a microsecond.
Run as a program in a process of its own, because it changes the rules before they are compiled.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from threading import Thread
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, register_jitable

from simbiz.bench.market import shipped_market
from simbiz.market.model import OmnichannelModel

# Rules of a customer's week, and the methods of the model's week: what is inside another part is taken from it.
RULES = {
    "consideration.consider": "choice of firms",
    "consideration.look": "awareness",
    "acquaintances.listen": "word of mouth",
    "customer.inform": "journey: contacts for information",
    "contact.pick_channel": "choice of channels",
    "contact.answer": "lead: answers",
    "decision.decide": "journey: order",
    "decision.agreed": "choice, buying centre",
    "purchase.buy": "purchase",
    "purchase.judge": "service as perceived",
    "complaint.complain": "complaint",
    "customer.deliberation_weeks": "need",
    "customer.await_next_need": "need",
    "survey.answer_surveys": "survey",
}
METHODS = {
    "rivals_respond": "rivals",
    "firms_implement": "programme",
    "staff_takes_up_tools": "staff",
    "firms_are_seen": "advertising",
    "_show_firms": "what customers see of firms",
    "customers_live": "loop over customers, their memory",
    "customers_answer_surveys": "survey",
    "_commit": "counts and voices",
    "firms_hear": "feedback",
    "observe": "observation",
}
REST = "rest of the week"
PARTS = sorted({REST, *RULES.values(), *METHODS.values()})
STOP = -1
PAUSE = 300
NOBODY = np.full(1, STOP)


def _enter(typing: Any, address: Any, part: Any) -> Any:
    """Write the number of a part to an address; the number that stood there."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = builder.inttoptr(arguments[0], ir.IntType(64).as_pointer())
        before = builder.load_atomic(place, ordering="monotonic", align=8)
        builder.store_atomic(arguments[1], place, ordering="release", align=8)
        return before

    return types.int64(types.int64, types.int64), code


def _present(typing: Any, address: Any) -> Any:
    """Number of the part at an address."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = builder.inttoptr(arguments[0], ir.IntType(64).as_pointer())
        return builder.load_atomic(place, ordering="acquire", align=8)

    return types.int64(types.int64), code


enter: Any = intrinsic(_enter)
present: Any = intrinsic(_present)


@njit(nogil=True)
def watch(address: Any, seen: Any) -> Any:
    """Count how often each part is seen at work, until the place says `STOP`; pauses differ in length."""
    noise = np.uint64(1)
    while True:
        part = present(address)
        if part == STOP:
            return noise
        seen[part] += 1
        for _ in range(PAUSE):
            noise = noise * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)


def staged(function: Callable[..., Any], address: int, part: int) -> Any:
    """Rule that says when it begins and ends."""

    @register_jitable
    def in_stage(*arguments: Any) -> Any:
        before = enter(address, part)
        result = function(*arguments)
        enter(address, before)
        return result

    return in_stage


def stage_rules(address: int) -> None:
    """Let every rule of `RULES` say when it begins and ends, wherever it is called."""
    modules = {name: import_module(f"simbiz.week.{name.partition('.')[0]}") for name in RULES}
    for name, part in RULES.items():
        rule = getattr(modules[name], name.partition(".")[2])
        new = staged(rule, address, PARTS.index(part))
        for module in set(modules.values()):
            for attribute, value in list(vars(module).items()):
                if value is rule:
                    setattr(module, attribute, new)


def stage_methods(model: OmnichannelModel, place: Any) -> None:
    """Let every method of `METHODS` say when it begins and ends."""

    def in_stage(method: Callable[..., Any], part: int) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            before, place[0] = int(place[0]), part
            result = method(*arguments)
            place[0] = before
            return result

        return call

    for name, part in METHODS.items():
        setattr(model, name, in_stage(getattr(model, name), PARTS.index(part)))


def watched(customers: int, lived: int, weeks: int) -> dict[str, float]:
    """Part of the time of some weeks that each part of a week takes."""
    place, seen = np.full(1, PARTS.index(REST)), np.zeros(len(PARTS), dtype=np.int64)
    address = int(place.ctypes.data)
    stage_rules(address)
    model = shipped_market(customers).run(lived)
    stage_methods(model, place)
    watch(int(NOBODY.ctypes.data), seen)  # compiled before it is needed
    looking = Thread(target=watch, args=(address, seen))
    looking.start()
    model.run(lived + weeks)
    place[0] = STOP
    looking.join()
    return dict(zip(PARTS, (seen / seen.sum()).tolist(), strict=True))


if __name__ == "__main__":
    json.dump(watched(*(int(argument) for argument in sys.argv[1:])), sys.stdout)
