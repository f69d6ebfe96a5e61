"""How every command that does a study runs it: options, settings, progress, folder, what is printed, exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click
from click.core import ParameterSource

from simbiz.cli.answer import print_study
from simbiz.cli.changes import changes_option
from simbiz.cli.completion import scenarios_like
from simbiz.cli.exits import FAILED_RUNS
from simbiz.cli.group import Entry
from simbiz.cli.left_out import print_closing
from simbiz.cli.output import echo, json_option, print_json
from simbiz.cli.progress import progress_bar
from simbiz.cli.study_options import (
    cores,
    dry_run_option,
    out_option,
    replicates_option,
    scheduler_option,
    seed_option,
    shard_option,
    small_option,
    workers_option,
)
from simbiz.runs.kinds import Kind, draw, imported, kinds

if TYPE_CHECKING:
    from simbiz.runs.study import Study

F = TypeVar("F", bound=Callable[..., Any])


def study_options(command: F) -> F:
    """Give a command the options of `do_study`: seeds, changes of the scenario, where runs execute, folder, JSON."""
    own = (json_option, out_option, dry_run_option, shard_option, scheduler_option, workers_option, changes_option)
    for option in (*own, small_option, seed_option, replicates_option(None)):
        command = option(command)
    return command


@dataclass(frozen=True)
class Where:
    """Where the runs of a study execute and what comes of them.

    Parameters
    ----------
    workers, scheduler, out, as_json
        As the options of these names say.
    """

    workers: int
    scheduler: str | None
    out: Path | None
    as_json: bool


def do_study(
    context: click.Context,
    name: str | Path,
    overrides: Mapping[str, Any],
    *,
    scenario: str | None = None,
    replicates: int | None = None,
    seed: int = 1,
    changes: Mapping[str, Any] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    shard: tuple[int, int] | None = None,
    small: bool = False,
    dry_run: bool = False,
    out: Path | None = None,
    as_json: bool = False,
) -> None:
    """Do a study and print what it says.

    Parameters
    ----------
    context : Context
        Of the command; it ends with 1 where runs failed.
    name : str or Path
        Study file, or its name.
    overrides : mapping
        Settings that take the place of the file's.
    scenario, replicates, seed, changes
        Overrides that every study understands.
    workers, scheduler, shard, small, dry_run, out, as_json
        As the options of these names say.
    """
    from simbiz.runs.study_file import load_study

    seed_given = context.get_parameter_source("seed") is not ParameterSource.DEFAULT
    common = {
        "scenario": scenario,
        "replicates": replicates,
        "first_seed": seed if seed_given else None,
        "set": dict(changes or {}) or None,
    }
    given = {key: value for key, value in common.items() if value is not None}
    study = load_study(f"{name}_small" if small else name, {**overrides, **given})
    where = Where(workers or cores(), scheduler, out, as_json)
    if dry_run:
        _forecast(study, where)
    elif shard:
        _do_shard(context, study, where, shard)
    else:
        conduct_and_print(context, study, where)


def conduct_and_print(context: click.Context, study: Study[Any], where: Where) -> None:
    """Do what is missing of a study, and print what it says."""
    from simbiz.runs.conduct import conduct, default_folder

    folder = where.out or default_folder(study)
    with progress_bar() as progress:
        conducted = conduct(
            study,
            folder=folder,
            workers=where.workers,
            progress=progress,
            scheduler=where.scheduler,
            finish=draw,
        )
    if where.as_json:
        print_json(conducted.report)
    else:
        print_study(conducted)
        print_closing(study, conducted.report)
        echo(f"\nResults: {folder}")
    tell_failed(context, conducted.failed, folder)


def study_entries() -> list[Entry]:
    """Commands of all kinds of study that have a line in the list of commands, claims first."""
    listed = [kind for kind in kinds().values() if kind.summary]
    listed.sort(key=lambda kind: kind.name != "claims")
    return [Entry(kind.as_command, partial(_command_of, kind), kind.summary) for kind in listed]


def _command_of(kind: Kind) -> click.Command:
    """Command of a kind of study: its own, or one with the options of all studies."""
    if kind.options:
        own: click.Command = imported(kind.options)
        return own

    @click.command(
        kind.as_command, help=f"{kind.summary}\n\nWhat is not given is as experiments/{kind.file}.toml says."
    )
    @click.argument("scenario", required=False, shell_complete=scenarios_like)
    @study_options
    @click.pass_context
    def command(context: click.Context, /, **options: Any) -> None:
        do_study(context, kind.file, {}, **options)

    return command


def tell_failed(context: click.Context, failed: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Name the first run that failed, with the command that repeats it, and end with 1."""
    if not failed:
        return
    first = failed[0]
    echo(f"{len(failed)} runs failed; the first, seed {first['seed']}:\n{first['error']}", err=True)
    echo(f"This repeats it: simbiz experiment retry {folder} --run {first['key']}", err=True)
    context.exit(FAILED_RUNS)


def _forecast(study: Study[Any], where: Where) -> None:
    from simbiz.cli.forecast import print_forecast
    from simbiz.runs.conduct import default_folder
    from simbiz.runs.cost_estimate import forecast

    with progress_bar() as progress:
        found = forecast(study, where.out or default_folder(study), where.workers, progress)
    if where.as_json:
        print_json(found)
    else:
        print_forecast(found)


def _do_shard(context: click.Context, study: Study[Any], where: Where, shard: tuple[int, int]) -> None:
    from simbiz.runs.conduct import conduct_shard, default_folder, shard_folder

    whole = default_folder(study)
    folder = where.out or shard_folder(whole, shard)
    with progress_bar() as progress:
        own = conduct_shard(
            study, shard, folder=folder, workers=where.workers, progress=progress, scheduler=where.scheduler
        )
    done = sum(run["status"] == "ok" for run in own)
    if where.as_json:
        print_json({"schema_version": 1, "shard": list(shard), "runs": len(own), "done": done, "folder": str(folder)})
    else:
        echo(f"Shard {shard[0]} of {shard[1]}: {done} of its {len(own)} runs are done. Results: {folder}")
        echo("Once all shards are done, the same command without --shard puts them together and reports.")
    tell_failed(context, [run for run in own if run["status"] != "ok"], folder)
