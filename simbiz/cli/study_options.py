"""Options that every command shares which runs a study."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

F = TypeVar("F", bound=Callable[..., Any])

seed_option = click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=1,
    show_default=True,
    help="First replicate seed; the others follow it.",
)
out_option = click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="Result folder; results/NAME/ID by default."
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(1),
    default=None,
    help="Processes; as many as there are cores by default.",
)


def replicates_option(default: int | None) -> Callable[[F], F]:
    """Option --replicates with a default."""
    return click.option(
        "--replicates",
        type=click.IntRange(1),
        default=default,
        show_default=default is not None,
        help="Number of seeds.",
    )


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
