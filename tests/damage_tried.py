"""What the commands make of damaged files, one after the other in one process; as a program it prints the figures.

python tests/damage_tried.py            # every case: minutes
python tests/damage_tried.py 8          # every eighth
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from commands_in_one_process import ROOM, Commands, Ended
from damaged_files import MINE, Case, cases, tree

from simbiz.cli.exits import BAD_INPUT, USAGE
from simbiz.errors import UNSEEN

SECONDS = 5.0
TINY = ("--set", "customers=30", "--set", "calendar.burn_in_weeks=52", "--set", "calendar.years=1")
RUN = ["run", MINE, "--weeks", "2", *TINY]
DRY_RUN = ["experiment", "run", MINE, "--dry-run", "--workers", "1", "--replicates", "1", *TINY]
FIRST = {"scenario": ["check", MINE], "study": ["experiment", "status", MINE]}
WARM = ["run", "partner-dv", "--weeks", "2", "--json", *TINY]
KINDS_PLANNED = ("sweep_small", "patterns_small", "calibrate_small")


@dataclass
class Tried:
    """What was tried and what came of it.

    Parameters
    ----------
    ended : Counter
        Commands by kind of file, command and exit code.
    problems : list of str
        What must not be.
    slowest : (float, str)
        Seconds of the processor, and of which case.
    more_memory : int
        Bytes that the process held at most beyond what it held before the first case.
    """

    ended: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    more_memory: int = 0

    def take(self, case: Case, command: list[str], ended: Ended, held: int) -> None:
        """Count a command, and note what is wrong with how it ended."""
        self.ended[case.kind, " ".join(command[:2] if command[0] == "experiment" else command[:1]), ended.code] += 1
        self.slowest = max(self.slowest, (ended.seconds, case.name))
        self.more_memory = max(self.more_memory, ended.peak - held)
        self.problems += [f"{case.kind} | {case.name} | {command[0]}: {wrong}" for wrong in wrong_with(ended)]


def wrong_with(ended: Ended) -> list[str]:
    """Say what must not be in how a command ended."""
    lines = (ended.out + ended.err).splitlines()
    found = {
        f"traceback {ended.trace[-600:]}": bool(ended.trace),
        f"exit code {ended.code}: {ended.err[-600:]}": ended.code not in (0, BAD_INPUT, USAGE),
        f"{len(lines)} lines for one mistake: {lines}": ended.code in (BAD_INPUT, USAGE) and len(lines) != 1,
        f"warnings: {ended.err[:300]}": ended.code == 0 and bool(ended.err),
        f"signs that a terminal obeys: {lines}": bool(UNSEEN.search(ended.out + ended.err)),
        f"{ended.seconds:.1f} s": ended.seconds > SECONDS,
    }
    return [what for what, is_so in found.items() if is_so]


def try_all(tried_cases: Sequence[Case], root: Path, plan: bool = True) -> Tried:
    """Put every case into a folder of its own below `root`, and do what a user would do with it.

    `plan` says whether studies that are accepted are planned, too, with a run that is timed.
    """
    tried, home = Tried(), root / "home"
    home.mkdir()
    planned = [["experiment", "run", kind, *DRY_RUN[3:]] for kind in KINDS_PLANNED if plan]
    with Commands(home, [WARM, *planned]) as commands:
        for number, case in enumerate(tried_cases):
            folder = root / f"case_{number}"
            folder.mkdir()
            case.put(folder)
            before = tree(root, folder / "results")
            todo = [FIRST[case.kind]]
            while todo:
                command = todo.pop()
                ended = commands.do(command, folder)
                tried.take(case, command, ended, commands.held)
                if ended.code == 0 and command == FIRST["scenario"]:
                    todo.append(RUN)
                elif ended.code == 0 and command == FIRST["study"] and case.is_quick and plan:
                    todo.append(DRY_RUN)
            after = tree(root, folder / "results")
            if after != before:
                written = sorted(after.keys() ^ before.keys()) or "something was changed"
                tried.problems.append(f"{case.name}: outside of the result folder: {written}")
            shutil.rmtree(folder)
    return tried


def _print(tried: Tried, count: int, seconds: float) -> None:
    print(f"{count} damaged files, {seconds:.0f} s")
    print(f"{'file':10s} {'command':18s} {'accepted':>8s} {'refused':>8s} {'other':>6s}")
    for kind, command in dict.fromkeys(key[:2] for key in sorted(tried.ended)):
        codes = {code: number for (*own, code), number in tried.ended.items() if tuple(own) == (kind, command)}
        accepted, refused = codes.get(0, 0), codes.get(BAD_INPUT, 0) + codes.get(USAGE, 0)
        other = sum(codes.values()) - accepted - refused
        print(f"{kind:10s} {command:18s} {accepted:8d} {refused:8d} {other:6d}")
    print(f"slowest command: {tried.slowest[0]:.2f} s ({tried.slowest[1]}), allowed {SECONDS:g} s")
    more, room = tried.more_memory / 2**20, ROOM / 2**20
    print(f"most memory beyond what the program takes: {more:.0f} MB, limited to {room:.0f} MB")
    print(f"problems: {len(tried.problems)}")
    for problem in tried.problems:
        print(f"  {problem}")


if __name__ == "__main__":
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    chosen = cases()[::every]
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        _print(try_all(chosen, Path(place)), len(chosen), time.perf_counter() - began)
