"""Runs on a Dask cluster: tasks kept in flight, tasks whose worker died done again, culprits found."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, suppress
from queue import Empty, SimpleQueue
from types import TracebackType

import dask
from distributed import Client, Future, LocalCluster
from distributed.scheduler import KilledWorker

from simbiz.errors import InputError
from simbiz.runs.engine.pieces import Group, Tasks
from simbiz.runs.run import Outcome, Run, model_digest

Work = Callable[[Group], list[Outcome]]

NOT_STARTED = (
    "the worker processes did not start ({}); a script that wants several of them calls simbiz below "
    '`if __name__ == "__main__":`, because every worker reads the script'
)
DIED = "the worker process died, each time that the run was tried"
SETTINGS = {
    # A worker may die for reasons of its own: once more, then the runs are tried one by one.
    "distributed.scheduler.allowed-failures": 1,
    "distributed.worker.profile.enabled": False,
    "distributed.diagnostics.nvml": False,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # Scheduler and workers keep so many messages for whoever looks for faults in Dask, and a message holds the runs of
    # a task; what a scheduler keeps outlives it, because Dask remembers its methods.
    "distributed.admin.low-level-log-length": 0,
    # On a busy machine a worker takes long to come back: its nanny must not be given up meanwhile.
    "distributed.deploy.lost-worker-timeout": "1 day",
}
SECONDS_TO_CONNECT = 10
SECONDS_TO_LOOK = 2.0
SECONDS_TO_FETCH = 60.0
SECONDS_WITHOUT_WORKERS = 300.0


class OtherModelError(Exception):
    """A worker has other sources of the model than the process that asks."""


class LateError(Exception):
    """What a task gave cannot be fetched yet."""


def do_task(work: Work, groups: Sequence[Group], model: str) -> tuple[float, list[list[Outcome]]]:
    """Execute groups in a worker; the seconds that took, and what came of each.

    Parameters
    ----------
    work : callable
        Executes a group.
    groups : sequence of groups
        The task.
    model : str
        Digest of the model of the process that asks; the keys of the runs were made with it.

    Raises
    ------
    OtherModelError
        If the model here is another one.
    """
    if model_digest() != model:
        raise OtherModelError
    began = time.perf_counter()
    done = [work(group) for group in groups]
    return time.perf_counter() - began, done


class Cluster:
    """Workers that execute tasks: processes on this machine, or those of a scheduler.

    Parameters
    ----------
    workers : int
        Processes to start, one thread each, each with a nanny that starts another one if it dies.
    scheduler : str or None
        Address of a scheduler to use in their place.

    Raises
    ------
    InputError
        If no scheduler answers at the address, or the worker processes do not start.

    Notes
    -----
    The local cluster listens on the loopback device only. Encryption and certificates are what Dask's own settings say,
    for both.
    """

    def __init__(self, workers: int, scheduler: str | None) -> None:
        self.address = scheduler
        self._open = ExitStack()
        try:
            _silence()
            self._open.enter_context(dask.config.set(SETTINGS))
            place = scheduler if scheduler is not None else self._open.enter_context(_local(workers))
            self.client = self._open.enter_context(Client(place, timeout=SECONDS_TO_CONNECT, set_as_default=False))
        except RuntimeError as error:
            self._open.close()
            if scheduler is not None:
                raise
            raise InputError(NOT_STARTED.format(error)) from None
        except (OSError, ValueError) as error:
            self._open.close()
            if scheduler is None:
                raise
            why = str(error).partition("\n")[0]
            raise InputError(f"{scheduler}: no Dask scheduler answers there: {why}") from None
        except BaseException:
            self._open.close()
            raise

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError, TimeoutError):
            self._open.__exit__(kind, error, trace)

    def tasks(self, groups: Iterable[Group], work: Work) -> Iterator[list[list[Outcome]]]:
        """Execute groups and yield outcomes by group, task by task."""
        died: list[Group] = []
        yield from self._in_flight(Tasks(groups), work, died)
        # One at a time on an otherwise idle cluster: who kills a worker now has done it before.
        for group in died:
            yield [[outcome for run in group for outcome in self._alone(run, work)]]

    def _in_flight(self, tasks: Tasks, work: Work, died: list[Group]) -> Iterator[list[list[Outcome]]]:
        pending: dict[Future, list[Group]] = {}
        completed: SimpleQueue[Future] = SimpleQueue()

        def fill() -> None:
            # Counted anew each time, because workers may join late and leave.
            workers = max(self._threads(), 1)
            while tasks and len(pending) < 2 * workers + 1:
                groups = tasks.next(workers)
                future = self._submit(work, groups)
                pending[future] = groups
                future.add_done_callback(completed.put)

        try:
            fill()
            while pending:
                future = self._next(completed)
                try:
                    seconds, done = self._result(future)
                except KilledWorker:
                    died.extend(pending.pop(future))
                except LateError:
                    # Its worker died before the result was fetched: it is on its way again.
                    completed.put(future)
                    continue
                else:
                    tasks.learn(seconds, len(pending.pop(future)))
                    yield done
                fill()
        finally:
            if pending:
                with suppress(Exception):
                    self.client.cancel(list(pending), force=True)

    def _next(self, completed: SimpleQueue[Future]) -> Future:
        """The next task that has ended, while there is somebody to do it."""
        seen = time.monotonic()
        while True:
            try:
                return completed.get(timeout=SECONDS_TO_LOOK)
            except Empty:
                if self._has_workers():
                    seen = time.monotonic()
                elif self.address is None and time.monotonic() - seen > SECONDS_WITHOUT_WORKERS:
                    raise InputError("no worker process comes up any more; what is done is kept") from None

    def _alone(self, run: Run, work: Work) -> list[Outcome]:
        future = self._submit(work, [[run]])
        while True:
            try:
                return list(self._result(future)[1][0])
            except KilledWorker:
                return [Outcome(run.key, run.seed, "failed", error=DIED, stage="worker")]
            except LateError:
                self._has_workers()

    def _submit(self, work: Work, groups: Sequence[Group]) -> Future:
        self._refuse_if_gone()
        return self.client.submit(do_task, work, groups, model_digest(), pure=False)

    def _result(self, future: Future) -> tuple[float, list[list[Outcome]]]:
        try:
            seconds, done = future.result(timeout=SECONDS_TO_FETCH)
        except CancelledError:
            raise InputError(self._gone()) from None
        except TimeoutError:
            if future.status == "error":
                raise
            raise LateError from None
        except OtherModelError:
            where = f"{self.address}: a worker there" if self.address else "a worker"
            raise InputError(f"{where} has another version of the model; all must have the same") from None
        return seconds, done

    def _has_workers(self) -> bool:
        return self._threads() > 0

    def _threads(self) -> int:
        """Threads of all workers, each of which does one task at a time."""
        self._refuse_if_gone()
        try:
            return sum(self.client.nthreads().values())
        except (OSError, CancelledError):
            raise InputError(self._gone()) from None

    def _refuse_if_gone(self) -> None:
        if self.client.status != "running":
            raise InputError(self._gone())

    def _gone(self) -> str:
        return f"{self.address or 'the cluster'}: the scheduler is gone; what is done is kept"


def _silence() -> None:
    """Keep Dask from telling on stderr what is told here in one line."""
    for name in ["distributed", *logging.root.manager.loggerDict]:
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _local(workers: int) -> LocalCluster:
    """Processes on this machine, each with one thread, reachable from here only."""
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False},
        memory_limit=0,
        silence_logs=logging.CRITICAL,
        preload=["simbiz.runs.worker"],
    )
