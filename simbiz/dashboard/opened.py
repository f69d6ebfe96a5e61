"""What the server of this process was started with; the page looks here when a browser opens it."""

from __future__ import annotations

from simbiz.dashboard.setup import Setup, own_setup

MAIN_CASE = "partner-dv"
_opened: list[Setup] = []


def open_with(setup: Setup) -> None:
    """Say what stands on the page when a browser opens it."""
    _opened[:] = [setup]


def setup() -> Setup:
    """What stands on the page when a browser opens it; the main case where nothing was said."""
    if not _opened:
        open_with(own_setup(MAIN_CASE, {}))
    return _opened[0]
