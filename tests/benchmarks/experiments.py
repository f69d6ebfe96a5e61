"""What the machinery of studies costs beside the runs themselves: ratios measured by turns in one process.

Two workers of one study against two independent processes that only run the model; what a study adds to a run, in one
process and in two; and a study of 100,000 finished runs, gone on with and read back.

Run by `python tests/benchmarks/experiments.py [--json] [--runs 200] [--rounds 3] [--finished 100000]`.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from simbiz.results.ledger import Ledger
from simbiz.runs.engine import Engine, compile_rules
from simbiz.runs.executor import Performance, Ways
from simbiz.runs.measuring import Keep, Measured
from simbiz.runs.plan import Plan, PointRuns
from simbiz.runs.run import Run, execute
from simbiz.scenario import load_scenario

# A run of about 0.1 s on the machine of docs/performance.md.
SMALL = {
    "customers": 3000,
    "calendar.burn_in_weeks": 52,
    "calendar.years": 1,
    "fit.tolerance": 100.0,
    "fit.check_rest": False,
}
KEEP = Keep(metrics=("market_share", "revenue", "profit", "awareness"), firms="focal", tasks=False)
TARGETS = {
    "two workers against two independent processes": (0.9, True),
    "overhead of a run in one process, part of it": (0.03, False),
    "overhead of a run in two processes, part of it": (0.03, False),
    "finished runs gone on with, s": (2.0, False),
    "finished runs read back, s": (3.0, False),
}


def plan(points, first, name="bench"):
    """Worlds without a common past, each point and seed once."""
    scenario = load_scenario("partner-dv", SMALL)
    changes = [{"parameters.price_sensitivity": 1.0 + number / 1000.0} for number in range(first, first + points)]
    return Plan(name, PointRuns(scenario, changes, [1]))


def independent(points, first):
    """A process that runs the model, and says when it is ready and how long it took."""
    command = [sys.executable, __file__, "--alone", str(points), str(first)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def alone(points, first):
    """Run the model, nothing else: what an independent process does."""
    runs = [run for run, _ in plan(points, first).runs]
    compile_rules(runs[0])
    execute(runs[:1])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    began = time.perf_counter()
    for run in runs:
        execute([run])
    sys.stdout.write(f"{time.perf_counter() - began}\n")


def two_independent(points, first):
    """Seconds that two independent processes take for so many points together."""
    half = points // 2
    both = [independent(half, first), independent(points - half, first + half)]
    for process in both:
        process.stdout.readline()
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    taken = max(float(process.stdout.readline()) for process in both)
    for process in both:
        process.communicate()
    return taken


def studied(do, points, first):
    """Seconds that a study takes for so many points that nobody has done."""
    wanted = plan(points, first)
    wanted.fingerprint  # noqa: B018
    began = time.perf_counter()
    do(wanted)
    return time.perf_counter() - began


def speed(runs, rounds):
    """Two workers of a study against two processes that only run the model, by turns."""
    ratios = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Engine(2) as engine,
        Performance(Path(folder) / "two", engine, ways=Ways(keep=KEEP)) as do,
    ):
        do(plan(20, 0))  # the workers start
        for number in range(rounds):
            first = 1000 + runs * number
            ratios.append(two_independent(runs, first) / studied(do, runs, first))
    yield "two workers against two independent processes", statistics.median(ratios)


def instant(group, outcome):
    """What a run gave, without running it."""
    return [replace(outcome, key=run.key, seed=run.seed) for run in group]


def overhead(runs, rounds):
    """What a study adds to a run of 0.1 s: a plan with its keys, the way to a worker and back, the ledger."""
    outcome = execute([plan(1, 0).runs[0][0]])[0]
    ways = Ways(work=partial(instant, outcome=outcome), keep=KEEP)
    for workers, name in ((1, "one process"), (2, "two processes")):
        with (
            tempfile.TemporaryDirectory() as folder,
            Engine(workers) as engine,
            Performance(Path(folder) / "study", engine, ways=ways) as do,
        ):
            do(plan(20, 0))
            parts = []
            for number in range(rounds):
                began = time.perf_counter()
                execute([Run(load_scenario("partner-dv", SMALL), 1)])
                run = time.perf_counter() - began
                parts.append(studied(do, runs, 1000 + runs * number) / runs / run)
        yield f"overhead of a run in {name}, part of it", statistics.median(parts)


def large(count, rounds):
    """A study of many finished runs, gone on with and read back."""
    wanted = plan(count, 0)
    outcome = Measured(execute, KEEP)([wanted.runs[0][0]])[0]
    ways = Ways(keep=KEEP)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Ledger(folder / "runs.sqlite", ways.metrics, ways.facts) as ledger:
            keys = [f"{number:032x}" for number in range(count)]
            planned = ((key, 1, wanted.label(place)) for place, key in enumerate(keys))
            ledger.plan(planned, wanted.fingerprint)
            ledger.finish(replace(outcome, key=key) for key in keys)
        resumed, read = [], []
        for _ in range(rounds):
            began = time.perf_counter()
            with Engine(2) as engine, Performance(folder, engine, ways=ways) as do:
                again = plan(count, 0)
                number = do.ledger.plan_number(again.fingerprint)
                assert do.ledger.places(number) == []
                resumed.append(time.perf_counter() - began)
                began = time.perf_counter()
                finished = do(again)
                assert len(finished.outcomes) >= count
                read.append(time.perf_counter() - began)
    yield "finished runs gone on with, s", statistics.median(resumed)
    yield "finished runs read back, s", statistics.median(read)


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--finished", type=int, default=100_000)
    parser.add_argument("--alone", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        alone(*given.alone)
        return
    began = time.perf_counter()
    run = Run(load_scenario("partner-dv", SMALL), 1)
    compile_rules(run)
    execute([run])
    began = time.perf_counter()
    execute([run])
    rows = {"one run, s": time.perf_counter() - began}
    rows |= dict(speed(given.runs, given.rounds)) | dict(overhead(500, given.rounds))
    rows |= dict(large(given.finished, given.rounds))
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for name, value in rows.items():
        limit, least = TARGETS.get(name, (None, False))
        wanted = "" if limit is None else f"{'>=' if least else '<='} {limit:g}"
        print(f"{name:48} {value:8.3f}   {wanted}")


if __name__ == "__main__":
    main()
