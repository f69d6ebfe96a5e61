"""What a study would take: runs, time and disk, from a look at what is done and a few runs that are timed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from simbiz.results.ledger import Ledger
from simbiz.results.ledger_sharing import copy_finished, ledgers_beside, merge
from simbiz.results.reading import LEDGER
from simbiz.results.series import series_bytes
from simbiz.runs.conduct import ways_of
from simbiz.runs.engine import compile_rules
from simbiz.runs.engine.pieces import LARGEST_PIECE
from simbiz.runs.executor import Progress, Ways, keyed, silent
from simbiz.runs.measuring import Measured
from simbiz.runs.memory import check_memory
from simbiz.runs.plan import Plan
from simbiz.runs.recorded import execute_kept
from simbiz.runs.run import Outcome, execute
from simbiz.runs.study import Study

COPIES = 64  # of the pilot's outcomes: pages of a database are counted, not bytes


def forecast(study: Study[Any], folder: Path, workers: int, progress: Progress = silent) -> dict[str, Any]:
    """Runs that a study still needs, the time that they take and the disk.

    Nothing is written: what is done elsewhere is looked up, and a first, a middle and a last world are timed.

    Parameters
    ----------
    study : Study
        The study.
    folder : Path
        Where its results would be.
    workers : int
        Processes that would do the runs.
    progress : callable
        Told (stage, done, planned, failed).

    Returns
    -------
    dict
        The object that ``simbiz experiment run --dry-run --json`` prints: seconds for all new runs in so many
        processes, bytes on disk; None where nothing is new. `more_follow` says that the study decides further runs by
        what these give.
    """
    check_memory(study.scenario)
    ways, plan = ways_of(study), study.plan()
    with Ledger(":memory:", ways.metrics, ways.facts) as ledger:
        number = _entered(plan, ledger, folder / LEDGER, progress)
        distinct = len(ledger.places(number, also_done=True))
        own = distinct - len(ledger.places(number))
        for path in ledgers_beside(folder):
            copy_finished(ledger, path, ways.series)
        missing = ledger.places(number)
    timed, seconds = _pilot(plan, missing, ways, progress)
    each = seconds / len(timed) if timed else None
    return {
        "schema_version": 1,
        "study": study.name,
        "id": study.id,
        "kind": study.kind,
        "folder": str(folder),
        "runs": len(plan.runs),
        "distinct": distinct,
        "done": own,
        "done_elsewhere": distinct - own - len(missing),
        "new": len(missing),
        "more_follow": not study.knows_its_runs,
        "workers": workers,
        "timed_runs": len(timed),
        "seconds_a_run": each,
        "seconds": None if each is None else each * len(missing) / workers,
        "bytes": None if each is None else round(_bytes_a_run(timed, ways) * len(missing)),
    }


def _entered(plan: Plan, ledger: Ledger, own: Path, progress: Progress) -> int:
    """Number of the plan in a ledger in memory that knows what the study's own ledger knows."""
    if own.is_file():
        merge(ledger, own)
    fingerprint = plan.fingerprint
    number = ledger.plan_number(fingerprint)
    return ledger.plan(keyed(plan, progress), fingerprint) if number is None else number


def _pilot(plan: Plan, missing: Sequence[int], ways: Ways, progress: Progress) -> tuple[list[Outcome], float]:
    """Outcomes of a first, a middle and a last world of those that are missing, and the seconds they took."""
    if not missing:
        return [], 0.0
    part = plan.parts()
    chosen = dict.fromkeys(part(missing[at]) for at in (0, len(missing) // 2, -1))
    groups = [[place for place in missing if part(place) == one][:LARGEST_PIECE] for one in chosen]
    work = Measured(ways.work or (execute_kept if ways.series else execute), ways.keep)
    progress("compiling", 0, len(groups), 0)
    compile_rules(plan.runs[missing[0]][0])
    work([plan.runs[missing[0]][0]])  # what is only slow the first time is not timed
    outcomes, seconds = [], 0.0
    for done, places in enumerate(groups):
        progress("pilot", done, len(groups), 0)
        runs = [plan.runs[place][0] for place in places]
        began = time.perf_counter()
        outcomes += work(runs)
        seconds += time.perf_counter() - began
    return outcomes, seconds


def _bytes_a_run(timed: Sequence[Outcome], ways: Ways) -> float:
    """Bytes that a run adds to the ledger, and to the series and other tables where they are kept."""
    with Ledger(":memory:", ways.metrics, ways.facts) as ledger:
        before = _size(ledger)
        copies = [
            replace(outcome, key=f"{number:04d}{copy:04d}{outcome.key[8:]}")
            for number, outcome in enumerate(timed)
            for copy in range(COPIES)
        ]
        ledger.plan(((copy.key, copy.seed, {"point": 0, "programme": True}) for copy in copies), "copies")
        ledger.finish(copies)
        ledger_bytes = (_size(ledger) - before) / len(copies)
    series = [
        sum(map(series_bytes, (outcome.weekly, *getattr(outcome, "tables", {}).values())))
        for outcome in timed
        if outcome.weekly
    ]
    return ledger_bytes + (sum(series) / len(series) if series else 0.0)


def _size(ledger: Ledger) -> int:
    (pages,), (size,) = (ledger.database.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    return int(pages) * int(size)
