"""The event log on disk: parts while the run goes on, one Parquet file a table once it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simbiz.errors import InputError
from simbiz.events import EVENTS
from simbiz.files.whole_file import whole_file
from simbiz.results.event_tables import SCHEMAS, TABLE_OF, EventTables, empty_table
from simbiz.results.folder import MANIFEST, open_folder
from simbiz.state.layout import Layout

EVENTS_IN_A_PART = 250_000
JOINED_AT_ONCE = 2


def new_log_folder(folder: Path) -> Path:
    """Make the folder of an event log.

    Raises
    ------
    InputError
        If it holds an event log, a part of one or a manifest of something else, or cannot be written.
    """
    open_folder(folder)
    for name in SCHEMAS:
        if os.path.lexists(folder / name) or os.path.lexists(folder / f"{name}.parquet"):
            raise InputError(f"holds an event log already ({name}); give another folder or remove it", file=folder)
    if os.path.lexists(folder / MANIFEST):
        raise InputError("would be written over; give the event log a folder of its own", file=folder / MANIFEST)
    return folder


class EventLog:
    """Event log of one run.

    Events are collected and written in parts of at most `EVENTS_IN_A_PART`: a part is `<table>/<number>.parquet`, whole
    or not there. One part is written in the background while the run goes on, and the next one waits for it, so memory
    stays bounded; what goes wrong in the background is raised then. `close` joins the parts of each table into
    `<table>.parquet`. A run that is interrupted leaves its parts, which Parquet readers take as one table when they are
    given their folder.

    Parameters
    ----------
    folder : Path
        Where the log goes; it may hold no other.
    layout : Layout
        Names of the scenario.
    start : int
        First week of the programme; weeks of the log count from there.

    Raises
    ------
    InputError
        If the folder holds an event log or cannot be written.
    """

    def __init__(self, folder: Path, layout: Layout, start: int) -> None:
        self.folder = new_log_folder(folder)
        self.tables = EventTables(layout, start)
        self._collected: dict[str, list[Any]] = {kind: [] for kind in EVENTS}
        self._waiting = dict.fromkeys(EVENTS, 0)
        self._parts = dict.fromkeys(SCHEMAS, 0)
        self._background = ThreadPoolExecutor(1, thread_name_prefix="event-log")
        self._writing: Future[None] | None = None

    def __enter__(self) -> EventLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            self._background.shutdown()

    def add(self, kind: str, events: Any) -> None:
        """Take raw events into the log.

        Parameters
        ----------
        kind : str
            One of `simbiz.events.EVENTS`.
        events : structured array
            Records of that kind; copied, so that the caller may use its buffer again.
        """
        for first in range(0, len(events), EVENTS_IN_A_PART):
            some = np.array(events[first : first + EVENTS_IN_A_PART])
            if self._waiting[kind] + len(some) > EVENTS_IN_A_PART:
                self._write_collected(kind)
            self._collected[kind].append(some)
            self._waiting[kind] += len(some)

    def add_customers(self, customers: Any) -> None:
        """Take all customers into the log, from their records."""
        for first in range(0, len(customers), EVENTS_IN_A_PART):
            some = customers[first : first + EVENTS_IN_A_PART]
            self._hand_over("customers", partial(self.tables.of_customers, some))
        self._settle()

    def add_firms(self, observation: Any) -> None:
        """Take the firms' weeks into the log, from what the run recorded."""
        self._hand_over("firms", partial(self.tables.of_firms, observation))
        self._settle()

    def close(self) -> None:
        """Write what was collected and join the parts of every table into one file."""
        for kind in EVENTS:
            self._write_collected(kind)
        self._settle()
        with ThreadPoolExecutor(JOINED_AT_ONCE) as pool:
            list(pool.map(self._join, SCHEMAS))

    def _write_collected(self, kind: str) -> None:
        if self._collected[kind]:
            self._hand_over(TABLE_OF[kind][0], partial(self._table, kind, self._collected[kind]))
        self._collected[kind], self._waiting[kind] = [], 0

    def _table(self, kind: str, collected: list[Any]) -> pa.Table:
        return self.tables.of_events(kind, np.concatenate(collected).view(np.recarray))

    def _hand_over(self, name: str, table: Callable[[], pa.Table]) -> None:
        """Let a part be made and written in the background, once the one before is safe."""
        self._settle()
        part = open_folder(self.folder / name) / f"{self._parts[name]:05d}.parquet"
        self._parts[name] += 1
        self._writing = self._background.submit(_write_part, name, part, table)

    def _settle(self) -> None:
        """Wait until nothing is being written."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()

    def _join(self, name: str) -> None:
        """Copy part after part into one file, and remove the parts once it is safe."""
        with (
            whole_file(self.folder / f"{name}.parquet") as file,
            pq.ParquetWriter(file, SCHEMAS[name], **_how(name)) as writer,
        ):
            for table in self._written(name):
                writer.write_table(table)
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def _written(self, name: str) -> Iterator[pa.Table]:
        if self._parts[name] == 0:
            yield empty_table(name)
        for number in range(self._parts[name]):
            yield pq.read_table(self.folder / name / f"{number:05d}.parquet").cast(SCHEMAS[name])


def _write_part(name: str, part: Path, table: Callable[[], pa.Table]) -> None:
    with whole_file(part) as file:
        pq.write_table(table(), file, **_how(name))


def _how(name: str) -> dict[str, Any]:
    names = [field.name for field in SCHEMAS[name] if pa.types.is_dictionary(field.type)]
    return {"compression": "zstd", "use_dictionary": names, "write_statistics": ["week"]}
