"""Progress of a study: a bar with the time left on a terminal, nothing otherwise."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from simbiz.cli.output import echo

STAGES = {"planning": "planning", "compiling": "compiling the rules", "pilot": "timing a few runs", "running": "runs"}
NO_CACHE = "compiled rules cannot be kept: each command compiles them anew; XDG_CACHE_HOME may name a folder for them"


@contextmanager
def progress_bar() -> Iterator[Any]:
    """Callable for `simbiz.runs.executor.perform` that shows on stderr how far the runs are."""
    from simbiz.compilation import CACHE_FOLDER

    if CACHE_FOLDER is None:
        echo(NO_CACHE, err=True)
    if not sys.stderr.isatty():
        yield lambda stage, done, planned, failed: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        last = ""

        def show(stage: str, done: int, planned: int, failed: int) -> None:
            nonlocal last
            text = STAGES[stage] + (f", {failed} failed" if failed else "")
            if stage != last:
                # What was done before this stage says nothing about its speed.
                bar.reset(task, completed=done, total=planned)
                last = stage
            bar.update(task, description=text, completed=done, total=planned)

        yield show
