"""How every command that does a study runs it: options, settings, progress, folder, what is printed, exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click
from click.core import ParameterSource

from simbiz.cli.changes import changes_option
from simbiz.cli.exits import FAILED_RUNS
from simbiz.cli.output import json_option, print_json
from simbiz.cli.printers import printer_of
from simbiz.cli.progress import progress_bar
from simbiz.cli.study_options import cores, out_option, replicates_option, seed_option, workers_option

F = TypeVar("F", bound=Callable[..., Any])


def study_options(command: F) -> F:
    """Give a command the options of `do_study`: seeds, changes of the scenario, workers, folder, JSON."""
    for option in (json_option, out_option, workers_option, changes_option, seed_option, replicates_option(None)):
        command = option(command)
    return command


def do_study(
    context: click.Context,
    name: str | Path,
    overrides: Mapping[str, Any],
    *,
    scenario: str | None = None,
    replicates: int | None,
    seed: int,
    changes: Mapping[str, Any],
    workers: int | None,
    out: Path | None,
    as_json: bool,
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
    workers, out, as_json
        As the options of these names say.
    """
    from simbiz.experiment.conduct import conduct, default_folder
    from simbiz.experiment.study_file import load_study

    seed_given = context.get_parameter_source("seed") is not ParameterSource.DEFAULT
    common = {
        "scenario": scenario,
        "replicates": replicates,
        "first_seed": seed if seed_given else None,
        "set": dict(changes) or None,
    }
    given = {key: value for key, value in common.items() if value is not None}
    study = load_study(name, {**overrides, **given})
    folder = out or default_folder(study)
    with progress_bar() as progress:
        conducted = conduct(study, folder=folder, workers=workers or cores(), progress=progress)
    if as_json:
        print_json(conducted.report)
    else:
        printer_of(study.kind)(conducted)
        files = sorted(path.name for path in folder.iterdir() if path.suffix in (".json", ".svg", ".sqlite"))
        click.echo(f"\nResults: {folder} ({', '.join(files)})")
    if conducted.failed:
        click.echo(f"{len(conducted.failed)} runs failed; the first:\n{conducted.failed[0]['error']}", err=True)
        context.exit(FAILED_RUNS)
