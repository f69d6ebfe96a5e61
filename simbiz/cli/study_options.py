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


# Generic since click 8.4 only.
class Shard(click.ParamType):  # type: ignore[type-arg]
    """i/N: the i-th of N parts."""

    name = "i/N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Read 3/10 as (3, 10)."""
        own, _, count = str(value).partition("/")
        if not (own.isdecimal() and count.isdecimal() and 1 <= int(own) <= int(count)):
            self.fail(f"{value} is not i/N with i from 1 to N, such as 3/10.", param, ctx)
        return int(own), int(count)


shard_option = click.option(
    "--shard",
    type=Shard(),
    metavar="i/N",
    help="Do only the i-th of N parts, into a folder of its own: for job arrays.",
)
scheduler_option = click.option(
    "--scheduler", metavar="ADDRESS", help="Dask scheduler, such as tcp://host:8786, whose workers do the runs."
)
small_option = click.option("--small", is_flag=True, help="As the study file that ends with _small says: minutes.")
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Only print how many runs it would take, how long and how much disk."
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
