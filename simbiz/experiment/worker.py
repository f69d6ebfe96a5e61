"""What a worker process does first; nothing heavy is imported here, so that it happens at once."""

from __future__ import annotations

import os
import signal
from multiprocessing import parent_process
from threading import Thread


def begin() -> None:
    """End without a traceback on Ctrl-C, and with the process that asked for the work, however that one ended."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
