"""What a user waits for: commands in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from simbiz.bench.plan import Plan
from simbiz.bench.row import Row
from simbiz.bench.timing import median_seconds, seconds

TWO_YEARS = ("run", "partner-dv", "--weeks", "104", "--json")


def rows(plan: Plan) -> Iterator[Row]:
    """Measure commands, and a run with an empty and with a full folder of compiled code."""
    yield Row("help", median_seconds(lambda: _command("--help"), plan.repeats))
    yield Row("check", median_seconds(lambda: _command("check"), plan.repeats))
    if not plan.installation:
        yield Row("later_run", median_seconds(lambda: _command(*TWO_YEARS), 1))
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Row("first_run", seconds(lambda: _command(*TWO_YEARS, cache=Path(folder))))
        yield Row("later_run", median_seconds(lambda: _command(*TWO_YEARS, cache=Path(folder)), plan.repeats))


def _command(*arguments: str, cache: Path | None = None) -> None:
    environment = dict(os.environ)
    if cache is not None:
        environment["XDG_CACHE_HOME"] = str(cache)
    command = [sys.executable, "-m", "simbiz", *arguments]
    subprocess.run(command, capture_output=True, check=True, env=environment)
