"""Whether the customers of a world fit into this machine, before one of them is made."""

from __future__ import annotations

import os

from simbiz.errors import InputError
from simbiz.scenario import Scenario
from simbiz.state.columns import customer_dtype
from simbiz.state.customers import agent_counts
from simbiz.state.layout import Layout

WORLDS = 2  # the past, and the world that goes on from it
GIGABYTE = 1e9


def check_memory(scenario: Scenario) -> None:
    """Refuse a world that is larger than the memory of this machine.

    Parameters
    ----------
    scenario : Scenario
        The world.

    Raises
    ------
    InputError
        If two copies of its customers do not fit. Where the system does not say how much memory it has, nothing is
        refused.
    """
    layout = Layout.of(scenario)
    customers = int(agent_counts(layout).sum())
    needed, there = WORLDS * customers * customer_dtype(layout).itemsize, _memory()
    if there is not None and needed > there:
        raise InputError(
            f"{customers:,} customers need {needed / GIGABYTE:,.0f} GB of memory, and this machine has "
            f"{there / GIGABYTE:,.0f}; a sample does: --set customers=100000"
        )


def _memory() -> int | None:
    """Bytes of memory, of the machine."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
