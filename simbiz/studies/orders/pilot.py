"""How many runs of a study of orders a machine does in a time."""

from __future__ import annotations

import time
from typing import Any

from simbiz.runs.engine import compile_rules
from simbiz.runs.study import Study
from simbiz.studies.orders.worlds import order_worlds

PILOT_RUNS = 32
ROUNDED_TO = 50


def runs_in(study: Study[Any], seconds: float, workers: int) -> int:
    """Runs that so many workers do in a time, after one block of screening that is timed here.

    A clock must not decide a result: the number is what the study is told, and what its folder keeps.
    """
    runs = [run for run, _ in study.plan().runs[:PILOT_RUNS]]
    compile_rules(runs[0])
    began = time.perf_counter()
    order_worlds(runs)
    each = (time.perf_counter() - began) / len(runs)
    return max(ROUNDED_TO, int(seconds * workers / each) // ROUNDED_TO * ROUNDED_TO)
