"""What a worker process does first; nothing heavy is imported here, so that it happens at once."""

from __future__ import annotations

import signal
from typing import Any


def dask_setup(worker: Any) -> None:
    """Leave Ctrl-C to the process that asked for the work: it ends its workers itself, without a word from them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
