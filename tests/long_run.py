"""Sweep after sweep for minutes: memory stays flat, and nothing is left behind.

    python tests/long_run.py --minutes 10 [--runs 5000] [--json FILE]

Rounds take turns: in this process, on two Dask workers that live as long as all of it, and on two workers that a study
starts and ends itself. Every round is a study from a file through `conduct`, at points that no round had before. Exit
code 1 if something grew or was left behind.
"""

import argparse
import gc
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Any

import mesa
import psutil

from simbiz.market.model import OmnichannelModel
from simbiz.runs.conduct import conduct
from simbiz.runs.study_file import load_study

FILE = """\
kind = "sweep"
scenario = "partner_dv"
customers = {customers}
paired = true
design = "latin hypercube"
points = {points}
design_seed = {number}
outcomes = ["market_share", "profit"]
set = {{ "calendar.burn_in_weeks" = 52, "calendar.years" = 1, "fit.tolerance" = 100.0, "fit.check_rest" = false }}
keep = {{ metrics = ["market_share", "profit"], firms = "focal" }}

[factors]
"parameters.loyalty_coefficient" = {{ range = "declared" }}
"parameters.price_sensitivity" = {{ range = "declared" }}
"market.growth" = {{ low = -0.2, high = 0.2 }}
"""
HERE, LASTING, OWN = "in this process", "on two lasting workers", "on two workers of its own"
POINTS = {HERE: 100, LASTING: 400, OWN: 100}
WARM_UP = 60.0  # seconds; the first quarter where everything takes less than four minutes
SAMPLED = 0.5  # seconds
GROWTH = 0.05
MEGABYTE = 1e6


@dataclass
class Standing:
    """What a process holds: open files by name, threads by name, worlds."""

    handles: list[str]
    threads: list[str]
    worlds: int

    @classmethod
    def of_this_process(cls) -> "Standing":
        """Look at the process that this is called in, once its garbage is gone."""
        gc.collect()
        worlds = sum(issubclass(type(thing), OmnichannelModel) for thing in gc.get_objects())
        worlds += len(getattr(mesa.Agent, "_ids", {}))
        return cls(_handles(), sorted(thread.name for thread in threading.enumerate()), worlds)


def _handles() -> list[str]:
    """Open files, without those about processes, which Dask and the samples read in passing."""
    found = []
    for handle in Path("/proc/self/fd").iterdir():
        try:
            found.append(str(handle.readlink()))
        except FileNotFoundError:  # the one that lists the folder
            continue
    return sorted(name for name in found if not name.startswith("/proc/"))


@dataclass
class Found:
    """What a long run saw.

    Parameters
    ----------
    seconds, runs, failed, rounds
        How much was done, rounds by kind.
    first_rounds
        Seconds after which a round of every kind was done, which a busy machine may not do in a minute.
    samples
        Seconds since the beginning, and bytes in memory by process: "parent", "worker 1", "worker 2".
    left
        What was left behind by the end, by what it is: files, processes, threads, open files, worlds.
    """

    seconds: float = 0.0
    runs: int = 0
    failed: int = 0
    rounds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(POINTS, 0))
    first_rounds: float = 0.0
    samples: list[tuple[float, dict[str, int]]] = field(default_factory=list)
    left: dict[str, list[str]] = field(default_factory=dict)

    def memory(self) -> dict[str, tuple[float, float, float]]:
        """Mean megabytes in the first and the last fifth after the warm-up, and the growth between them."""
        start = max(min(WARM_UP, self.seconds / 4), self.first_rounds)
        length = (self.seconds - start) / 5
        found = {}
        for name in self.samples[-1][1]:
            first = [own[name] for when, own in self.samples if start <= when < start + length and name in own]
            last = [own[name] for when, own in self.samples if when >= self.seconds - length and name in own]
            before, after = sum(first) / len(first) / MEGABYTE, sum(last) / len(last) / MEGABYTE
            found[name] = (before, after, after / before - 1.0)
        return found

    def faults(self) -> list[str]:
        """Say what grew or was left behind, a line each."""
        grown = [
            f"{name} grew by {growth:.1%}, from {before:.0f} to {after:.0f} MB"
            for name, (before, after, growth) in self.memory().items()
            if growth >= GROWTH
        ]
        left = [f"{what} left behind: {', '.join(names)}" for what, names in self.left.items() if names]
        return [*grown, *left, *([f"{self.failed} runs failed"] if self.failed else [])]


def long_run(minutes: float, runs: int, customers: int = 60, told: Callable[[str], None] = lambda line: None) -> Found:
    """Do sweeps for so many minutes, and until so many runs are done.

    Parameters
    ----------
    minutes, runs
        How long at least.
    customers
        Of the market that is swept.
    told
        Told a line a round.
    """
    found = Found()
    with _own_place() as folder, _workers() as client:
        pids = {"parent": os.getpid()} | {
            f"worker {number}": pid for number, pid in enumerate(client.run(os.getpid).values(), 1)
        }
        began = time.monotonic()
        standings: list[tuple[dict[str, Standing], list[str]]] = []
        with _sampled(found, pids, began):
            for number, kind in zip(count(1), cycle(POINTS)):
                done = _round(folder / f"round-{number}", number, kind, customers, client.scheduler.address)
                found.runs, found.failed = found.runs + done[0], found.failed + done[1]
                found.rounds[kind] += 1
                found.seconds = time.monotonic() - began
                told(f"{found.seconds:6.0f} s  {found.runs:6,} runs  {kind}")
                if number == len(POINTS):
                    found.first_rounds = found.seconds
                if number in (len(POINTS), 2 * len(POINTS)):
                    standings[:] = [_look(client)]
                if found.seconds >= 60 * minutes and found.runs >= runs and number > 2 * len(POINTS):
                    break
        standings.append(_look(client))
        found.left = _left(*standings, folder)
    found.left["processes"] = [*found.left["processes"], *_strays()]
    return found


