"""Where runs are executed: in this process, or in worker processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from simbiz.experiment.run import Outcome, Run, execute
from simbiz.experiment.worker import begin
from simbiz.model import OmnichannelModel

Group = Sequence[Run]
Work = Callable[[Group], list[Outcome]]


def map_groups(
    groups: Sequence[Group], workers: int, prepared: Callable[[], None] = lambda: None, work: Work = execute
) -> Iterator[list[Outcome]]:
    """Execute groups of runs and yield their outcomes as they come.

    Parameters
    ----------
    groups : sequence of groups
        Runs that share their past.
    workers : int
        Processes; 1 runs everything in this one.
    prepared : callable
        Called once the rules are compiled.
    work : callable
        Executes a group.

    Yields
    ------
    list of Outcome
        Of one group. A group whose worker dies is tried once more alone, then reported as failed.
    """
    if not groups:
        return
    compile_rules(groups[0][0])
    prepared()
    if workers <= 1 or len(groups) == 1:
        for group in groups:
            yield work(group)
        return
    yield from _in_processes(groups, workers, work)


def compile_rules(run: Run) -> None:
    """Compile for the shapes of a scenario, so that workers find the compiled code instead of all making it.

    One customer a segment lives to the end, because some rules are first needed at a survey or by the programme.
    """
    small = run.scenario.model_copy(update={"customers": 1})
    model = OmnichannelModel(small, rng=0).run()
    model.release()


def _in_processes(groups: Sequence[Group], workers: int, work: Work) -> Iterator[list[Outcome]]:
    left = dict(enumerate(groups))
    try:
        for number, outcomes in _pooled(left, min(workers, len(groups)), work):
            del left[number]
            yield outcomes
    except BrokenProcessPool:
        for group in list(left.values()):
            yield _alone(group, work)


def _pooled(groups: dict[int, Group], workers: int, work: Work) -> Iterator[tuple[int, list[Outcome]]]:
    pool = _pool(workers)
    try:
        pending: dict[Future[list[Outcome]], int] = {
            pool.submit(work, group): number for number, group in groups.items()
        }
        while pending:
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                yield pending.pop(future), future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, get_context("spawn"), initializer=begin)


def _alone(group: Group, work: Work) -> list[Outcome]:
    """Run a group in a process of its own; the one that kills its worker is found out here."""
    try:
        with _pool(1) as pool:
            return pool.submit(work, group).result()
    except BrokenProcessPool:
        return [Outcome(run.key, run.seed, "failed", error="the worker process died") for run in group]
