"""Where runs are executed: in this process, or by Dask in worker processes, on this machine or on any cluster.

This is the only place that knows of Dask, and it imports it when work is given to more than one process.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from types import TracebackType
from typing import TYPE_CHECKING

from simbiz.market.model import OmnichannelModel
from simbiz.runs.engine.pieces import Group, pieces
from simbiz.runs.run import Outcome, Run, execute

if TYPE_CHECKING:
    from simbiz.runs.engine.cluster import Cluster

__all__ = ["Engine", "Group", "Work", "compile_rules", "map_groups", "pieces"]

Work = Callable[[Group], list[Outcome]]

_compiled_for: set[tuple[object, ...]] = set()


def compile_rules(run: Run) -> None:
    """Compile for the shapes of a scenario, so that workers find the compiled code instead of all making it.

    One customer a segment lives to the end, because some rules are first needed at a survey or by the programme.
    """
    scenario = run.scenario
    shapes = (tuple(scenario.firms), tuple(scenario.segments), bool(scenario.programme.order))
    if shapes in _compiled_for:
        return
    small = scenario.model_copy(update={"customers": 1})
    model = OmnichannelModel(small, rng=0).run()
    model.release()
    _compiled_for.add(shapes)


def _reads_the_script_of_another() -> bool:
    """Whether this is a worker that is just being started, which begins by reading the script that wants it."""
    return bool(getattr(multiprocessing.current_process(), "_inheriting", False))


class Engine:
    """Executes groups of runs; its workers serve until it is closed, however many plans a study makes.

    Parameters
    ----------
    workers : int
        Processes on this machine; 1 runs everything in this one.
    scheduler : str, optional
        Address of a Dask scheduler whose workers are used in their place.
    """

    def __init__(self, workers: int = 1, scheduler: str | None = None) -> None:
        if _reads_the_script_of_another():
            raise SystemExit(1)  # in silence: the process that waits for this one says what to do
        self.workers, self.scheduler = workers, scheduler
        self._cluster: Cluster | None = None
        self._open = ExitStack()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cluster = None
        self._open.__exit__(kind, error, trace)

    def tasks(
        self, groups: Iterable[Group], prepared: Callable[[], None] = lambda: None, work: Work = execute
    ) -> Iterator[list[list[Outcome]]]:
        """Execute groups of runs and yield their outcomes as they come.

        Parameters
        ----------
        groups : iterable of groups
            Runs that share their past; they are asked for when they are needed.
        prepared : callable
            Called once the rules are compiled.
        work : callable
            Executes a group.

        Yields
        ------
        list of list of Outcome
            Of the groups that were done together. A group whose worker dies is done once more run by run; a run that
            takes its worker with it is reported as failed.

        Raises
        ------
        InputError
            If the scheduler does not answer, is gone, or has workers with another version of the model.
        """
        rest = iter(groups)
        first = list(islice(rest, 2))
        if not first:
            return
        compile_rules(first[0][0])
        prepared()
        if self.scheduler is None and (self.workers <= 1 or len(first) == 1):
            for group in chain(first, rest):
                yield [work(group)]
            return
        yield from self._started().tasks(chain(first, rest), work)

    def _started(self) -> Cluster:
        if self._cluster is None:
            from simbiz.runs.engine.cluster import Cluster

            self._cluster = self._open.enter_context(Cluster(self.workers, self.scheduler))
        return self._cluster


def map_groups(
    groups: Sequence[Group], workers: int, prepared: Callable[[], None] = lambda: None, work: Work = execute
) -> Iterator[list[Outcome]]:
    """Execute groups of runs in so many processes and yield what `work` makes of each as it comes; see `Engine`."""
    with Engine(workers) as engine:
        for done in engine.tasks(groups, prepared, work):
            yield from done