def _round(folder: Path, number: int, kind: str, customers: int, scheduler: str) -> tuple[int, int]:
    """Do one sweep from a file into a folder that goes away; runs done and failed."""
    folder.mkdir()
    file = folder / "sweep.toml"
    file.write_text(FILE.format(customers=customers, points=POINTS[kind], number=number), encoding="utf-8")
    workers, address = (2 if kind == OWN else 1), (scheduler if kind == LASTING else None)
    done = conduct(load_study(file), folder=folder / "result", workers=workers, scheduler=address)
    runs, failed = sum(len(finished.runs) for finished in done.finished), len(done.failed)
    shutil.rmtree(folder)
    return runs, failed


def _look(client: Any) -> tuple[dict[str, Standing], list[str]]:
    """What this process and the lasting workers hold, and which processes there are."""
    own = {"parent": Standing.of_this_process()}
    own |= {f"worker {number}": one for number, one in enumerate(client.run(Standing.of_this_process).values(), 1)}
    return own, _processes()


def _processes() -> list[str]:
    return sorted(" ".join(child.cmdline()[-2:]) for child in psutil.Process().children(recursive=True))


def _strays() -> list[str]:
    """Processes that outlive their cluster; the tracker of multiprocessing ends with its process."""
    return [line for line in _processes() if "resource_tracker" not in line]


def _left(
    before: tuple[dict[str, Standing], list[str]], after: tuple[dict[str, Standing], list[str]], folder: Path
) -> dict[str, list[str]]:
    """What there is more of than after the first rounds, and files that nobody took away."""
    left: dict[str, list[str]] = {"handles": [], "threads": [], "worlds": []}
    for name, now in after[0].items():
        then = before[0][name]
        for what in ("handles", "threads"):
            if len(getattr(now, what)) > len(getattr(then, what)):
                left[what] += [f"{name}: {one}" for one in _more(getattr(now, what), getattr(then, what))]
        if now.worlds > then.worlds:
            left["worlds"].append(f"{name}: {now.worlds - then.worlds}")
    left["processes"] = _more(after[1], before[1]) if len(after[1]) > len(before[1]) else []
    left["files"] = [str(path.relative_to(folder)) for path in folder.rglob("*") if not _of_lasting_workers(path)]
    return left


def _more(now: Sequence[str], then: Sequence[str]) -> list[str]:
    rest = list(then)
    return [one for one in now if one not in rest or rest.remove(one)]  # type: ignore[func-returns-value]


def _of_lasting_workers(path: Path) -> bool:
    """Whether Dask keeps it as long as workers live: its scratch folder."""
    return any(part.startswith("dask-scratch-space") for part in path.parts)


@contextmanager
def _own_place() -> Iterator[Path]:
    """A folder that is also where this process and those that it starts put temporary files."""
    before = os.environ.get("TMPDIR"), tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="long-run-") as name:
        os.environ["TMPDIR"] = tempfile.tempdir = name
        try:
            yield Path(name)
        finally:
            tempfile.tempdir = before[1]
            if before[0] is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = before[0]


@contextmanager
def _workers() -> Iterator[Any]:
    """A client of two workers that live as long as all rounds; they are those that a study starts itself."""
    from simbiz.runs.engine.cluster import Cluster

    with Cluster(2, None) as cluster:
        yield cluster.client


@contextmanager
def _sampled(found: Found, pids: dict[str, int], began: float) -> Iterator[None]:
    """Note the memory of processes all the time, garbage and all."""
    ended = threading.Event()
    processes = {name: psutil.Process(pid) for name, pid in pids.items()}

    def sample() -> None:
        while not ended.wait(SAMPLED):
            now = {name: process.memory_info().rss for name, process in processes.items()}
            found.samples.append((time.monotonic() - began, now))

    thread = threading.Thread(target=sample, name="samples")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def print_found(found: Found, say: Callable[[str], None]) -> None:
    """Say what was done, what memory did and what was left behind."""
    rounds = ", ".join(f"{number} {kind}" for kind, number in found.rounds.items())
    say(f"{found.runs:,} runs in {found.seconds / 60:.1f} minutes; rounds: {rounds}; {found.failed} runs failed.")
    start = max(min(WARM_UP, found.seconds / 4), found.first_rounds)
    say(f"{'':10}{'first fifth':>12}{'last fifth':>12}{'growth':>9}   (MB in memory, after {start:.0f} s)")
    for name, (before, after, growth) in found.memory().items():
        say(f"{name:10}{before:12.1f}{after:12.1f}{growth:+9.1%}")
    faults = found.faults()
    say("Nothing grew, nothing was left behind." if not faults else "\n".join(faults))


def main() -> int:
    """Do a long run as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--runs", type=int, default=5000)
    parser.add_argument("--customers", type=int, default=60)
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    given = parser.parse_args()

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    found = long_run(given.minutes, given.runs, given.customers, told=say)
    print_found(found, say)
    if given.json:
        given.json.write_text(json.dumps(asdict(found)), encoding="utf-8")
    return int(bool(found.faults()))


if __name__ == "__main__":
    sys.exit(main())
