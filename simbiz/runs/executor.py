"""Do what is missing of plans: a result folder with a ledger, and a loop over tasks of runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from simbiz.errors import InputError
from simbiz.results.folder import open_folder
from simbiz.results.ledger import Ledger
from simbiz.results.ledger_sharing import copy_finished, copy_rests, ledgers_beside
from simbiz.results.manifest import write_manifest
from simbiz.results.reading import LEDGER
from simbiz.results.series import write_series
from simbiz.runs.engine import Engine, Work, pieces
from simbiz.runs.finished import Finished, read_finished
from simbiz.runs.logged import execute_logged, log_folders
from simbiz.runs.measuring import Keep, Measured, Ways
from simbiz.runs.plan import Label, Plan
from simbiz.runs.recorded import execute_kept
from simbiz.runs.rest import judge_rest, rest_run
from simbiz.runs.run import Outcome, Run, execute, grouped, model_digest
from simbiz.runs.stored_plan import write_plan

__all__ = ["Finished", "Performance", "Progress", "Ways", "perform", "silent"]

Progress = Callable[[str, int, int, int], None]
PLANNED_AT_ONCE = 500
MADE_AT_ONCE = 1000


def silent(stage: str, done: int, planned: int, failed: int) -> None:
    """No progress report."""


class Performance:
    """Does the runs of one plan after the other into one ledger, with workers that serve for all of them.

    Parameters
    ----------
    folder : Path or None
        Result folder; None keeps everything in memory.
    engine : Engine
        Executes the runs.
    progress : callable
        Told (stage, done, planned, failed) as a plan goes on.
    ways : Ways
        How runs are measured.
    shard : (int, int), optional
        (i, N): only the i-th of N parts of every plan is done, i from 1.
    log : Path or None
        Folder of event logs; every run is done then, whether it is in the ledger or not.
    """

    def __init__(
        self,
        folder: Path | None,
        engine: Engine,
        progress: Progress = silent,
        ways: Ways | None = None,
        shard: tuple[int, int] | None = None,
        log: Path | None = None,
    ) -> None:
        self.folder, self.engine, self.progress, self.shard, self.log = folder, engine, progress, shard, log
        self.ways = ways or Ways()
        self.series = self.ways.series and folder is not None
        self.changed = False
        self._open = ExitStack()

    def __enter__(self) -> Performance:
        place: Path | str = open_folder(self.folder) / LEDGER if self.folder else ":memory:"
        self.ledger = self._open.enter_context(Ledger(place, self.ways.metrics, self.ways.facts))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def __call__(self, plan: Plan) -> Finished:
        """Do the runs of a plan that are missing."""
        with _told_how_to_go_on(self.folder, self.log is not None):
            number = self._entered(plan)
            self._check_rest(plan, number)
            self._do(plan, number)
        return read_finished(plan, self.ledger, number, self.folder)

    def _entered(self, plan: Plan) -> int:
        """Number of a plan in the ledger; a plan that it knows is found without a key of any run."""
        fingerprint = plan.fingerprint
        number = self.ledger.plan_number(fingerprint)
        if number is not None:
            return number
        self.changed = True
        if self.folder is not None:
            write_plan(plan, self.folder)
        return self.ledger.plan(keyed(plan, self.progress), fingerprint)

    def _check_rest(self, plan: Plan, number: int) -> None:
        """See for every point of the plan whether its market rests, once in all studies of a results folder."""
        own = set(self._own(plan, self.ledger.places(number, also_done=True)))
        if self.ledger.rests_to_check(number) and self.folder is not None:
            for path in ledgers_beside(self.folder):
                copy_rests(self.ledger, path)
        wanted = {place: key for place, key in self.ledger.rests_to_check(number).items() if place in own}
        if not wanted:
            return
        self.changed = True
        runs = (rest_run(plan.runs[place][0].scenario) for place in wanted)
        done, prepared = 0, partial(self.progress, "checking rest", 0, len(wanted), 0)
        for groups in self.engine.tasks(([run] for run in runs), prepared, Measured(judge_rest)):
            outcomes = [outcome for outcomes in groups for outcome in outcomes]
            self.ledger.keep_rest({outcome.key: _rest_of(outcome) for outcome in outcomes})
            done += len(outcomes)
            self.progress("checking rest", done, len(wanted), 0)

    def _do(self, plan: Plan, number: int) -> None:
        """Do every run once that is missing, or all where an event log is wanted."""
        ledger, again = self.ledger, self.log is not None
        distinct = self._own(plan, ledger.places(number, also_done=True))
        missing = distinct if again else self._own(plan, ledger.places(number))
        if missing and not again and self.folder is not None:
            self._copy(self.folder, None if self.shard is None else self.ledger.keys(number, missing))
            missing = self._own(plan, ledger.places(number))
        done, failed = len(distinct) - len(missing), 0
        self.progress("compiling", done, len(distinct), failed)
        prepared = partial(self.progress, "running", done, len(distinct), failed)
        for outcomes in self._executed(plan, missing, prepared):
            self._keep(outcomes)
            done += len(outcomes)
            failed += sum(outcome.status != "ok" for outcome in outcomes)
            self.progress("running", done, len(distinct), failed)

    def own_places(self, plan: Plan) -> list[int]:
        """First places in a plan that has been done of the distinct runs that are done here."""
        number = self.ledger.plan_number(plan.fingerprint)
        return [] if number is None else self._own(plan, self.ledger.places(number, also_done=True))

    def _own(self, plan: Plan, places: list[int]) -> list[int]:
        """Places whose runs are done here: all, or those of the shard."""
        if self.shard is None or not places:
            return places
        part, (own, count) = plan.parts(), self.shard
        return [place for place in places if part(place) % count == own - 1]

    def _copy(self, folder: Path, only: Collection[str] | None) -> None:
        """Take over what the shards of the study, and other studies below the same results folder, have done."""
        for path in ledgers_beside(folder):
            if copy_finished(self.ledger, path, self.series, only):
                self.changed = True

    def _executed(self, plan: Plan, places: Sequence[int], prepared: Callable[[], None]) -> Iterator[list[Outcome]]:
        work = self.ways.work or partial(execute_kept if self.series else execute, engine=self.ways.engine)
        if self.log is not None:
            folders = log_folders(self.log, [plan.runs[place][0] for place in places])
            work = partial(execute_logged, folders=folders, series=self.series, engine=self.ways.engine)
        for done in self.engine.tasks(_groups(plan, places), prepared, Measured(work, self.ways.keep)):
            yield [outcome for outcomes in done for outcome in outcomes]

    def _keep(self, outcomes: Iterable[Outcome]) -> None:
        """Write down what some runs gave: the series first, because a run in the ledger has its series."""
        self.changed = True
        for outcome in outcomes:
            if self.series and outcome.weekly and self.folder:
                for name, columns in getattr(outcome, "tables", {}).items():
                    write_series(self.folder, outcome.key, columns, name)
                write_series(self.folder, outcome.key, outcome.weekly)
        self.ledger.finish(outcomes)


def _groups(plan: Plan, places: Sequence[int]) -> Iterator[Sequence[Run]]:
    """Runs at some places in groups that share their past, made so many at a time that memory does not matter."""
    for first in range(0, len(places), MADE_AT_ONCE):
        yield from pieces(grouped(plan.runs[place][0] for place in places[first : first + MADE_AT_ONCE]))


def _rest_of(outcome: Outcome) -> dict[str, Any]:
    """Judgement of a run of `judge_rest`; a market that cannot live through it does not rest."""
    if outcome.status == "ok":
        return outcome.fit
    return {"rests": False, "problems": [], "error": outcome.error.strip().rpartition("\n")[2]}


def keyed(plan: Plan, progress: Progress) -> Iterator[tuple[str, int, Label, str | None]]:
    """Key, seed and label of every run of a plan, and key of the rest check: the one time that all are computed."""
    rests: dict[str, str | None] = {}
    count = len(plan.runs)
    for place, (run, label) in enumerate(plan.runs):
        if place and place % PLANNED_AT_ONCE == 0:
            progress("planning", place, count, 0)
        past = run.past_of_point
        if past not in rests:
            rests[past] = rest_run(run.scenario).key if run.scenario.fit.check_rest else None
        yield run.key, run.seed, label, rests[past]


@contextmanager
def _told_how_to_go_on(folder: Path | None, logged: bool) -> Iterator[None]:
    """Say after an interruption, or where the disk is full, that the work is not lost."""
    how = f"; the same command goes on from {folder}" if folder and not logged else ""
    try:
        with saying_what_cannot_be_written(folder):
            yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"interrupted{how}") from None


@contextmanager
def saying_what_cannot_be_written(folder: Path | None) -> Iterator[None]:
    """End in one line where the disk is full or cannot be written; what is in the ledger stays there."""
    try:
        yield
    except OSError as error:
        if folder is None:
            raise
        why = error.strerror or str(error)
        raise InputError(f"cannot be written: {why}; what is done is kept", file=error.filename or folder) from None


def perform(
    plan: Plan,
    *,
    folder: Path | None,
    workers: int = 1,
    progress: Progress = silent,
    series: bool = False,
    engine: str = "arrays",
    log: Path | None = None,
    work: Work | None = None,
    columns: Sequence[str] | None = None,
    keep: Keep | None = None,
    scheduler: str | None = None,
) -> Finished:
    """Do the runs of a plan that are not done yet.

    Parameters
    ----------
    plan : Plan
        The runs.
    folder : Path or None
        Result folder; None keeps everything in memory.
    workers : int
        Processes.
    progress : callable
        Told (stage, done, planned, failed) as the study goes on.
    series, engine, work, columns, keep
        See `Ways`.
    log : Path or None
        Folder of event logs; every run is done then, whether it is in the ledger or not.
    scheduler : str, optional
        Address of a Dask scheduler whose workers are used instead of processes here.

    Raises
    ------
    InputError
        If a folder cannot be written, or holds an event log already.
    """
    ways = Ways(work, columns, keep or Keep(), series, engine)
    began = datetime.now(UTC)
    with Engine(workers, scheduler) as there, Performance(folder, there, progress, ways, log=log) as do:
        finished = do(plan)
    if folder:
        write_manifest(folder, {"study": plan.name, "id": plan.id, "model": model_digest()}, began)
    return finished
